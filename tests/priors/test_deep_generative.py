"""Code and weights together: what moves, what stays, and in which order."""

import pytest
import torch
from torch import nn

from mvacourse import losses, metrics
from mvacourse.operators import Identity, Mask
from mvacourse.priors import deep_generative_prior
from mvacourse.priors.deep_generative import _stages

SHAPE = (1, 6, 5)


class Toy(nn.Module):
    """A generator of three layers, one of them followed by a normalisation."""

    k = 4

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(30, 4)  # plays no part in the image
        self.first = nn.Linear(4, 16)
        self.norm = nn.LayerNorm(16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 30)

    def decode(self, z):
        h = torch.tanh(self.second(torch.tanh(self.norm(self.first(z)))))
        return torch.sigmoid(self.last(h)).unflatten(1, SHAPE)

    forward = decode


class Features(nn.Module):
    """What stands for a discriminator."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(1, 3, 3)

    def features(self, x):
        return [x, torch.relu(self.layer(x))]


@pytest.fixture
def G():
    torch.manual_seed(0)
    return Toy().eval()


@pytest.fixture
def x():
    """An image outside of the generator's range."""
    return torch.rand(1, *SHAPE, generator=torch.Generator().manual_seed(3))


def moved(before, after):
    return {name for name, p in before.named_parameters() if not p.equal(after.state_dict()[name])}


def test_both_fits_what_the_code_alone_cannot(G, x):
    psnr = {}
    for update in ("both", "z", "theta"):
        found = deep_generative_prior(Identity(), x, G, update=update, lr_theta=0.02)
        psnr[update] = metrics.psnr(found.x, x).item()
    assert psnr["both"] > psnr["z"] + 6
    assert psnr["theta"] > psnr["z"]


@pytest.mark.parametrize("update", ["both", "z", "theta"])
def test_the_generator_is_left_as_it_was(G, x, update):
    before = {name: p.clone() for name, p in G.state_dict().items()}
    found = deep_generative_prior(Identity(), x, G, update=update, n_iter=5)
    assert all(p.equal(before[name]) for name, p in G.state_dict().items())
    assert all(p.grad is None for p in G.parameters())
    assert found.G is not G


def test_what_is_not_to_move_does_not(G, x):
    z0 = torch.ones(1, 4)
    options = {"z0": z0, "n_iter": 8}
    only_z = deep_generative_prior(Identity(), x, G, update="z", **options)
    assert not moved(G, only_z.G) and not only_z.z.equal(z0)
    only_theta = deep_generative_prior(Identity(), x, G, update="theta", **options)
    assert only_theta.z.equal(z0)
    assert moved(G, only_theta.G) == {n for n, _ in G.named_parameters() if "encoder" not in n}
    assert z0.equal(torch.ones(1, 4))


def test_the_found_generator_makes_the_found_image(G, x):
    found = deep_generative_prior(Identity(), x, G, n_iter=6)
    torch.testing.assert_close(found.G(found.z), found.x)
    assert found.x.shape == (1, *SHAPE) and not found.x.requires_grad
    assert found.losses.shape == (6,)


def test_progressive_releases_the_layers_from_the_code_on(G):
    z = torch.zeros(1, 4)
    called = {id(p): name for name, p in G.named_parameters()}
    stages = _stages(G, z, "both", True, 6)
    assert all(stage[0] is z for stage in stages)
    names = [{called[id(p)].partition(".")[0] for p in stage[1:]} for stage in stages]
    first, second = {"first", "norm"}, {"first", "norm", "second"}
    assert names == [first, first, second, second, second | {"last"}, second | {"last"}]


def test_all_at_once_moves_the_last_layer_in_the_first_step(G, x):
    found = deep_generative_prior(Identity(), x, G, n_iter=1, progressive=False)
    assert "last.weight" in moved(G, found.G)
    found = deep_generative_prior(Identity(), x, G, n_iter=1, progressive=True)
    assert "last.weight" not in moved(G, found.G)


