"""The course's maps learned without pairs: digits of one typeface to many others (F9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import check, images, nets, train, weights
from mvacourse.catalogue import ink, metrics
from mvacourse.catalogue.entry import TEST_SEED, TRAIN_SEED, Entry, Made
from mvacourse.train.weak_ot import push
from mvacourse.transport import energy_distance, energy_floor, weak_cost

SIZE = 20
"""Height and width of the digits."""

DEFORM, PLAIN = 0.5, 0.25
"""How much y and x are deformed, of the usual.

What bends x may decide, instead of z, where it goes: the plainer x is, the more must come from z.
"""

SOURCE = "cmss10"
"""The typeface of x."""

TARGETS = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    *("DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
)
"""The typefaces of y, of other families than x."""

Z_DIM = 8
"""Length of z."""

_FACES, _DIGITS = "classifier_faces", "classifier_digits"


def source_digits(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw digits of one typeface: images (n,1,S,S) and labels (n,).

    Digit i of a seed is not that of :func:`target_digits`: nothing is paired.
    """
    return images.digits(n, 2 * seed, SIZE, faces=SOURCE, deform=PLAIN)


def target_digits(n: int, seed: int) -> images.Glyphs:
    """Draw digits of many typefaces: as :func:`mvacourse.images.glyphs`.

    ``faces`` index into :data:`TARGETS` here.
    """
    options = {"size": SIZE, "faces": TARGETS, "deform": DEFORM}
    y = images.glyphs("0123456789", n, 2 * seed + 1, **options)
    order = torch.tensor([images.FACES.index(face) for face in TARGETS])
    return y._replace(faces=(y.faces[:, None] == order).long().argmax(1))


def shape(x: Tensor, sigma: float = 1.0) -> Tensor:
    """Give the shape of an image without brightness, contrast and colour: (B,C,H,W) to (B,HW/4).

    φ(x) is the mean over the channels, blurred by a Gaussian of `sigma` pixels and averaged over
    2×2 pixels, less its mean, divided by its norm. Then ½‖φ(x) − φ(y)‖² = 1 − correlation.
    """
    coarse = F.avg_pool2d(blurred(x.mean(1, keepdim=True), sigma), 2).flatten(1)
    coarse = coarse - coarse.mean(1, keepdim=True)
    return F.normalize(coarse, dim=1, eps=1e-3)


def shape_cost(x: Tensor, y: Tensor, *, gamma: float, price: float = 1.0) -> Tensor:
    """Give the weak cost between shapes, price · C(φ(x), φ(y)): (B,…) and (B,Z,…) to (B,).

    φ is :func:`shape`: the weight of a stroke costs little, contrast and colour nothing. The price
    does not change the best plan; f must grow as high, and so moves the slower against it.
    """
    phi = shape(y.flatten(0, 1)).unflatten(0, y.shape[:2])
    return price * weak_cost(shape(x), phi, gamma=gamma)


def blurred(x: Tensor, sigma: float) -> Tensor:
    """Blur (B,1,H,W) by a Gaussian, cut at 3σ; outside, the border goes on."""
    r = int(3 * sigma)
    k = torch.exp(-(torch.arange(-r, r + 1, device=x.device) ** 2) / (2 * sigma**2))
    k = (k / k.sum()).to(x).view(1, 1, 1, -1)
    wide = F.pad(x, (r, r, r, r), mode="replicate")
    return F.conv2d(F.conv2d(wide, k), k.mT)


