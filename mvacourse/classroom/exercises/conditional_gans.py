"""Exercises of notebook 10: a class for G, two losses, the best L1 answer, patches; and `built`."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot, softplus

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.comparison import described
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.checking.training import drawn
from mvacourse.classroom.exercises.parts.conditional_gans import PIX2PIX_STEP, SEES, U_NET
from mvacourse.losses import discriminator_loss, generator_loss

Net = nn.Module
Losses = tuple[Tensor, Tensor]


def _codes(g: torch.Generator) -> list[tuple[Tensor, Tensor, int]]:
    return [
        (randn(g, 5, 3), torch.tensor([1, 0, 3, 3, 2]), 4),
        (randn(g, 2, 7), torch.tensor([8, 0]), 10),
    ]


def _answers(g: torch.Generator) -> list[tuple[Tensor]]:
    return [(randn(g, 7, 1, 3, 5).exp() - 1,), (randn(g, 11, 3, 5, 4) ** 3,)]


def _layers(_: torch.Generator) -> list[tuple[list[int], list[int]]]:
    return [
        ([4, 4, 4, 4, 4], [2, 2, 2, 1, 1]),
        ([4, 4, 4], [2, 1, 1]),
        ([1, 1, 1], [1, 1, 1]),
        ([3, 5, 2], [3, 1, 2]),
    ]


def _medoid(answers: Tensor) -> Tensor:
    flat = answers.flatten(1)
    return answers[torch.cdist(flat, flat, 1).sum(dim=1).argmin()]


def _with_class(z: Tensor, c: Tensor, classes: int) -> Tensor:
    return torch.cat((z, one_hot(c, classes).to(z)), dim=1)


def _patch(kernels: list[int], strides: list[int]) -> int:
    size, jump = 1, 1
    for k, s in zip(kernels, strides):
        size, jump = size + (k - 1) * jump, jump * s
    return size


def _late(kernels: list[int], strides: list[int]) -> int:
    """Count the layer's own stride as well."""
    size, jump = 1, 1
    for k, s in zip(kernels, strides):
        jump *= s
        size += (k - 1) * jump
    return size


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
        if not all(isinstance(loss, Tensor) and loss.requires_grad for loss in found):
            raise Wrong("a loss has no gradient: return tensors, without item() and no_grad")
        ways = ((found[0], D), (found[0], G), (found[1], G))
        return (*found, *(_slope(loss, net) for loss, net in ways))

    return slopes


def _slope(loss: Tensor, net: Net) -> Tensor:
    weights = list(net.parameters())
    found = torch.autograd.grad(loss, weights, retain_graph=True, allow_unused=True)
    return torch.cat([(w * 0 if d is None else d).flatten() for w, d in zip(weights, found)])


EXERCISES = (
    Exercise(
        name="with_class",
        reference=_with_class,
        inputs=_codes,
        differentiate=(0,),
        mistakes={
            "you put the class before z": lambda z, c, classes: torch.cat(
                (one_hot(c, classes).to(z), z), dim=1
            ),
            "you marked the class after the right one": lambda z, c, classes: _with_class(
                z, (c + 1) % classes, classes
            ),
            "you wrote the number of the class: write a one at its place, zeros elsewhere": (
                lambda z, c, classes: torch.cat((z, c[:, None].to(z).expand(-1, classes)), dim=1)
            ),
            "you marked no class at all": lambda z, c, classes: torch.cat(
                (z, z.new_zeros(len(z), classes)), dim=1
            ),
            "you marked every class": lambda z, c, classes: torch.cat(
                (z, z.new_ones(len(z), classes)), dim=1
            ),
            "all codes get the class of the first": lambda z, c, classes: _with_class(
                z, c[:1].expand(len(c)), classes
            ),
            "you counted the classes from 1": lambda z, c, classes: _with_class(
                z, (c - 1) % classes, classes
            ),
        },
        hint="torch.cat((z, F.one_hot(c, classes).to(z)), dim=1)",
    ),
    Exercise(
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
    ),
    Exercise(
        name="best_in_l1",
        reference=lambda answers: answers.median(dim=0).values,
        inputs=_answers,
        mistakes={
            "you took the mean, which is best for squares; for |·|, half must lie on each side": (
                lambda answers: answers.mean(dim=0)
            ),
            "you took one median for all pixels: each pixel has its own": lambda answers: (
                answers.median() * torch.ones_like(answers[0])
            ),
            "you took the middle of the extremes": lambda answers: (
                (answers.amin(dim=0) + answers.amax(dim=0)) / 2
            ),
            "you took the sorted value beside the middle": lambda answers: answers.sort(
                dim=0
            ).values[len(answers) // 2 - 1],
            "you took the sorted value just beside the middle": lambda answers: answers.sort(
                dim=0
            ).values[len(answers) // 2 + 1],
            "you took the smallest value": lambda answers: answers.amin(dim=0),
            "you took the largest value": lambda answers: answers.amax(dim=0),
            "you took the sum of the answers": lambda answers: answers.sum(dim=0),
            "you took the values without their signs": lambda answers: (
                answers.abs().median(dim=0).values
            ),
            "you took one of the given images: each pixel may choose another": _medoid,
            "you took the middle of the unsorted list: sort each pixel's values": lambda answers: (
                answers[len(answers) // 2]
            ),
        },
        hint="at the minimum of Σᵢ|x − yᵢ|, as many yᵢ lie above x as below it",
    ),
    Exercise(
        name="patch_size",
        reference=_patch,
        inputs=_layers,
        mistakes={
            "you added the kernels, but one pixel of a late layer covers several of the image": (
                lambda kernels, strides: 1 + sum(k - 1 for k in kernels)
            ),
            "you summed the kernels": lambda kernels, strides: sum(kernels),
            "a layer adds k − 1, not k, in steps of its input": lambda kernels, strides: (
                1 + sum(k * math.prod(strides[:i]) for i, k in enumerate(kernels))
            ),
            "the strides multiply: you added them up": lambda kernels, strides: (
                1 + sum((k - 1) * (1 + sum(strides[:i])) for i, k in enumerate(kernels))
            ),
            "you took the stride just before a layer, not the product of all before it": (
                lambda kernels, strides: (
                    1 + sum((k - 1) * s for k, s in zip(kernels, [1, *strides]))
                )
            ),
            "this is the product of all strides": lambda kernels, strides: math.prod(strides),
            "the last layer is missing": lambda kernels, strides: _patch(kernels[:-1], strides),
            "the first layer is missing": lambda kernels, strides: _patch(kernels[1:], strides[1:]),
            "you counted a layer's own stride: only the strides before it count": _late,
            "you went from the last layer to the first; this formula starts at the first": (
                lambda kernels, strides: _patch(kernels[::-1], strides[::-1])
            ),
            "you forgot the first 1 in the formula": lambda kernels, strides: (
                _patch(kernels, strides) - 1
            ),
        },
        hint="r = 1 + Σᵢ (kᵢ − 1) · (product of the strides before layer i)",
    ),
    U_NET,
    SEES,
    PIX2PIX_STEP,
)
