"""The flow is a bijection, and its log-determinant is that of autograd's Jacobian."""

import math

import pytest
import torch

from mvacourse.nets import Flow


def flow(shape=(1, 4, 4), depth=2, **options):
    """A flow away from its start, where couplings do nothing."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = Flow(shape, width=8, depth=depth, **options)
        for p in net.parameters():
            p.data += 0.05 * torch.randn_like(p)
    return net.requires_grad_(False)


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("dtype", "bound"), [(torch.float64, 1e-9), (torch.float32, 1e-4)])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 8, 12)])
def test_inverse_is_exact(shape, dtype, bound):
    net = flow(shape, depth=4).to(dtype)
    x = images(5, *shape).to(dtype)
    x[0], x[1] = 0.0, 1.0  # black and white lie in its domain
    z, _ = net(x)
    assert z.shape == (5, net.k) and net.k == math.prod(shape)
    assert float((net.inverse(z) - x).abs().max()) < bound


def test_log_determinant_is_that_of_the_jacobian():
    net = flow((1, 4, 4)).double()
    x = images(3, 1, 4, 4).double()
    _, logdet = net(x)
    for i in range(3):
        J = torch.autograd.functional.jacobian(lambda u: net(u[None])[0][0], x[i])
        expected = torch.linalg.slogdet(J.reshape(16, 16))[1]
        torch.testing.assert_close(logdet[i], expected, rtol=1e-10, atol=1e-10)


def test_log_determinants_of_f_and_of_its_inverse_are_opposite():
    net = flow((1, 4, 4), depth=1, alpha=0.4).double()
    z = torch.randn(2, 16, generator=torch.Generator().manual_seed(0)).double()
    x = net.inverse(z)
    _, logdet = net(x)
    for i in range(2):
        J = torch.autograd.functional.jacobian(lambda w: net.inverse(w[None]).flatten(), z[i])
        torch.testing.assert_close(torch.linalg.slogdet(J)[1], -logdet[i], rtol=1e-8, atol=1e-8)


def test_range_leaves_the_unit_interval_by_the_margin_at_most():
    net = flow((1, 8, 8), alpha=0.05)
    x = net.inverse(50 * torch.randn(20, 64, generator=torch.Generator().manual_seed(0)))
    margin = 0.05 / 0.9 + 1e-6
    assert -margin <= float(x.min()) < 0 and 1 < float(x.max()) <= 1 + margin


def test_an_image_does_not_depend_on_its_neighbours():
    net = flow((1, 8, 8))
    x = images(4, 1, 8, 8)
    torch.testing.assert_close(net(x)[0][:1], net(x[:1])[0])
