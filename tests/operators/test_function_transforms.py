"""Every operator under torch.func: vmap, grad, vjp, jvp and their compositions."""

import copy

import pytest
import torch
from test_linear import BUILDERS, rand, random_kernel
from torch.func import functional_call, grad, hessian, jvp, vjp, vmap

from mvacourse.operators import Blur, FourierSampling, PhaseRetrieval, Radon

SIZE = (7, 8)
BUILD = {
    **BUILDERS,
    "phase": lambda size, C: PhaseRetrieval(FourierSampling(torch.ones(size))),
}


@pytest.fixture(params=BUILD, ids=lambda name: name)
def A(request):
    return BUILD[request.param](SIZE, 1)


@pytest.fixture(params=BUILDERS, ids=lambda name: name)
def linear(request):
    return BUILDERS[request.param](SIZE, 1)


def energy(A):
    return lambda u: 0.5 * A(u).abs().square().sum()


def close(x, y):
    torch.testing.assert_close(x, y, rtol=1e-10, atol=1e-11)


def test_vmap_maps_over_images_and_over_data(A):
    u = rand(3, 2, 1, *SIZE)
    y = torch.stack([A(part) for part in u])
    close(vmap(A)(u), y)
    close(vmap(A, in_dims=1)(u.transpose(0, 1)), y)
    close(vmap(vmap(lambda x: A(x[None])[0]))(u), y)
    if hasattr(A, "T"):
        back = torch.stack([A.T(part, (1, *SIZE)) for part in y])
        close(vmap(lambda y: A.T(y, (1, *SIZE)))(y), back)
        close(vmap(A.gram)(u), back)


def test_derivatives_are_those_of_autograd(A):
    u, h = rand(2, 1, *SIZE), rand(2, 1, *SIZE, seed=1)
    x = u.clone().requires_grad_()
    (expected,) = torch.autograd.grad(energy(A)(x), x)
    close(grad(energy(A))(u), expected)
    Au, slope = jvp(A, (u,), (h,))
    close(Au, A(u))
    if hasattr(A, "T"):
        close(slope, A(h))
    close(vjp(A, u)[1](Au)[0], A.vjp(u, Au))
    per_image = vmap(grad(lambda x: energy(A)(x[None])))(u)
    close(per_image, expected)


def test_hessian_is_the_gram_matrix(linear):
    u, h = rand(1, 1, *SIZE), rand(1, 1, *SIZE, seed=1)
    close(jvp(grad(energy(linear)), (u,), (h,))[1], linear.gram(h))


def test_hessian_of_phase_retrieval_is_that_of_differences():
    A = BUILD["phase"](SIZE, 1)
    u, h = rand(1, 1, *SIZE), rand(1, 1, *SIZE, seed=1)
    slope = grad(energy(A))
    step = 1e-4 * h
    by_differences = (slope(u + step) - slope(u - step)) / 2e-4
    found = jvp(slope, (u,), (h,))[1]
    torch.testing.assert_close(found, by_differences, rtol=1e-6, atol=1e-6)


def test_nothing_of_a_transform_is_left_in_the_operator(A):
    u = rand(2, 1, *SIZE)
    fresh = copy.deepcopy(A)
    per_image = vmap(grad(lambda x: energy(A)(x[None])))
    for use in (vmap(lambda x: A(x[None])), grad(energy(A)), per_image):
        use(u)
        close(A(u), fresh(u))
        x, y = (u.clone().requires_grad_() for _ in range(2))
        A(x).abs().sum().backward()
        fresh(y).abs().sum().backward()
        close(x.grad, y.grad)
        assert x.grad.abs().max() > 0
    with torch.inference_mode():
        close(A(u), fresh(u))
    close(copy.deepcopy(A)(u), fresh(u))


@pytest.mark.parametrize("kept", [False, True])
def test_blur_maps_and_differentiates_over_kernels(kept):
    A, u = Blur(random_kernel(3, 3)), rand(1, 1, *SIZE)
    k = torch.stack([random_kernel(3, 3, seed=s) for s in range(4)])
    if kept:
        A(u)

    def blurred(k):
        return functional_call(A, {"k": k}, (u,))

    close(vmap(blurred)(k), torch.stack([Blur(one)(u) for one in k]))
    close(jvp(blurred, (k[0],), (k[1],))[1], Blur(k[1])(u))
    x = k[0].clone().requires_grad_()
    (expected,) = torch.autograd.grad(Blur(x)(u).square().sum(), x)
    close(grad(lambda k: blurred(k).square().sum())(k[0]), expected)
    close(A(u), Blur(random_kernel(3, 3))(u))


def test_radon_has_second_derivatives_and_a_filtered_back_projection():
    A = Radon([0.0, 40.0, 90.0], (5, 4)).double()
    u = rand(1, 1, 5, 4)
    H = hessian(energy(A))(u).reshape(20, 20)
    M = A.to_matrix((1, 5, 4))
    close(H, M.T @ M)
    y = torch.stack([A(u), 2 * A(u)])
    close(vmap(A.fbp)(y), torch.stack([A.fbp(part) for part in y]))


def test_a_kernel_written_by_numpy_blurs_with_its_own_spectrum():
    k, u = random_kernel(3, 3), rand(1, 1, *SIZE)
    A, before = Blur(k), Blur(k)(u)
    A(u)
    k.numpy()[:] = 0
    close(A(u), before)  # the operator has a copy
    for dtype in (torch.float32, torch.float64):
        A = A.to(dtype)
        A(u)
        A.k.numpy()[:] *= 2
        close(A(u), Blur(A.k)(u))
    A = Blur(random_kernel(3, 3).bfloat16())
    A(u)
    A.k.mul_(2)
    close(A(u), Blur(A.k)(u))
