"""Builds of notebook 09: SRResNet's forward pass, a step of SRGAN, back-projection."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn
from mvacourse.classroom.exercises.checking.training import PARTS, changes_of, drawn, half_steps
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
        h = deep = head(y if kind == "not centred" else y - 0.5)
        chosen = {"one block": blocks[:1], "backwards": blocks[::-1]}.get(kind, blocks)
        for first, second in chosen:
            came = {"from h": h, "none": 0.0}.get(kind, deep)
            given = h if kind == "all of h" else deep
            change = first(second(given)) if kind == "exchanged" else first(given)
            deep = came + (change if kind in ("exchanged", "no second") else second(change))
        joined = {
            "no join": lambda: h + deep,
            "no long skip": lambda: join(deep),
            "join of the sum": lambda: join(h + deep),
        }.get(kind, lambda: h + join(deep))()
        learned = (_reshaped if kind == "reshape" else F.pixel_shuffle)(tail(joined), scale)
        base = {"no interpolation": lambda y: 0.0, "half": lambda y: 0.5}.get(kind, enlarge)
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


def _back_project(
    x_hat: Tensor, y: Tensor, A: Map, enlarge: Map, n_iter: int
) -> tuple[Tensor, Tensor]:
    u, misfits = x_hat, []
    for _ in range(n_iter):
        missing = y - A(u)
        misfits.append(missing.square().mean().sqrt())
        u = u + enlarge(missing)
    misfits.append((y - A(u)).square().mean().sqrt())
    return u, torch.stack(misfits)


def _wrong_projection(kind: str) -> Function:
    size = {
        "no root": lambda r: r.square().mean(),
        "sum": lambda r: r.square().sum().sqrt(),
        "L1": lambda r: r.abs().mean(),
    }.get(kind, lambda r: r.square().mean().sqrt())

    def projection(x_hat, y, A, enlarge, n_iter):
        u, misfits = enlarge(y) if kind == "other start" else x_hat, []
        for _ in range(n_iter):
            missing = y - A(x_hat if kind == "stale" else u)
            misfits.append(size(missing))
            change = enlarge({"no difference": y, "sign": -missing}.get(kind, missing))
            u = {"restart": x_hat, "dropped": 0.0}.get(kind, u) + change
            if kind == "clamp":
                u = u.clamp(0, 1)
            if kind == "after":
                misfits[-1] = size(y - A(u))
        misfits.append(size(y - A(x_hat if kind == "after" else u)))
        return u, torch.stack(misfits)

    return projection


def _disagreements(g: torch.Generator) -> list[tuple[Any, ...]]:
    pool = lambda u: F.avg_pool2d(u, 2)  # noqa: E731
    repeat = lambda r: 0.7 * F.interpolate(r, scale_factor=2)  # noqa: E731
    k = rand(g, 1, 1, 3, 3) / 9
    shrink = lambda u: F.conv2d(u, k, stride=3)  # noqa: E731
    back = lambda r: F.conv_transpose2d(r, 2 * k, stride=3)  # noqa: E731
    return [
        (2 * randn(g, 2, 3, 6, 4), rand(g, 2, 3, 3, 2), pool, repeat, 3),
        (randn(g, 1, 1, 9, 6), rand(g, 1, 1, 3, 2), shrink, back, 4),
        (randn(g, 1, 1, 4, 4), rand(g, 1, 1, 2, 2), pool, repeat, 0),
    ]


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
            "exchanged": "in each block, second came before first",
            "no second": "you left out second in each block",
            "one block": "only the first block is used",
            "backwards": "the blocks come in the opposite order",
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

BACK_PROJECT = Exercise(
    name="back_project",
    kind="build",
    reference=_back_project,
    inputs=_disagreements,
    parts=("the image", "the list of misfits"),
    mistakes={
        words: _wrong_projection(kind)
        for kind, words in {
            "sign": "you subtracted what is missing: add it",
            "stale": "you computed what is missing once, from x_hat: use u, at each step",
            "no difference": "you added enlarge(y): add only what is missing, y − A(u)",
            "restart": "each step starts from x_hat again: go on from u",
            "dropped": "you kept the change alone: add it to u",
            "other start": "you started from enlarge(y): start from x_hat",
            "clamp": "you cut the values off at 0 and 1: the image then disagrees with y again",
            "no root": "you forgot the root of the misfits",
            "sum": "you summed over the pixels for the misfits: take the mean",
            "L1": "your misfits are mean absolute values: take the root of the mean square",
            "after": "you measured each misfit after its step, and x_hat's own at the end",
        }.items()
    },
    direction="what is missing in the small image? enlarge just that, and add it; repeat",
    hint="missing = y − A(u), its size √(mean of squares), then u ← u + enlarge(missing)",
)
