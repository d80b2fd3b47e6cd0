"""Distortions of fine structure: noise, loss of detail, false detail."""

from __future__ import annotations

import io

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from mvacourse import kernels
from mvacourse.operators import bicubic
from mvacourse.recipes.distortions.filters import between, convolve, normal, uniform
from mvacourse.regularizers import smoothed_tv_grad


def noise(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add white Gaussian noise, independent in each channel or the same in all."""
    channels = x.shape[1] if uniform(g) < 0.7 else 1
    return x + between(1 / 255, 90 / 255, s) * normal(g, 1, channels, *x.shape[-2:])


def poisson(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add Poisson noise: a white pixel has 3000 (weak) to 4 (strong) photons on average."""
    peak = between(3000, 4, s)
    return torch.poisson(peak * x, generator=g) / peak


def correlated(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add noise with grains of one to four pixels, independent in each channel."""
    k = kernels.gaussian(13, uniform(g, 0.5, 2.0))
    grains = convolve(normal(g, *x.shape), k / k.square().sum().sqrt())
    return x + between(1 / 255, 60 / 255, s) * grains


def blur(x: Tensor, s: float, g: Generator) -> Tensor:
    """Blur with a Gaussian kernel."""
    sigma = between(0.3, 5.0, s)
    return convolve(x, kernels.gaussian(2 * int(3 * sigma + 1) + 1, sigma))


def defocus(x: Tensor, s: float, g: Generator) -> Tensor:
    """Blur with a disk."""
    return convolve(x, kernels.disk(between(0.6, 6.0, s)))


def resize(x: Tensor, s: float, g: Generator) -> Tensor:
    """Shrink by up to 8, and enlarge in one of two ways; for square pixels see ``mosaic``."""
    H, W = x.shape[-2:]
    factor = between(1.1, 8.0, s)
    small = bicubic(x, size=(max(2, round(H / factor)), max(2, round(W / factor))))
    if uniform(g) < 0.6:
        return bicubic(small, size=(H, W))
    return F.interpolate(small, (H, W), mode="bilinear")


def ringing(x: Tensor, s: float, g: Generator) -> Tensor:
    """Set high frequencies to zero: edges get echoes (Gibbs)."""
    kept = 1 - _high_frequencies(x, between(0.5, 0.05, s))
    return torch.fft.irfft2(torch.fft.rfft2(x) * kept, s=x.shape[-2:])


def _high_frequencies(x: Tensor, radius: float) -> Tensor:
    """Mark with 1 the frequencies above a radius (cycles per pixel), on the grid of rfft2."""
    H, W = x.shape[-2:]
    return (torch.hypot(torch.fft.fftfreq(H)[:, None], torch.fft.rfftfreq(W)) > radius).float()


def tv(x: Tensor, s: float, g: Generator) -> Tensor:
    """Descend on ½‖u − x‖² + λ TV_ε(u), which gives flat regions with sharp edges."""
    lam, eps = between(0.01, 0.4, s), 0.05
    u, tau = x, 1.8 / (1 + 8 * lam / eps)
    for _ in range(15):
        u = u - tau * (u - x + lam * smoothed_tv_grad(u, eps))
    return u


def jpeg(x: Tensor, s: float, g: Generator) -> Tensor:
    """Compress to JPEG and decompress."""
    from PIL import Image

    pixels = (255 * x[0]).round().byte().permute(1, 2, 0).numpy()
    file = io.BytesIO()
    one = pixels[..., 0] if len(x[0]) == 1 else pixels
    Image.fromarray(one).save(file, "jpeg", quality=round(between(95, 3, s)))
    back = torch.from_numpy(np.array(Image.open(file)).reshape(pixels.shape))
    return back.permute(2, 0, 1)[None].float() / 255


def quantise(x: Tensor, s: float, g: Generator) -> Tensor:
    """Keep only 64 (weak) to 2 (strong) values per channel."""
    levels = round(between(64, 2, s))
    return (x * (levels - 1)).round() / (levels - 1)


def sharpen(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add a multiple of the detail that a blur removes."""
    blurred = convolve(x, kernels.gaussian(9, uniform(g, 0.6, 1.6)))
    return x + between(0.1, 6.0, s) * (x - blurred)


def phase(x: Tensor, s: float, g: Generator) -> Tensor:
    """Randomise the phases of high frequencies: detail with the right power, in the wrong place."""
    H, W = x.shape[-2:]
    spectrum, noise = torch.fft.rfft2(x), torch.fft.rfft2(normal(g, 1, 1, H, W))
    turned = spectrum.abs() * noise / noise.abs().clamp(min=1e-6)
    high = _high_frequencies(x, between(0.5, 0.04, s)) * uniform(g, 0.3, 1.0)
    return torch.fft.irfft2(spectrum + high * (turned - spectrum), s=(H, W))


def transplant(x: Tensor, s: float, g: Generator) -> Tensor:
    """Replace the fine detail by that of another place in the image, or by a mean over several.

    With one place, the texture looks real, but it is invented. With several, it looks like the
    output of a network trained for a small mean square error.
    """
    H, W = x.shape[-2:]
    n = 1 if uniform(g) < 0.6 else 2 ** int(uniform(g, 1, 4))
    moves = [[int(uniform(g, 0.15 * m, 0.85 * m)) for m in (H, W)] for _ in range(n)]
    other = torch.stack([x.roll(move, (-2, -1)) for move in moves]).mean(0)
    high = _high_frequencies(x, between(0.4, 0.02, s)) * uniform(g, 0.3, 1.0)
    return x + torch.fft.irfft2(high * torch.fft.rfft2(other - x), s=(H, W))


def network(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add the output of a random two-layer convolutional network, applied to the image."""
    C, width = x.shape[1], 8
    size = 1 + 2 * int(uniform(g, 0, 3))
    first = normal(g, width, C, 3, 3) / (3 * C**0.5)
    last = normal(g, C, width, size, size) / (size * width**0.5)
    y = F.leaky_relu(F.conv2d(F.pad(x - x.mean(), (1,) * 4, mode="reflect"), first), -0.5)
    y = F.conv2d(F.pad(y, (size // 2,) * 4, mode="reflect"), last)
    return x + between(0.02, 1.0, s) * (y - y.mean()) * x.std() / y.std().clamp(min=1e-6)
