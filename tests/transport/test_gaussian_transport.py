"""Transport between Gaussians: properties of the maps, POT's numbers, point clouds, bad input."""

import ot
import pytest
import torch

from mvacourse.transport import (
    AffineMap,
    bures_map,
    bures_w2,
    discrete_weak_ot,
    frechet_distance,
    weak_gaussian,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def pair(n=4):
    """Two Gaussians that do not share axes."""
    roots = normal(n, n, seed=1), normal(n, n, seed=2)
    eye = 0.1 * torch.eye(n).double()
    return normal(n, seed=3), roots[0] @ roots[0].T + eye, normal(n), roots[1] @ roots[1].T + eye


def test_the_map_is_a_gradient_and_carries_one_law_to_the_other():
    m0, S0, m1, S1 = pair()
    T = bures_map(m0, S0, m1, S1)
    torch.testing.assert_close(T.A, T.A.T)
    assert torch.linalg.eigvalsh(T.A).min() > 0
    torch.testing.assert_close(T.A @ S0 @ T.A, S1)
    torch.testing.assert_close(T(m0[None]), m1[None])


def test_its_cost_is_the_distance():
    m0, S0, m1, S1 = pair()
    T = bures_map(m0, S0, m1, S1)
    move = T.A - torch.eye(4).double()
    by_hand = (m1 - m0).square().sum() + (move @ S0 @ move.T).trace()
    assert bures_w2(m0, S0, m1, S1) == pytest.approx(float(by_hand), rel=1e-10)
    assert bures_w2(m1, S1, m0, S0) == pytest.approx(float(by_hand), rel=1e-10)
    assert bures_w2(m0, S0, m0, S0) == pytest.approx(0, abs=1e-10)


def test_pot_gives_the_same():
    m0, S0, m1, S1 = pair()
    T = bures_map(m0, S0, m1, S1)
    numpy = [x.numpy() for x in (m0, m1, S0, S1)]
    A, b = ot.gaussian.bures_wasserstein_mapping(*numpy)
    torch.testing.assert_close(T.A, torch.from_numpy(A))
    torch.testing.assert_close(T.b, torch.from_numpy(b).flatten())
    w2 = float(ot.gaussian.bures_wasserstein_distance(*numpy)) ** 2
    assert bures_w2(m0, S0, m1, S1) == pytest.approx(w2, rel=1e-9)


def test_the_map_takes_the_dtype_of_its_argument():
    T = bures_map(*(x.float() for x in pair()))
    assert T.A.dtype == torch.float64
    assert T(torch.zeros(3, 4)).dtype == torch.float32


def test_a_target_may_be_flat():
    m0, S0, m1, _ = pair()
    T = bures_map(m0, S0, m1, torch.zeros(4, 4))
    torch.testing.assert_close(T(normal(3, 4)), m1.expand(3, 4))
    by_hand = float((m0 - m1).square().sum() + S0.trace())
    assert bures_w2(m0, S0, m1, torch.zeros(4, 4)) == pytest.approx(by_hand)
    assert bures_w2(m1, torch.zeros(4, 4), m0, S0) == pytest.approx(by_hand)


def test_a_target_may_lie_on_a_line():
    m0, S0, m1, _ = pair()
    v = normal(4, seed=7)
    T = bures_map(m0, S0, m1, torch.outer(v, v))
    torch.testing.assert_close(T.A @ S0 @ T.A, torch.outer(v, v))
    assert torch.linalg.matrix_rank(T.A, rtol=1e-6) == 1


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
@pytest.mark.parametrize("n", [2, 3])
def test_a_source_may_be_thin_but_not_flat(n, scale):
    """Singular is what is thinner than 1e-12 of its greatest variance."""
    m, S1 = torch.zeros(n), torch.eye(n).double()
    variances = torch.linspace(1, 2, n).double()
    for thin, refused in ((3e-12, False), (1e-12, True)):
        variances[0] = thin
        S0 = (scale * variances).diag()
        if refused:
            with pytest.raises(ValueError, match="cov0 is singular"):
                bures_map(m, S0, m, S1)
        else:
            A = bures_map(m, S0, m, S1).A
            torch.testing.assert_close(A.diag(), S0.diag().rsqrt())


@pytest.mark.parametrize(
    "fault", [[[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, -1.0]]], ids=["asymmetry", "negative"]
)
def test_rounding_of_a_millionth_is_forgiven_and_no_more(fault):
    m, S, fault = torch.zeros(2), torch.diag(torch.tensor([5.0, 0.0])).double(), torch.tensor(fault)
    assert bures_w2(m, S, m, S + 4e-6 * fault) < 1e-5
    with pytest.raises(ValueError, match="cov1 is not a covariance"):
        bures_w2(m, S, m, S + 6e-6 * fault)


def test_at_gamma_0_the_weak_plan_is_the_map():
    m0, s0, m1, s1 = normal(3), normal(3, seed=1).exp(), normal(3, seed=2), normal(3, seed=3).exp()
    weak = weak_gaussian(m0, s0, m1, s1, gamma=0.0)
    gaussians = m0, s0.square().diag(), m1, s1.square().diag()
    torch.testing.assert_close(weak.slope.diag(), bures_map(*gaussians).A)
    assert weak.variance.abs().max() < 1e-12
    assert weak.cost == pytest.approx(bures_w2(*gaussians) / 2)


@pytest.mark.parametrize("gamma", [0.2, 0.8, 1.0, 3.0])
def test_no_slope_is_better_than_that_of_the_weak_plan(gamma):
    """On a line, among the plans y = s·x + noise: −σ₁/σ₀ ≤ s ≤ σ₁/σ₀ leaves a variance ≥ 0."""
    s0, s1, zero = torch.tensor([0.6]).double(), torch.tensor([1.1]).double(), torch.zeros(1)
    weak = weak_gaussian(zero, s0, zero, s1, gamma=gamma)
    s = torch.linspace(-1, 1, 2001).double() * s1 / s0
    v = s1**2 - s**2 * s0**2
    cost = ((s - 1) ** 2 * s0**2 + (1 - gamma) * v) / 2
    assert weak.cost == pytest.approx(float(cost.min()), abs=1e-6)
    assert weak.slope.item() == pytest.approx(float(s[cost.argmin()]), abs=2e-3)


def test_randomness_begins_where_gamma_reaches_the_ratio_of_the_deviations():
    zero, s0, s1 = torch.zeros(1), torch.tensor([0.5]), torch.tensor([1.0])
    v = [
        weak_gaussian(zero, s0, zero, s1, gamma=g).variance.item()
        for g in (0, 0.49, 0.51, 0.7, 1, 9)
    ]
    assert v[:2] == pytest.approx([0, 0], abs=1e-12)
    assert 0 < v[2] < v[3] < v[4] < v[5] < 1


def test_no_pairing_of_two_clouds_is_better_than_that_of_the_map():
    """On a cloud with the very mean and covariance of the Gaussian, the costs are equal too."""
    gaussians = pair()
    x = normal(100, 4, seed=5)
    x = (x - x.mean(0)) @ torch.linalg.inv(torch.linalg.cholesky(x.T.cov(correction=0))).T
    x = gaussians[0] + x @ torch.linalg.cholesky(gaussians[1]).T
    found = discrete_weak_ot(x, bures_map(*gaussians)(x).flip(0), gamma=0.0)
    assert found.cost == pytest.approx(bures_w2(*gaussians) / 2, rel=1e-9)


def test_the_distance_of_two_samples_is_that_of_their_gaussians():
    f, g = normal(9, 3), 2 + normal(12, 3, seed=1) @ normal(3, 3, seed=2)
    laws = f.mean(0), torch.cov(f.T), g.mean(0), torch.cov(g.T)
    assert frechet_distance(f, g) == pytest.approx(bures_w2(*laws), rel=1e-12)
    assert frechet_distance(f.float(), f) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("bad", [[[1.0, 0.5], [0.0, 1.0]], [[1.0, 0.0], [0.0, -0.5]]])
def test_each_covariance_is_compared_with_its_own_size(bad):
    m, bad, large = torch.zeros(2), torch.tensor(bad), 1e9 * torch.eye(2)
    with pytest.raises(ValueError, match="cov1 is not a covariance"):
        bures_w2(m, large, m, bad)
    with pytest.raises(ValueError, match="cov0 is not a covariance"):
        bures_w2(m, bad, m, large)


def test_the_distance_of_two_samples_on_a_line_is_that_of_means_and_deviations():
    f, g = normal(9, 1), 2 + 3 * normal(12, 1, seed=1)
    by_hand = (f.mean() - g.mean()) ** 2 + (f.std() - g.std()) ** 2
    assert frechet_distance(f, g) == pytest.approx(float(by_hand), rel=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m, S: bures_map(m, S, m[:3], S), "mean1 has shape"),
        (lambda m, S: bures_map(m, S[:3], m, S), "cov0 has shape"),
        (lambda m, S: bures_map(m, S + S.triu(1), m, S), "cov0 is not a covariance"),
        (lambda m, S: bures_w2(m, S, m, -S), "cov1 is not a covariance"),
        (lambda m, S: bures_map(m, 0 * S, m, S), "cov0 is singular"),
        (lambda m, S: bures_w2(m, S / 0, m, S), "cov0 holds"),
        (lambda m, S: weak_gaussian(m, m.exp(), m, m.exp(), gamma=-1.0), "gamma"),
        (lambda m, S: weak_gaussian(m, 0 * m, m, m.exp(), gamma=1.0), "sigma0 contains a zero"),
        (lambda m, S: weak_gaussian(m, m[:2].exp(), m, m.exp(), gamma=1.0), "sigma0 has shape"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(*pair()[:2])


def test_an_affine_map_takes_each_row_to_b_plus_a_times_it():
    A, b = torch.tensor([[1.0, 2.0], [0.0, 3.0]]), torch.tensor([0.5, -1.0])
    x = torch.tensor([[1.0, 1.0], [2.0, 0.0]])
    assert AffineMap(A, b)(x).tolist() == [[3.5, 2.0], [2.5, -1.0]]
