"""Weak optimal transport with known solutions (F9): between Gaussians, and to a mixture.

(a) γ = 0 between two Gaussians of dimension 2, 8 and 32 with different axes. The learned map is
compared with the Bures map: ‖T − T*‖/‖T* − E T*‖ in L², over 4000 new x, and 2 E C with W₂².

(b) From N(0, I) in the plane to eight Gaussians of deviation 0.3 on a circle of radius 2, for γ
from 0 to 1: the maps that the course ships (``mvacourse train weak_ot_toy_50 --budget full``),
trained again with each seed. The learned weak cost and E Var T(x, z), over 4000 new x with 64 z
each, are compared with the plan of minimal cost between two clouds of 1024 evenly spread points;
its gap is reported. The energy distance D² from T(X, Z) to the target is a mean over sixteen pairs
of samples of 1000, divided by that of two samples of the target.

Settings are the same for all γ and all seeds, and all seeds are reported.

    python benchmarks/weak_ot_toys.py --seeds 3

writes data/published/weak_ot_toys.csv, and draws the costs to results/weak_ot_toys.png.
About eight minutes per seed on one idle core; existing rows are not computed again.
"""

from __future__ import annotations

import argparse
from functools import cache, partial

import numpy as np
import torch
from common import PUBLISHED, RESULTS, machine, read_rows, run, write_figure, write_rows
from scipy.stats import norm, qmc
from torch import Tensor

from mvacourse import nets, recipes, start, train
from mvacourse.recipes.weak_ot_toy import TOYS
from mvacourse.transport import DiscretePlan, bures_map, bures_w2, discrete_weak_ot, weak_cost

TABLE = PUBLISHED / "weak_ot_toys.csv"
COLUMNS = ["task", "dim", "gamma", "seed", "steps", "map_error", "cost", "exact_cost", "gap"]
COLUMNS += ["variance", "exact_variance", "energy_over_floor", "seconds", "hardware"]
DIMENSIONS = {2: 64, 8: 64, 32: 128}
"""Dimension → width of the networks."""
STEPS = recipes.RECIPES[TOYS[0.0]].budgets["full"]["n_steps"]
N = 2**17


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def gaussians(dim: int) -> list[Tensor]:
    """Draw two means, and two covariances with eigenvalues between 0.3 and 2."""
    g = torch.Generator().manual_seed(dim)
    found = []
    for _ in range(2):
        Q = torch.linalg.qr(torch.randn(dim, dim, generator=g))[0]
        values = 0.3 + 1.7 * torch.rand(dim, generator=g)
        found += [torch.randn(dim, generator=g) / dim**0.5, (Q * values) @ Q.T]
    return found


