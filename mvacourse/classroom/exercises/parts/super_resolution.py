"""Builds of notebook 09: SRResNet's forward pass, and a step of SRGAN."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand
from mvacourse.classroom.exercises.checking.training import PARTS, changes_of, half_steps
from mvacourse.classroom.exercises.checking.training_step import drawn
from mvacourse.losses import discriminator_loss, generator_loss

Map = Callable[[Tensor], Tensor]


def _reshaped(h: Tensor, scale: int) -> Tensor:
    B, C, H, W = h.shape
    return h.reshape(B, C // scale**2, scale * H, scale * W)


def _parts_of_networks(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Networks (y, head, blocks, join, tail, scale, enlarge) of two and three blocks."""
    found = []
    for channels, width, n_blocks, scale, size in (
        (1, 3, 2, 2, (2, 1, 3, 5)),
        (3, 4, 3, 3, (1, 3, 4, 3)),
    ):
        conv = lambda ins, outs: drawn(nn.Conv2d(ins, outs, 3, padding=1), g)  # noqa: E731
        head = nn.Sequential(conv(channels, width), nn.Tanh())
        blocks = [
            (nn.Sequential(conv(width, width), nn.Tanh()), conv(width, width))
            for _ in range(n_blocks)
        ]
        enlarge = lambda y, s=scale: F.interpolate(y, scale_factor=s)  # noqa: E731
        rest = conv(width, width), conv(width, channels * scale**2), scale, enlarge
        found.append((1.4 * rand(g, *size) - 0.2, head, blocks, *rest))
    return found


def _sr_forward(y, head, blocks, join, tail, scale, enlarge):
    h = deep = head(y - 0.5)
    for first, second in blocks:
        deep = deep + second(first(deep))
    return F.pixel_shuffle(tail(h + join(deep)), scale) + enlarge(y)


def _wrong_forward(kind: str) -> Function:
    def forward(y, head, blocks, join, tail, scale, enlarge):
        late = kind == "late half"
        h = deep = head(y) - 0.5 if late else head(y if kind == "not centred" else y - 0.5)
        chosen = {"one block": blocks[:1], "backwards": blocks[::-1]}.get(kind, blocks)
        for first, second in chosen:
            came = {"from h": h, "none": 0.0}.get(kind, deep)
            given = h if kind == "all of h" else deep
            change = first(second(given)) if kind == "exchanged" else first(given)
            change = change + given if kind == "inner" else change
            deep = came + (change if kind in ("exchanged", "no second") else second(change))
        joined = {
            "no join": lambda: h + deep,
            "no long skip": lambda: join(deep),
            "join of the sum": lambda: join(h + deep),
            "deep": lambda: deep + join(deep),
            "join h": lambda: deep + join(h),
        }.get(kind, lambda: h + join(deep))()
        if kind == "shuffle first":
            return tail(F.pixel_shuffle(joined, scale)) + enlarge(y)
        learned = (_reshaped if kind == "reshape" else F.pixel_shuffle)(tail(joined), scale)
        base = {"no interpolation": lambda y: 0.0, "half": lambda y: 0.5}
        base = base.get(kind, (lambda y: y) if kind == "small" else enlarge)
        return learned + base(y - 0.5 if kind == "interpolated centred" else y)

    return forward


