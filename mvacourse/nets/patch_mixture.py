"""A Gaussian mixture on patches: a prior on photographs whose density is known (E1, G3)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import dtypes, validate
from mvacourse.nets.shapes import check_input, check_vectors

FLOOR = 0.5 / 255
"""Standard deviation that each direction has at least: that of rounding to 8 bits, and a bit."""


class PatchMixture(nn.Module):
    """Generative prior on the patches of photographs, a mixture of Gaussians (E1, G3).

    p(c) = Σₖ πₖ N(c; 0, BₖBₖᵀ + ε²I),   k = 1 … K,

    for the coefficients c of a patch without the mean of each channel. To draw a patch, draw k with
    probability πₖ, then c = Bₖz with z ~ N(0, I): each k is one linear generator, learned from
    photographs. Its density is known, and so is the best guess of a patch from a noisy one: for a
    given k it is Wiener's, c ↦ Σₖ(Σₖ + σ²I)⁻¹c.

    `forward` denoises an image: each patch, with the k that is most probable for it, and the
    average of all patches that see a pixel. With :func:`mvacourse.priors.half_quadratic` it
    restores whole photographs: this is EPLL, expected patch log-likelihood.

    Parameters
    ----------
    channels : int, default 3
        C, channels of the images.
    side : int, default 6
        p: patches have p×p pixels.
    n_components : int, default 100
        K.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive or `side` is 1, an image has the wrong number of channels or is
        smaller than a patch, or σ is negative.

    References
    ----------
    Zoran and Weiss, From learning models of natural image patches to whole image restoration,
    ICCV 2011.
    """

    def __init__(self, channels: int = 3, side: int = 6, n_components: int = 100) -> None:
        super().__init__()
        self.channels = channels = validate.count(channels, "channels")
        self.side = side = validate.count(side, "side", at_least=2)
        K = validate.count(n_components, "n_components")
        self.arguments = {"channels": channels, "side": side, "n_components": K}
        D = channels * (side**2 - 1)
        self.log_weights = nn.Parameter(torch.full((K,), -math.log(K)), requires_grad=False)
        self.axes = nn.Parameter(0.1 * torch.eye(D).repeat(K, 1, 1), requires_grad=False)
        """Bₖ, (K,D,D)."""
        self.register_buffer("basis", _without_mean(channels, side), persistent=False)

    def cut(self, x: Tensor, stride: int = 1) -> Tensor:
        """Cut images `(B,C,H,W)` into patches `(N,C,p,p)`, one every `stride` pixels."""
        stride = validate.count(stride, "stride")
        columns = F.unfold(self._large_enough(x, "x"), self.side, stride=stride)
        return columns.mT.flatten(0, 1).unflatten(1, (-1, self.side, self.side))

    def coefficients(self, patches: Tensor) -> Tensor:
        """Compute c, (N,D), of patches `(N,C,p,p)`: they are orthonormal, and forget the means."""
        return self._fits(patches).flatten(1) @ self.basis.T

    def log_prob(self, patches: Tensor, sigma: float = 0.0) -> Tensor:
        """Compute the log-density of patches `(N,C,p,p)` with noise σ: `(N,)`, in nats."""
        sigma = validate.non_negative(sigma, "sigma")
        return self.joint(self.coefficients(patches), sigma).logsumexp(1)

    def joint(self, c: Tensor, sigma: float = 0.0) -> Tensor:
        """Compute log πₖ + log N(c; 0, Σₖ + σ²I) for coefficients `(N,D)`: `(N,K)`."""
        check_vectors(self, c, self.axes.shape[1], "c")
        whiten, log_det = self._whitening(validate.non_negative(sigma, "sigma"))
        energy = torch.stack([(c @ W.T).square().sum(1) for W in dtypes.like(whiten, c)], dim=1)
        norm = self.log_weights.to(c) - dtypes.like(log_det, c)
        return norm - (energy + c.shape[1] * math.log(2 * math.pi)) / 2

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """Draw n patches, (n,C,p,p), of mean zero: add a colour to see them as images."""
        n = validate.count(n, "n")
        weights = dtypes.float64(self.log_weights).softmax(0).cpu()
        k = torch.multinomial(weights, n, replacement=True, generator=generator).to(
            self.axes.device
        )
        z = dtypes.normal((n, self.axes.shape[2]), generator, self.axes.dtype).to(self.axes)
        w = dtypes.normal((n, self.axes.shape[1]), generator, self.axes.dtype).to(self.axes)
        c = torch.einsum("ndi,ni->nd", self.axes[k], z) + FLOOR * w
        return (c @ self.basis).view(n, self.channels, self.side, self.side)

    @torch.no_grad()
    def forward(self, v: Tensor, sigma: float) -> Tensor:
        """Denoise images `v` `(B,C,H,W)` in [0, 1]; the result is not clamped."""
        self._large_enough(v, "v")
        sigma = validate.non_negative(sigma, "sigma")
        columns = F.unfold(v, self.side)
        c = (self.basis @ columns).transpose(1, 2).flatten(0, 1)
        removed = self._removed(c, sigma).unflatten(0, (len(v), -1)).transpose(1, 2)
        columns = torch.stack([self.basis.T @ removed, torch.ones_like(columns)]).flatten(0, 1)
        total, counts = F.fold(columns, v.shape[-2:], self.side).chunk(2)
        return v - total / counts

    def _removed(self, c: Tensor, sigma: float) -> Tensor:
        """Compute c − Σₖ(Σₖ + σ²I)⁻¹c = σ²(Σₖ + σ²I)⁻¹c for the most probable k of each row."""
        best = self.joint(c, sigma).argmax(1)
        shrink = dtypes.like(sigma * self._whitening(sigma)[0], c)
        removed = torch.empty_like(c)
        for k in best.unique().tolist():
            here = best == k
            removed[here] = c[here] @ shrink[k].T @ shrink[k]
        return removed

    def _whitening(self, sigma: float) -> tuple[Tensor, Tensor]:
        """Compute Wₖ, WₖᵀWₖ = (Σₖ + σ²I)⁻¹, and ½ log det(Σₖ + σ²I), in double precision."""
        axes = dtypes.float64(self.axes)
        eye = torch.eye(axes.shape[1]).to(axes)
        L = torch.linalg.cholesky(axes @ axes.mT + (FLOOR**2 + sigma**2) * eye)
        W = torch.linalg.solve_triangular(L, eye, upper=False)
        return W, L.diagonal(dim1=1, dim2=2).log().sum(1)

    def _large_enough(self, x: Tensor, name: str) -> Tensor:
        check_input(self, x, self.channels, name)
        (H, W), p = x.shape[-2:], self.side
        if min(H, W) < p:
            raise ValueError(f"{name} is {H}×{W}, smaller than a patch of {p}×{p}")
        return x

    def _fits(self, patches: Tensor) -> Tensor:
        check_input(self, patches, self.channels, "patches")
        if patches.shape[-2:] != (self.side, self.side):
            raise ValueError(
                f"patches are {patches.shape[-2]}×{patches.shape[-1]}, but this mixture was made "
                f"for {self.side}×{self.side}"
            )
        return patches


def _without_mean(channels: int, side: int) -> Tensor:
    """Return an orthonormal basis, (D,C·p²), of patches whose channels have mean zero."""
    n = torch.arange(side, dtype=torch.float64)
    rows = torch.cos(math.pi / side * (n + 0.5) * n[:, None])  # DCT: the first row is constant
    rows = rows / rows.square().sum(1, keepdim=True).sqrt()
    plane = torch.kron(rows, rows)[1:]
    return torch.block_diag(*channels * [plane]).float()
