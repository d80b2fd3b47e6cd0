"""Unpaired data for weak optimal transport (F9).

Digits of one typeface and of many, white or in colour; one Gaussian in the plane and eight of them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.images.digits_and_letters import Glyphs, digits, glyphs
from mvacourse.images.typefaces import FACES

SIZE = 20
"""Height and width of the digits."""

DEFORM, PLAIN = 0.5, 0.25
"""Strength of the deformation of y and of x; 1 is the usual strength.

The map could use the deformation of x instead of z. The less x is deformed, the more must come from
z.
"""

SOURCE_FACE = "cmss10"
"""The typeface of x."""

TARGET_FACES = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    *("DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
)
"""The typefaces of y, from other families than that of x."""


def source_digits(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw digits of one typeface: images (n,1,S,S) and labels (n,).

    Digit i of a seed is unrelated to digit i of :func:`target_digits`: they are unpaired.
    """
    return digits(n, 2 * _half(seed), SIZE, faces=SOURCE_FACE, deform=PLAIN)


def target_digits(n: int, seed: int) -> Glyphs:
    """Draw digits of many typefaces, as by :func:`mvacourse.images.glyphs`.

    Here, ``faces`` index into :data:`TARGET_FACES`.
    """
    options = {"size": SIZE, "faces": TARGET_FACES, "deform": DEFORM}
    y = glyphs("0123456789", n, 2 * _half(seed) + 1, **options)
    order = torch.tensor([FACES.index(face) for face in TARGET_FACES])
    return y._replace(faces=(y.faces[:, None] == order).long().argmax(1))


def _half(seed: int) -> int:
    """Check a seed of which the double is a seed too."""
    if validate.seed(seed) >= 2**62:
        raise ValueError(f"seed = {seed} must be below 2**62: x and y have seeds 2s and 2s + 1")
    return int(seed)


def painted(m: Tensor, seed: int | torch.Generator | None) -> Tensor:
    """Paint each white digit (n,1,S,S) in one random bright colour: (n,3,S,S).

    The hue is uniform, the saturation uniform in [½, 1], and the value 1.
    """
    from skimage.color import hsv2rgb

    if validate.real(m, "m").ndim != 4 or m.shape[1] != 1:
        raise ValueError(f"m has shape {tuple(m.shape)}: white digits are (n, 1, S, S)")
    generator = validate.generator(seed)
    hue, saturation = dtypes.uniform((2, len(m), 1), generator)
    colours = hsv2rgb(torch.stack([hue, 0.5 + saturation / 2, torch.ones_like(hue)], -1).numpy())
    return m * dtypes.like(torch.from_numpy(colours), m).view(-1, 3, 1, 1)


def hue(y: Tensor) -> Tensor:
    """Compute the hue of the ink of digits on black: (B,3,S,S) to (B,) in [0, 1), red at 0.

    It is the angle of the mean colour of the bright pixels.
    """
    if validate.real(y, "y").ndim != 4 or y.shape[1] != 3:
        raise ValueError(f"y has shape {tuple(y.shape)}: digits in colour are (B, 3, S, S)")
    bright = y.clamp(0, 1).amax(1, keepdim=True) ** 4
    r, g, b = ((y * bright).sum((2, 3)) / bright.sum((2, 3)).clamp(min=1e-6)).unbind(1)
    return torch.atan2(3**0.5 * (g - b), 2 * r - g - b) / (2 * torch.pi) % 1


def gaussian_points(n: int, seed: int | torch.Generator | None) -> Tensor:
    """Draw points x (n,2) from N(0, I)."""
    shape = validate.count(n, "n"), 2
    return dtypes.normal(shape, validate.generator(seed), torch.get_default_dtype())


def eight_gaussians(n: int, seed: int | torch.Generator | None) -> Tensor:
    """Draw points y (n,2) from eight Gaussians (deviation 0.3), evenly on a circle of radius 2."""
    n, generator = validate.count(n, "n"), validate.generator(seed)
    angle = torch.pi / 4 * torch.randint(8, (n,), generator=generator)
    centre = 2 * torch.stack([angle.cos(), angle.sin()], 1)
    return centre + 0.3 * dtypes.normal((n, 2), generator, torch.get_default_dtype())
