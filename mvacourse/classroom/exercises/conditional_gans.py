"""Exercises of notebook 10: a class for G, two losses, the best L1 answer, patches; and `built`."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.parts.conditional_gans import PIX2PIX_STEP, SEES
from mvacourse.classroom.exercises.parts.conditional_losses import CGAN_LOSSES
from mvacourse.classroom.exercises.parts.joined_network import U_NET


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


def _patch_back(kernels: list[int], strides: list[int]) -> int:
    size = 1
    for k, s in zip(kernels[::-1], strides[::-1]):
        size = size * s + k
    return size


def _backwards(kernels: list[int], strides: list[int]) -> int:
    size = 1
    for k, s in zip(kernels, strides):
        size = size * s + k - 1
    return size


EXERCISES = (
    Exercise(
        name="with_class",
        reference=_with_class,
        inputs=_codes,
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
            "you appended the number of the class: append zeros with a one at its place": (
                lambda z, c, classes: torch.cat((z, c[:, None].to(z)), dim=1)
            ),
            "you counted the classes in c, in which some are missing: give one_hot the number": (
                lambda z, c, classes: torch.cat((z, one_hot(c).to(z)), dim=1)
            ),
            "there are ten classes for you: their number is `classes`": lambda z, c, classes: (
                _with_class(z, c, 10)
            ),
            "there is one class too many": lambda z, c, classes: _with_class(z, c, classes + 1),
            "your one is √10: here it is a one": lambda z, c, classes: torch.cat(
                (z, 10**0.5 * one_hot(c, classes).to(z)), dim=1
            ),
            "you returned the class alone: append it to z": lambda z, c, classes: one_hot(
                c, classes
            ).to(z),
            "you put the classes below the codes: join along dimension 1": lambda z, c, classes: (
                torch.cat((z, one_hot(c, classes).to(z)), dim=0)
            ),
            "you added the class to z: append it": lambda z, c, classes: z + one_hot(c, classes),
            "your ones and zeros are exchanged": lambda z, c, classes: torch.cat(
                (z, 1 - one_hot(c, classes).to(z)), dim=1
            ),
            "the classes are those of the rows in the opposite order": lambda z, c, classes: (
                _with_class(z, c.flip(0), classes)
            ),
            "you transposed the classes: their rows are those of the codes": (
                lambda z, c, classes: torch.cat((z, one_hot(c, classes).to(z).T), dim=1)
            ),
            "torch.stack makes a new dimension: append with torch.cat": (
                lambda z, c, classes: torch.stack((z, one_hot(c, classes).to(z)), dim=1)
            ),
            "you gave each class the same share: write a one at the place of c": (
                lambda z, c, classes: torch.cat(
                    (z, z.new_full((len(z), classes), 1 / classes)), dim=1
                )
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
    CGAN_LOSSES,
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
            "this is one median of all values: each pixel has its own, along dimension 0": (
                lambda answers: answers.median()
            ),
            **{
                f"you took the median along dimension {d}: the images are along dimension 0": (
                    lambda answers, d=d: answers.median(dim=d).values
                )
                for d in (1, 2, 3)
            },
            "you took the most different value: the largest in modulus": lambda answers: (
                answers.gather(0, answers.abs().argmax(0, keepdim=True))[0]
            ),
            "you took one of the given images, the smallest: each pixel may choose another": (
                lambda answers: answers[answers.abs().flatten(1).sum(1).argmin()]
            ),
            "you took the first image": lambda answers: answers[0],
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
            "you took a layer's own stride: its step is the product of the strides before it": (
                lambda kernels, strides: 1 + sum((k - 1) * s for k, s in zip(kernels, strides))
            ),
            "you counted the first layer twice: begin with 1, and strides with 1": (
                lambda kernels, strides: (
                    kernels[0]
                    + sum(
                        (k - 1) * strides[0] * math.prod(strides[:i]) for i, k in enumerate(kernels)
                    )
                )
            ),
            "this is the product of all strides": lambda kernels, strides: math.prod(strides),
            "the last layer is missing": lambda kernels, strides: _patch(kernels[:-1], strides),
            "the first layer is missing": lambda kernels, strides: _patch(kernels[1:], strides[1:]),
            "you counted a layer's own stride: only the strides before it count": _late,
            "you went from the last layer to the first; this formula starts at the first": (
                lambda kernels, strides: _patch(kernels[::-1], strides[::-1])
            ),
            "you multiplied the size so far by the stride: this goes from the last layer to the "
            "first": _backwards,
            "this is the first layer alone: does a return in the loop end it too early?": (
                lambda kernels, strides: kernels[0]
            ),
            "you added up the kernels times their strides": lambda kernels, strides: sum(
                k * s for k, s in zip(kernels, strides)
            ),
            "you added k, not k − 1, and counted from 0": lambda kernels, strides: sum(
                k * math.prod(strides[:i]) for i, k in enumerate(kernels)
            ),
            "your last layer is counted twice": lambda kernels, strides: _patch(
                [*kernels, kernels[-1]], [*strides, 1]
            ),
            "you added the stride of the layer as well": lambda kernels, strides: (
                _patch(kernels, strides) + math.prod(strides)
            ),
            "you added k, not k − 1, on the way from the last layer to the first": (
                lambda kernels, strides: _patch_back(kernels, strides)
            ),
            "you multiplied the kernels": lambda kernels, strides: math.prod(kernels),
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
