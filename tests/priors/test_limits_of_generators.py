"""How a generative prior fails (E5): the wrong kind of data, limited capacity, mode collapse."""

import pytest
import torch

from mvacourse import images, losses, metrics, priors, weights

FAST = {"n_iter": 60, "restarts": 2, "candidates": 300}


@pytest.fixture(scope="module")
def vae():
    return weights.load("vae_digits").requires_grad_(False)


def range_error(G, x, **options):
    found = priors.invert(x, G, **FAST | options)
    return metrics.mse(found.x, x)


@pytest.mark.parametrize("seed", [501, 502])
def test_an_image_of_another_kind_is_far_from_the_range(vae, seed):
    digits = range_error(vae.decode, images.digits(12, seed=seed)[0])
    letters, _ = images.letters(12, seed=seed, characters="ABDEFGHKMNPRT")  # unlike any digit
    letters = range_error(vae.decode, letters)
    names = ("astronaut", "camera", "chelsea", "coffee", "coins", "brick")
    photographs = range_error(vae.decode, torch.cat([images.photo(n, size=28) for n in names]))
    assert letters.mean() > 8 * digits.mean() and letters.median() > 8 * digits.median()
    assert photographs.min() > 20 * digits.mean()


def test_capacity_limits_what_can_be_restored(vae):
    """A range of few dimensions leaves a floor, which more dimensions or a better shape lower."""
    learn, x = images.digits(400, seed=503)[0].double(), images.digits(12, seed=504)[0].double()
    b = learn.mean(0)
    Vt = torch.linalg.svd((learn - b).flatten(1), full_matrices=False).Vh  # principal components

    def flat(k):
        G = lambda z: b + (z @ Vt[:k]).unflatten(1, b.shape)  # noqa: E731
        error = range_error(G, x, k=k, n_iter=150, restarts=1).mean()
        gap = (x - b).flatten(1)
        floor = (gap - gap @ Vt[:k].T @ Vt[:k]).square().mean()
        assert float(error) == pytest.approx(float(floor), rel=1e-2)  # more steps do not help
        return float(error)

    few, some, many = flat(5), flat(20), flat(80)
    assert few > 1.4 * some and some > 2 * many
    assert vae.k == 20 and range_error(vae.decode, x.float()).mean() < some / 4


def effective_classes(x):
    """exp of the entropy of the classes that a classifier reads: 10 for digits, 1 for one digit."""
    read = weights.load("classifier_digits").requires_grad_(False)(x).argmax(1)
    p = torch.bincount(read, minlength=10) / len(x)
    return float(torch.exp(-torch.special.xlogy(p, p).sum()))


@pytest.mark.parametrize("seed", [0, 1])
def test_against_a_discriminator_that_stays_all_codes_run_to_one_image(seed):
    codes = torch.randn(60, 64, generator=torch.Generator().manual_seed(10 + seed))
    x, best = images.digits(60, seed=505)[0], images.digits(1, seed=506 + seed)[0]
    G = weights.load("gan_digits")
    adam = torch.optim.Adam(G.parameters(), lr=3e-3)

    def measured():
        drawn = G(codes).detach()
        error = range_error(G, x[:6], n_iter=20, restarts=1, candidates=100).mean()
        return effective_classes(drawn), float(drawn.var(0).mean() / x.var(0).mean()), float(error)

    classes, spread, error = measured()
    assert classes > 6 and spread > 0.7
    for _ in range(40):
        made = G(torch.randn(8, 64))
        logits = 20 - (made - best).square().sum((1, 2, 3))  # D is largest at one image
        adam.zero_grad()
        losses.generator_loss(logits).backward()
        adam.step()
    collapsed = measured()
    assert collapsed[0] < 3 and collapsed[1] < 0.4
    assert collapsed[2] > 2 * error  # a prior that knows one image
