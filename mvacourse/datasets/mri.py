"""MRI: the raw measurements of a real scan."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mvacourse.storage import fetch


def mri() -> tuple[Tensor, Tensor]:
    r"""Load the measurements of a real brain slice by eight coils, and the sampling mask.

    In the file, k-space has its zero frequency at the centre, and the image has its origin at the
    centre. Here both are moved to index [0, 0], the convention of
    :class:`mvacourse.operators.MultiCoilMRI`: y = S F D u with F the orthonormal
    ``torch.fft.fft2``. So ``torch.fft.ifft2(y, norm="ortho")`` shows a head in the middle of the
    image. There are no coil maps, and there is no fully sampled reference.

    Returns
    -------
    kspace : Tensor, (1,8,230,180), complex64
        Zero where nothing was measured.
    mask : Tensor, (230,180), bool
        12.4 % of the frequencies, including all of the 24×24 lowest.

    Notes
    -----
    Let w be the image with its origin at the centre. Then u[i,j] = w[i−H/2, j−W/2], so û[p,q] =
    (−1)^{p+q} ŵ[p,q] for even H and W: moving the image's origin only changes signs, and exact
    zeros stay exact.

    References
    ----------
    mikgroup, SigPy MRI tutorial (BSD-3-Clause).
    """
    centred = torch.from_numpy(np.load(fetch("mri/cartesian_ksp.npy"), allow_pickle=False))
    y = torch.fft.ifftshift(centred, dim=(-2, -1))
    H, W = y.shape[-2:]
    sign = 1 - 2 * ((torch.arange(H)[:, None] + torch.arange(W)) % 2)
    return (y * sign)[None], (y != 0).any(dim=0)