@torch.no_grad()
def spread(
    T: nn.Module, x: Tensor, labels: Tensor, n_z: int = 100, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Push each digit n_z times, and let two classifiers read what comes out.

    Parameters
    ----------
    T : nn.Module
        T(x, z), z of length :data:`Z_DIM`.
    x : Tensor, (B,C,S,S)
        As of :func:`source_digits`, in as many channels as T takes. What comes out in colour is
        judged by the largest of its channels.
    labels : Tensor, (B,)
        What they are.
    n_z : int
        Draws of z for each.
    seed : int
        Of z.

    Returns
    -------
    kept : Tensor, (B,n_z), bool
        Whether ``classifier_digits`` reads the label of x.
    faces : Tensor, (B,n_z), int64
        Which of :data:`TARGETS` ``classifier_faces`` takes it for.
    """
    digits, faces = weights.load(_DIGITS), weights.load(_FACES)
    z = torch.randn(len(x), n_z, Z_DIM, generator=check.generator(seed))
    kept, taken = [], []
    for some, codes, true in zip(x.split(5), z.split(5), labels.split(5)):
        seen = push(T, some, codes).flatten(0, 1).clamp(0, 1).amax(1, keepdim=True)
        kept.append(read(digits, seen).view(len(some), n_z) == true[:, None])
        taken.append(faces(seen).argmax(1).view(len(some), n_z))
    return torch.cat(kept), torch.cat(taken)


def read(judge: nn.Module, seen: Tensor) -> Tensor:
    """Tell the digits (B,) of white-on-black images, enlarged to the 28 pixels of the judge."""
    large = F.interpolate(seen, size=judge.shape[-2:], mode="bilinear", align_corners=False)
    return judge(large).argmax(1)


def reached(faces: Tensor, share: float = 0.03) -> Tensor:
    """Count the faces that at least `share` of each row's draws are taken for: (B,Z) to (B,)."""
    return (F.one_hot(faces, len(TARGETS)).float().mean(1) >= share).sum(1)


def _load_digits(n: int) -> tuple[Tensor, Tensor]:
    return source_digits(n, TRAIN_SEED)[0], target_digits(n, TRAIN_SEED).images


def _held_out_digits() -> tuple[Tensor, Tensor, Tensor]:
    return *source_digits(1000, TEST_SEED), target_digits(1000, TEST_SEED).images


def _load_coloured(n: int) -> tuple[Tensor, Tensor]:
    x, y = _load_digits(n)
    return x.expand(-1, 3, -1, -1), ink.painted(y, TRAIN_SEED)


def _held_out_coloured() -> tuple[Tensor, Tensor, Tensor]:
    x, labels, y = _held_out_digits()
    return x.expand(-1, 3, -1, -1), labels, ink.painted(y, TEST_SEED)


def _load_faces(n: int) -> tuple[Tensor, Tensor]:
    y = target_digits(n, TRAIN_SEED)
    return y.images, y.faces


def _held_out_faces() -> tuple[Tensor, Tensor]:
    y = target_digits(2000, TEST_SEED)
    return y.images, y.faces


def _recipe(name: str, network: type[nn.Module] = nets.TransportUNet) -> Any:
    """Make the recipe (x, y, **options) ↦ networks and history of one map."""

    def recipe(
        x: Tensor,
        y: Tensor,
        *,
        gamma: float,
        price: float,
        width: int,
        n_scales: int,
        fold: int,
        width_f: int,
        seed: int,
        **options: Any,
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            T = network(x.shape[1], Z_DIM, width=width, n_scales=n_scales, fold=fold)
            f = nets.Discriminator(y.shape[1:], width_f)
        cost = partial(shape_cost, gamma=gamma, price=price)
        T, _, history = train.weak_ot(T, f, x, y, cost=cost, z_dim=Z_DIM, seed=seed, **options)
        return {name: T}, history

    return recipe


def _faces(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
    net, history = train.classifier(x, labels, classes=len(TARGETS), **options)
    return {_FACES: net}, history


def _measure_faces(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    return metrics.of_classifier(made[_FACES], x, labels)


@torch.no_grad()
def measure_digits(made: Made, x: Tensor, labels: Tensor, y: Tensor) -> dict[str, float]:
    """Give what becomes of held-out digits x, beside real digits y of the target.

    ``class_kept`` is the share of T(x, z) that a classifier reads as the class of x, and
    ``worst_class`` that of the class that fares worst; ``faces_mean`` and ``faces_min`` count, for
    each of 100 x, the faces that at least 3 % of 100 draws are taken for; ``rarest_face`` is the
    share of the face that is reached least, and 0.1 at best; ``energy`` is the energy distance of
    T(X, Z) to y, and ``energy_floor`` the one of two samples of y.
    """
    (T,) = made.values()
    _, faces = spread(T, x[:100], labels[:100])
    once, taken = spread(T, x, labels, n_z=1)
    share = torch.bincount(taken.flatten(), minlength=len(TARGETS)) / taken.numel()
    z = torch.randn(len(x), Z_DIM, generator=check.generator(1))
    pushed = torch.cat([T(some, codes) for some, codes in zip(x.split(200), z.split(200))])
    n_faces = reached(faces).double()
    return {
        "class_kept": float(once.double().mean()),
        "worst_class": min(float(once[labels == c].double().mean()) for c in range(10)),
        "faces_mean": float(n_faces.mean()),
        "faces_min": float(n_faces.min()),
        "rarest_face": float(share.min()),
        "energy": energy_distance(pushed, y),
        "energy_floor": energy_floor(y, len(pushed), len(y)),
    }


@torch.no_grad()
def measure_coloured(made: Made, x: Tensor, labels: Tensor, y: Tensor) -> dict[str, float]:
    """Give what :func:`measure_digits` gives, and what becomes of the colour.

    ``hues_mean`` and ``hues_min`` count, for each of 100 x, the sixths of the circle of hues that
    at least 3 % of 100 draws fall into.
    """
    (T,) = made.values()
    z = torch.randn(100, 100, Z_DIM, generator=check.generator(2))
    pairs = zip(x[:100].split(5), z.split(5))
    hues = torch.cat([ink.hue(push(T, *pair).flatten(0, 1)).view(-1, 100) for pair in pairs])
    n_hues = reached((6 * hues).long().clamp(max=5)).double()
    found = {"hues_mean": float(n_hues.mean()), "hues_min": float(n_hues.min())}
    return measure_digits(made, x, labels, y) | found


_ON_DIGITS = {
    **{"width": 24, "n_scales": 2, "fold": 2, "n_T": 1, "n_z": 2},
    **{"batch": 32, "lr": 1e-3, "penalty": 1.0, "average": 0.98},
}


def _digits(name: str, about: str, gamma: float, **options: Any) -> Entry:
    white = {"n_steps": 6000, "price": 2.5, "width_f": 48}
    full = {"n": 20_000, "gamma": gamma, **white, **options, **_ON_DIGITS}
    return Entry(
        f"digits of {SOURCE} to {len(TARGETS)} other typefaces, without pairs, {about}",
        f"catalogue.transport.source_digits and target_digits({{n}}, seed={TRAIN_SEED})",
        _load_digits,
        _held_out_digits,
        _recipe(name),
        measure_digits,
        {"fast": {**full, "n": 5000, "n_steps": 200}, "full": full},
        _FACES,
    )


def _coloured(name: str) -> Entry:
    options = {"n_steps": 3000, "price": 5.0, "width_f": 24}
    return _digits(name, "one to many, in colour", 0.9, **options)._replace(
        data=f"catalogue.transport: source_digits, painted target_digits({{n}}, seed={TRAIN_SEED})",
        load=_load_coloured,
        held_out=_held_out_coloured,
        recipe=_recipe(name, nets.InkedTransport),
        measure=measure_coloured,
    )


ENTRIES = {
    _FACES: Entry(
        f"classifier of {len(TARGETS)} typefaces",
        f"catalogue.transport.target_digits({{n}}, seed={TRAIN_SEED})",
        _load_faces,
        _held_out_faces,
        _faces,
        _measure_faces,
        {"fast": {"n": 4000, "n_steps": 300}, "full": {"n": 10_000, "n_steps": 1000}},
    ),
    "weak_ot_digits": _digits("weak_ot_digits", "one to many", 0.9),
    "weak_ot_coloured": _coloured("weak_ot_coloured"),
    "weak_ot_digits_classical": _digits("weak_ot_digits_classical", "γ = 0", 0.0, price=10.0),
}
