"""Maps T(x, z) and potentials f(y) of weak optimal transport, for vectors and for images (F9).

For digits, f is a :class:`~mvacourse.nets.Discriminator`: like a potential, it returns one real
number per image. For textures, f is a :class:`PatchPotential`, which looks at patches.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.patchgan import PatchGAN
from mvacourse.nets.shapes import check_codes, check_input, check_vectors
from mvacourse.nets.unet import UNet

_GRAIN = 0.3
"""Standard deviation of the noise channel: about the contrast of a photograph."""


class TransportMLP(nn.Module):
    """Stochastic map T(x, z) = x + N(x, z) between vectors (F9).

    N is a multi-layer perceptron: `depth` hidden layers of `width` units, each with a SiLU. The
    SiLU is smooth, as the maps of quadratic transport often are. The last layer starts at zero: T
    starts as the identity.

    Parameters
    ----------
    dim : int
        Length of x and of T(x, z).
    k : int, default 2
        Length of z.
    width : int, default 64
        Units of a hidden layer.
    depth : int, default 2
        Hidden layers.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, or x or z has the wrong length.
    """

    def __init__(self, dim: int, k: int = 2, *, width: int = 64, depth: int = 2) -> None:
        super().__init__()
        self.dim = dim = validate.count(dim, "dim")
        self.k = k = validate.count(k, "k")
        width, depth = validate.count(width, "width"), validate.count(depth, "depth")
        self.arguments = {"dim": dim, "k": k, "width": width, "depth": depth}
        self.layers = _mlp(dim + k, dim, width, depth)
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Map x `(B,dim)` and z `(B,k)` to `(B,dim)`."""
        check_vectors(self, x, self.dim, "x")
        check_codes(self, z, self.k, len(x))
        return x + self.layers(torch.cat([x, z], 1))


class PotentialMLP(nn.Module):
    """Potential f(y) of a vector, one real number (F9): a perceptron like N in T.

    Parameters
    ----------
    dim : int
        Length of y.
    width : int, default 64
        Units of a hidden layer, each with a SiLU.
    depth : int, default 2
        Hidden layers.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, or y has the wrong length.
    """

    def __init__(self, dim: int, *, width: int = 64, depth: int = 2) -> None:
        super().__init__()
        self.dim = dim = validate.count(dim, "dim")
        width, depth = validate.count(width, "width"), validate.count(depth, "depth")
        self.arguments = {"dim": dim, "width": width, "depth": depth}
        self.layers = _mlp(dim, 1, width, depth)

    def forward(self, y: Tensor) -> Tensor:
        """Map y `(B,dim)` to numbers `(B,)`."""
        check_vectors(self, y, self.dim, "y")
        return self.layers(y).squeeze(1)


class TransportUNet(nn.Module):
    """Stochastic map T(x, z) = x + U(x, z) between images: a U-Net that also sees z (F9).

    Each component of z is a channel of its own, the same number at every pixel. The network must
    turn it into something that varies over the image. Any height and width work.

    Parameters
    ----------
    channels : int, default 1
        Channels of x and of T(x, z).
    k : int, default 8
        Length of z.
    width : int, default 16
        Channels at the finest scale, doubled from scale to scale.
    n_scales : int, default 3
        Number of scales. With three, sizes 28 and 32 need no padding: 4 divides both.
    fold : int, default 1
        As for :class:`~mvacourse.nets.UNet`: with 2, an image costs four times less.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, x has the wrong number of channels, or z the wrong length.

    See Also
    --------
    mvacourse.nets.UNet : The network U, which works at several scales.
    """

    def __init__(
        self, channels: int = 1, k: int = 8, *, width: int = 16, n_scales: int = 3, fold: int = 1
    ) -> None:
        super().__init__()
        self.channels = channels = validate.count(channels, "channels")
        self.k = k = validate.count(k, "k")
        width, n_scales = validate.count(width, "width"), validate.count(n_scales, "n_scales")
        fold = validate.count(fold, "fold")
        self.arguments = {"channels": channels, "k": k, "width": width, "n_scales": n_scales}
        self.arguments["fold"] = fold
        self.net = UNet(channels + k, channels, width=width, n_scales=n_scales, fold=fold)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Map images x `(B,C,H,W)` and z `(B,k)` to images `(B,C,H,W)`."""
        check_input(self, x, self.channels)
        check_codes(self, z, self.k, len(x))
        maps = z[..., None, None].expand(*z.shape, *x.shape[-2:])
        return self.net(torch.cat([x, maps], 1))  # its residual form adds the first channels, x


class ColouredTransport(nn.Module):
    """Stochastic map between drawings in one ink on black, T(x, z) = U(x̄, z) · c(z) (F9).

    The shape comes from a :class:`TransportUNet` U of one channel, which sees the mean x̄ of the
    channels of x. The ink c(z) in (0, 1) is a perceptron of z, the same at every pixel. Without
    this form, a network would have to learn that the colour is the same all along a stroke.

    Parameters
    ----------
    channels : int, default 3
        Channels of x and of T(x, z).
    k, width, n_scales, fold : int
        As for :class:`TransportUNet`.
    hidden : int, default 64
        Units of each of the two hidden layers of c.

    Raises
    ------
    TypeError, ValueError
        As for :class:`TransportUNet`.
    """

    def __init__(
        self,
        channels: int = 3,
        k: int = 8,
        *,
        width: int = 16,
        n_scales: int = 3,
        fold: int = 1,
        hidden: int = 64,
    ) -> None:
        super().__init__()
        self.channels = channels = validate.count(channels, "channels")
        self.k = k = validate.count(k, "k")
        width, n_scales = validate.count(width, "width"), validate.count(n_scales, "n_scales")
        fold = validate.count(fold, "fold")
        self.arguments = {"channels": channels, "k": k, "width": width, "n_scales": n_scales}
        hidden = validate.count(hidden, "hidden")
        self.arguments |= {"fold": fold, "hidden": hidden}
        self.shape = TransportUNet(1, k, width=width, n_scales=n_scales, fold=fold)
        self.ink = nn.Sequential(_mlp(k, channels, hidden, 2), nn.Sigmoid())

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Map drawings x `(B,C,H,W)` and z `(B,k)` to drawings `(B,C,H,W)`."""
        check_input(self, x, self.channels)
        check_codes(self, z, self.k, len(x))
        return self.shape(x.mean(1, keepdim=True), z) * self.ink(z)[..., None, None]


