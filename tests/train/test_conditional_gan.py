"""The conditional GAN draws images of the requested class."""

import pytest
import torch
from toy import images

from mvacourse import train
from mvacourse.nets import ConditionalGenerator


def test_the_class_that_is_asked_for_is_drawn():
    """A class is the square's first row: G must put the light there."""
    sizes = {"k": 4, "width": 8, "width_D": 8, "batch": 16, "lr": 1e-2, "average": 0.9}
    x, labels = images()
    G = train.conditional_gan(x, labels, classes=5, n_steps=150, progress=False, **sizes)[0]
    c = torch.arange(5).repeat_interleave(8)
    with torch.no_grad():
        y = G(torch.randn(40, 4, generator=torch.Generator().manual_seed(0)), c)
    light = y.sum((1, 3))
    top = (light * torch.arange(8)).sum(1) / light.sum(1) - 1.5
    assert (top - c).abs().mean() < 0.75


def test_the_law_of_the_class_is_that_of_the_labels(monkeypatch):
    asked = []
    forward = ConditionalGenerator.forward

    def spy(self, z, c):
        asked.append(c)
        return forward(self, z, c)

    monkeypatch.setattr(ConditionalGenerator, "forward", spy)
    x, labels = images()
    labels = torch.where(labels < 3, 0, 4)
    sizes = {"classes": 5, "k": 4, "width": 4, "width_D": 4}
    train.conditional_gan(x, labels, **sizes, n_steps=30, batch=16, progress=False)
    share = torch.bincount(torch.cat(asked), minlength=5) / torch.cat(asked).numel()
    law = torch.bincount(labels, minlength=5) / len(labels)
    torch.testing.assert_close(share, law, atol=0.06, rtol=0)
    assert len(asked) == 60 and not torch.equal(asked[0], asked[1]), "drawn anew for each network"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x, c: train.conditional_gan(x, c[1:], classes=5), "63 labels for 64 images"),
        (lambda x, c: train.conditional_gan(x, c, classes=4), "labels holds .* from 0 to 4"),
        (lambda x, c: train.conditional_gan(x, c[:, None], classes=5), "labels has shape"),
        (lambda x, c: train.conditional_gan(255 * x, c), "images .* 0–255"),
        (lambda x, c: train.conditional_gan(x, c, gamma=-1.0), "gamma"),
        (lambda x, c: train.conditional_gan(x, c, average=1.0), "average"),
        (lambda x, c: train.conditional_gan(x, c, penalty_every=0), "penalty_every"),
        (lambda x, c: train.conditional_gan(x[..., :6], c), "4 must divide"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(*images())
