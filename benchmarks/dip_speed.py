"""Time a step of the deep image prior against a naive loop, with the same network.

Naive: the obvious loop, in float32, channels-first in memory, plain Adam. Ours:
``deep_image_prior`` with its defaults, including set-up. Both fit the network of the paper
(2 217 831 parameters) to the same noisy 256×256 photograph. They are timed in turn, in chunks of
steps. The chunks add up to one run each; its PSNR is compared at the end.

Single runs are chaotic: a rounding error changes them by tenths of a decibel. So the PSNR is also
compared with a small network, where several seeds are cheap.
"""

from __future__ import annotations

import argparse
import copy
import statistics
from collections.abc import Callable

import torch
from common import alternate, median_ratio, report, run
from torch import Tensor

from mvacourse import images, metrics, nets, noise, start
from mvacourse.operators import Identity
from mvacourse.priors import code, deep_image_prior

PHOTO, SIGMA = "chelsea", 25 / 255
AIM_RATIO, AIM_DB = 0.5, 0.1


class Naive:
    """The loop of the deep image prior, not adapted to the processor."""

    def __init__(self, net: torch.nn.Module, z: Tensor, v: Tensor, seed: int) -> None:
        self.net, self.z, self.v, self.k, self.mean = copy.deepcopy(net), z, v, 0, None
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=0.01)
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, n_iter: int) -> None:
        """Make some steps more."""
        for _ in range(n_iter):
            n = torch.randn(self.z.shape, generator=self.generator)
            x = self.net(self.z + n / 30)
            loss = ((x - self.v) ** 2).mean()
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            self.k += 1
            weight = 0.01 / (1 - 0.99**self.k)
            x = x.detach()
            self.mean = x if self.mean is None else (1 - weight) * self.mean + weight * x


class Ours:
    """The course's function, called for a few steps at a time."""

    def __init__(self, net: torch.nn.Module, z: Tensor, v: Tensor, seed: int) -> None:
        self.arguments, self.seed, self.state = (Identity(), v, net, z), seed, None

    def __call__(self, n_iter: int) -> None:
        """Make some steps more."""
        found = deep_image_prior(*self.arguments, n_iter=n_iter, seed=self.seed, state=self.state)
        self.mean, self.state = found.x, found.state


def both(size: int, width: int, seed: int) -> tuple[Tensor, Naive, Ours]:
    """Prepare the two programs for the same photograph, noise, network and code."""
    corner = (300 - size) // 2
    u = images.photo(PHOTO, 300, color=True)[..., corner : corner + size, corner : corner + size]
    v = noise.gaussian(u, SIGMA, seed=seed)
    torch.manual_seed(seed)
    arguments = (nets.SkipNet(width=width), code(u, seed=seed), v, seed)
    return u, Naive(*arguments), Ours(*arguments)


def compare(size: int, width: int, seed: int, rounds: int, chunk: int) -> dict[str, object]:
    """Run both in turn; return seconds per step, their ratio, and both final PSNR values."""
    u, naive, ours = both(size, width, seed)

    def part(program: Naive | Ours) -> Callable[[], None]:
        return lambda: program(chunk)

    seconds = alternate({"naive": part(naive), "ours": part(ours)}, rounds)
    return {
        "width": width,
        "image": f"{size}×{size}",
        "seed": seed,
        "steps": (rounds + 1) * chunk,
        "naive s/step": statistics.median(seconds["naive"]) / chunk,
        "ours s/step": statistics.median(seconds["ours"]) / chunk,
        "ours/naive": median_ratio(seconds["ours"], seconds["naive"]),
        "naive dB": metrics.psnr(naive.mean, u).item(),
        "ours dB": metrics.psnr(ours.mean, u).item(),
    }


def main() -> None:
    """Compare, print the table, fail if a step is not twice as fast or the PSNR differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--chunk", type=int, default=10, help="steps timed together")
    parser.add_argument("--seeds", type=int, default=5, help="runs of the small network")
    parser.add_argument("--small-rounds", type=int, default=29, help="of 20 steps, small network")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    start(threads=options.threads)
    rows = [compare(256, 128, 0, options.rounds, options.chunk)]
    small = [compare(96, 32, seed, options.small_rounds, 20) for seed in range(options.seeds)]
    gaps = [row["ours dB"] - row["naive dB"] for row in small]
    report("dip_speed", rows + small)
    print(f"small network: ours − naive {statistics.mean(gaps):+.3f} dB, mean of {len(gaps)} seeds")
    if rows[0]["ours/naive"] > AIM_RATIO:
        raise SystemExit(f"aim missed: ours/naive is above {AIM_RATIO}")
    if abs(statistics.mean(gaps)) > AIM_DB:
        raise SystemExit(f"aim missed: the mean PSNR differs by more than {AIM_DB} dB")


if __name__ == "__main__":
    run(main)
