"""More common mistakes of notebook 06: in training steps, and in the search of a code."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import losses
from mvacourse.classroom.exercises.checking.exercise import Function


def _step(
    sigma: Function = lambda logvar: (logvar / 2).exp(),
    code: Function = lambda mu, sigma, eps: mu + sigma * eps,
    kl: Function = losses.kl_normal,
    rest: Function = losses.bce,
    size: Function = lambda loss, x: loss,
    steps: int = 1,
    after: bool = False,
) -> Callable[..., float]:
    """Make one step of a VAE in another way."""

    def vae_step(net: Any, adam: Any, x: Tensor, eps: Tensor, beta: float) -> float:
        mu, logvar = net.encode(x)
        x_hat = net.decode(code(mu, sigma(logvar), eps))
        loss = size(rest(x_hat, x) + beta * kl(mu, logvar), x)
        adam.zero_grad()
        loss.backward()
        for _ in range(steps):
            adam.step()
        return losses.bce(net.decode(net.encode(x)[0]), x).item() if after else loss.item()

    return vae_step


VAE_STEP = {
    "you took half of log σ² for σ: it has to be exponentiated": _step(lambda logvar: logvar / 2),
    "you took exp(−log σ²/2) for σ: that is its inverse": _step(lambda lv: (-lv / 2).exp()),
    "you took the root of exp(log σ²/2) for σ": _step(lambda lv: (lv / 4).exp()),
    "you forgot σ: the code is μ + σε": _step(code=lambda mu, sigma, eps: mu + eps),
    "you exchanged μ and σ: the code is μ + σε": _step(
        code=lambda mu, sigma, eps: sigma + mu * eps
    ),
    "you subtracted σε: the code is μ + σε": _step(code=lambda mu, sigma, eps: mu - sigma * eps),
    "you added σ without its noise ε": _step(code=lambda mu, sigma, eps: mu + sigma),
    "you multiplied μ by the noise, too": _step(code=lambda mu, sigma, eps: (mu + sigma) * eps),
    "you detached σ: the encoder has to learn it": _step(lambda lv: (lv / 2).exp().detach()),
    "you detached μ: the encoder has to learn it": _step(
        code=lambda mu, sigma, eps: mu.detach() + sigma * eps
    ),
    "you exchanged μ and log σ² in the divergence": _step(
        kl=lambda mu, lv: losses.kl_normal(lv, mu)
    ),
    "you detached the divergence: it has to be descended": _step(
        kl=lambda mu, lv: losses.kl_normal(mu, lv).detach()
    ),
    "you took the mean squared error for the cross-entropy": _step(rest=F.mse_loss),
    "you took the sum of squares for the cross-entropy": _step(
        rest=lambda x_hat, x: (x_hat - x).square().sum() / len(x)
    ),
    "you divided the loss by the number of images: it is a mean already": _step(
        size=lambda loss, x: loss / len(x)
    ),
    "you multiplied the loss by the number of images: it is a mean already": _step(
        size=lambda loss, x: loss * len(x)
    ),
    "you took two steps of the optimiser": _step(steps=2),
    "you returned the cross-entropy of the mean code after the step: return the loss": _step(
        after=True
    ),
}


def _misfit(y: Tensor, A: Any, G: Any, z: Tensor, lam: float) -> Tensor:
    return (A(G(z)) - y).square().sum(1) + lam * z.square().sum(1)


def _cosine(s: int, n: int) -> float:
    return (1 + math.cos(math.pi * s / n)) / 2


def _search(
    fall: Callable[[int, int], float] = _cosine,
    rule: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    start: Function = torch.clone,
    joined: Function = torch.sum,
    loss: Function = _misfit,
    end: Callable[..., Any] = lambda z, seen: (z, seen),
) -> Callable[..., Any]:
    """Search with another step size in step s of n, another optimiser, start or end."""

    def search(y: Tensor, A: Any, G: Any, z0: Tensor, lam: float, n_iter: int, lr: float) -> Any:
        z, seen = start(z0).requires_grad_(), []
        adam = rule([z], lr=lr)
        for s in range(n_iter):
            adam.param_groups[0]["lr"] = lr * fall(s, n_iter)
            each = loss(y, A, G, z, lam)
            adam.zero_grad()
            joined(each).backward()
            adam.step()
            seen.append(each.detach())
        return end(z.detach(), torch.stack(seen))

    return search


def _adam(**settings: Any) -> Callable[..., torch.optim.Optimizer]:
    return lambda z, lr: torch.optim.Adam(z, lr=lr, **settings)


LATENT_SEARCH = {
    "your step falls to zero in n − 1 steps": _search(lambda s, n: _cosine(s, max(n - 1, 1))),
    "your step falls to zero in n + 1 steps": _search(lambda s, n: _cosine(s, n + 1)),
    "your step falls along a line: it falls along a cosine": _search(lambda s, n: 1 - s / n),
    "your step falls along a quarter of a wave: it is (1 + cos(πs/n))/2": _search(
        lambda s, n: math.cos(math.pi * s / n / 2)
    ),
    "you forgot the ½ in front of 1 + cos(πs/n)": _search(lambda s, n: 2 * _cosine(s, n)),
    "you forgot to add 1 to the cosine": _search(lambda s, n: math.cos(math.pi * s / n) / 2),
    "your step falls to a tenth of lr: it falls to zero": _search(
        lambda s, n: 0.1 + 0.9 * _cosine(s, n)
    ),
    "you start from zero: start from z0": _search(start=torch.zeros_like),
    "you start from the mean of all starts": _search(
        start=lambda z0: z0.mean(0, keepdim=True).expand_as(z0).clone()
    ),
    "you took AdamW, which shrinks the codes, too": _search(rule=torch.optim.AdamW),
    "you took RMSprop: Adam also averages the gradients": _search(rule=torch.optim.RMSprop),
    "your β₁ is 0.5: Adam's own is 0.9": _search(rule=_adam(betas=(0.5, 0.999))),
    "your Adam has a weight decay": _search(rule=_adam(weight_decay=0.01)),
    "you took AMSGrad, not Adam": _search(rule=_adam(amsgrad=True)),
    "you descended the loss of one start alone, the first or the worst": _search(
        joined=lambda each: each[0]
    ),
    "you descended the loss of the last start alone": _search(joined=lambda each: each[-1]),
    "you averaged the penalty over the code: here it is a sum": _search(
        loss=lambda y, A, G, z, lam: (A(G(z)) - y).square().sum(1) + lam * z.square().mean(1)
    ),
    "you left λ out": _search(loss=lambda y, A, G, z, lam: _misfit(y, A, G, z, 1.0)),
    "you forgot the squares of the norms": _search(
        loss=lambda y, A, G, z, lam: (A(G(z)) - y).norm(dim=1) + lam * z.norm(dim=1)
    ),
    "you returned the best code alone: return all": _search(
        end=lambda z, seen: (z[seen[-1].argmin()], seen)
    ),
    "you returned the sum of the losses: return those of each start": _search(
        end=lambda z, seen: (z, seen.sum(1))
    ),
    "you returned the mean of the losses: return those of each start": _search(
        end=lambda z, seen: (z, seen.mean(1))
    ),
    "you returned the least loss of each step: return those of each start": _search(
        end=lambda z, seen: (z, seen.amin(1))
    ),
}


def _round(
    of_D: Function = losses.discriminator_loss,
    of_G: Function = lambda D, real, fake: losses.generator_loss(D(fake)),
    drawn: Function = lambda z, later: z,
    codes: Function = lambda z, later: later,
    both: bool = False,
    once: bool = False,
) -> Callable[..., None]:
    """Play one round in another way."""

    def gan_round(G: Any, D: Any, opt_G: Any, opt_D: Any, real: Any, z: Any, later: Any) -> None:
        opt_D.zero_grad(), opt_G.zero_grad()
        fake = G(drawn(z, later))
        of_D(D(real), D(fake if both else fake.detach())).backward()
        opt_D.step()
        if both:
            opt_G.step()
        opt_G.zero_grad()
        for code in codes(z, later):
            if not once:
                opt_G.zero_grad()
            of_G(D, real, G(code)).backward()
            if not once:
                opt_G.step()
        if once:
            opt_G.step()

    return gan_round


GAN_ROUND = {
    "you left the first batch of codes out": _round(codes=lambda z, later: later[1:]),
    "you left the last batch of codes out": _round(codes=lambda z, later: later[:-1]),
    "you took the last batch of codes alone": _round(codes=lambda z, later: later[-1:]),
    "you took the batches of codes in the opposite order": _round(
        codes=lambda z, later: list(reversed(later))
    ),
    "you went through the batches of codes twice": _round(codes=lambda z, later: [*later, *later]),
    "G took one step too many at the end, with the codes of D": _round(
        codes=lambda z, later: [*later, z]
    ),
    "G moved in the step of D, too: detach its images, and step with opt_D alone": _round(
        both=True
    ),
    "G took one step with the gradients of all batches: it takes one for each": _round(once=True),
    "D judged images from the codes of G: its own codes are z": _round(
        drawn=lambda z, later: later[0]
    ),
    "D climbed: its loss has the wrong sign": _round(
        of_D=lambda real, fake: -losses.discriminator_loss(real, fake)
    ),
    "G minimised the loss of D, or the sign of its logits is wrong": _round(
        of_G=lambda D, real, fake: losses.discriminator_loss(D(real), D(fake))
    ),
    "you took the sigmoid of the logits in the loss of G: it contains it": _round(
        of_G=lambda D, real, fake: losses.generator_loss(D(fake).sigmoid())
    ),
    "G imitated the real images pixel by pixel: its loss takes what D says": _round(
        of_G=lambda D, real, fake: (fake - real).square().mean()
    ),
}
