"""Unrolled optimisation: it starts as gradient descent, and takes any linear operator."""

import pytest
import torch

from mvacourse import kernels, solvers, train
from mvacourse.nets import Unrolled
from mvacourse.operators import Blur, Identity, Mask, Radon


def small(**options):
    with train.seeded(0):
        return Unrolled(**{"n_iter": 3, "width": (4, 6), **options})


def rand(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


OPERATORS = {
    "Radon": lambda: Radon([0.0, 30.0, 75.0], 12),
    "Blur": lambda: Blur(kernels.gaussian(5, 1.0)),
    "Mask": lambda: Mask(rand(12, 12) > 0.5),
}


@pytest.fixture(params=list(OPERATORS))
def A(request):
    return OPERATORS[request.param]()


def test_it_is_born_as_gradient_descent(A):
    u = rand(2, 1, 12, 12)
    y = A(u)
    tau = 1 / A.norm() ** 2
    x0 = tau * A.T(y)
    expected = solvers.gradient_descent(lambda x: A.T(A(x) - y), x0, tau=tau, n_iter=3)
    torch.testing.assert_close(small()(y, A), expected, rtol=1e-4, atol=1e-5)
    xs = small().iterates(y, A, u)
    assert len(xs) == 4 and xs[0] is u
    torch.testing.assert_close(xs[-1], u, rtol=1e-4, atol=1e-5)  # Au = y: nothing moves


def test_the_step_means_the_same_with_twice_the_views():
    u = rand(1, 1, 12, 12)
    once, twice = (Radon(n * [0.0, 30.0, 75.0], 12) for n in (1, 2))
    torch.testing.assert_close(
        small()(once(u), once), small()(twice(u), twice), rtol=1e-4, atol=1e-5
    )


def test_corrections_are_added_and_may_be_shared():
    A, y = Identity(), rand(1, 1, 8, 8)
    net, shared = small(), small(shared=True)
    assert len(net.correct) == 3 and len(shared.correct) == 1
    torch.nn.init.constant_(shared.correct[0].last.bias, 0.25)
    torch.testing.assert_close(shared(y, A, y), y + 0.25)  # data pull back, corrections push
    with torch.no_grad():
        shared.tau.zero_()
    torch.testing.assert_close(shared(y, A, y), y + 0.75)


def test_every_weight_gets_a_gradient_from_bfloat16_as_well():
    A = OPERATORS["Radon"]()
    net, y = small(), A(rand(2, 1, 12, 12))
    for N in net.correct:
        torch.nn.init.normal_(N.last.weight, std=0.1)
    with torch.autocast("cpu", torch.bfloat16):
        x = net(y, A)
    assert x.dtype == torch.float32
    x.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_the_data_step_is_done_in_full_precision_under_autocast():
    A = OPERATORS["Radon"]()
    y = A(rand(2, 1, 12, 12))
    with torch.autocast("cpu", torch.bfloat16):
        x = small()(y, A)
    torch.testing.assert_close(x, small()(y, A), rtol=0, atol=0)


def test_it_is_built_anew_from_its_arguments():
    net = small(channels=2, fold=1, shared=True)
    again = Unrolled(**net.arguments)
    again.load_state_dict(net.state_dict())
    y = rand(1, 2, 8, 8)
    assert torch.equal(again(y, Identity()), net(y, Identity()))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Unrolled(0), "n_iter"),
        (lambda: Unrolled(channels=0), "channels"),
        (lambda: small()(rand(1, 2, 8, 8), Identity()), "2 channels"),
        (lambda: small()(rand(1, 1, 8, 8), Identity(), rand(8, 8)), "x0 has shape"),
        (lambda: small()(rand(1, 1, 4, 12), OPERATORS["Radon"]()), "sinogram"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
