"""Deep image prior on tiny networks: what it minimises, repeats, resumes and refuses."""

import io

import pytest
import torch
from torch import nn

from mvacourse import noise
from mvacourse.nets import SkipNet
from mvacourse.operators import FourierSampling, Identity, Mask, Resize
from mvacourse.priors import code, deep_image_prior


@pytest.fixture
def u():
    """A smooth image, 12×14."""
    rows, cols = torch.linspace(0, 1, 12)[:, None], torch.linspace(0, 1, 14)
    return torch.stack([rows + 0 * cols, 0.5 * rows + 0.5 * cols, 0.2 + 0 * rows * cols])[None]


@pytest.fixture
def net():
    torch.manual_seed(0)
    return SkipNet(in_channels=4, width=8, skips=2, n_scales=2)


@pytest.fixture
def z(u):
    return code(u, channels=4)


class Once:
    """A rule that stops at a given step, and chooses an earlier image."""

    def __init__(self, chosen, at):
        self.chosen, self.at = chosen, at

    def __call__(self, k, x, residual):
        if k == self.chosen:
            self.x, self.step, self.residual = x, k, residual
        return k == self.at


def test_the_code_is_a_tenth_of_a_uniform_law_and_follows_its_seed(u):
    z = code(200, channels=8)
    assert z.shape == (1, 8, 200, 200)
    assert 0 <= z.min() < 1e-4
    assert 0.0999 < z.max() < 0.1
    assert z.mean().item() == pytest.approx(0.05, abs=3e-4)
    assert torch.equal(code((12, 14), 4, seed=3), code(u, 4, seed=3))
    assert not torch.equal(code(u, 4, seed=3), code(u, 4, seed=4))


def test_the_code_knows_nothing_of_noise_with_the_same_seed():
    # torch makes normal numbers out of the uniform ones that it would have given otherwise, so
    # that a plain generator would put the noise of the data into z.
    w = noise.gaussian(torch.zeros(1, 1, 64, 64), 1.0, seed=0)

    def correlation(z):
        return torch.corrcoef(torch.stack((w.flatten(), z.flatten())))[0, 1].abs().item()

    assert correlation(code(64, 1, seed=torch.Generator().manual_seed(0))) > 0.3
    assert correlation(code(64, 1, seed=0)) < 0.06


def test_one_step_is_adam_on_the_mean_square(u, net, z):
    # The first step of Adam is lr·sign(gradient), whatever the scale: compare the second too.
    u, net, z = u.double(), net.double(), z.double()
    found = deep_image_prior(Identity(), u, net, z, n_iter=2, jitter=0, average=0)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for k in range(2):
        x = net(z)
        loss = ((x - u) ** 2).mean()
        assert found.losses[k].item() == pytest.approx(loss.item(), rel=1e-9)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    torch.testing.assert_close(found.x, x.detach(), rtol=0, atol=1e-9)
    torch.testing.assert_close(found.last, found.x, rtol=0, atol=0)


@pytest.mark.parametrize("options", [{}, {"jitter": 0.2}])
def test_each_step_adds_new_noise_of_the_given_strength_to_the_code(options):
    seen = []

    class Seeing(nn.Conv2d):
        def forward(self, z):
            seen.append(z)
            return super().forward(z)

    z, sigma = code(64, 4), options.get("jitter", 1 / 30)
    deep_image_prior(Identity(), torch.zeros(1, 1, 64, 64), Seeing(4, 1, 1), z, n_iter=3, **options)
    n = torch.stack(seen).sub(z).flatten(1)  # 3 × 16384 numbers
    torch.testing.assert_close(
        n @ n.T / len(n.T), sigma**2 * torch.eye(3), rtol=0.05, atol=0.04 * sigma**2
    )
    torch.testing.assert_close(n.mean(1), torch.zeros(3), rtol=0, atol=0.04 * sigma)


@pytest.mark.parametrize("A", [Identity(), Mask(torch.eye(12, 14) < 1), Resize(1 / 2)])
def test_the_loss_falls_and_the_image_is_found(A, u, net, z):
    found = deep_image_prior(A, A(u), net, z, n_iter=120, jitter=0.01)
    assert found.losses.shape == (120,)
    assert found.losses[-1] < 0.05 * found.losses[0]
    assert (found.x - u).square().mean() < 0.1 * (u - u.mean()).square().mean()
    assert found.step == 120


def test_complex_data(u, net, z):
    torch.manual_seed(0)
    net = SkipNet(in_channels=4, out_channels=1, width=8, skips=2, n_scales=2)
    A = FourierSampling(torch.rand(12, 14) < 0.7)
    found = deep_image_prior(A, A(u[:, :1]), net, z, n_iter=40)
    assert found.losses[-1] < 0.3 * found.losses[0]


def test_same_seed_same_image_and_the_network_given_is_untouched(u, net, z):
    before = {name: value.clone() for name, value in net.state_dict().items()}
    first, second = (deep_image_prior(Identity(), u, net, z, n_iter=5, seed=1) for _ in range(2))
    assert torch.equal(first.x, second.x)
    assert torch.equal(first.losses, second.losses)
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert not torch.equal(deep_image_prior(Identity(), u, net, z, n_iter=5, seed=2).x, first.x)


def test_the_average_forgets_geometrically_and_its_weights_sum_to_one(u, net, z):
    outputs = [deep_image_prior(Identity(), u, net, z, n_iter=k, average=0).x for k in (1, 2, 3, 4)]
    weights = [0.8**i for i in (3, 2, 1, 0)]
    expected = sum(w * x for w, x in zip(weights, outputs)) / sum(weights)
    found = deep_image_prior(Identity(), u, net, z, n_iter=4, average=0.8)
    torch.testing.assert_close(found.x, expected, rtol=0, atol=1e-6)
    assert torch.equal(found.last, outputs[-1])