class TextureTransport(nn.Module):
    """Stochastic map between textures, T(x, z) = Px + U(Px, z), with a grain z (F9).

    P keeps the coarse structure: means over squares of side `pool`, enlarged again (bilinearly). z
    is white noise, one number per pixel; a U-Net U makes fine structure from it. If U saw all of x,
    T would stay near x: a cost blind to fine structure accepts that of x as well as any other.
    Without a random number at each pixel, T repeats itself.

    Parameters
    ----------
    channels : int, default 1
        Channels of x and of T(x, z).
    pool : int, default 8
        Side of the squares in pixels. The smaller they are, the less T depends on z.
    width, n_scales : int
        As for :class:`TransportUNet`.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, x has the wrong number of channels or a side that is not a
        multiple of `pool`, or the length of z is not the number of pixels of x.
    """

    def __init__(
        self, channels: int = 1, *, pool: int = 8, width: int = 16, n_scales: int = 3
    ) -> None:
        super().__init__()
        self.channels = channels = validate.count(channels, "channels")
        self.pool = pool = validate.count(pool, "pool")
        width, n_scales = validate.count(width, "width"), validate.count(n_scales, "n_scales")
        self.arguments = {"channels": channels, "pool": pool, "width": width, "n_scales": n_scales}
        self.net = UNet(channels + 1, channels, width=width, n_scales=n_scales)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Map images x `(B,C,H,W)` and z `(B,HW)` to images `(B,C,H,W)`."""
        check_input(self, x, self.channels)
        H, W = x.shape[-2:]
        if H % self.pool or W % self.pool:
            raise ValueError(
                f"x is {H}×{W}: rows and columns must be multiples of pool = {self.pool}"
            )
        check_codes(self, z, H * W, len(x))
        coarse = F.interpolate(F.avg_pool2d(x, self.pool), (H, W), mode="bilinear")
        return self.net(torch.cat([coarse, _GRAIN * z.view(-1, 1, H, W)], 1))


class PatchPotential(nn.Module):
    """Potential f(y) of a texture: the mean output of PatchGANs over its patches (F9).

    It judges how a texture looks in a patch, wherever the patch is. Each scale has its own
    PatchGAN: the second sees the image at half the size (means of 2×2 pixels), and so on.

    Parameters
    ----------
    channels : int, default 1
        Channels of y.
    width, n_layers : int
        As for :class:`~mvacourse.nets.PatchGAN`.
    n_scales : int, default 1
        Number of PatchGANs.

    Raises
    ------
    TypeError, ValueError
        As for :class:`~mvacourse.nets.PatchGAN`.
    """

    def __init__(
        self, channels: int = 1, *, width: int = 40, n_layers: int = 2, n_scales: int = 1
    ) -> None:
        super().__init__()
        channels, width = validate.count(channels, "channels"), validate.count(width, "width")
        n_layers = validate.count(n_layers, "n_layers", at_least=0)
        n_scales = validate.count(n_scales, "n_scales")
        self.arguments = {"channels": channels, "width": width, "n_layers": n_layers}
        self.arguments["n_scales"] = n_scales
        self.patches = nn.ModuleList(
            PatchGAN(channels, width=width, n_layers=n_layers) for _ in range(n_scales)
        )

    def forward(self, y: Tensor) -> Tensor:
        """Map y `(B,C,H,W)` to numbers `(B,)`, the mean over the scales."""
        said = []
        for patches in self.patches:
            said.append(patches(y).mean((-2, -1)))
            y = F.avg_pool2d(y, 2)
        return torch.stack(said).mean(0)


def _mlp(n: int, m: int, width: int, depth: int) -> nn.Sequential:
    sizes = [n] + [width] * depth
    hidden = [nn.Sequential(nn.Linear(a, width), nn.SiLU()) for a in sizes[:-1]]
    return nn.Sequential(*hidden, nn.Linear(width, m))
