"""The data step and Plug-and-Play, for notebook 12, with usual mistakes, and inputs for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import rand, randn

Denoise = Callable[[Tensor, float], Tensor]


def _denoise(v: Tensor, s: float) -> Tensor:
    return (torch.tanh(v) + s * v.roll(1, -1)) / (1 + s)


def blurred(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor, Denoise, list[float], float]]:
    """Draw data of a blur, and the levels of a denoiser."""
    found = []
    for shape, levels, strength in (
        ((2, 1, 5, 6), [0.5, 0.3, 0.2], 0.02),
        ((1, 3, 7, 4), [0.8, 0.4], 0.1),
        ((1, 1, 3, 3), [0.6, 0.5, 0.4, 0.4], 0.05),
    ):
        k_hat = torch.fft.fft2(rand(g, *shape[-2:]) / 8)
        found.append((randn(g, *shape), randn(g, *shape), k_hat, _denoise, levels, strength))
    return found


def data_step(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Minimise ½‖Az − y‖² + (a/2)‖z − x‖² over z, for a blur A."""
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real


def blurs(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor, float]]:
    """Draw data and images, a kernel's transform, and a weight."""
    found = []
    for shape, a in (((2, 1, 5, 6), 0.1), ((1, 3, 7, 4), 0.5)):
        k_hat = torch.fft.fft2(rand(g, *shape[-2:]) / 8)
        found.append((randn(g, *shape), randn(g, *shape), k_hat, a))
    return found


def without_conjugate(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Forget that Aᵀ has the conjugate transform."""
    top = k_hat * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real


def without_image(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Pull z to 0."""
    return data_step(0 * x, y, k_hat, a)


def divided(x: Tensor, y: Tensor, k_hat: Tensor, a: float, by: Tensor) -> Tensor:
    """Divide the right numerator by something else."""
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / by).real


def without_square(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Divide by |k̂| + a."""
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() + a)).real


def without_a_below(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Divide by |k̂|² alone."""
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / k_hat.abs() ** 2).real


def square_of_complex(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Divide by k̂² + a."""
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat**2 + a)).real


def a_outside(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Forget the parentheses around the denominator."""
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / k_hat.abs() ** 2 + a).real


def along_rows(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    """Transform along the last dimension only."""
    top = k_hat.conj() * torch.fft.fft(y) + a * torch.fft.fft(x)
    return torch.fft.ifft(top / (k_hat.abs() ** 2 + a)).real


def rms(gap: Tensor) -> Tensor:
    """Compute the root of the mean square of all values."""
    return gap.square().mean().sqrt()


def plug_and_play(
    x: Tensor,
    y: Tensor,
    k_hat: Tensor,
    denoise: Denoise,
    levels: Sequence[float],
    strength: float,
    *,
    weight: Callable[[float, float], float] = lambda strength, s: strength / s**2,
    tied: Callable[[float, float], float] = lambda s, first: s,
    told: Callable[[float, float], float] = lambda s, first: s,
    anchor: bool = False,
    swapped: bool = False,
    keep_z: bool = False,
    clip: bool = False,
    change: Callable[[Tensor], Tensor] = rms,
    since: str = "step",
    fed: str = "z",
    turned: bool = False,
    from_y: bool = False,
    twice: bool = False,
    to_c: bool = False,
) -> tuple[Tensor, Tensor]:
    """Alternate between the data step and the denoiser; return the image and its changes."""
    start, z, changes = x, x, []
    for s in levels:
        old, a = x, weight(strength, tied(s, levels[0]))
        if swapped:
            z = denoise(x, s)
            x = data_step(z, y, k_hat, a)
        else:
            given = start if anchor else y if from_y else z if to_c else x
            z = data_step(y, given, k_hat, a) if turned else data_step(given, y, k_hat, a)
            x = z if fed == "nothing" else denoise(x if fed == "x" else z, told(s, levels[0]))
            x = denoise(x, s) if twice else x
            x = x.clamp(0, 1) if clip else x
        gaps = {"step": x - old, "start": x - start, "z": x - z, "z − x": z - old}
        changes.append(change(gaps[since]))
    return (z if keep_z else x), torch.stack(changes)
