"""Rules that end a deep image prior, on curves made for the purpose, and on photographs."""

import pytest
import torch

from mvacourse import images, metrics, nets, noise
from mvacourse.operators import Identity, Mask
from mvacourse.priors import (
    Discrepancy,
    HeldOut,
    WindowedVariance,
    code,
    deep_image_prior,
    split_noise,
)

SIGMA = 25 / 255


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def play(rule, images, y=None):
    """Show a rule the images in turn; return the step at which it stops, or None."""
    for k, x in enumerate(images, start=1):
        if rule(k, x, x - (torch.zeros_like(x) if y is None else y)):
            return k
    return None


def rise_and_fall(u, w, n=400, peak=100):
    """Images that come near u until step `peak`, and then go over to u + w."""
    steps = torch.arange(1, n + 1)
    far, noisy = 0.5 ** (steps / 15), ((steps - peak).clamp(min=0) / 300).clamp(max=1)
    return [u + a * rand(*u.shape, seed=9) + b * w for a, b in zip(far, noisy)]


@pytest.fixture
def u():
    return rand(1, 3, 20, 22)


@pytest.fixture
def w(u):
    return noise.gaussian(torch.zeros_like(u), SIGMA, seed=1)


def test_discrepancy_stops_at_the_first_residual_below_the_noise(u, w):
    levels = [3.0, 1.5, 1.01, 0.999, 2.0]
    unit = w / w.square().mean().sqrt()
    rule = Discrepancy(SIGMA, tau=1.0)
    assert play(rule, [u + level * SIGMA * unit for level in levels], u) == 4
    assert rule.step == 4
    torch.testing.assert_close(rule.x, u + 0.999 * SIGMA * unit)
    assert play(Discrepancy(SIGMA, tau=1.02), [u + 1.01 * SIGMA * unit], u) == 1
    rule = Discrepancy(SIGMA, tau=0.9)
    assert play(rule, [u + level * SIGMA * unit for level in levels], u) is None
    assert rule.step == 5


def test_discrepancy_stops_at_the_very_level_of_the_noise():
    residual = torch.full((1, 1, 2, 2), 0.5)
    assert Discrepancy(0.5, tau=1.0)(1, residual, residual)
    assert not Discrepancy(0.5, tau=1.0)(1, residual, 1.001 * residual)


def test_discrepancy_of_complex_data_looks_at_the_modulus():
    residual = torch.complex(torch.full((1, 8), 0.3), torch.full((1, 8), 0.4))
    assert Discrepancy(0.501, tau=1.0)(1, torch.zeros(1), residual)
    assert not Discrepancy(0.499, tau=1.0)(1, torch.zeros(1), residual)


def test_split_noise_gives_independent_noises_of_the_variances_said():
    u = torch.full((1, 1, 400, 500), 0.5)
    v = noise.gaussian(u, 0.1, seed=0)
    a, b = split_noise(v, 0.1, alpha=0.5, seed=0)  # nor does it depend on noise of the same seed
    a, b = (a - u).flatten(), (b - u).flatten()
    assert a.std().item() == pytest.approx(0.1 * 1.25**0.5, rel=0.01)
    assert b.std().item() == pytest.approx(0.1 * 5**0.5, rel=0.01)
    assert abs(torch.corrcoef(torch.stack((a, b)))[0, 1]) < 4 / len(a) ** 0.5


def test_split_noise_gives_back_the_data_and_follows_its_seed(u):
    a, b = split_noise(u, 0.2, alpha=0.5, seed=3)
    torch.testing.assert_close((a + 0.25 * b) / 1.25, u)
    again = split_noise(u, 0.2, alpha=0.5, seed=3)
    assert torch.equal(a, again[0])
    assert torch.equal(b, again[1])


def test_split_noise_uses_a_generator_as_it_is(u):
    a, b = split_noise(u, 0.2, alpha=0.5, seed=torch.Generator().manual_seed(4))
    n = noise.gaussian(torch.zeros_like(u), 0.2, torch.Generator().manual_seed(4))
    torch.testing.assert_close(a, u + 0.5 * n)
    torch.testing.assert_close(b, u - 2 * n)


def test_held_out_finds_the_nearest_image_without_seeing_it(u, w):
    fit, judge = split_noise(u + w, SIGMA, seed=2)
    path = rise_and_fall(u, fit - u)
    best = min(range(len(path)), key=lambda i: (path[i] - u).square().mean()) + 1
    rule = HeldOut(Identity(), judge, patience=60)
    assert play(rule, path) == rule.step + 60
    assert rule.step == pytest.approx(best, abs=25)
    assert torch.equal(rule.x, path[rule.step - 1])