def test_the_start_is_the_best_candidate(G, x):
    firsts = [
        deep_generative_prior(Identity(), x, G, candidates=n, n_iter=1).losses[0]
        for n in (1, 20, 400)
    ]
    assert firsts[2] < firsts[1] < firsts[0]


def test_a_method_of_a_network_is_copied_with_it(G, x):
    before = {name: p.clone() for name, p in G.state_dict().items()}
    found = deep_generative_prior(Identity(), x, G.decode, n_iter=4)
    assert all(p.equal(before[name]) for name, p in G.state_dict().items())
    torch.testing.assert_close(found.G(found.z), found.x)


def test_with_a_discriminator_the_loss_lives_in_its_features(G, x):
    torch.manual_seed(1)
    D = Features().eval()
    before = [p.clone() for p in D.parameters()]
    found = deep_generative_prior(Identity(), x, G, D, lr_theta=0.02)
    assert found.losses[-1] < 0.5 * found.losses[0]
    with torch.no_grad():
        now = losses.feature_distance(D.features(found.x), D.features(x))
    torch.testing.assert_close(now, found.losses[-1], rtol=0.01, atol=0)
    assert all(p.equal(q) and p.grad is None for p, q in zip(D.parameters(), before))


def test_unknown_pixels_play_no_part(G, x):
    mask = torch.ones(6, 5, dtype=torch.bool)
    mask[2:4, 1:3] = False
    A = Mask(mask)
    z0 = torch.zeros(1, 4)
    first = deep_generative_prior(A, A(x), G, z0=z0, n_iter=10)
    other = torch.where(mask, x, 0.3)
    again = deep_generative_prior(A, A(other), G, z0=z0, n_iter=10)
    assert first.x.equal(again.x)


def test_same_seed_same_answer(G, x):
    a, b = (deep_generative_prior(Identity(), x, G, n_iter=5, seed=4) for _ in range(2))
    assert a.x.equal(b.x)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"y": torch.zeros(2, *SHAPE)}, ValueError, "y holds 2 problems"),
        ({"y": torch.full((1, *SHAPE), torch.nan)}, ValueError, "y holds .* NaN"),
        ({"update": "all"}, ValueError, "update = 'all'"),
        ({"G": lambda z: z, "z0": torch.zeros(1, 4)}, TypeError, "G is a function"),
        ({"n_iter": 0}, ValueError, "n_iter"),
        ({"candidates": 0}, ValueError, "candidates"),
    ],
)
def test_bad_input_of_the_deep_generative_prior(G, x, change, error, words):
    arguments = {"y": x, "G": G, "n_iter": 2, **change}
    with pytest.raises(error, match=words):
        deep_generative_prior(Identity(), **arguments)


def test_a_frozen_generator_is_fine_tuned_in_a_copy(G, x):
    free = deep_generative_prior(Identity(), x, G, n_iter=3)
    G.requires_grad_(False)
    found = deep_generative_prior(Identity(), x, G, n_iter=3)
    assert torch.equal(found.x, free.x)
    assert not any(p.requires_grad for p in G.parameters())


class Shown(nn.Module):
    """A generator whose image is its code, so that a step of Adam is seen as it is."""

    k = 30

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(()))

    def forward(self, z):
        return self.gain * z.unflatten(1, SHAPE)


def test_the_steps_shrink_along_a_cosine_to_almost_nothing(x):
    """Adam moves each number by about its rate; the last of 20 rates is 0.006 of the first."""
    seen = [torch.zeros(1, *SHAPE)]
    found = deep_generative_prior(
        Identity(),
        x,
        Shown(),
        k=30,
        z0=torch.zeros(1, 30),
        update="z",
        n_iter=20,
        lr_z=0.01,
        callback=lambda n, image: seen.append(image),
    )
    steps = [float((b - a).abs().max()) for a, b in zip(seen[1:], [*seen[2:], found.x])]
    assert 0.009 < steps[0] < 0.011
    assert steps[-1] < 1e-4
