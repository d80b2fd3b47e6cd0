"""Learned perceptual distance (D4), through the `lpips` package.

References
----------
.. [1] Zhang, Isola, Efros, Shechtman, Wang, "The unreasonable effectiveness of deep features as a
   perceptual metric", CVPR 2018.
"""

from __future__ import annotations

import math
import warnings
from functools import lru_cache

import torch
from torch import Tensor, nn

from mvacourse import storage, validate
from mvacourse.metrics.psnr import pair
from mvacourse.storage import torchvision_file

_BACKBONES = ("trained", "random")
_SQUEEZE_FILE = "weights/squeezenet1_1_features.pth"
_TORCHVISION = {
    "alex": ("alexnet", "alexnet-owt-7be5be79.pth"),
    "vgg": ("vgg16", "vgg16-397923af.pth"),
}
"""Function of torchvision and file; the file's name ends in the first digits of its sha256."""
_SMALLEST = {"squeeze": 17, "alex": 31, "vgg": 16}
"""Smallest side in pixels; below it, a pooling layer of the backbone has an empty output."""


def lpips(
    x: Tensor, ref: Tensor, net: str = "squeeze", backbone: str = "trained", seed: int = 0
) -> Tensor:
    """Measure how different two images look to a classifier's features: LPIPS 0.1 (D4).

    d = Σ_ℓ 1/(H_ℓW_ℓ) Σ_ij Σ_c w_ℓc (V̄^ℓ(x) − V̄^ℓ(ref))²_cij. It differs from the lecture's
    formula: V̄ are features *normalised* to length 1 over the channels at each pixel. The
    non-negative weights w_ℓ, fitted to the judgments of observers, multiply the *squared*
    differences. There is no root (the lecture's d² is this d). The network needs [−1, 1]; this
    function does the conversion.

    It runs in float32 whatever the type of the images, and is differentiable in x.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
        In [0, 1]; C is 3, or 1 for grey (shown to the network as three equal channels).
    net : {"squeeze", "alex", "vgg"}
        "squeeze" takes its backbone (3 MB) from the cache, or downloads it. The others need
        torchvision's file in torch's own cache, and do not download it.
    backbone : {"trained", "random"}
        "random" draws the backbone's weights at random and needs no file: the formula without the
        training. Its values are not LPIPS values; do not report them as such.
    seed : int
        Random seed of the random backbone.

    Returns
    -------
    Tensor (B,)
        ≥ 0, and 0 for equal images; smaller means more similar.

    Raises
    ------
    DownloadError
        If the backbone's file is not available; the message says where to put it.
    TypeError, ValueError
        If the images are not real batches of the same shape with 1 or 3 channels in [0, 1], hold
        NaN or infinity, or are too small for the network; or if an option is unknown.

    Notes
    -----
    About 0.2 s for a pair of 512×512 images on two cores with "squeeze" [1]_.
    """
    return lpips_layers(x, ref, net, backbone, seed).sum(dim=1)


def lpips_layers(
    x: Tensor, ref: Tensor, net: str = "squeeze", backbone: str = "trained", seed: int = 0
) -> Tensor:
    """Split LPIPS into the contributions of its feature layers, from fine to abstract (D4).

    Parameters
    ----------
    x, ref, net, backbone, seed
        As in :func:`lpips`.

    Returns
    -------
    Tensor (B,L)
        The sum over the L layers is :func:`lpips`: L is 7 for "squeeze", 5 for "alex" and "vgg".

    Raises
    ------
    DownloadError, TypeError, ValueError
        As :func:`lpips`.
    """
    _check(x, ref, net, backbone)
    seed = validate.seed32(seed)
    model = _model(net, None if backbone == "trained" else seed, x.device)
    x, ref = (image.float().expand(-1, 3, -1, -1) for image in (x, ref))
    _, layers = model(x, ref, retPerLayer=True, normalize=True)
    return torch.cat([layer.flatten(1) for layer in layers], dim=1)


def _check(x: Tensor, ref: Tensor, net: str, backbone: str) -> None:
    validate.one_of(net, _SMALLEST, "net")
    validate.one_of(backbone, _BACKBONES, "backbone")
    pair(x, ref, lowest=-math.inf)  # the bounds below are wider
    for image, name in ((x, "x"), (ref, "ref")):
        low, high = (float(bound) for bound in image.detach().aminmax())
        if low < -0.5 and high <= 1:
            raise ValueError(
                f"{name} spans [{low:.3g}, {high:.3g}], which looks like [-1, 1]: lpips takes "
                f"[0, 1] and converts it itself; write ({name} + 1) / 2"
            )
        if low < -1 or high > 2:
            raise ValueError(
                f"{name} spans [{low:.3g}, {high:.3g}], far outside the [0, 1] of images: "
                f"write {name}.clamp(0, 1)"
            )
    if x.shape[1] not in (1, 3):
        raise ValueError(f"x has {x.shape[1]} channels: lpips sees 3 (RGB) or 1 (grey)")
    if min(x.shape[-2:]) < _SMALLEST[net]:
        raise ValueError(
            f"the images are {x.shape[-2]}×{x.shape[-1]}: net={net!r} needs at least "
            f"{_SMALLEST[net]} pixels a side"
        )


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # the model that is kept must serve autograd later
def _model(net: str, seed: int | None, device: torch.device) -> nn.Module:
    """Build the package's model once; `seed` None means the trained backbone."""
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        # torchvision and torch.load warn about arguments that the lpips package still uses.
        warnings.simplefilter("ignore")
        import lpips as package

        torch.default_generator.manual_seed(seed or 0)
        model = package.LPIPS(net=net, pnet_rand=True, verbose=False)
    if seed is None:
        _fill(model.net, _backbone(net))
    return model.requires_grad_(False).eval().to(device)


def _fill(net: nn.Module, state: dict[str, Tensor]) -> None:
    """Load torchvision's weights: its "3.bias" is "slice2.3.bias" in the lpips package."""
    net.load_state_dict({key: state[key.split(".", 1)[1]] for key in net.state_dict()})


def _backbone(net: str) -> dict[str, Tensor]:
    """Read the convolutional weights of a classifier trained on ImageNet."""
    if net == "squeeze":
        return torch.load(storage.fetch(_SQUEEZE_FILE), map_location="cpu", weights_only=True)
    maker, name = _TORCHVISION[net]
    file = torchvision_file(name, maker, "net='squeeze'")
    state = torch.load(file, map_location="cpu", weights_only=True)
    return {key.removeprefix("features."): value for key, value in state.items()}
