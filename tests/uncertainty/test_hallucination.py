"""The map of invented detail, and the area under the ROC curve, on cases with a known answer."""

import pytest
import torch

from mvacourse import uncertainty
from mvacourse.uncertainty import calibrate, departure, intervals, invented_detail, roc_auc


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_an_image_within_its_intervals_is_all_zero():
    x_hat = rand(2, 3, 9, 8)
    lower, upper = x_hat - rand(2, 3, 9, 8, seed=1) - 0.1, x_hat + 0.1
    found = invented_detail(x_hat, lower, upper)
    assert found.shape == (2, 1, 9, 8) and not found.any()


def test_one_pixel_by_hand():
    lower, upper = torch.zeros(1, 2, 6, 7), torch.full((1, 2, 6, 7), 0.2)
    x_hat = torch.full((1, 2, 6, 7), 0.1)
    x_hat[0, 1, 3, 4] = 0.5  # 0.3 above, three half widths, in one channel of two
    alone = invented_detail(x_hat, lower, upper, width=1)
    assert float(alone[0, 0, 3, 4]) == pytest.approx(1.5) and int((alone > 0).sum()) == 1
    spread = invented_detail(x_hat, lower, upper, width=3)
    assert float(spread[0, 0, 2, 5]) == pytest.approx(1.5 / 9) and int((spread > 0).sum()) == 9
    below = invented_detail(2 * 0.1 - x_hat, lower, upper, width=1)  # mirrored about the middle
    torch.testing.assert_close(below, alone)


def test_the_window_shrinks_at_the_border_and_a_constant_stays_one():
    lower, upper = torch.zeros(1, 1, 6, 6), torch.full((1, 1, 6, 6), 0.2)
    found = invented_detail(torch.full((1, 1, 6, 6), 0.4), lower, upper, width=5)
    torch.testing.assert_close(found, torch.full((1, 1, 6, 6), 2.0))


def test_the_unit_is_the_half_width():
    x_hat = rand(1, 1, 8, 8)
    found = invented_detail(x_hat, 0.4 + 0 * x_hat, 0.6 + 0 * x_hat)
    torch.testing.assert_close(invented_detail(x_hat * 3, 1.2 + 0 * x_hat, 1.8 + 0 * x_hat), found)


