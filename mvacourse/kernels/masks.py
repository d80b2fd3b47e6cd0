"""Sampling masks and coil sensitivities, the `S` and `D` of inpainting and MRI (A2, A6)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.kernels.blurs import offsets


def centred(x: Tensor) -> Tensor:
    """Move the zero frequency to the middle (fftshift), to display a mask or a spectrum.

    Parameters
    ----------
    x : Tensor (…,H,W)
        In FFT order: zero frequency at index (0, 0).

    Returns
    -------
    Tensor (…,H,W)
        Zero frequency at index (H//2, W//2).

    Raises
    ------
    TypeError, ValueError
        If x is not a tensor with two dimensions or more.
    """
    if validate.tensor(x, "x").ndim < 2:
        raise ValueError(f"x has shape {tuple(x.shape)}: a mask or a spectrum is (…, H, W)")
    return torch.fft.fftshift(x, dim=(-2, -1))


def random_mask(
    shape: Sequence[int], keep: float, seed: int | torch.Generator | None = None
) -> Tensor:
    """Keep pixels, or frequencies, drawn uniformly at random (A2, A6).

    The number kept is exactly round(keep·H·W), and at least one. It does not depend on the seed.

    Parameters
    ----------
    shape : (H, W)
    keep : float
        Fraction kept, in (0, 1].
    seed : int, torch.Generator or None

    Returns
    -------
    Tensor (H,W) of bool

    Raises
    ------
    TypeError, ValueError
        If keep is outside (0, 1].
    """
    h, w = validate.image_size(shape, "shape")
    keep = validate.number(keep, "keep")
    if not 0 < keep <= 1:
        raise ValueError(f"keep = {keep} must be in (0, 1]: it is the fraction that is kept")
    n_kept = max(1, round(keep * h * w))
    mask = torch.zeros(h * w, dtype=torch.bool)
    mask[torch.randperm(h * w, generator=validate.generator(seed))[:n_kept]] = True
    return mask.reshape(h, w)


def radial_lines(shape: Sequence[int], n_lines: int) -> Tensor:
    """Keep the frequencies on `n_lines` straight lines through zero, equally spaced in angle (A2).

    Each line is one pixel thick and crosses the whole (H,W) grid of frequencies.

    Parameters
    ----------
    shape : (H, W)
    n_lines : int
        At least 1. The first line is the row of zero vertical frequency.

    Returns
    -------
    Tensor (H,W) of bool
        In FFT order; :func:`centred` shows the star.

    Raises
    ------
    TypeError, ValueError
        If n_lines < 1.
    """
    h, w = validate.image_size(shape, "shape")
    n_lines = validate.count(n_lines, "n_lines")
    rows, cols = offsets(h)[:, None], offsets(w)[None, :]
    mask = torch.zeros(h, w, dtype=torch.bool)
    for i in range(n_lines):
        cos, sin = math.cos(math.pi * i / n_lines), math.sin(math.pi * i / n_lines)
        # Half a pixel, measured along the axis that the line crosses most steeply: no gaps.
        mask |= (rows * cos + cols * sin).abs() <= 0.5 * max(abs(cos), abs(sin))
    return torch.fft.ifftshift(mask)


def coil_maps(n_coils: int, shape: Sequence[int], *, dtype: torch.dtype | None = None) -> Tensor:
    """Make smooth synthetic sensitivities of receiver coils, the D of MRI (A2, SENSE).

    The coils are evenly spaced on a circle around the image square [−1,1]². In complex coordinates,
    coil c at z_c sees the point z with d_c = exp(−|z_c−z|²/2)·(z_c−z)/|z_c−z|: a bell in
    magnitude, a slow rotation in phase. Then D_c = d_c/√(Σ_c|d_c|²), so Σ_c|D_c|² = 1 at each
    pixel, and ‖D‖ = 1.

    Parameters
    ----------
    n_coils : int
        At least 1.
    shape : (H, W)
    dtype : complex torch.dtype, optional
        Default: the complex partner of torch's default dtype.

    Returns
    -------
    Tensor (n_coils,H,W), complex

    Raises
    ------
    TypeError, ValueError
        If n_coils < 1.
    """
    n_coils = validate.count(n_coils, "n_coils")
    h, w = validate.image_size(shape, "shape")
    dtype = validate.dtype(dtype, complex=True)
    rows, cols = (2 * offsets(n) / n for n in (h, w))
    z = torch.complex(cols[None, :].expand(h, w), -rows[:, None].expand(h, w))
    turn = torch.arange(n_coils, dtype=torch.float64) * (2 * math.pi / n_coils)
    # Radius 1.5: outside the square, whose corners are at √2, so z_c − z never vanishes.
    to_coil = torch.polar(torch.full_like(turn, 1.5), turn)[:, None, None] - z
    d = torch.exp(-(to_coil.abs() ** 2) / 2) * torch.sgn(to_coil)
    d = d / d.abs().square().sum(0).sqrt()
    return d.to(dtype)
