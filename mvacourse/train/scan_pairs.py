"""Training pairs for tomography: phantoms, and noisy scans of them with few views (F3)."""

from __future__ import annotations

import copy

from torch import Tensor

from mvacourse import validate
from mvacourse.operators import Radon
from mvacourse.operators.inverse_problem import check_operator
from mvacourse.train.crop_pairs import check_draw
from mvacourse.train.seeds import Draw, fingerprint

_GIVEN = ("fbp", "scan")


class Tomography:
    """Pairs of a scan y = Au + σw, w ~ N(0, I), and the image u that was scanned (F3).

    Each image is rotated by quarter turns and mirrored at random, then scanned with new noise. So
    no two scans are the same.

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1], and square, so that quarter turns still fit the operator.
    A : Radon
        Defines the views.
    sigma : float
        Noise level σ ≥ 0, in the unit of the sinogram: grey value times pixels.
    given : {"fbp", "scan"}
        Input of the network. With ``"fbp"`` it is called as ``net(A.fbp(y))``, and improves an
        approximate inverse. With ``"scan"`` it is called as ``net(y, A, A.fbp(y))``, like
        :class:`mvacourse.nets.Unrolled`.
    filter : {"ramp", "hann"}
        Filter of the filtered back-projection.

    Attributes
    ----------
    fingerprint : str
        Identifies data and scanner, for checkpoints.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a batch of images, they are not square or not of the operator's size,
        σ < 0, or `given` is unknown.
    """

    def __init__(
        self, images: Tensor, A: Radon, sigma: float, *, given: str = "fbp", filter: str = "hann"
    ) -> None:
        H, W = validate.image(images, "images").shape[-2:]
        check_operator(A, kind=Radon)
        validate.one_of(filter, ("ramp", "hann"), "filter")
        if H != W or (H, W) != A.size:
            raise ValueError(
                f"images are {H}×{W} and A scans {A.size[0]}×{A.size[1]}: both must be the same "
                "square"
            )
        validate.one_of(given, _GIVEN, "given")
        # A copy, because the caller's own operator must not move to another device.
        self.images, self.A, self.given, self.filter = images, copy.deepcopy(A), given, filter
        self.sigma = validate.non_negative(sigma, "sigma")
        scanner = f"{A.n_detectors} detectors, σ = {sigma}, {filter}, gives {given}"
        self.fingerprint = f"{fingerprint(images, A.angles)}, {scanner}"

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor | Radon, ...], Tensor]:
        """Draw this process's rows of a batch: the inputs of the network, and u."""
        batch = check_draw(draw, batch)
        rows = draw.rows(len(self.images), batch).cpu()
        turns = (8 * draw.uniform(batch)).long().tolist()
        u = self.images[rows].to(draw.device)
        for i, turn in enumerate(turns):
            x = u[i].rot90(turn // 2, (-2, -1))
            u[i] = x.flip(-1) if turn % 2 else x
        A = self.A.to(draw.device)
        y = A(u)
        y = y + self.sigma * draw.normal(batch, *y.shape[1:])
        x0 = A.fbp(y, self.filter)
        return ((x0,) if self.given == "fbp" else (y, A, x0)), u
