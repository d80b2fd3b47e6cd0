"""Conformal intervals: the guarantee, in simulations and by hand; bad input."""

import pytest
import torch

from mvacourse import uncertainty
from mvacourse.uncertainty import calibrate, coverage, intervals, sharpness


def draw(n, g, size=4):
    """Images whose noise differs from image to image and from pixel to pixel, and its scale."""
    scale = 0.05 + torch.rand(n, 1, size, size, generator=g, dtype=torch.float64)
    scale = scale * torch.rand(n, 1, 1, 1, generator=g, dtype=torch.float64).exp()
    x_hat = torch.rand(n, 1, size, size, generator=g, dtype=torch.float64)
    x = x_hat + scale * torch.randn(x_hat.shape, generator=g, dtype=torch.float64)
    return x_hat, x, scale


def images(rows):
    return torch.tensor(rows, dtype=torch.float64)[:, None, None, :]


@pytest.mark.parametrize("scaled", [False, True], ids=["equal widths", "scaled"])
@pytest.mark.parametrize(("n", "level"), [(10, 0.9), (40, 0.9), (20, 0.7)])
def test_expected_coverage_of_a_new_image_is_what_was_promised(n, level, scaled):
    g = torch.Generator().manual_seed(n)
    shares = []
    for _ in range(600):
        x_hat, x, scale = draw(n + 1, g)
        s = scale if scaled else torch.ones_like(scale)
        q = calibrate(x_hat[:n], x[:n], s[:n], level)
        shares.append(float(coverage(*intervals(x_hat[n:], q, s[n:]), x[n:])))
    share = torch.tensor(shares)
    error = float(share.std()) / 600**0.5
    assert float(share.mean()) > level - 2.5 * error
    assert float(share.mean()) < level + 2 / (n + 1) + 2.5 * error  # and not much above


def test_without_the_one_in_the_formula_the_promise_would_be_broken():
    # Noise whose strength is the image's own: with few images, the plain quantile covers less.
    g = torch.Generator().manual_seed(0)
    strength = torch.randn(5000, 6, 1, generator=g, dtype=torch.float64).exp()
    x = strength * torch.randn(5000, 6, 16, generator=g, dtype=torch.float64)
    naive = x[:, :5].abs().flatten(1).quantile(0.8, dim=1)
    plain = (x[:, 5].abs() <= naive[:, None]).double().mean(1)
    assert float(plain.mean()) < 0.8 - 5 * float(plain.std()) / 5000**0.5
    x = x[:500].reshape(500, 6, 1, 4, 4)
    q = [calibrate(torch.zeros_like(rows), rows, level=0.8) for rows in x[:, :5]]
    conformal = (x[:, 5].flatten(1).abs() <= torch.tensor(q)[:, None]).double().mean(1)
    assert float(conformal.mean()) > 0.8


def test_the_right_scale_gives_shorter_intervals_at_equal_coverage():
    x_hat, x, scale = draw(400, torch.Generator().manual_seed(0))
    widths = []
    for s in (None, scale):
        q = calibrate(x_hat[:200], x[:200], None if s is None else s[:200])
        lower, upper = intervals(x_hat[200:], q, None if s is None else s[200:])
        assert float(coverage(lower, upper, x[200:]).mean()) == pytest.approx(0.9, abs=0.02)
        widths.append(float(sharpness(lower, upper).mean()))
    assert widths[1] < 0.9 * widths[0]
    assert q == pytest.approx(1.645, rel=0.05)  # the true scale: 90 % of a normal law


