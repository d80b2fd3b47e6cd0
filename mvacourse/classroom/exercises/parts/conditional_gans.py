"""Builds of notebook 10: the pixels that a patch sees, a step of pix2pix."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, randn
from mvacourse.classroom.exercises.checking.training import PARTS, changes_of, half_steps
from mvacourse.classroom.exercises.checking.training_step import drawn
from mvacourse.losses import discriminator_loss, generator_loss


def _chains(g: torch.Generator) -> list[tuple[nn.Module, tuple[int, int]]]:
    """Draw small discriminators with even and odd maps of logits, in float32 as networks are."""

    def chain(*layers: tuple[int, int]) -> nn.Module:
        convs: list[nn.Module] = []
        for i, (k, s) in enumerate(layers):
            ins, outs = 2 if i else 1, 1 if i == len(layers) - 1 else 2
            convs.append(nn.Conv2d(ins, outs, k, s, padding=k // 2))
        return drawn(nn.Sequential(*convs, nn.Flatten(0, 1)), g).float()

    return [
        (chain((3, 2), (3, 1)), (15, 22)),
        (chain((2, 2), (3, 2), (2, 1)), (23, 18)),
        (chain((2, 3)), (7, 10)),  # some pixels are seen by no output
        (chain((1, 1)), (4, 7)),
    ]


def _sees(D: nn.Module, shape: tuple[int, int]) -> Tensor:
    y = torch.rand(1, 1, *shape, requires_grad=True)
    logits = D(y)
    middle = logits[0, logits.shape[1] // 2, logits.shape[2] // 2]
    (slope,) = torch.autograd.grad(middle, y)
    return (slope[0, 0] != 0).float()


def _wrong_sight(chosen: Function, mask: Function = lambda slope: (slope != 0).float()) -> Function:
    def sight(D: nn.Module, shape: tuple[int, int]) -> Tensor:
        y = torch.linspace(0, 1, shape[0] * shape[1]).view(1, 1, *shape).requires_grad_()
        (slope,) = torch.autograd.grad(chosen(D(y)[0]), y)
        return mask(slope[0, 0])

    return sight


def _middle(logits: Tensor) -> Tensor:
    return logits[logits.shape[0] // 2, logits.shape[1] // 2]


def _image_middle(D: nn.Module, shape: tuple[int, int]) -> Tensor:
    return _wrong_sight(lambda t: t[shape[0] // 2, shape[1] // 2])(D, shape)


SEES = Exercise(
    name="sees",
    kind="build",
    reference=_sees,
    inputs=_chains,
    mistakes={
        "you asked for all outputs: take the one in the middle": _wrong_sight(lambda t: t.sum()),
        "you took the whole middle row: take one output": _wrong_sight(
            lambda t: t[t.shape[0] // 2].sum()
        ),
        "you took the whole middle column: take one output": _wrong_sight(
            lambda t: t[:, t.shape[1] // 2].sum()
        ),
        "you took the largest output: take the one in the middle": _wrong_sight(lambda t: t.max()),
        "you took the first output, in the corner": _wrong_sight(lambda t: t[0, 0]),
        "you took the last output, in the corner": _wrong_sight(lambda t: t[-1, -1]),
        "you exchanged the two indices of the middle": _wrong_sight(
            lambda t: t[min(t.shape[1] // 2, len(t) - 1), min(len(t) // 2, t.shape[1] - 1)]
        ),
        "your middle is (h − 1) // 2 where h // 2 is asked for": _wrong_sight(
            lambda t: t[(t.shape[0] - 1) // 2, (t.shape[1] - 1) // 2]
        ),
        "you kept the positive slopes only: a pixel with a negative slope is seen, too": (
            _wrong_sight(_middle, lambda slope: (slope > 0).float())
        ),
        "you kept the negative slopes only": (
            _wrong_sight(_middle, lambda slope: (slope < 0).float())
        ),
        "you returned the slopes: mark where they are not 0": _wrong_sight(_middle, lambda s: s),
        "you took the middle of the image, not that of the logits": _image_middle,
        "you set a threshold for the slopes: every one that is not 0 counts": _wrong_sight(
            _middle, lambda slope: (slope.abs() > 0.01).float()
        ),
        "you returned the signs of the slopes: mark where they are not 0": _wrong_sight(
            _middle, torch.sign
        ),
        "you returned the sizes of the slopes: mark where they are not 0": _wrong_sight(
            _middle, torch.abs
        ),
        "you marked every pixel": _wrong_sight(_middle, torch.ones_like),
        "you marked what is not seen": _wrong_sight(_middle, lambda slope: (slope == 0).float()),
    },
    direction="a pixel is seen if the output has a slope in it: who computes slopes?",
    hint="y.requires_grad_(); D(y)[0, h // 2, w // 2].backward(); then where y.grad is not 0",
)


def _games(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Draw small (G, D, x, y, lam)."""
    found = []
    for ins, outs, size, lam in ((3, 1, (2, 6, 5), 2.0), (2, 3, (1, 5, 7), 0.5)):
        G = nn.Sequential(nn.Conv2d(ins, 3, 3, padding=1), nn.Tanh(), nn.Conv2d(3, outs, 1))
        G, D = drawn(G, g), drawn(_Patches(ins + outs), g)
        B, *shape = size
        found.append((G, D, randn(g, B, ins, *shape), randn(g, B, outs, *shape), lam))
    return found


