"""Training for super-resolution against a discriminator (F4, F5)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.losses import discriminator_loss, generator_loss, relativistic_loss
from mvacourse.metrics import nearest_tile, spectral_distance
from mvacourse.nets.precision import autocast, memory_format
from mvacourse.train import distributed
from mvacourse.train.crop_pairs import check_pairs
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend, follow
from mvacourse.train.seeds import own_uniform, told

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.crop_pairs import Pairs
    from mvacourse.train.loop import Loop
    from mvacourse.train.seeds import Draw

NetG = TypeVar("NetG", bound=nn.Module)
NetD = TypeVar("NetD", bound=nn.Module)

_WINDOW = 32
"""Side of the windows in which a repeated tile is looked for: a grid comes and goes in an image."""


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def srgan(
    G: NetG,
    D: NetD,
    pairs: Pairs,
    *,
    content: nn.Module | None = None,
    adversarial: float = 1e-3,
    pixels: float = 0.0,
    grid: float = 0.0,
    spectrum: float = 0.0,
    relativistic: bool = False,
    shift: int = 0,
    n_steps: int,
    batch: int = 16,
    lr: float = 1e-4,
    lr_D: float | None = None,
    average: float = 0.999,
    precision: str = "auto",
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[NetG, NetD, History]:
    """Train a super-resolution network G so that its images look like photographs (F4).

    In alternating steps, D minimises −E log D(x) − E log(1 − D(G(y))), and G minimises

    E ‖V(G(y)) − V(x)‖² + μ E ‖G(y) − x‖² + ν E ‖t(G(y) − x)‖² + κ E S(G(y), x) − λ E log D(G(y)).

    The first terms are means over all values of the features V, over all pixels, and over the tiles
    t of 4×4 pixels that are nearest to the error in windows of 32×32,
    :func:`mvacourse.metrics.nearest_tile`. S compares the strength of each frequency,
    :func:`mvacourse.metrics.spectral_distance`. A G with ``noise=True`` gets new noise in each
    step. G should come from :func:`~mvacourse.train.regression`, so that training starts from a
    good network. The function returns the running mean of G's weights.

    Parameters
    ----------
    G, D : nn.Module
        Networks to start from. ``G(y)`` is an image, and ``D(x)`` are logits.
    pairs : Pairs
        ``pairs(draw, batch)`` is ``((y,), x)``: the small image, and the photograph.
    content : nn.Module, optional
        V, with fixed weights, for example :func:`mvacourse.nets.vgg_features`. None means V(x) = x,
        a mean square error of pixels.
    adversarial : float, default 1e-3
        λ ≥ 0. Choose it in proportion to the first term. The paper's 1e-3 is for pixels in [−1, 1],
        whose squared differences are 4 times ours, and for features on a different scale.
    pixels : float, default 0
        μ ≥ 0. Pooled or strided features are blind to some patterns, such as a grid of dots, and G
        may produce them. A small μ prevents this.
    grid : float, default 0
        ν ≥ 0. A pattern that is repeated every four pixels fools a D that looks at small patches,
        and in fine texture G finds it before it finds anything else. A photograph has none.
    spectrum : float, default 0
        κ ≥ 0. Without it a generator may weave a pattern wherever there was fine texture: the
        spectrum of a pattern has peaks. It needs images of 32×32 pixels.
    relativistic : bool, default False
        D judges whether x looks *more* real than G(y), :func:`mvacourse.losses.relativistic_loss`,
        and G learns the opposite. Then G also gets a gradient from the photographs.
    shift : int, default 0
        Largest number of first rows and columns that are cut off, at random in each step, before
        D and V look at both images. Strided and pooled layers see each of the pixels of a grid
        in a different way, and G may produce that grid. With a shift of at least their stride − 1,
        they have no preferred pixels. D must take images of any size.
    n_steps, batch : int
        Number of steps of each network, and of pairs in each step.
    lr : float, default 1e-4
        Initial learning rate of Adam for G; it decreases along a cosine.
    lr_D : float, optional
        Initial learning rate for D; `lr` by default. A D that learns faster than G finds a pattern
        that G begins to repeat before it is everywhere.
    average : float, default 0.999
        Decay of the running mean, in [0, 1); 0 returns the last G. It is smaller in early steps, so
        that the initial weights are soon forgotten.
    precision : {"auto", "float32", "bfloat16"}
        As for :func:`mvacourse.nets.precision.autocast`; weights stay in float32.
    seed, device, **loop
        As for every training, :mod:`mvacourse.train`; `callback` gets the averaged G.

    Returns
    -------
    G, D : nn.Module
        In evaluation mode.
    history : History
        ``loss`` is the loss of G, ``content`` its terms without D, ``loss_D`` the loss of D in
        nats.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or G(y) and x differ in shape.

    References
    ----------
    Ledig et al., Photo-realistic single image super-resolution using a generative adversarial
    network, CVPR 2017.
    """
    given = _non_negative(adversarial=adversarial, pixels=pixels, grid=grid, spectrum=spectrum)
    shift = validate.count(shift, "shift", at_least=0)
    validate.module(G, "G"), validate.module(D, "D")
    check_pairs(pairs)
    average = validate.fraction(average, "average")
    lr_D = lr if lr_D is None else validate.positive(lr_D, "lr_D")
    device = distributed.join(device)
    context = autocast(precision, device)
    arguments = {"batch": batch, "lr": lr, "lr_D": lr_D, "average": average, "precision": precision}
    arguments |= {**given, "shift": shift, "relativistic": bool(relativistic)}
    judge, fool = (relativistic_loss, _more_real) if relativistic else (discriminator_loss, _real)
    V = nn.Identity() if content is None else validate.module(content, "content")
    arguments |= {"pairs": pairs.fingerprint, "content": told(V), "G": told(G), "D": told(D)}
    layout = memory_format(device)
    G, D, V = (copy.deepcopy(N).to(device, memory_format=layout) for N in (G, D, V))
    mean_G = copy.deepcopy(G).eval()
    opt_G, opt_D = adam(G.train(), lr), adam(D.train(), lr_D)
    keep = {"mean_G": mean_G, "G": G, "D": D, "opt_G": opt_G, "opt_D": opt_D}
    with Run("srgan", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            anneal(opt_D, lr_D, draw.step, n_steps)
            anneal(opt_G, lr, draw.step, n_steps)
            (y,), x = pairs(draw, batch)
            with context():
                x_hat = G(y, own_uniform(draw)) if getattr(G, "noise", False) else G(y)
            x_hat, x = _shifted(draw, shift, x_hat, x)

            with context():
                loss_D = judge(D(x), D(x_hat.detach()))
            descend(opt_D, loss_D, D)

            D.requires_grad_(False)
            with context():
                fidelity = F.mse_loss(V(x_hat), V(x)) + _beside_features(x_hat, x, **given)
                loss = fidelity + given["adversarial"] * fool(D, x_hat, x)
            descend(opt_G, loss, G)
            D.requires_grad_(True)

            follow(mean_G, G, average, draw.step)
            run.log(loss=loss, content=fidelity, loss_D=loss_D)
    return mean_G, D.eval(), run.history


def _non_negative(**given: float) -> dict[str, float]:
    return {name: validate.non_negative(value, name) for name, value in given.items()}


def _real(D: nn.Module, x_hat: Tensor, x: Tensor) -> Tensor:
    return generator_loss(D(x_hat))


def _more_real(D: nn.Module, x_hat: Tensor, x: Tensor) -> Tensor:
    return relativistic_loss(D(x_hat), D(x))


def _beside_features(
    x_hat: Tensor, x: Tensor, *, pixels: float, grid: float, spectrum: float, adversarial: float
) -> Tensor:
    """Sum the terms that compare images, without those whose weight is 0."""
    total = pixels * F.mse_loss(x_hat, x)
    if grid:
        total = total + grid * _tile(x_hat - x)
    if spectrum:
        total = total + spectrum * spectral_distance(x_hat, x).mean()
    return total


def _tile(error: Tensor) -> Tensor:
    """Mean square of the tile that is nearest to the error, over windows and tile."""
    side = min(_WINDOW, *(n // 4 * 4 for n in error.shape[-2:]))
    windows = error.unfold(2, side, side).unfold(3, side, side)
    return nearest_tile(windows.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)).square().mean()


def _shifted(draw: Draw, shift: int, x_hat: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Cut off the same random number of rows and columns of G(y) and of x."""
    validate.same_shape(x_hat, x, ("G(y)", "x"))
    if not shift:
        return x_hat, x
    down, right = torch.randint(shift + 1, (2,), generator=draw.generator).tolist()
    return x_hat[..., down:, right:], x[..., down:, right:]