def test_a_case_by_hand():
    # Three images of two pixels, level ½: (3R̂ + 1)/4 ≤ ½ ⇔ R̂ ≤ 1/3 ⇔ at most 2 of 6 outside.
    x = images([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    x_hat = torch.zeros_like(x)
    assert calibrate(x_hat, x, level=0.5) == 0.4
    assert calibrate(x_hat, x, 2 * torch.ones_like(x), level=0.5) == 0.2
    # level 0.6: R̂ ≤ 0.2 ⇔ 1.2 of 6, so one. level ¾: R̂ = 0, so the largest.
    assert calibrate(x_hat, x, level=0.6) == 0.5
    assert calibrate(x_hat, x, level=0.75) == 0.6
    lower, upper = intervals(x_hat, 0.4)
    assert coverage(lower, upper, x).tolist() == [1.0, 1.0, 0.0]
    assert sharpness(lower, upper).tolist() == pytest.approx([0.8, 0.8, 0.8])


@pytest.mark.parametrize("level", [1e-13, 0.01])
def test_the_lowest_level_asks_for_the_smallest_error_alone(level):
    x = images([[0.4, 0.3], [0.5, 0.2]])
    assert calibrate(torch.zeros_like(x), x, level=level) == 0.2


def test_the_risk_is_controlled_and_no_smaller_q_would_do():
    x_hat, x, scale = draw(15, torch.Generator().manual_seed(3))
    for level in (0.5, 0.8, 0.9):
        q = calibrate(x_hat, x, scale, level)

        def risk(q):
            share = ((x - x_hat).abs() / scale > q).double().mean()
            return float((15 * share + 1) / 16)

        assert risk(q) <= 1 - level < risk(q * (1 - 1e-9))


def test_nine_images_are_just_enough_for_nine_pixels_in_ten():
    x_hat, x, _ = draw(9, torch.Generator().manual_seed(0))
    assert calibrate(x_hat, x, level=0.9) == float((x - x_hat).abs().max())
    with pytest.raises(ValueError, match="x holds 8 images, too few .* at least 9 images"):
        calibrate(x_hat[:8], x[:8], level=0.9)
    with pytest.raises(ValueError, match="at least 19 images"):
        calibrate(x_hat, x, level=0.95)


def test_perfect_restorations_have_intervals_without_width():
    x = torch.rand(20, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    q = calibrate(x, x)
    assert q == 0
    lower, upper = intervals(x, q)
    assert coverage(lower, upper, x).tolist() == 20 * [1.0]


def test_one_scale_map_serves_all_images():
    x_hat, x, _ = draw(20, torch.Generator().manual_seed(0))
    s = 0.5 + torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(1))
    assert calibrate(x_hat, x, s) == calibrate(x_hat, x, s.expand(20, 1, 4, 4))
    lower, upper = intervals(x_hat, 2.0, s)
    torch.testing.assert_close((upper - lower) / 4, s.expand_as(x).double())


X = torch.full((20, 1, 4, 4), 0.5)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: calibrate(X, X[:5]), ValueError, "x_hat has shape .* x has shape"),
        (lambda: calibrate(X[0], X[0]), ValueError, "x_hat has shape .*None"),
        (lambda: calibrate(X * torch.nan, X), ValueError, "x_hat holds .* NaN"),
        (lambda: calibrate(X, X.numpy()), TypeError, "x is a ndarray"),
        (lambda: calibrate(X + 0j, X), TypeError, "x_hat is complex"),
        (lambda: calibrate(X, X, 0 * X), ValueError, "scale must be positive"),
        (lambda: calibrate(X, X, X[:3]), ValueError, "scale has shape .* does not expand"),
        (lambda: calibrate(X, X, X / 0), ValueError, "scale holds"),
        (lambda: calibrate(X, X, level=1.0), ValueError, "level"),
        (lambda: calibrate(X, X, level=0.0), ValueError, "level"),
        (lambda: calibrate(X, X, level=90), ValueError, "level"),
        (lambda: intervals(X, -1.0), ValueError, "q = -1"),
        (lambda: intervals(X[0], 1.0), ValueError, "x_hat has shape .*None"),
        (lambda: intervals(X * torch.nan, 1.0, X), ValueError, "x_hat holds .* NaN"),
        (lambda: intervals(X, 1.0, -X), ValueError, "scale"),
        (lambda: coverage(X, X - 0.1, X), ValueError, "lower exceeds upper at 320 pixels"),
        (lambda: coverage(X, X, X[:1]), ValueError, "x has shape"),
        (lambda: sharpness(X, X[:1]), ValueError, "upper has shape"),
    ],
)
def test_bad_input_of_the_intervals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_public_names_of_the_intervals_are_there():
    names = {"calibrate", "coverage", "intervals", "sharpness"}
    assert names <= set(uncertainty.__all__)
