"""The gradient-step denoiser: it is the gradient of what it says; slopes are those of matrices."""

import pytest
import torch

from mvacourse import train
from mvacourse.nets import Denoiser, GradientStepDenoiser, lipschitz


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=generator, dtype=torch.float64)


def small(channels=1):
    with train.seeded(0):
        return GradientStepDenoiser(channels, width=(4, 6), depth=1).double().eval()


@pytest.mark.parametrize("channels", [1, 3])
def test_it_is_one_gradient_step_on_g(channels):
    D, v = small(channels), rand(2, channels, 9, 8)
    at = v.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(D.g(at, 0.2).sum(), at)
    torch.testing.assert_close(D(v, 0.2), v - gradient)
    D_v, g = D.step(v, 0.2)
    torch.testing.assert_close(D_v, v - gradient)
    torch.testing.assert_close(g, D.g(v, 0.2))


def test_it_is_n_plus_the_transposed_jacobian_of_what_n_removes():
    D, v = small(), rand(1, 1, 6, 5)
    J = torch.autograd.functional.jacobian(lambda x: D.N(x, 0.2), v).reshape(30, 30)
    expected = D.N(v, 0.2) + (J.T @ (v - D.N(v, 0.2)).flatten()).reshape(v.shape)
    torch.testing.assert_close(D(v, 0.2), expected)


def test_g_is_half_the_square_of_what_n_removes_and_zero_without_noise():
    D, v = small(), rand(3, 1, 8, 8)
    expected = (v - D.N(v, 0.1)).square().flatten(1).sum(1) / 2
    torch.testing.assert_close(D.g(v, 0.1), expected)
    assert D.g(v, 0.0).max() == 0
    torch.testing.assert_close(D(v, 0.0), v)


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode])
def test_it_works_where_gradients_are_switched_off(context):
    D, v = small(), rand(1, 1, 8, 8)
    expected = D(v, 0.1).detach()
    with context():
        found = D(v, 0.1)
        torch.testing.assert_close(found, expected)
        torch.testing.assert_close(D(v.clone(), 0.1), expected)
    assert not found.requires_grad


def test_it_can_be_trained():
    D, v = small(), rand(2, 1, 8, 8)
    D(v, 0.1).sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in D.parameters())
    at = v.clone().requires_grad_()
    D(at, 0.1).sum().backward()
    assert at.grad.abs().max() > 0


def test_it_is_built_anew_from_its_arguments():
    D, v = small(3), rand(1, 3, 8, 8)
    again = GradientStepDenoiser(**D.arguments).double()
    again.load_state_dict(D.state_dict())
    torch.testing.assert_close(again(v, 0.1), D(v, 0.1))


def test_its_jacobian_is_symmetric_and_that_of_a_plain_network_is_not():
    v = rand(1, 1, 6, 6)

    def asymmetry(f):
        J = torch.autograd.functional.jacobian(f, v).reshape(36, 36)
        return ((J - J.T).norm() / J.norm()).item()

    assert asymmetry(lambda x: small()(x, 0.2)) < 1e-12
    with train.seeded(0):
        free = Denoiser(width=(4, 6), depth=1).double()
    assert asymmetry(lambda x: free(x, 0.2)) > 1e-3


def test_the_slope_of_a_matrix_is_its_norm():
    M = rand(2, 12, 12, seed=1) - 0.5

    def f(x):
        return (M @ x.flatten(1)[..., None]).reshape(x.shape)

    found = lipschitz(f, rand(2, 1, 3, 4), n_iter=300)
    torch.testing.assert_close(found, torch.linalg.matrix_norm(M, 2), rtol=1e-3, atol=0)


def test_the_slope_is_that_of_the_jacobian_at_each_image():
    D, v = small(), rand(2, 1, 6, 6)
    norms = []
    for x in v:
        J = torch.autograd.functional.jacobian(lambda z: z - D(z, 0.2), x[None]).reshape(36, 36)
        norms.append(torch.linalg.matrix_norm(J, 2))
    found = lipschitz(lambda z: z - D(z, 0.2), v, n_iter=400)
    torch.testing.assert_close(found, torch.stack(norms), rtol=1e-3, atol=0)
    assert (found <= torch.stack(norms) * (1 + 1e-9)).all(), "power iteration gives a lower bound"


def test_the_slope_of_a_constant_is_zero():
    assert lipschitz(lambda x: 0 * x, rand(2, 1, 4, 4)).max() == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: GradientStepDenoiser(0), "channels"),
        (lambda: small()(rand(1, 3, 8, 8), 0.1), "3 channels, but the network takes 1"),
        (lambda: small()(rand(1, 1, 8, 8), -0.1), "sigma = -0.1"),
        (lambda: lipschitz(lambda x: x.mean(), rand(1, 1, 4, 4)), "f"),
        (lambda: lipschitz(lambda x: x, rand(4, 4)), "x"),
        (lambda: lipschitz(lambda x: x, rand(1, 1, 4, 4), n_iter=0), "n_iter"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