def test_held_out_measures_with_its_own_operator(u):
    keep = rand(20, 22) < 0.3
    A = Mask(keep)
    rule = HeldOut(A, A(u), patience=2)
    elsewhere = torch.where(keep, u, 1 - u)  # wrong only where the rule cannot look
    assert play(rule, [u + 0.1, elsewhere, u + 0.2, u + 0.3]) == 4
    assert rule.step == 2


def test_windowed_variance_is_the_variance_and_finds_the_rest(u, w):
    path = [x.double() for x in rise_and_fall(u, w)]
    variances = [torch.stack(path[i - 10 : i]).var(0, correction=0).sum() for i in range(10, 301)]
    expected = torch.stack(variances).argmin().item() + 10
    rule = WindowedVariance(10, patience=50)
    assert play(rule, path) == expected + 50
    assert rule.step == expected == pytest.approx(100, abs=5)
    assert rule._least == pytest.approx(float(min(variances)), rel=1e-6)


@pytest.mark.parametrize(
    "rule",
    [Discrepancy(0.3), HeldOut(Identity(), torch.zeros(1, 3, 20, 22)), WindowedVariance(5)],
)
def test_a_rule_serves_twice(rule, u, w):
    rule.patience = 20
    path = rise_and_fall(u, w)
    first = (play(rule, path), rule.step)
    assert (play(rule, path), rule.step) == first


@pytest.mark.parametrize(
    "rule",
    [HeldOut(Identity(), torch.zeros(1, 1, 1, 1), patience=2), WindowedVariance(2, patience=2)],
)
def test_a_rule_may_come_in_later(rule):
    """As it does when a fit goes on from a state: the first step it sees is not the first."""
    values = [3.0, 2.0, 2.0, 5.0, 9.0, 14.0]
    stops = [rule(k, torch.full((1, 1, 1, 1), v), None) for k, v in enumerate(values, start=11)]
    assert stops.index(True) == rule.step - 11 + 2
    assert rule.x == 2.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda u: Discrepancy(0.0), "sigma"),
        (lambda u: Discrepancy(0.1, tau=-1.0), "tau"),
        (lambda u: HeldOut(Identity(), u, patience=0), "patience"),
        (lambda u: HeldOut(Identity(), u * torch.nan), "y holds .* NaN"),
        (lambda u: HeldOut(Identity(), u)(1, u[:, :1], u), r"A\(x\) has shape"),
        (lambda u: WindowedVariance(1), "window"),
        (lambda u: WindowedVariance(patience=0), "patience"),
        (lambda u: split_noise(u, -0.1), "sigma"),
        (lambda u: split_noise(u, 0.1, alpha=0), "alpha"),
        (lambda u: split_noise(u * torch.inf, 0.1), "y holds"),
    ],
)
def test_bad_input(call, words, u):
    with pytest.raises(ValueError, match=words):
        call(u)


def test_noise_of_complex_data_is_not_split(u):
    with pytest.raises(TypeError, match="y is complex"):
        split_noise(torch.complex(u, u), 0.1)


def stopped_against_best(name, seed, split):
    """Denoise a 96×96 piece of a photograph: by how many dB the stop misses the best step."""
    u = images.photo(name, 192, color=True)[..., 48:144, 48:144]
    y = noise.gaussian(u, SIGMA, seed=seed + 100)
    if split:
        y, judge = split_noise(y, SIGMA, seed=seed + 200)
        rule = HeldOut(Identity(), judge)
    else:
        rule = Discrepancy(SIGMA)
    values = []
    torch.manual_seed(seed)
    net = nets.SkipNet(width=32, n_scales=4)

    stops = []

    class Watch:
        """Note the rule's choice, and go on, to see what comes after."""

        def __call__(self, k, x, residual):
            values.append(metrics.psnr(x, u).item())
            if not stops and rule(k, x, residual):
                stops.append(rule.step)
            self.x, self.step = x, k
            return False

    deep_image_prior(
        Identity(), y, net, code(u, seed=seed), n_iter=600, jitter=0, seed=seed, stop=Watch()
    )
    chosen = stops[0] if stops else rule.step
    return max(values) - values[chosen - 1]


@pytest.mark.slow
@pytest.mark.parametrize("split", [False, True], ids=["Discrepancy", "HeldOut"])
def test_the_stop_is_near_the_best_step_on_photographs(split):
    names = ["astronaut", "camera", "chelsea", "coffee", "rocket"]
    missed = [stopped_against_best(name, seed, split) for seed, name in enumerate(names)]
    assert sum(gap <= 0.5 for gap in missed) >= 4, missed
