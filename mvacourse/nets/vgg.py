"""Features of a classifier trained on photographs: the "content" in SRGAN's loss (F4, F5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import storage, validate
from mvacourse.nets.shapes import check_input
from mvacourse.storage import torchvision_file

_STAGES = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))
"""Maps and number of convolutions of VGG-19 in each stage; a halving follows each."""
_LAYERS = {"relu2_2": 4, "relu5_4": 16}
"""Number of convolutions up to each layer."""
_NORMALISED = "weights/vgg_normalised_conv3_1.pth"
_TORCHVISION = "vgg19-dcbb9e9d.pth"
"""The file's name ends in the first digits of its sha256."""
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and deviation, in [0, 1], of the images that torchvision's classifiers were trained on."""


class VGGFeatures(nn.Module):
    """VGG-19 up to one layer: V^ℓ of the content loss ‖V^ℓ(x̂) − V^ℓ(x)‖² (F4).

    A 1×1 convolution maps [0, 1] to the range that the classifier expects. 3×3 convolutions, each
    with a ReLU, follow, with 2×2 max pooling between the stages. Its weights are fixed; gradients
    pass through it to the image.

    Use :func:`vgg_features`, which also reads the weights.

    Parameters
    ----------
    layer : {"relu2_2", "relu5_4"}
        Last layer.
    reflect : bool
        Extend the image by reflection instead of by zeros.

    References
    ----------
    Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition,
    ICLR 2015.
    """

    def __init__(self, layer: str = "relu2_2", *, reflect: bool = False) -> None:
        super().__init__()
        self.layer = validate.one_of(layer, _LAYERS, "layer")
        mode = "reflect" if reflect else "zeros"
        widths = [w for w, n in _STAGES for _ in range(n)][: _LAYERS[layer]]
        self.first = nn.Conv2d(3, 3, 1)
        self.convs = nn.ModuleList(
            nn.Conv2d(c, w, 3, padding=1, padding_mode=mode)
            for c, w in zip([3, *widths[:-1]], widths)
        )
        self.requires_grad_(False).eval()

    def forward(self, x: Tensor) -> Tensor:
        """Map photographs `(B,3,H,W)` in [0, 1] to features `(B,C,H/2^s,W/2^s)`."""
        n_halvings = sum(_before_halving(i) for i in range(1, len(self.convs)))
        smallest = 2 ** (n_halvings + 1)
        if validate.batch(x, "x").shape[1] != 3 or min(x.shape[-2:]) < smallest:
            raise ValueError(
                f"x has shape {tuple(x.shape)}, but {self.layer} takes (B, 3, H, W) of at least "
                f"{smallest} × {smallest}"
            )
        f = self.first(check_input(self, x, 3))
        for i, conv in enumerate(self.convs):
            if _before_halving(i):
                f = F.max_pool2d(f, 2)
            f = F.relu(conv(f))
        return f.to(x.dtype)


def vgg_features(layer: str = "relu2_2", backbone: str = "trained", seed: int = 0) -> VGGFeatures:
    """Load the feature network of SRGAN's content loss: VGG22 or VGG54 (F4, F5).

    Parameters
    ----------
    layer : {"relu2_2", "relu5_4"}
        "relu2_2", the paper's VGG22: edges and textures. The file comes from the cache, or is
        downloaded (2.2 MB). Its weights are *normalised*: each map has mean 1 over many
        photographs, and borders are reflected. Losses have another scale than with the original
        weights, and all maps have equal weight.
        "relu5_4", the paper's VGG54: parts of objects. It needs torchvision's VGG-19 (548 MB) in
        torch's own cache, and does not download it.
    backbone : {"trained", "random"}
        "random" draws the weights at random and needs no file.
    seed : int
        Random seed of the random weights.

    Returns
    -------
    VGGFeatures
        In evaluation mode, with fixed weights.

    Raises
    ------
    DownloadError
        If the file is not available; the message says where to put it.
    ValueError
        If an option is unknown.

    References
    ----------
    Ledig et al., CVPR 2017, for VGG22 and VGG54; Gatys, Ecker and Bethge, Image style transfer
    using convolutional neural networks, CVPR 2016, for the normalised weights.
    """
    validate.one_of(layer, _LAYERS, "layer")
    validate.one_of(backbone, ("trained", "random"), "backbone")
    key = validate.seed32(seed)
    if backbone == "random":
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(key)
            return VGGFeatures(layer)
    net = VGGFeatures(layer, reflect=layer == "relu2_2")
    state = _normalised() if layer == "relu2_2" else _torchvision()
    # The files number all layers and contain more of them; the convolutions are in order.
    wanted = list(net.state_dict())
    net.load_state_dict(dict(zip(wanted, state.values())))
    return net


def _before_halving(i: int) -> bool:
    """Check whether convolution i is the first after a halving."""
    ends, n = set(), 0
    for _, count in _STAGES:
        ends.add(n := n + count)
    return i in ends


def _normalised() -> dict[str, Tensor]:
    return torch.load(storage.fetch(_NORMALISED), map_location="cpu", weights_only=True)


def _torchvision() -> dict[str, Tensor]:
    file = torchvision_file(_TORCHVISION, "vgg19", "layer='relu2_2'")
    state = torch.load(file, map_location="cpu", weights_only=True)
    mean, std = torch.tensor(_MEAN), torch.tensor(_STD)
    first = {"weight": torch.diag(1 / std)[..., None, None], "bias": -mean / std}
    return first | {key: value for key, value in state.items() if key.startswith("features.")}
