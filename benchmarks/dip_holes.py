"""Fill holes with a deep image prior and with total variation, on many photographs (E6).

Protocol. The middle 96×96 pixels of each embedded photograph of at least 192 pixels a side, resized
to 192×192, in colour, as in notebook 07; half and four fifths of the pixels missing, no noise. The
deep image prior is that of the notebook: `nets.SkipNet` of width 32 with four scales, jitter 0.03,
the average of the outputs after 400 steps. TV has the best of three ways to its minimum, chosen by
the ground truth: projected descent, and a small λ with two ε.

    python benchmarks/dip_holes.py

It continues where it stopped. Rows go to data/published/dip_holes.csv, where notebook 07 reads
them; ten minutes on one core.
"""

from __future__ import annotations

import argparse

import torch
from common import PUBLISHED, read_rows, run, write_rows

from mvacourse import images, kernels, metrics, nets, operators, priors, start, train, variational

TABLE = PUBLISHED / "dip_holes.csv"
KEEP = (0.5, 0.2)
N_ITER = 400


def piece(name: str) -> torch.Tensor:
    """Cut the middle out of a photograph."""
    return images.photo(name, size=192, color=True)[..., 48:144, 48:144]


def fill(name: str, keep: float, seed: int) -> dict[str, str]:
    """Fill the holes of one photograph with both; return their PSNR."""
    u = piece(name)
    A = operators.Mask(kernels.random_mask((96, 96), keep=keep, seed=seed))
    y = A(u)
    smooth = [variational.inpaint(y, A.mask, n_iter=1000)]
    smooth += [variational.smoothed_tv(A, y, 1e-3, eps=e, n_iter=1000) for e in (0.01, 0.03)]
    with train.seeded(seed):
        net = nets.SkipNet(width=32, n_scales=4)
    z = priors.code(u, seed=seed)
    found = priors.deep_image_prior(A, y, net, z, n_iter=N_ITER, jitter=0.03, seed=seed).x
    best = max(metrics.psnr(x, u).item() for x in smooth)
    values = {"tv": f"{best:.3f}", "dip": f"{metrics.psnr(found, u).item():.3f}"}
    return {"image": name, "keep": f"{keep:g}", **values}


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int)
    start(threads=parser.parse_args().threads)
    names = [photo.name for photo in images.photos() if min(photo.size) >= 192]
    rows = read_rows(TABLE)
    known = {(row["image"], row["keep"]) for row in rows}
    for keep in KEEP:
        for seed, name in enumerate(names):
            if (name, f"{keep:g}") not in known:
                rows.append(fill(name, keep, seed))
                print(rows[-1], flush=True)
                write_rows(rows, ["image", "keep", "tv", "dip"], TABLE)
        gain = torch.tensor(
            [float(r["dip"]) - float(r["tv"]) for r in rows if r["keep"] == f"{keep:g}"]
        )
        error = gain.std() / len(gain) ** 0.5
        print(
            f"keep {keep}: {gain.mean():+.2f} ± {error:.2f} dB, {(gain > 0).sum()} of {len(gain)}"
        )


if __name__ == "__main__":
    run(main)
