"""The checks that every metric makes of its two images."""

from __future__ import annotations

from torch import Tensor

from mvacourse import check


def pair(x: Tensor, ref: Tensor, peak: float | None = 1.0) -> None:
    """Insist on two finite real image batches of one shape, in the unit that `peak` says.

    The reference must be an image. The estimate may leave [0, 1] as far as it likes, for a naive
    inverse does (A7); but values from 0 to 255 without a negative one are taken for a mistake.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
    peak : float or None
        1 for images in [0, 1]; None where the metric knows no unit.

    Raises
    ------
    TypeError, ValueError
        If they are not; the message says how to mend it.
    """
    for image, name in ((x, "x"), (ref, "ref")):
        if check.batch(image, name).is_complex():
            raise TypeError(f"{name} is complex: compare real images, for instance {name}.abs()")
    check.same_shape(x, ref)
    unit = peak is not None and check.positive(peak, "peak") <= 1
    check.image(x, "x", unit_range=unit and bool(x.min() >= 0 and x.max() <= 255))
    check.image(ref, "ref", unit_range=unit)
    if peak is not None and peak > 10 and 0 < ref.max() <= 1:
        raise ValueError(
            f"peak = {peak:g}, but ref stays within [0, 1]: leave peak at 1, or rescale both images"
        )
