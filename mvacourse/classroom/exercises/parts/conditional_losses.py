"""An exercise of notebook 10: the two losses of a conditional GAN, and where their gradients go."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.comparison import described
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.checking.training_step import drawn
from mvacourse.losses import discriminator_loss, generator_loss

Net = nn.Module
Losses = tuple[Tensor, Tensor]


class _Painter(nn.Module):
    """A small conditional generator."""

    def __init__(self, k: int, pixels: int, classes: int) -> None:
        super().__init__()
        self.code, self.of_class = nn.Linear(k, pixels), nn.Embedding(classes, pixels)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        return torch.tanh(self.code(z) + self.of_class(c))


class _Critic(_Painter):
    """A small conditional discriminator."""

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return super().forward(x, c).sum(dim=1)


def _draws(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Draw small (G, D, x, c, z, asked)."""
    found = []
    for B, k, pixels, classes in ((4, 3, 5, 3), (3, 2, 4, 5)):
        G, D = drawn(_Painter(k, pixels, classes), g), drawn(_Critic(pixels, 3, classes), g)
        c, asked = (torch.randint(classes, (B,), generator=g) for _ in range(2))
        found.append((G, D, randn(g, B, pixels), c, randn(g, B, k), (asked + 1) % classes))
    return found


def _losses(G: Net, D: Net, x: Tensor, c: Tensor, z: Tensor, asked: Tensor) -> Losses:
    fake = G(z, asked)
    return discriminator_loss(D(x, c), D(fake.detach(), asked)), generator_loss(D(fake, asked))


def _wrong_losses(change: Callable[..., Losses]) -> Callable[..., Losses]:
    """Change what the two losses are made of: (D on data, D on fakes for D, for G)."""

    def losses(G: Net, D: Net, x: Tensor, c: Tensor, z: Tensor, asked: Tensor) -> Losses:
        fake = G(z, asked)
        return change(D(x, c), D(fake.detach(), asked), D(fake, asked))

    return losses


def _slopes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compare where the gradients of the two losses go, too."""

    @functools.wraps(function)
    def slopes(G: Net, D: Net, *given: Tensor) -> tuple[Tensor, ...] | None:
        found = function(G, D, *given)
        if found is None:
            return None
        if not (isinstance(found, (tuple, list)) and len(found) == 2):
            raise Wrong(f"it is {described(found)}, expected two losses")
        if not all(p.requires_grad for net in (G, D) for p in net.parameters()):
            raise Wrong("requires_grad of a network's weights stays False after it")
        if not all(isinstance(loss, Tensor) and loss.requires_grad for loss in found):
            raise Wrong("a loss has no gradient: return tensors, without item() and no_grad")
        ways = ((found[0], D), (found[0], G), (found[1], G))
        return (*found, *(_slope(loss, net) for loss, net in ways))

    return slopes


def _slope(loss: Tensor, net: Net) -> Tensor:
    weights = list(net.parameters())
    found = torch.autograd.grad(loss, weights, retain_graph=True, allow_unused=True)
    return torch.cat([(w * 0 if d is None else d).flatten() for w, d in zip(weights, found)])


CGAN_LOSSES = Exercise(
    name="cgan_losses",
    reference=_losses,
    inputs=_draws,
    probe=_slopes,
    parts=(
        "the loss of D",
        "the loss of G",
        "the gradient of D's loss in D's weights",
        "the gradient of D's loss in G's weights",
        "the gradient of G's loss in G's weights",
    ),
    mistakes={
        "D's loss reaches G: detach the image for D": _wrong_losses(
            lambda real, fake, live: (discriminator_loss(real, live), generator_loss(live))
        ),
        "you exchanged what D should call real and fake": _wrong_losses(
            lambda real, fake, live: (discriminator_loss(fake, real), generator_loss(live))
        ),
        "D's loss judges only the images of the data: it has two terms": _wrong_losses(
            lambda real, fake, live: (generator_loss(real), generator_loss(live))
        ),
        "G's loss is minus D's loss: it is −log D of G's own images": _wrong_losses(
            lambda real, fake, live: (
                discriminator_loss(real, fake),
                -discriminator_loss(real, live),
            )
        ),
        "G's loss judges the images of the data: it judges those that G draws": _wrong_losses(
            lambda real, fake, live: (
                discriminator_loss(real, fake),
                generator_loss(real) + 0 * live.sum(),
            )
        ),
        "G's loss is D's loss on its images: D then learns against itself": _wrong_losses(
            lambda real, fake, live: (
                discriminator_loss(real, fake),
                discriminator_loss(real, live),
            )
        ),
        "D's loss judges only the images that G draws: it has two terms": _wrong_losses(
            lambda real, fake, live: (softplus(fake).mean(), generator_loss(live))
        ),
        "you halved D's loss": _wrong_losses(
            lambda real, fake, live: (discriminator_loss(real, fake) / 2, generator_loss(live))
        ),
        "D's loss calls G's images real": _wrong_losses(
            lambda real, fake, live: (
                generator_loss(real) + generator_loss(fake),
                generator_loss(live),
            )
        ),
        "your losses are sums: they are means over the batch": _wrong_losses(
            lambda real, fake, live: (
                softplus(-real).sum() + softplus(fake).sum(),
                softplus(-live).sum(),
            )
        ),
        "you returned G's loss first": _wrong_losses(
            lambda real, fake, live: (generator_loss(live), discriminator_loss(real, fake))
        ),
        "G goes down log(1 − D), whose slope vanishes while D is sure": _wrong_losses(
            lambda real, fake, live: (discriminator_loss(real, fake), -softplus(live).mean())
        ),
        "G helps D: it should go down −log D of its image": _wrong_losses(
            lambda real, fake, live: (discriminator_loss(real, fake), softplus(live).mean())
        ),
        "G's image is detached, so that G learns nothing": lambda G, D, x, c, z, asked: (
            _losses(G, D, x, c, z, asked)[0],
            generator_loss(D(G(z, asked).detach(), asked)),
        ),
        "D judges the drawn images by the classes of the data: ask for `asked`": (
            lambda G, D, x, c, z, asked: (
                discriminator_loss(D(x, c), D(G(z, asked).detach(), c)),
                generator_loss(D(G(z, asked), c)),
            )
        ),
        "D's loss judges the drawn images by the classes of the data: ask for `asked`": (
            lambda G, D, x, c, z, asked: (
                discriminator_loss(D(x, c), D(G(z, asked).detach(), c)),
                generator_loss(D(G(z, asked), asked)),
            )
        ),
        "G's loss judges the drawn images by the classes of the data: ask for `asked`": (
            lambda G, D, x, c, z, asked: (
                _losses(G, D, x, c, z, asked)[0],
                generator_loss(D(G(z, asked), c)),
            )
        ),
        "G draws the classes of the data: it should draw those in `asked`": (
            lambda G, D, x, c, z, asked: _losses(G, D, x, c, z, c)
        ),
        "D judges the data by the classes that were asked for": (
            lambda G, D, x, c, z, asked: _losses(G, D, x, asked, z, asked)
        ),
    },
    direction="which class goes with which image, and whose weights may each loss reach?",
    hint=(
        "losses.discriminator_loss(D(x, c), D(fake.detach(), asked)) and "
        "losses.generator_loss(D(fake, asked))"
    ),
)
