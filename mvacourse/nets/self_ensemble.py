"""One network applied eight times, once per symmetry of the square (F5)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mvacourse import validate


class SelfEnsemble(nn.Module):
    """Mean of a network's eight outputs for the turned and mirrored forms of an image (F5).

    x̂ = ⅛ Σ_S S⁻¹ N(S y), where S runs over the symmetries of the square.

    A photograph turned by 90° is still a photograph, and a perfect N would return the same image,
    turned. A real N does not quite. Where its eight outputs differ, they are partly wrong. The
    squared error of their mean is at most their average squared error. This takes eight times as
    long and needs no training. It also smooths: a network that should look sharp gains nothing.

    Parameters
    ----------
    net : nn.Module
        N, from images `(B,C,H,W)` to images. Its mode is not changed. Further arguments of a call,
        such as a noise level, are passed on to N.

    Raises
    ------
    ValueError
        If the input is not a batch of images.

    References
    ----------
    Timofte, Rothe and Van Gool, Seven ways to improve example-based single image super resolution,
    CVPR 2016; Lim et al., Enhanced deep residual networks for single image super-resolution, CVPR
    workshops 2017, who call it geometric self-ensemble.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = validate.module(net, "net")

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