def clouds(n: int) -> tuple[Tensor, Tensor]:
    """Draw evenly spread points of both laws (Sobol): costs vary less than with random points."""

    def even(n: int, seed: int) -> Tensor:
        u = qmc.Sobol(2, scramble=True, rng=np.random.default_rng(seed)).random(n)
        return torch.from_numpy(norm.ppf(u))

    angle = torch.pi / 4 * torch.arange(8).repeat_interleave(n // 8)
    centre = 2 * torch.stack([angle.cos(), angle.sin()], 1)
    return even(n, 0), centre + 0.3 * torch.cat([even(n // 8, 1 + i) for i in range(8)])


@cache
def best_plan(gamma: float) -> DiscretePlan:
    return discrete_weak_ot(*clouds(1024), gamma=gamma, tol=0.01, n_iter=60)


def to_gaussian(dim: int, seed: int, n_steps: int) -> dict[str, object]:
    """Train and evaluate one map of task (a)."""
    m0, S0, m1, S1 = gaussians(dim)
    L0, L1 = torch.linalg.cholesky(S0), torch.linalg.cholesky(S1)
    source, target = m0 + normal(N, dim, seed=1) @ L0.T, m1 + normal(N, dim, seed=2) @ L1.T
    with train.seeded(seed):
        T = nets.TransportMLP(dim, width=DIMENSIONS[dim])
        f = nets.PotentialMLP(dim, width=DIMENSIONS[dim])
    told = {"n_steps": n_steps, "batch": 512, "n_z": 1, "n_T": 2, "lr": 3e-3, "progress": False}
    cost = partial(weak_cost, gamma=0.0)
    T, _, history = train.weak_ot(T, f, source, target, cost=cost, z_dim=T.k, seed=seed, **told)
    x = m0 + normal(4000, dim, seed=3) @ L0.T
    with torch.no_grad():
        y, best = T(x, normal(4000, T.k, seed=4)), bures_map(m0, S0, m1, S1)(x)
    row = {"task": "gaussian", "dim": dim, "gamma": 0.0, "seed": seed, "steps": n_steps}
    row["map_error"] = f"{(y - best).norm() / (best - best.mean(0)).norm():.4f}"
    row["cost"] = f"{(y - x).square().sum(1).mean() / 2:.4f}"
    row["exact_cost"] = f"{bures_w2(m0, S0, m1, S1) / 2:.4f}"
    return row | {"seconds": f"{history.seconds:.0f}"}


def to_mixture(gamma: float, seed: int) -> dict[str, object]:
    """Train and evaluate one map of task (b), as in its recipe."""
    recipe = recipes.RECIPES[TOYS[gamma]]
    options = dict(recipe.budgets["full"])
    made, history = recipe.train(
        *recipe.load(options.pop("n")), **options, seed=seed, progress=False
    )
    found = recipe.measure(made, *recipe.held_out())
    exact = best_plan(gamma)
    row = {"task": "mixture", "dim": 2, "gamma": gamma, "seed": seed, "steps": options["n_steps"]}
    row |= {"cost": f"{found['cost']:.4f}", "exact_cost": f"{exact.cost:.4f}"}
    row |= {"gap": f"{exact.gap:.4f}", "variance": f"{found['variance']:.4f}"}
    row["exact_variance"] = f"{exact.variance:.4f}"
    row["energy_over_floor"] = f"{found['energy'] / found['energy_floor']:.2f}"
    return row | {"seconds": f"{history.seconds:.0f}"}


def figure(rows: list[dict[str, object]]) -> None:
    """Draw cost and variance against γ: learned ones, one dot per seed, and those of the plan."""
    import matplotlib.pyplot as plt

    rows = sorted(
        (row for row in rows if row["task"] == "mixture"), key=lambda row: float(row["gamma"])
    )
    gammas = [float(row["gamma"]) for row in rows]
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.5), constrained_layout=True)
    labels = {"cost": "weak cost", "variance": "E Var(y | x)"}
    for ax, (name, label) in zip(axes, labels.items(), strict=True):
        ax.plot(gammas, [float(row[f"exact_{name}"]) for row in rows], "-", label="exact plan")
        ax.plot(gammas, [float(row[name]) for row in rows], "o", label="learned")
        ax.set(xlabel="γ", ylabel=label)
        ax.grid(alpha=0.3)
    axes[0].legend()
    write_figure(fig, RESULTS / "weak_ot_toys.png", 100)


def main() -> None:
    """Compute missing rows, and draw all rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000, help="of task (a)")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    rows = read_rows(TABLE)
    for seed in range(options.seeds):
        tasks = [("gaussian", dim, 0.0) for dim in DIMENSIONS]
        tasks += [("mixture", 2, gamma) for gamma in TOYS]
        for task, dim, gamma in tasks:
            steps = options.steps if task == "gaussian" else STEPS
            key = tuple(map(str, (task, dim, gamma, seed, steps)))
            if key in {tuple(str(row[name]) for name in COLUMNS[:5]) for row in rows}:
                continue
            if task == "gaussian":
                row = to_gaussian(dim, seed, options.steps)
            else:
                row = to_mixture(gamma, seed)
            rows.append(row | {"hardware": machine()["cpu"]})
            write_rows(rows, COLUMNS, TABLE)
            print(", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    figure(rows)


if __name__ == "__main__":
    run(main)