class _Patches(nn.Module):
    """A small PatchGAN, which sees the image and its map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(channels, 3, 3), nn.Tanh(), nn.Conv2d(3, 1, 2))

    def forward(self, y: Tensor, x: Tensor) -> Tensor:
        return self.layers(torch.cat([y, x], dim=1)).squeeze(1)


def _pix2pix_step(G, D, x, y, lam, opt_G, opt_D):
    y_hat = G(x)
    loss_D = discriminator_loss(D(y, x), D(y_hat.detach(), x))
    opt_D.zero_grad()
    (loss_D / 2).backward()
    opt_D.step()

    loss_G = generator_loss(D(y_hat, x)) + lam * F.l1_loss(y_hat, y)
    opt_G.zero_grad()
    loss_G.backward()
    opt_G.step()
    return loss_D.item(), loss_G.item()


def _both(for_D: Function) -> Function:
    """Halve the loss of D that is descended, and return the whole."""
    return lambda real, fake: for_D(real, fake) / 2


def _doubled(step: Function) -> Function:
    def whole(*case: Any) -> tuple[Any, Any]:
        loss_D, loss_G = step(*case)
        return 2 * loss_D, loss_G

    return whole


def _for_G(logits: Tensor, y_hat: Tensor, y: Tensor, lam: float) -> Tensor:
    return generator_loss(logits) + lam * F.l1_loss(y_hat, y)


def _judge(D: nn.Module, image: Tensor, x: Tensor) -> Tensor:
    return D(image, x)


def _wrong(for_D: Function = discriminator_loss, for_G: Function = _for_G, **how: Any) -> Function:
    return _doubled(half_steps(how.pop("judge", _judge), _both(for_D), for_G, **how))


PIX2PIX_STEP = Exercise(
    name="pix2pix_step",
    kind="build",
    reference=_pix2pix_step,
    inputs=_games,
    probe=changes_of,
    parts=PARTS,
    mistakes={
        "you forgot the ½ of D's loss": half_steps(_judge, discriminator_loss, _for_G),
        "you exchanged what D should call real and fake": _wrong(
            lambda real, fake: discriminator_loss(fake, real)
        ),
        "D sees no painted image: its loss has two terms": _wrong(
            lambda real, fake: F.softplus(-real).mean()
        ),
        "D sees no photograph: its loss has two terms": _wrong(
            lambda real, fake: F.softplus(fake).mean()
        ),
        "G is judged by the D from before its step: D steps first, then G": _wrong(
            order="together"
        ),
        "D's weights never change: does a gradient reach them before opt_D.step()?": _wrong(
            order="D stays"
        ),
        "G's weights never change: does a gradient reach them before opt_G.step()?": _wrong(
            order="G stays"
        ),
        "D's gradients from G's step before are still there: set them to zero before "
        "backward": _wrong(clear="G"),
        "G's gradients from its last step are still there: set them to zero before "
        "backward": _wrong(clear="D"),
        "no gradient is ever set to zero": _wrong(clear=""),
        "D's loss reached G, and its gradient stayed there: detach the image for D": _wrong(
            clear="first"
        ),
        "D does not see the map x: D(image, x)": _wrong(judge=lambda D, image, x: D(image, 0 * x)),
        "you gave D the map first: D(image, x)": _wrong(judge=lambda D, image, x: D(x, image)),
        "G's loss left a gradient in D's weights before D's step: let D step first": _wrong(
            order="together", clear="start"
        ),
        "D judges a detached image in G's loss: no gradient of D's term reaches G": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t.detach()) + lam * F.l1_loss(y_hat, y)
        ),
        "the difference is squared: L1 is its absolute value": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t) + lam * F.mse_loss(y_hat, y)
        ),
        "the L1 term is a sum: take the mean over all pixels": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t) + lam * (y_hat - y).abs().sum()
        ),
        "you forgot the factor λ": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t) + F.l1_loss(y_hat, y)
        ),
        "λ multiplies the wrong term": _wrong(
            for_G=lambda t, y_hat, y, lam: lam * generator_loss(t) + F.l1_loss(y_hat, y)
        ),
        "G's term from D is minus D's loss: take generator_loss of G's own image": _wrong(
            for_G=lambda t, y_hat, y, lam: -F.softplus(t).mean() + lam * F.l1_loss(y_hat, y),
            for_real=lambda real, lam: -F.softplus(-real).mean(),
        ),
        "G's term from D judges the photographs: it judges G's image": _wrong(
            for_G=lambda t, y_hat, y, lam: 0 * t.mean() + lam * F.l1_loss(y_hat, y),
            for_real=lambda real, lam: generator_loss(real),
        ),
        "D's loss reaches G, and G's gradients are never set to zero: detach the image for D": (
            _wrong(clear="D, live")
        ),
        "the L1 term has no gradient: it must see G's image with its graph": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t) + lam * F.l1_loss(y_hat.detach(), y)
        ),
        "you halved D's term in G's loss: the ½ is for D's own": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t) / 2 + lam * F.l1_loss(y_hat, y)
        ),
        "you returned D's loss from after its step: compute it before": _wrong(order="D after"),
        "D makes two steps": _wrong(order="D twice"),
        "G makes two steps": _wrong(order="G twice"),
        "the sign of the L1 term is wrong": _wrong(
            for_G=lambda t, y_hat, y, lam: generator_loss(t) - lam * F.l1_loss(y_hat, y)
        ),
        "you halved G's loss: the ½ is for D": _wrong(for_G=lambda *given: _for_G(*given) / 2),
        "G goes down log(1 − D), whose slope vanishes while D is sure": _wrong(
            for_G=lambda t, y_hat, y, lam: -F.softplus(t).mean() + lam * F.l1_loss(y_hat, y)
        ),
        "G helps D: it should go down −log D of its image": _wrong(
            for_G=lambda t, y_hat, y, lam: F.softplus(t).mean() + lam * F.l1_loss(y_hat, y)
        ),
        "G's loss has no L1 term": _wrong(for_G=lambda t, y_hat, y, lam: generator_loss(t)),
        "G's loss has no term from D": _wrong(
            for_G=lambda t, y_hat, y, lam: lam * F.l1_loss(y_hat, y) + 0 * t.mean()
        ),
        "you exchanged the two losses when you returned them": lambda *case: _pix2pix_step(*case)[
            ::-1
        ],
        "you returned half of D's loss: the ½ is for the step alone": lambda *case: (
            lambda pair: (pair[0] / 2, pair[1])
        )(_pix2pix_step(*case)),
    },
    direction="two players, one after the other: each has its loss, its optimiser, its step",
    hint=(
        "losses.discriminator_loss(D(y, x), D(y_hat.detach(), x)) / 2 for D; "
        "losses.generator_loss(D(y_hat, x)) + lam * F.l1_loss(y_hat, y) for G"
    ),
)
