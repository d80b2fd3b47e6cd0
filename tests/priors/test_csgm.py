"""Search in latent space: closed forms where G is linear, restarts, batches, bad input."""

import pytest
import torch

from mvacourse import priors
from mvacourse.operators import FourierSampling, GaussianSensing, Identity, Mask, PhaseRetrieval
from mvacourse.priors import csgm, invert

SHAPE = (1, 4, 5)


def randn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


class Linear:
    """G(z) = W z + b, whose range is an affine subspace."""

    def __init__(self, k=3, seed=0):
        self.k, self.W, self.b = k, randn(20, k, seed=seed), randn(20, seed=seed + 1)

    def __call__(self, z):
        return (z @ self.W.T + self.b).unflatten(1, SHAPE)


class Bumpy(Linear):
    """A generator with several local minima: the restarts differ."""

    def __call__(self, z):
        return torch.sin(3 * super().__call__(z))


def solve(A, y, G, lam):
    """argmin ‖A(Wz + b) − y‖² + λ‖z‖², by the normal equations."""
    M = A.to_matrix(SHAPE)
    AW, r = M @ G.W, y.flatten(1) - M @ G.b
    return torch.linalg.solve(AW.T @ AW + lam * torch.eye(G.k), (r @ AW).T).T


OPERATORS = {
    "identity": lambda: Identity(),
    "mask": lambda: Mask(randn(4, 5) > 0),
    "sensing": lambda: GaussianSensing(7, SHAPE).double(),
}


@pytest.mark.parametrize("lam", [0.0, 2.0])
@pytest.mark.parametrize("A", [pytest.param(make(), id=name) for name, make in OPERATORS.items()])
def test_linear_generator_gives_least_squares_and_ridge_in_z(A, lam):
    G = Linear()
    y = A(randn(2, *SHAPE, seed=5).abs())
    found = csgm(A, y, G, lam=lam, n_iter=400, restarts=2)
    z = solve(A, y, G, lam)
    torch.testing.assert_close(found.z, z, rtol=0, atol=1e-6)
    torch.testing.assert_close(found.x, G(z), rtol=0, atol=1e-5)
    loss = (A(G(z)) - y).square().flatten(1).sum(1) + lam * z.square().sum(1)
    torch.testing.assert_close(found.loss, loss, rtol=1e-9, atol=1e-10)


def test_an_image_of_the_range_is_recovered_from_as_many_measurements_as_the_code_is_long():
    G, A = Linear(k=3), GaussianSensing(3, SHAPE).double()
    x = G(randn(2, 3, seed=9))
    found = csgm(A, A(x), G, n_iter=1000, restarts=1)
    torch.testing.assert_close(found.x, x, rtol=0, atol=1e-4)


def test_inversion_is_the_nearest_point_of_the_range():
    G = Linear()
    x = randn(1, *SHAPE, seed=3)
    found = invert(x, G, n_iter=400, restarts=1)
    gap = (found.x - x).flatten()
    assert float((G.W.T @ gap).abs().max()) < 1e-5  # orthogonal to the range
    assert float(found.loss) == pytest.approx(float(gap.square().sum()), rel=1e-12)


def test_restarts_keep_the_best_of_each_problem():
    G, A = Bumpy(), GaussianSensing(4, SHAPE).double()
    y = A(randn(5, *SHAPE, seed=2))
    alone = []
    z0 = randn(6, 1, 3, seed=4).expand(6, 5, 3)
    for start in z0:
        alone.append(csgm(A, y, G, z0=start, n_iter=60).loss)
    together = csgm(A, y, G, z0=z0, n_iter=60)
    losses = torch.stack(alone)
    torch.testing.assert_close(together.loss, losses.min(dim=0).values)
    assert len(losses.argmin(dim=0).unique()) > 1  # they do not all come from one start


def test_more_restarts_are_never_worse():
    G, A = Bumpy(), GaussianSensing(4, SHAPE).double()
    y = A(randn(5, *SHAPE, seed=2))
    few, many = (csgm(A, y, G, restarts=r, n_iter=60).loss for r in (2, 8))
    assert (many <= few + 1e-9).all() and (many < few - 1e-6).any()


