"""One network asked eight times: in each of the square's symmetries (F5)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mvacourse import validate


class SelfEnsemble(nn.Module):
    """Mean over the eight turned and mirrored forms of an image, each turned back (F5).

    x̂ = ⅛ Σ_S S⁻¹ N(S y), where S goes through the symmetries of the square.

    A photograph turned by 90° is as good a photograph, and a perfect N would answer the same, also
    turned. A real one does not quite. Where its eight answers differ they are partly wrong, and the
    mean is nearer to the truth than they are on average, in the square. It costs eight times the
    time and no training, and it smooths: for a network that is to look sharp it is no gain.

    Parameters
    ----------
    net : nn.Module
        N, from images `(B,C,H,W)` to images; it is taken as it is, in its mode. Further arguments
        of a call, such as a noise level, are handed on.

    Raises
    ------
    ValueError
        If what it is called with is no batch of images.

    References
    ----------
    Timofte, Rothe and Van Gool, Seven ways to improve example-based single image super resolution,
    CVPR 2016; Lim et al., Enhanced deep residual networks for single image super-resolution, CVPR
    workshops 2017, who call it geometric self-ensemble.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, y: Tensor, *others: Any) -> Tensor:
        """Map images `(B,C,H,W)` as N does."""
        validate.batch(y, "y")
        answers = []
        for flip in (False, True):
            for turns in range(4):
                seen = (y.flip(-1) if flip else y).rot90(turns, (-2, -1))
                x_hat = self.net(seen, *others).rot90(-turns, (-2, -1))
                answers.append(x_hat.flip(-1) if flip else x_hat)
        return torch.stack(answers).mean(dim=0)
