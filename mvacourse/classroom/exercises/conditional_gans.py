"""Exercises of notebook 10: a code with its class, the best L1 answer, patch size, G's loss."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot, softplus

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn


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


def _judged(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor, float]]:
    return [
        (4 * rand(g, 2, 3, 5) - 3, rand(g, 2, 1, 7, 4), rand(g, 2, 1, 7, 4), 10.0),
        (4 * rand(g, 1, 5, 2) - 1, rand(g, 1, 3, 5, 6), rand(g, 1, 3, 5, 6), 0.5),
    ]


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


def _painter(logits: Tensor, y_hat: Tensor, y: Tensor, lam: float) -> Tensor:
    return softplus(-logits).mean() + lam * (y_hat - y).abs().mean()


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
            "you counted the classes from 1": lambda z, c, classes: _with_class(
                z, (c - 1) % classes, classes
            ),
        },
        hint="torch.cat((z, F.one_hot(c, classes).to(z)), dim=1)",
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
    Exercise(
        name="painter_loss",
        reference=_painter,
        inputs=_judged,
        differentiate=(0, 1),
        mistakes={
            "you made D right instead of wrong: G wants D to judge its images as real": (
                lambda logits, y_hat, y, lam: (
                    softplus(logits).mean() + lam * (y_hat - y).abs().mean()
                )
            ),
            "you took −log(1 − D), whose gradient vanishes while D is sure": (
                lambda logits, y_hat, y, lam: (
                    -softplus(logits).mean() + lam * (y_hat - y).abs().mean()
                )
            ),
            "you took the square of the difference: L1 is its absolute value": (
                lambda logits, y_hat, y, lam: (
                    softplus(-logits).mean() + lam * (y_hat - y).square().mean()
                )
            ),
            "you summed over the patches: take their mean": (
                lambda logits, y_hat, y, lam: (
                    softplus(-logits).sum() + lam * (y_hat - y).abs().mean()
                )
            ),
            "λ multiplies the wrong term": (
                lambda logits, y_hat, y, lam: (
                    lam * softplus(-logits).mean() + (y_hat - y).abs().mean()
                )
            ),
        },
        hint="−log D is F.softplus(−logits); average it over the patches, add λ · mean |ŷ − y|",
    ),
)