def test_going_on_from_a_state_is_as_if_never_interrupted(u, net, z):
    A, options = Resize(1 / 2), {"jitter": 0.03, "seed": 5}
    y = A(u)
    whole = deep_image_prior(A, y, net, z, n_iter=9, **options)
    part = deep_image_prior(A, y, net, z, n_iter=4, **options)
    file = io.BytesIO()
    torch.save(part.state, file)
    file.seek(0)
    for state in (part.state, torch.load(file, weights_only=True), part.state):  # not used up
        rest = deep_image_prior(A, y, net, z, n_iter=5, state=state, **options)
        assert rest.step == 9
        assert torch.equal(rest.x, whole.x)
        assert torch.equal(rest.losses, whole.losses)
        after = whole.state["net"]
        assert all(torch.equal(after[name], w) for name, w in rest.state["net"].items())


def test_a_state_goes_on_only_where_its_random_numbers_mean_something(u, net, z):
    state = deep_image_prior(Identity(), u, net, z, n_iter=1).state
    state["generator"] = torch.zeros(16, dtype=torch.uint8)  # as long as a GPU's
    with pytest.raises(ValueError, match="another kind of device than cpu"):
        deep_image_prior(Identity(), u, net, z, n_iter=1, state=state)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_on_a_gpu_it_finds_the_image_and_goes_on_from_a_file(u, net, z):
    A = Resize(1 / 2)
    y, options = A(u).cuda(), {"jitter": 0.01, "precision": "float32"}
    whole = deep_image_prior(A, y, net, z, n_iter=120, **options)
    assert whole.x.is_cuda
    assert (whole.x.cpu() - u).square().mean() < 0.1 * (u - u.mean()).square().mean()
    part = deep_image_prior(A, y, net, z, n_iter=2, **options)
    torch.save(part.state, file := io.BytesIO())
    file.seek(0)
    state = torch.load(file, weights_only=True, map_location="cpu")
    rest = deep_image_prior(A, y, net, z, n_iter=2, state=state, **options)
    torch.testing.assert_close(rest.losses, whole.losses[:4], rtol=1e-2, atol=0)


def test_callback_and_rule_see_every_average(u, net, z):
    seen = []
    rule = Once(chosen=3, at=5)
    found = deep_image_prior(
        Identity(), u, net, z, n_iter=9, stop=rule, callback=lambda k, x: seen.append((k, x))
    )
    assert [k for k, _ in seen] == [1, 2, 3, 4, 5]
    assert found.step == 3
    assert torch.equal(found.x, seen[2][1])  # nor did later steps change it
    assert len(found.losses) == 5
    torch.testing.assert_close(rule.residual, found.x - u, rtol=0, atol=0)


def test_a_rule_that_does_not_fire_still_chooses(u, net, z):
    found = deep_image_prior(Identity(), u, net, z, n_iter=4, stop=Once(chosen=2, at=9))
    assert found.step == 2
    assert len(found.losses) == 4


def test_bfloat16_gives_nearly_the_same_first_step(u, net, z):
    y = noise.gaussian(u, 0.1, seed=0)
    plain, low = (
        deep_image_prior(Identity(), y, net, z, n_iter=1, precision=p)
        for p in ("float32", "bfloat16")
    )
    assert low.x.dtype == torch.float32
    assert 0 < (plain.x - low.x).abs().max() < 0.02


def test_a_bar_shows_the_steps(u, net, z, capsys):
    deep_image_prior(Identity(), u, net, z, n_iter=2, progress=True)
    assert "2/2" in capsys.readouterr().err
    deep_image_prior(Identity(), u, net, z, n_iter=2)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"n_iter": 0}, ValueError, "n_iter"),
        ({"lr": 0.0}, ValueError, "lr"),
        ({"jitter": -0.1}, ValueError, "jitter"),
        ({"average": 1.0}, ValueError, "average"),
        ({"average": -0.5}, ValueError, "average"),
        ({"precision": "half"}, ValueError, "'auto', 'float32' or 'bfloat16'"),
        ({"seed": "a"}, TypeError, "seed"),
        ({"seed": -1}, ValueError, "seed"),
        ({"net": "SkipNet"}, TypeError, "not a network"),
        ({"y": torch.zeros(1, 3, 6, 7)}, ValueError, r"A\(net\(z\)\) has shape .* y has shape"),
        ({"y": torch.full((1, 3, 12, 14), torch.nan)}, ValueError, "y holds .* NaN"),
        ({"z": torch.zeros(1, 5, 12, 14)}, ValueError, "5 channels"),
        ({"z": torch.zeros(4, 12, 14)}, ValueError, r"z\[None\]"),
    ],
)
def test_bad_input(options, error, words, u, net, z):
    arguments = {"y": u, "net": net, "z": z, "n_iter": 2, **options}
    with pytest.raises(error, match=words):
        deep_image_prior(Identity(), arguments.pop("y"), arguments.pop("net"), **arguments)


def test_a_loss_that_is_not_finite_is_named(u, z):
    class Broken(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(4, 3, 1)

        def forward(self, z):
            return self.conv(z) / 0.0

    with pytest.raises(FloatingPointError, match="at step 1: lower lr"):
        deep_image_prior(Identity(), u, Broken(), z, n_iter=3)