def _games(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Small (G, D, y, x, V, adversarial)."""
    found = []
    for channels, size, adversarial in ((1, (2, 1, 4, 3), 0.7), (3, (3, 3, 3, 4), 0.1)):
        G = nn.Sequential(nn.Conv2d(channels, 4 * channels, 3, padding=1), nn.PixelShuffle(2))
        D = nn.Sequential(
            nn.Conv2d(channels, 3, 3),
            nn.Tanh(),
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(3, 1, 1),
            nn.Flatten(0),
        )
        V = nn.Sequential(nn.Conv2d(channels, 4, 3), nn.Tanh()).requires_grad_(False)
        G, D, V = (drawn(net, g) for net in (G, D, V))
        B, C, h, w = size
        found.append(
            (
                G,
                D,
                1.4 * rand(g, B, C, h, w) - 0.2,
                1.4 * rand(g, B, C, 2 * h, 2 * w) - 0.2,
                V,
                adversarial,
            )
        )
    return found


def _srgan_step(G, D, y, x, V, adversarial, opt_G, opt_D):
    x_hat = G(y)
    loss_D = discriminator_loss(D(x), D(x_hat.detach()))
    opt_D.zero_grad()
    loss_D.backward()
    opt_D.step()

    loss_G = F.mse_loss(V(x_hat), V(x)) + adversarial * generator_loss(D(x_hat))
    opt_G.zero_grad()
    loss_G.backward()
    opt_G.step()
    return loss_D.item(), loss_G.item()


def _for_G(logits, x_hat, x, V, adversarial):
    return F.mse_loss(V(x_hat), V(x)) + adversarial * generator_loss(logits)


_wrong = functools.partial(half_steps, lambda D, image, _: D(image))
_wrong_D = functools.partial(_wrong, for_G=_for_G)
_wrong_G = functools.partial(_wrong, discriminator_loss)


SR_FORWARD = Exercise(
    name="sr_forward",
    kind="build",
    reference=_sr_forward,
    inputs=_parts_of_networks,
    mistakes={
        words: _wrong_forward(kind)
        for kind, words in {
            "none": "you forgot to add what came into each block",
            "from h": "each block adds h, the maps after head, in place of what came into it",
            "all of h": "all blocks get h: each should get what the one before gave",
            "no join": "you left out join, the convolution after the blocks",
            "no long skip": "you forgot to add h, the maps after head, before tail",
            "join of the sum": "you applied join to the sum: h is added after it",
            "deep": "what you add after join is what came out of the blocks, not h (does `+=` "
            "change h, too?)",
            "exchanged": "in each block, second came before first",
            "no second": "you left out second in each block",
            "one block": "only the first block is used",
            "backwards": "the blocks come in the opposite order",
            "shuffle first": "you shuffled before tail, or without it: tail makes those maps",
            "join h": "you gave join the h of the start: it gets what came out of the blocks",
            "small": "you added y itself: enlarge it first",
            "late half": "you subtracted ½ after head: head gets y − ½",
            "inner": "you gave second its block's input as well: it gets first's result",
            "half": "you added ½ in place of the interpolated image",
            "not centred": "you gave y to head, not y − ½",
            "no interpolation": "you forgot to add the interpolated image at the end",
            "interpolated centred": "you interpolated y − ½: the image is too dark by ½",
            "reshape": "you reshaped the maps at the end: this needs the pixel shuffle",
        }.items()
    },
    direction="follow the maps through the list, line by line; count the three kinds of additions",
    hint="deep = deep + second(first(deep)) for each block; then tail(h + join(deep))",
)

SRGAN_STEP = Exercise(
    name="srgan_step",
    kind="build",
    reference=_srgan_step,
    inputs=_games,
    probe=changes_of,
    parts=PARTS,
    mistakes={
        "you exchanged what D should call real and fake": _wrong_D(
            lambda real, fake: discriminator_loss(fake, real)
        ),
        "D sees no image made by G: its loss has two terms": _wrong_D(
            lambda real, fake: F.softplus(-real).mean()
        ),
        "D sees no photograph: its loss has two terms": _wrong_D(
            lambda real, fake: F.softplus(fake).mean()
        ),
        "G is judged by the D from before its step: D steps first, then G": _wrong_D(
            discriminator_loss, order="together"
        ),
        "G's loss left a gradient in D's weights before D's step: let D step first": _wrong_D(
            discriminator_loss, order="together", clear="start"
        ),
        "D's weights never change: does a gradient reach them before opt_D.step()?": _wrong_D(
            discriminator_loss, order="D stays"
        ),
        "G's weights never change: does a gradient reach them before opt_G.step()?": _wrong_D(
            discriminator_loss, order="G stays"
        ),
        "D's gradients from G's step before are still there: set them to zero before "
        "backward": _wrong_D(discriminator_loss, clear="G"),
        "G's gradients from its last step are still there: set them to zero before "
        "backward": _wrong_D(discriminator_loss, clear="D"),
        "no gradient is ever set to zero": _wrong_D(discriminator_loss, clear=""),
        "D's loss reached G, and its gradient stayed there: detach the image for D": _wrong_D(
            discriminator_loss, clear="first"
        ),
        "the content compares pixels: compare the features V": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(x_hat, x) + a * generator_loss(t)
        ),
        "the content takes the features of a difference: V is not linear": _wrong_G(
            lambda t, x_hat, x, V, a: V(x_hat - x).square().mean() + a * generator_loss(t)
        ),
        "the content is a sum: take the mean over all values": _wrong_G(
            lambda t, x_hat, x, V, a: (V(x_hat) - V(x)).square().sum() + a * generator_loss(t)
        ),
        "the content is an absolute value: take the square": _wrong_G(
            lambda t, x_hat, x, V, a: F.l1_loss(V(x_hat), V(x)) + a * generator_loss(t)
        ),
        "G goes down log(1 − D), whose slope vanishes while D is sure": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) - a * F.softplus(t).mean()
        ),
        "G's term from D is minus D's loss: take generator_loss of G's own image": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) - a * F.softplus(t).mean(),
            for_real=lambda real, V, a: -a * F.softplus(-real).mean(),
        ),
        "G's term from D judges the photographs: it judges G's image": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) + 0 * t.mean(),
            for_real=lambda real, V, a: a * generator_loss(real),
        ),
        "D's loss reaches G, and G's gradients are never set to zero: detach the image for D": (
            _wrong_D(discriminator_loss, clear="D, live")
        ),
        "the content has no gradient: V must see G's image with its graph": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat.detach()), V(x)) + a * generator_loss(t)
        ),
        "you took the root of the content: it is the mean of the squares": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)).sqrt() + a * generator_loss(t)
        ),
        "the content is there twice, of the pixels and of the features: of V alone": _wrong_G(
            lambda t, x_hat, x, V, a: (
                F.mse_loss(V(x_hat), V(x)) + F.mse_loss(x_hat, x) + a * generator_loss(t)
            )
        ),
        "you returned D's loss from after its step: compute it before": _wrong_D(
            discriminator_loss, order="D after"
        ),
        "D makes two steps": _wrong_D(discriminator_loss, order="D twice"),
        "G makes two steps": _wrong_D(discriminator_loss, order="G twice"),
        "you halved D's loss": _wrong_D(lambda real, fake: discriminator_loss(real, fake) / 2),
        "D compares its logits of the photographs with themselves": _wrong_D(
            lambda real, fake: discriminator_loss(real, real)
        ),
        "G helps D: it should go down −log D of its image": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) + a * F.softplus(t).mean()
        ),
        "you multiplied the content by `adversarial`, not D's term": _wrong_G(
            lambda t, x_hat, x, V, a: a * F.mse_loss(V(x_hat), V(x)) + generator_loss(t)
        ),
        "you forgot the factor `adversarial`": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) + generator_loss(t)
        ),
        "you exchanged the two losses when you returned them": lambda *case: _srgan_step(*case)[
            ::-1
        ],
        "D judges a detached image in G's loss: no gradient of D's term reaches G": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) + a * generator_loss(t.detach())
        ),
        "D's term has the wrong sign in G's loss": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) - a * generator_loss(t)
        ),
        "G's loss has no content": _wrong_G(lambda t, x_hat, x, V, a: a * generator_loss(t)),
        "G's loss has no term from D": _wrong_G(
            lambda t, x_hat, x, V, a: F.mse_loss(V(x_hat), V(x)) + 0 * t.mean()
        ),
    },
    direction="two players, one after the other: each has its loss, its optimiser, its step",
    hint=(
        "losses.discriminator_loss(D(x), D(x_hat.detach())) for D; "
        "F.mse_loss(V(x_hat), V(x)) + adversarial * losses.generator_loss(D(x_hat)) for G"
    ),
)