def test_the_starts_of_each_problem_are_its_best_candidates():
    G, A = Bumpy(), GaussianSensing(4, SHAPE).double()
    y = A(randn(5, *SHAPE, seed=2))
    options = {"lam": 0.1, "n_iter": 0, "restarts": 1, "seed": 8}
    found = csgm(A, y, G, candidates=600, **options)  # more than are decoded together
    g = torch.Generator().manual_seed(8)
    z = torch.stack([torch.randn(3, generator=g) for _ in range(600)]).double()
    loss = (A(G(z))[:, None] - y).square().sum(-1) + 0.1 * z.square().sum(-1, keepdim=True)
    torch.testing.assert_close(found.z, z[loss.argmin(0)])
    torch.testing.assert_close(found.loss, loss.min(0).values)
    random = csgm(A, y, G, candidates=0, **options)
    assert random.z.equal(z[:1].expand(5, 3))


@pytest.mark.parametrize("lam", [0.0, 5.0])
def test_every_restart_begins_at_one_of_the_best_candidates(lam):
    """The best by ‖A G(z) − y‖² + λ‖z‖²; hardly a step is taken from there."""
    G, A, g = Bumpy(), GaussianSensing(4, SHAPE).double(), torch.Generator().manual_seed(8)
    y, seen = A(randn(2, *SHAPE, seed=2)), []
    options = {"lam": lam, "lr": 1e-12, "n_iter": 1, "restarts": 3, "candidates": 20, "seed": 8}
    csgm(A, y, G, callback=lambda n, z: seen.append(z), **options)
    z = torch.stack([torch.randn(3, generator=g) for _ in range(20)]).double()
    for i in range(2):
        loss = (A(G(z)) - y[i]).square().sum(1) + lam * z.square().sum(1)
        torch.testing.assert_close(seen[0][:, i], z[loss.argsort()[:3]], rtol=0, atol=1e-9)


def test_a_batch_of_problems_gives_what_each_gives_alone():
    G, A = Bumpy(), GaussianSensing(4, SHAPE).double()
    y = A(randn(3, *SHAPE, seed=2))
    batch = csgm(A, y, G, lam=0.1, restarts=3, n_iter=40)
    for i in range(3):
        one = csgm(A, y[i : i + 1], G, lam=0.1, restarts=3, n_iter=40)
        torch.testing.assert_close(one.z, batch.z[i : i + 1], rtol=0, atol=1e-10)
        torch.testing.assert_close(one.x, batch.x[i : i + 1], rtol=0, atol=1e-10)


def test_the_loop_written_out_gives_the_same_numbers():
    G, A = Bumpy(), GaussianSensing(4, SHAPE).double()
    y, z0 = A(randn(2, *SHAPE, seed=2)), randn(2, 3, seed=1)
    z = z0.clone().requires_grad_()
    adam = torch.optim.Adam([z], lr=0.05)
    for _ in range(30):
        loss = (A(G(z)) - y).square().sum() + 0.2 * z.square().sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
    found = csgm(A, y, G, lam=0.2, z0=z0, n_iter=30, lr=0.05, decay=False)
    torch.testing.assert_close(found.z, z.detach(), rtol=0, atol=1e-12)


def test_same_seed_same_answer_and_the_generator_is_untouched():
    torch.manual_seed(0)
    G = torch.nn.Sequential(torch.nn.Linear(3, 20), torch.nn.Tanh(), torch.nn.Unflatten(1, SHAPE))
    before = [p.clone() for p in G.parameters()]
    y = torch.randn(2, *SHAPE)
    first, again = (csgm(Identity(), y, G, k=3, n_iter=20, seed=7) for _ in range(2))
    assert torch.equal(first.x, again.x)
    assert all(torch.equal(p, q) and p.grad is None for p, q in zip(G.parameters(), before))
    assert first.x.dtype == torch.float32 and not first.x.requires_grad