def test_planted_inventions_are_found():
    x, w = 0.3 + 0.4 * rand(60, 1, 24, 24), 0.05 * (rand(60, 1, 24, 24, seed=1) - 0.5)
    x_hat = x + w  # a regression
    q = calibrate(x_hat[:40], x[:40])
    lower, upper = intervals(x_hat[40:], q)
    painted, planted = x[40:].clone(), torch.zeros(20, 1, 24, 24, dtype=torch.bool)
    for i in range(20):
        planted[i, 0, 3 + i // 2 : 8 + i // 2, 10:15] = True
    painted[planted] += 0.03  # hardly more than the noise
    found = invented_detail(painted, lower, upper)
    truth = invented_detail(x[40:], lower, upper)
    alone = invented_detail(painted, lower, upper, width=1)
    assert roc_auc(found, planted) > 0.97
    assert roc_auc(alone, planted) < 0.9  # the window is worth having
    assert abs(roc_auc(truth, planted) - 0.5) < 0.05


def test_departure_by_hand():
    lower, upper = torch.zeros(1, 2, 6, 7), torch.full((1, 2, 6, 7), 0.2)
    x_hat = torch.full((1, 2, 6, 7), 0.1)
    assert not departure(x_hat, lower, upper).any()  # the middle
    x_hat[0, 1, 3, 4] = 0.15  # half a half width, in one channel of two
    assert not invented_detail(x_hat, lower, upper).any()
    alone = departure(x_hat, lower, upper, width=1)
    assert float(alone[0, 0, 3, 4]) == pytest.approx(0.25) and int((alone > 0).sum()) == 1
    spread = departure(x_hat, lower, upper, width=3)
    assert float(spread[0, 0, 2, 5]) == pytest.approx(0.25 / 9) and int((spread > 0).sum()) == 9


def test_departure_exceeds_what_lies_outside_by_at_most_one_half_width():
    x_hat, middle = rand(2, 3, 9, 8), rand(2, 3, 9, 8, seed=1)
    half = 0.05 + rand(2, 3, 9, 8, seed=2)
    bounds = middle - half, middle + half
    gap = departure(x_hat, *bounds) - invented_detail(x_hat, *bounds)
    assert float(gap.min()) > 0 and float(gap.max()) <= 1


def test_departure_ranks_what_stays_within_the_intervals():
    x_hat = 0.3 + 0.4 * rand(1, 1, 32, 32)
    lower, upper = x_hat - 0.2, x_hat + 0.2
    planted = torch.zeros(1, 1, 32, 32, dtype=torch.bool)
    planted[..., 8:16, 8:16] = True
    painted = x_hat + 0.1 * planted + 0.05 * (rand(1, 1, 32, 32, seed=1) - 0.5)
    assert not invented_detail(painted, lower, upper).any()
    assert roc_auc(departure(painted, lower, upper), planted) > 0.95


def brute_force(score, label):
    above = score[label][:, None] - score[~label][None, :]
    return float(((above > 0).double() + (above == 0).double() / 2).mean())


@pytest.mark.parametrize("ties", [False, True])
def test_the_area_is_the_share_of_pairs_in_order(ties):
    score, label = rand(20, 15), rand(20, 15, seed=1) > 0.7
    score = score + 0.3 * label
    if ties:
        score = (5 * score).round()
    assert roc_auc(score, label) == pytest.approx(brute_force(score, label), abs=1e-12)
    assert roc_auc(-score, label) == pytest.approx(1 - roc_auc(score, label), abs=1e-12)
    assert roc_auc(score.exp(), label) == roc_auc(score, label)


def test_area_of_perfect_reversed_and_constant_scores():
    label = torch.tensor([0, 0, 1, 1])
    assert roc_auc(torch.tensor([1.0, 2.0, 3.0, 4.0]), label) == 1
    assert roc_auc(torch.tensor([4, 3, 2, 1]), label) == 0
    assert roc_auc(torch.ones(4), label.bool()) == 0.5
    assert roc_auc(torch.tensor([1.0, 3.0, 2.0, 4.0]), label) == 0.75


def test_area_of_a_great_many_entries_keeps_its_digits():
    label = torch.arange(2_000_000) % 2
    score = torch.arange(2_000_000) // 2  # each pair is a tie
    assert roc_auc(score, label) == pytest.approx(0.5, abs=1e-12)


X = torch.full((1, 1, 8, 8), 0.5)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: invented_detail(X[0], X - 1, X + 1), ValueError, "x_hat has shape"),
        (lambda: invented_detail(X * torch.nan, X - 1, X + 1), ValueError, "x_hat holds"),
        (lambda: invented_detail(255 * X, X - 1, X + 1), ValueError, "0–255"),
        (lambda: invented_detail(X, X - 1, X[:, :, 1:]), ValueError, "upper has shape"),
        (lambda: invented_detail(X[:, :, 1:], X - 1, X + 1), ValueError, "x_hat has shape"),
        (lambda: invented_detail(X, X + 1, X - 1), ValueError, "lower exceeds upper"),
        (lambda: invented_detail(X, X, X), ValueError, "positive width"),
        (lambda: invented_detail(X, X - 1, X + 1, width=4), ValueError, "width = 4"),
        (lambda: departure(X, X - 1, X + 1, width=4), ValueError, "width = 4"),
        (lambda: departure(X, X, X), ValueError, "positive width"),
        (lambda: invented_detail(X, X - 1, X + 1, width=9), ValueError, "width = 9"),
        (lambda: invented_detail(X, X - 1, X + 1, width=0), ValueError, "width"),
        (lambda: roc_auc(X, X[0]), ValueError, "score has shape"),
        (lambda: roc_auc(X, X), ValueError, "label has values other"),
        (lambda: roc_auc(X, X > 0), ValueError, "64 ones and 0 zeros"),
        (lambda: roc_auc(X, X > 1), ValueError, "0 ones and 64 zeros"),
        (lambda: roc_auc(X * torch.nan, X > 0), ValueError, "score holds"),
        (lambda: roc_auc(X + 0j, X > 0), TypeError, "score is complex"),
        (lambda: roc_auc([1.0], X > 0), TypeError, "score is a list"),
    ],
)
def test_bad_input_of_the_map(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_public_names_of_the_map_are_there():
    assert {"departure", "invented_detail", "roc_auc"} <= set(uncertainty.__all__)


def test_a_window_may_be_as_wide_as_the_image():
    x = torch.full((1, 1, 5, 7), 0.4)
    assert invented_detail(x, x - 0.1, x + 0.1, width=5).shape == (1, 1, 5, 7)
