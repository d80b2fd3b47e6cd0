"""Games between linear networks of two numbers, and what is seen of them step by step."""

import sys
from types import SimpleNamespace

import torch
from torch import nn

from mvacourse import train
from mvacourse.train.gan import play
from mvacourse.train.optim import descend

IMAGES = torch.rand(6, 1, 1, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
TARGET = 1 + IMAGES.flatten(1)
OPTIONS = {"n_steps": 1, "batch": 5, "progress": False}


class Painter(nn.Module):
    """G(z) = a ⊙ z, an image of two pixels; whatever else is given changes nothing."""

    k = 2

    def __init__(self):
        super().__init__()
        self.arguments = {}
        self.a = nn.Parameter(torch.tensor([0.3, -0.7]))

    def forward(self, z, *_):
        return (self.a * z.flatten(1)).view(-1, 1, 1, 2)


class Carrier(Painter):
    """T(x, z) = a ⊙ x + z."""

    def forward(self, x, z):
        return self.a * x + z


class Judge(nn.Module):
    """D's logit is w·x; of further arguments c, v·c is added."""

    def __init__(self):
        super().__init__()
        self.arguments = {}
        self.w, self.v = (nn.Parameter(torch.tensor(w)) for w in ([0.5, -1.2], [0.4, 0.9]))

    def forward(self, x, *c):
        return x.flatten(1) @ self.w + sum(c_.flatten(1) @ self.v for c_ in c)


class Pairs:
    """Two numbers to start from, and two to arrive at."""

    fingerprint = "pairs"

    def __call__(self, draw, batch):
        return (draw.normal(batch, 1, 1, 2),), draw.normal(batch, 1, 1, 2)


def squared(x, y):
    """‖x − y‖², a mean over the draws of y."""
    return (y - x[:, None]).square().sum(2).mean(1)


def gan(G, D, **given):
    return play(G, D, IMAGES, **given)


def srgan(G, D, **given):
    return train.srgan(G, D, Pairs(), precision="float32", **given)


def pix2pix(G, D, **given):
    return train.pix2pix(G, D, Pairs(), precision="float32", **given)


def weak_ot(G, D, **given):
    given = {"cost": squared, "z_dim": 2, **given}
    return train.weak_ot(G, D, IMAGES.flatten(1), TARGET, **given)


RECIPES = {"gan": gan, "srgan": srgan, "pix2pix": pix2pix, "weak_ot": weak_ot}
DESCRIBED = {"gan": play, "srgan": train.srgan, "pix2pix": train.pix2pix, "weak_ot": train.weak_ot}


class Watch:
    """A game in float64, and what was seen of it; in weak transport, T is G and f is D."""

    def __init__(self, monkeypatch, name, **options):
        self.events, self.through, self.down = [], {"G": [], "D": []}, {"G": [], "D": []}
        module = sys.modules[f"mvacourse.train.{name}"]
        monkeypatch.setattr(module, "descend", self._descend)
        torch.set_default_dtype(torch.float64)
        options = {"n_T": 1, **options} if name == "weak_ot" else options
        try:
            G, D = Carrier() if name == "weak_ot" else Painter(), Judge()
            for net, role in ((G, "G"), (D, "D")):
                net.role = role
                net.register_forward_hook(lambda *seen: self._forward(*seen))  # outlives a copy
            given = {key: v for key, v in {**OPTIONS, **options}.items() if v is not None}
            *self.made, self.history = RECIPES[name](G, D, **given)
        finally:
            torch.set_default_dtype(torch.float32)

    def _forward(self, net, given, out):
        weights = [p.detach().clone() for p in net.parameters()]
        learns = all(p.requires_grad for p in net.parameters())
        seen = SimpleNamespace(given=given, out=out.detach(), weights=weights, learns=learns)
        self.through[net.role].append(seen)
        if out.requires_grad:
            out.register_hook(lambda grad: self.events.append(f"back to {net.role}"))

    def _descend(self, optimiser, loss, net, clip=None):
        self.events.append(f"{net.role} goes down")
        descend(optimiser, loss, net, clip)
        (group,) = optimiser.param_groups
        step = SimpleNamespace(loss=loss.item(), rate=group["lr"], betas=group["betas"])
        step.grads = [p.grad for p in net.parameters()]
        step.weights = [p.detach().clone() for p in net.parameters()]
        self.down[net.role].append(step)