def test_complex_and_phaseless_data():
    G = Linear()
    A = FourierSampling(torch.ones(4, 5) > 0)
    x = G(randn(1, 3, seed=6))
    assert float(csgm(A, A(x), G, n_iter=300, restarts=2).loss) < 1e-9
    B = PhaseRetrieval(GaussianSensing(15, SHAPE).double())
    found = csgm(B, B(x), G, n_iter=300, restarts=10)
    assert float(found.loss) < 1e-6  # the sign of Au is lost, and yet b tells u from −u
    torch.testing.assert_close(found.x, x, rtol=0, atol=1e-3)


def test_a_start_that_runs_into_nan_is_not_kept():
    class Cliff(Linear):
        def __call__(self, z):
            return torch.where(z[:, :1, None, None] > 5, torch.nan, super().__call__(z))

    z0 = torch.stack((10 * torch.ones(1, 3), torch.zeros(1, 3)))
    found = csgm(Identity(), randn(1, *SHAPE), Cliff(), z0=z0, n_iter=50)
    assert torch.isfinite(found.loss).all() and torch.isfinite(found.x).all()


def test_callback_sees_every_code_after_each_step():
    seen = []
    y = randn(2, *SHAPE)
    found = csgm(
        Identity(), y, Linear(), n_iter=5, restarts=3, callback=lambda n, z: seen.append((n, z))
    )
    assert [n for n, _ in seen] == [1, 2, 3, 4, 5]
    assert all(z.shape == (3, 2, 3) for _, z in seen)
    assert any(torch.equal(found.z[0], z) for z in seen[-1][1][:, 0])


def test_given_starts_must_be_as_long_as_k_says():
    y, z0 = randn(2, *SHAPE), randn(2, 3)
    assert csgm(Identity(), y, Linear(), k=3, z0=z0, n_iter=0).z.equal(z0)
    with pytest.raises(ValueError, match="z0 has shape"):
        csgm(Identity(), y, Linear(), k=4, z0=z0, n_iter=0)


def test_no_step_returns_the_best_start():
    G, y = Linear(), randn(2, *SHAPE)
    z0 = randn(4, 2, 3)
    found = csgm(Identity(), y, G, z0=z0, n_iter=0)
    losses = (G(z0.flatten(0, 1)).unflatten(0, (4, 2)) - y).square().sum((-3, -2, -1))
    torch.testing.assert_close(found.loss, losses.min(0).values)


class Net(torch.nn.Module):
    k = 3

    def decode(self, z):
        return Linear()(z)


def test_the_length_of_the_code_is_read_from_the_network_behind_a_method():
    y = randn(1, *SHAPE)
    assert csgm(Identity(), y, Net().decode, n_iter=1).z.shape == (1, 3)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda y, G: csgm(Identity(), y, lambda z: G(z)), ValueError, "k is not given"),
        (lambda y, G: csgm(Identity(), y, G, lam=-1), ValueError, "lam"),
        (lambda y, G: csgm(Identity(), y, G, lr=0), ValueError, "lr"),
        (lambda y, G: csgm(Identity(), y, G, n_iter=-1), ValueError, "n_iter"),
        (lambda y, G: csgm(Identity(), y, G, restarts=0), ValueError, "restarts"),
        (lambda y, G: csgm(Identity(), y, G, candidates=-1), ValueError, "candidates"),
        (lambda y, G: csgm(Identity(), y * torch.nan, G), ValueError, "y holds .* NaN"),
        (lambda y, G: csgm(Identity(), y.numpy(), G), TypeError, "y is a ndarray"),
        (lambda y, G: csgm(Identity(), y[..., 1:], G), ValueError, "y has shape .* A.G.z.. has"),
        (lambda y, G: csgm(Identity(), y, G, z0=torch.ones(5, 3)), ValueError, "z0 has shape"),
        (lambda y, G: invert(y[0], G), ValueError, r"x\[None\]"),
        (lambda y, G: invert(255 * y.abs(), G), ValueError, "0–255"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call(randn(2, *SHAPE), Linear())


def test_the_public_names_are_there():
    assert {"csgm", "invert", "lasso", "deep_generative_prior"} <= set(priors.__all__)
