"""Generator and discriminator of a class-conditional GAN."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.gan import Discriminator, Generator
from mvacourse.nets.shapes import check_codes


class ConditionalGenerator(nn.Module):
    """Generator (z, c) ↦ x: "a fake 3" on demand (F6).

    A :class:`~mvacourse.nets.Generator` whose latent code is z followed by a one-hot vector of the
    class, times √classes. Its components then have mean square 1, as those of z have.

    Parameters
    ----------
    k : int, default 64
        Length of z, which is N(0, I) in training.
    classes : int, default 10
        Number of classes.
    shape : (C, H, W)
        Size of the images; 4 must divide H and W.
    width : int, default 32
        Maps at half the size.

    Raises
    ------
    TypeError, ValueError
        If a size is out of range, z has the wrong length, or z and c differ in number.

    References
    ----------
    Mirza and Osindero, Conditional generative adversarial nets, 2014.
    """

    def __init__(
        self,
        k: int = 64,
        classes: int = 10,
        shape: Sequence[int] = (1, 28, 28),
        width: int = 32,
    ) -> None:
        super().__init__()
        self.k = k = validate.count(k, "k")
        self.classes = classes = validate.count(classes, "classes")
        self.body = Generator(k + classes, shape, width)
        self.shape = self.body.shape
        self.arguments = {"k": k, "classes": classes, "shape": list(self.shape), "width": width}

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Map z `(B,k)` and classes c `(B,)` to images `(B,C,H,W)` in (0, 1)."""
        check_codes(self, z, self.k)
        _check(c, self.classes, len(z))
        given = self.classes**0.5 * F.one_hot(c.long(), self.classes)
        return self.body(torch.cat([z, given.to(z)], dim=1))


class ConditionalDiscriminator(nn.Module):
    """Discriminator (x, c) ↦ logit: is x a real image of class c? (F6)

    With h the last maps of a :class:`~mvacourse.nets.Discriminator` as one vector,

    logit D(x, c) = wᵀh + b + e_cᵀh.

    e_c is a learned vector of class c. The term e_cᵀh says whether x shows c; wᵀh + b says whether
    x looks real at all.

    Parameters
    ----------
    classes : int, default 10
        Number of classes.
    shape : (C, H, W)
        Size of the images; 4 must divide H and W.
    width : int, default 24
        Maps of the first layer.

    Raises
    ------
    TypeError, ValueError
        If a size is out of range, an image has the wrong size, or x and c differ in number.

    References
    ----------
    Miyato and Koyama, cGANs with projection discriminator, ICLR 2018.
    """

    def __init__(
        self, classes: int = 10, shape: Sequence[int] = (1, 28, 28), width: int = 24
    ) -> None:
        super().__init__()
        self.classes = classes = validate.count(classes, "classes")
        self.body = Discriminator(shape, width)
        self.shape = self.body.shape
        self.arguments = {"classes": classes, "shape": list(self.shape), "width": width}
        self.vectors = nn.Linear(self.body.last.in_features, classes, bias=False)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        """Map images `(B,C,H,W)` and classes c `(B,)` to logits `(B,)`."""
        h = self.body.features(x)[-1].flatten(1)
        _check(c, self.classes, len(x))
        of_class = self.vectors(h).gather(1, c[:, None].long())
        return (self.body.last(h) + of_class).squeeze(1)


def _check(c: Tensor, classes: int, n: int) -> None:
    validate.labels(c, classes, "c", ndim=1)
    if len(c) != n:
        raise ValueError(f"c has {len(c)} classes for a batch of {n}: give one per image")
