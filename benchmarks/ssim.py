"""Time `metrics.ssim` against `piq.ssim`: same 11×11 Gaussian window, same values."""

from __future__ import annotations

import argparse
import statistics

import piq
import torch
from common import alternate, median_ratio, report, run

from mvacourse import metrics

CASES = [
    ((8, 1, 512, 512), torch.float32, False),
    ((8, 1, 512, 512), torch.float32, True),
    ((8, 3, 256, 256), torch.float32, False),
    ((8, 1, 512, 512), torch.float64, False),
]


def measure(
    shape: tuple[int, ...], dtype: torch.dtype, backward: bool, rounds: int
) -> dict[str, object]:
    """Compare on one batch of random images, with or without the gradient."""
    generator = torch.Generator().manual_seed(0)
    ref = torch.rand(shape, generator=generator, dtype=dtype)
    x = (ref + 0.1 * torch.randn(shape, generator=generator, dtype=dtype)).clamp(0, 1)
    x.requires_grad_(backward)

    def ours() -> torch.Tensor:
        return metrics.ssim(x, ref)

    def theirs() -> torch.Tensor:
        return piq.ssim(x, ref, downsample=False, reduction="none")

    def run(function):
        return lambda: torch.autograd.grad(function().sum(), x) if backward else function()

    gap = float((ours() - theirs()).detach().abs().max())
    if gap > 1e-6:
        raise SystemExit(f"the two disagree by {gap:.2g}: their times mean nothing")
    seconds = alternate({"ours": run(ours), "piq": run(theirs)}, rounds)
    return {
        "shape": "×".join(map(str, shape)),
        "dtype": str(dtype).removeprefix("torch."),
        "gradient": "yes" if backward else "no",
        "ours ms": 1000 * statistics.median(seconds["ours"]),
        "piq ms": 1000 * statistics.median(seconds["piq"]),
        "ours/piq": median_ratio(seconds["ours"], seconds["piq"]),
        "largest gap": gap,
    }


def main() -> None:
    """Run all the cases, print the table, fail if the first ratio is above its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rows = [measure(*case, arguments.rounds) for case in CASES]
    report("ssim", rows)
    if rows[0]["ours/piq"] > 1:
        raise SystemExit("aim missed: ssim is slower than piq's")


if __name__ == "__main__":
    run(main)
