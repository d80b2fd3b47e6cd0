"""The mixture on patches: density, draws, Wiener's formula for one component, images, errors."""

import pytest
import torch
from torch.distributions import MultivariateNormal

from mvacourse.nets import PatchMixture
from mvacourse.nets.patch_mixture import FLOOR


def made(channels=1, side=3, K=2, seed=0):
    net = PatchMixture(channels, side, K).double()
    generator = torch.Generator().manual_seed(seed)
    axes = 0.1 * torch.randn(net.axes.shape, generator=generator, dtype=torch.float64)
    net.axes.copy_(axes)
    net.log_weights.copy_(torch.linspace(1, 2, K).softmax(0).log())
    return net.eval()


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def gaussians(net, sigma):
    eye = torch.eye(net.axes.shape[1], dtype=torch.float64)
    cov = net.axes @ net.axes.mT + (FLOOR**2 + sigma**2) * eye
    return MultivariateNormal(torch.zeros(len(eye), dtype=torch.float64), cov)


def test_patches_are_the_windows_of_the_image():
    net, x = PatchMixture(2, 3, 2), torch.rand(2, 2, 7, 8)
    patches = net.cut(x, stride=2)
    windows = [x[b, :, i : i + 3, j : j + 3] for b in (0, 1) for i in (0, 2, 4) for j in (0, 2, 4)]
    assert torch.equal(patches, torch.stack(windows))
    assert len(net.cut(x)) == 2 * 5 * 6


@pytest.mark.parametrize("channels", [1, 3])
def test_coefficients_are_orthonormal_and_forget_the_means(channels):
    net = PatchMixture(channels, 4).double()
    basis = net.basis.double()
    eye = torch.eye(channels * 15, dtype=torch.float64)
    torch.testing.assert_close(basis @ basis.T, eye, rtol=0, atol=1e-6)
    x = rand(5, channels, 4, 4)
    moved = x + rand(5, channels, 1, 1, seed=1)
    centred = x - x.mean((2, 3), keepdim=True)
    c = net.coefficients(x)
    torch.testing.assert_close(net.coefficients(moved), c, rtol=0, atol=1e-6)
    torch.testing.assert_close(c @ basis, centred.flatten(1), rtol=0, atol=1e-6)


@pytest.mark.parametrize("sigma", [0.0, 0.1])
def test_the_density_is_that_of_the_mixture(sigma):
    net, x = made(K=3), rand(6, 1, 3, 3)
    c = net.coefficients(x)
    each = gaussians(net, sigma).log_prob(c[:, None]) + net.log_weights
    torch.testing.assert_close(net.joint(c, sigma), each, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(net.log_prob(x, sigma), each.logsumexp(1), rtol=1e-6, atol=1e-6)


def test_draws_have_the_covariance_of_the_mixture():
    net = made(K=2)
    x = net.sample(40_000, torch.Generator().manual_seed(3))
    assert x.shape == (40_000, 1, 3, 3)
    assert x.mean((2, 3)).abs().max() < 1e-6
    c = net.coefficients(x)
    cov = net.axes @ net.axes.mT + FLOOR**2 * torch.eye(8)
    expected = (net.log_weights.exp()[:, None, None] * cov).sum(0)
    torch.testing.assert_close(
        c.T @ c / len(c), expected, rtol=0, atol=0.03 * float(expected.max())
    )
    again = net.sample(5, torch.Generator().manual_seed(3))
    assert torch.equal(again, net.sample(5, torch.Generator().manual_seed(3)))


def wiener(net, v, sigma):
    """One component, patch by patch."""
    p, total, count = net.side, torch.zeros_like(v), torch.zeros_like(v)
    basis = net.basis.double()
    eye = torch.eye(len(basis), dtype=torch.float64)
    cov = net.axes[0] @ net.axes[0].T + FLOOR**2 * eye
    W = cov @ torch.linalg.inv(cov + sigma**2 * eye)
    for i in range(v.shape[2] - p + 1):
        for j in range(v.shape[3] - p + 1):
            at = (..., slice(i, i + p), slice(j, j + p))
            patch = v[at]
            mean = patch.mean((2, 3), keepdim=True)
            c = basis @ patch.flatten()
            total[at] += mean + (basis.T @ (W @ c)).view_as(patch)
            count[at] += 1
    return total / count


@pytest.mark.parametrize("channels", [1, 3])
def test_one_component_is_wieners_filter_on_each_patch(channels):
    net, v = made(channels, K=1), rand(1, channels, 6, 7)
    torch.testing.assert_close(net(v, 0.2), wiener(net, v, 0.2), rtol=0, atol=1e-6)


def test_each_patch_is_restored_by_its_most_probable_component():
    """One image of one patch: the answer is that of the component, not of a mean of both."""
    net = made(K=2)
    for seed in range(5):
        v = rand(1, 1, 3, 3, seed=seed)
        best = int(net.joint(net.coefficients(v), 0.1).argmax())
        alone = made(K=1)
        alone.axes.copy_(net.axes[best : best + 1])
        torch.testing.assert_close(net(v, 0.1), alone(v, 0.1))


def test_without_noise_nothing_changes_and_a_constant_stays():
    net, v = made(3), rand(2, 3, 8, 8)
    torch.testing.assert_close(net(v, 0.0), v, rtol=0, atol=1e-12)
    flat = torch.full((1, 3, 8, 8), 0.7, dtype=torch.float64)
    torch.testing.assert_close(net(flat, 0.3), flat)


def test_images_of_a_batch_do_not_touch_each_other():
    net, v = made(), rand(2, 1, 8, 6)
    torch.testing.assert_close(net(v, 0.1)[1:], net(v[1:], 0.1))


def test_it_is_built_anew_from_its_arguments():
    net = made(3, 4, 5)
    again = PatchMixture(**net.arguments).double()
    again.load_state_dict(net.state_dict())
    v = rand(1, 3, 8, 8)
    assert torch.equal(again(v, 0.1), net(v, 0.1))
    assert "basis" not in net.state_dict()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: PatchMixture(side=1), "side"),
        (lambda: PatchMixture(n_components=0), "n_components"),
        (lambda: made()(rand(1, 3, 8, 8), 0.1), "3 channels, but the network takes 1"),
        (lambda: made()(rand(1, 1, 2, 8), 0.1), "smaller than a patch of 3×3"),
        (lambda: made()(rand(1, 1, 8, 8), -0.1), "sigma = -0.1"),
        (lambda: made().log_prob(rand(2, 1, 4, 4)), "made for 3×3"),
        (lambda: made().sample(0), "n = 0"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
