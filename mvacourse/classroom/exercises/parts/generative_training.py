"""Two training steps of notebook 06: one of a VAE, and one round of a GAN."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse import losses
from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.checking.training_step import (
    Optimiser,
    drawn,
    probe_one_network,
    probe_two_networks,
)
from mvacourse.classroom.exercises.parts import wrong_training
from mvacourse.nets import VAE

# One step of a variational autoencoder.


def _batches(g: torch.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for name, B, k, shape, beta in (("SGD", 3, 2, (1, 3, 5), 0.3), ("Adam", 4, 3, (2, 3, 2), 2.0)):
        net = drawn(VAE(k, shape, width=4), g, 0.5)
        cases.append((net, Optimiser(name), rand(g, B, *shape), randn(g, B, k), beta))
    return cases


def _code(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    return mu + (logvar / 2).exp() * eps


def _elbo(x_hat: Tensor, x: Tensor, mu: Tensor, logvar: Tensor, beta: float) -> Tensor:
    return losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)


def _vae_step(
    code: Callable[..., Tensor] = _code,
    loss: Callable[..., Tensor] = _elbo,
    clear: bool = True,
    move: bool = True,
    after: bool = False,
) -> Callable[..., float]:
    def vae_step(net: VAE, adam: Any, x: Tensor, eps: Tensor, beta: float) -> float:
        def value() -> Tensor:
            mu, logvar = net.encode(x)
            return loss(net.decode(code(mu, logvar, eps)), x, mu, logvar, beta)

        found = value()
        if clear:
            adam.zero_grad()
        found.backward()
        if move:
            adam.step()
        return (value() if after else found).item()

    return vae_step


VAE_STEP = Exercise(
    name="vae_step",
    kind="build",
    reference=_vae_step(),
    inputs=_batches,
    probe=probe_one_network,
    tolerance=1e-7,
    mistakes={
        "you never cleared the gradients: those of the last step are still in them": _vae_step(
            clear=False
        ),
        "the network does not move: a step of the optimiser is missing, or has no gradients": (
            _vae_step(move=False)
        ),
        "you returned the loss after the step: return the one that you descended": _vae_step(
            after=True
        ),
        "you took exp(log σ²) for σ: that is the variance": _vae_step(
            lambda mu, logvar, eps: mu + logvar.exp() * eps
        ),
        "you took log σ² for σ: it has to be exponentiated": _vae_step(
            lambda mu, logvar, eps: mu + logvar * eps
        ),
        "you took exp(2 log σ²) or exp(log σ² · 2) for σ: halve the logarithm": _vae_step(
            lambda mu, logvar, eps: mu + (2 * logvar).exp() * eps
        ),
        "you decoded the mean μ: the code needs its noise ε": _vae_step(lambda mu, logvar, eps: mu),
        "you decoded the noise ε alone, whatever the encoder says": _vae_step(
            lambda mu, logvar, eps: eps
        ),
        "the encoder cannot learn from the images: the code was detached": _vae_step(
            lambda mu, logvar, eps: _code(mu, logvar, eps).detach()
        ),
        "you exchanged x and x̂ in the cross-entropy": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: _elbo(x, x_hat, mu, logvar, beta)
        ),
        "you left β out": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: _elbo(x_hat, x, mu, logvar, 1.0)
        ),
        "you weighted the cross-entropy with β: it weighs the divergence": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: (
                beta * losses.bce(x_hat, x) + losses.kl_normal(mu, logvar)
            )
        ),
        "you weighted the cross-entropy with 1 − β: its weight is 1": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: (
                (1 - beta) * losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            )
        ),
        "you gave σ where the divergence needs log σ²": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: _elbo(x_hat, x, mu, (logvar / 2).exp(), beta)
        ),
        "you left the divergence out: this is a plain autoencoder": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: losses.bce(x_hat, x)
        ),
        "you subtracted the divergence: both terms are to become small": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: _elbo(x_hat, x, mu, logvar, -beta)
        ),
        "you climbed: the loss has the wrong sign": _vae_step(loss=lambda *values: -_elbo(*values)),
        "you gave log σ where the divergence needs log σ²": _vae_step(
            loss=lambda x_hat, x, mu, logvar, beta: _elbo(x_hat, x, mu, logvar / 2, beta)
        ),
        "you averaged the cross-entropy over the pixels: sum over them, mean over the images": (
            _vae_step(
                loss=lambda x_hat, x, mu, logvar, beta: (
                    losses.bce(x_hat, x) / x[0].numel() + beta * losses.kl_normal(mu, logvar)
                )
            )
        ),
    }
    | wrong_training.VAE_STEP,
    direction="follow a digit through the network: code, image, loss; only then the three lines "
    "that every training step has",
    hint="mu, logvar = net.encode(x); the code is mu + (logvar / 2).exp() * eps; the loss "
    "losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar); then zero_grad, backward, step",
)


# One round of a GAN.


def _players(g: torch.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for B, k, shape, steps, rules in (
        (3, 2, (1, 3, 5), 2, ("SGD", "SGD")),
        (4, 3, (2, 3, 2), 3, ("Adam", "SGD")),
    ):
        n = shape[0] * shape[1] * shape[2]
        G = nn.Sequential(nn.Linear(k, 5), nn.Tanh(), nn.Linear(5, n), nn.Unflatten(1, shape))
        D = nn.Sequential(nn.Flatten(), nn.Linear(n, 5), nn.Tanh(), nn.Linear(5, 1), nn.Flatten(0))
        later = [randn(g, B, k) for _ in range(steps)]
        real = randn(g, B, *shape)
        cases.append(
            (
                drawn(G, g, 0.5),
                drawn(D, g, 0.5),
                *map(Optimiser, rules),
                real,
                randn(g, B, k),
                later,
            )
        )
    return cases


def _of_D(real: Tensor, fake: Tensor) -> Tensor:
    return losses.discriminator_loss(real, fake)


def _round(
    of_D: Callable[[Tensor, Tensor], Tensor] = _of_D,
    of_G: Callable[[Tensor], Tensor] = losses.generator_loss,
    codes: Callable[[Tensor, Sequence[Tensor]], Sequence[Tensor]] = lambda z, later: later,
    clear_D: bool = True,
    clear_G: bool = True,
    after: bool = False,
    D_too: bool = False,
    cut: bool = False,
    still: str = "",
) -> Callable[..., None]:
    def gan_round(
        G: Any, D: Any, opt_G: Any, opt_D: Any, real: Tensor, z: Tensor, later: Sequence[Tensor]
    ) -> None:
        loss = of_D(D(real), D(G(z).detach()))
        if clear_D:
            opt_D.zero_grad()
        loss.backward()
        if still != "D":
            opt_D.step()
        if after:
            opt_D.zero_grad()
        for code in codes(z, later):
            fake = G(code)
            loss = of_G(D(fake.detach() if cut else fake))
            if clear_G:
                opt_G.zero_grad()
            loss.backward()
            if still != "G":
                opt_G.step()
            if D_too:
                opt_D.step()

    return gan_round


def _G_first(G: Any, D: Any, opt_G: Any, opt_D: Any, real: Tensor, z: Tensor, later: Any) -> None:
    for code in later:
        opt_G.zero_grad()
        losses.generator_loss(D(G(code))).backward()
        opt_G.step()
    _round(codes=lambda z, later: ())(G, D, opt_G, opt_D, real, z, later)


def _unjudged(G: Any, D: Any, opt_G: Any, opt_D: Any, real: Tensor, z: Tensor, later: Any) -> None:
    _round(codes=lambda z, later: ())(G, D, opt_G, opt_D, real, z, later)
    for code in later:
        opt_G.zero_grad()
        losses.generator_loss(G(code)).backward()
        opt_G.step()


def _in_turns(G: Any, D: Any, opt_G: Any, opt_D: Any, real: Tensor, z: Tensor, later: Any) -> None:
    for code in later:
        _round()(G, D, opt_G, opt_D, real, z, [code])


GAN_ROUND = Exercise(
    name="gan_round",
    kind="build",
    reference=_round(),
    inputs=_players,
    probe=probe_two_networks,
    tolerance=1e-7,
    mistakes={
        "G moved first: D takes its step before": _G_first,
        "you never cleared the gradients of D: the steps of G have left theirs": _round(
            clear_D=False
        ),
        "you cleared the gradients of D after its step only: the steps of G leave theirs": _round(
            clear_D=False, after=True
        ),
        "you drew all codes at once: G takes one step for each batch in later": _round(
            codes=lambda z, later: [torch.cat(list(later))]
        ),
        "you never cleared the gradients of G: each step also takes all earlier ones": _round(
            clear_G=False
        ),
        "you never cleared any gradients": _round(clear_D=False, clear_G=False),
        "you exchanged the real and the drawn images": _round(
            of_D=lambda real, fake: losses.discriminator_loss(fake, real)
        ),
        "D saw only the real images": _round(of_D=lambda real, fake: losses.generator_loss(real)),
        "D saw only the drawn images": _round(of_D=lambda real, fake: losses.generator_loss(-fake)),
        "D saw only the drawn images, and took them for real": _round(
            of_D=lambda real, fake: losses.generator_loss(fake)
        ),
        "you took the sigmoid of the logits: the losses contain it": _round(
            of_D=lambda real, fake: losses.discriminator_loss(real.sigmoid(), fake.sigmoid())
        ),
        "you took the sigmoid of all logits: the losses contain it": _round(
            of_D=lambda real, fake: losses.discriminator_loss(real.sigmoid(), fake.sigmoid()),
            of_G=lambda fake: losses.generator_loss(fake.sigmoid()),
        ),
        "D has not judged the images of G: the loss of G takes the logits D(G(z))": _unjudged,
        "D took a step for each step of G: it takes one in a round": _in_turns,
        "G learned to be found out: its loss has the wrong sign": _round(
            of_G=lambda fake: -losses.generator_loss(fake)
        ),
        "G maximised the loss of D: that is the saturating form, E log(1 − D(G(z)))": _round(
            of_G=lambda fake: -losses.generator_loss(-fake)
        ),
        "G took one step only: it takes one for each batch in later": _round(
            codes=lambda z, later: later[:1]
        ),
        "G took its steps with the codes z of D: its own are in later": _round(
            codes=lambda z, later: [z] * len(later)
        ),
        "G took one step too many, with the codes of D": _round(codes=lambda z, later: [z, *later]),
        "D moved in the steps of G, too": _round(D_too=True),
        "G does not move: its images were detached in its own steps, or its optimiser never "
        "steps, or steps before backward": _round(cut=True),
        "D does not move: its optimiser never steps, or steps without gradients": _round(still="D"),
    }
    | wrong_training.GAN_ROUND,
    direction="two steps of training, one after the other; each has its own loss, its own "
    "optimiser, and lets the other network rest",
    hint="D: losses.discriminator_loss(D(real), D(G(z).detach())); then for each batch of codes "
    "in later: losses.generator_loss(D(G(codes))); each time zero_grad, backward, step of one "
    "optimiser",
)
