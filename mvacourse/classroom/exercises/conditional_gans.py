"""Exercises of notebook 10: a class for G, two losses, the best L1 answer, patches; and `built`."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.parts.conditional_gans import PIX2PIX_STEP, SEES, U_NET
from mvacourse.classroom.exercises.parts.conditional_losses import CGAN_LOSSES


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
