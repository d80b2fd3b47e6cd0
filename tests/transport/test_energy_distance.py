"""The energy distance and its floor."""

import itertools

import numpy as np
import pytest
import torch
from scipy import stats

from mvacourse.transport import energy_distance, energy_floor, permutation_test


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_by_hand():
    x, y = torch.tensor([[0.0], [1.0]]), torch.tensor([[3.0]])
    assert energy_distance(x, y) == pytest.approx(2 * (3 + 2) / 2 - 1 / 2)


def test_on_a_line_it_is_twice_scipys_squared():
    """SciPy's D² is 2 ∫ (F − G)², as ours is."""
    x, y = normal(50, 1), normal(70, 1, seed=1) + 0.3
    theirs = stats.energy_distance(x[:, 0].numpy(), y[:, 0].numpy()) ** 2
    assert energy_distance(x, y) == pytest.approx(theirs, rel=1e-9)


def test_equal_samples_have_none_and_moved_ones_more():
    x = normal(40, 2, 3)
    assert energy_distance(x, x.flip(0)) == pytest.approx(0, abs=1e-12)
    assert 0 < energy_distance(x, x + 0.1) < energy_distance(x, x + 0.2)


def test_the_floor_is_the_mean_over_samples_of_one_law():
    g = torch.Generator().manual_seed(0)
    samples = torch.randn(800, 50, 2, generator=g, dtype=torch.float64)
    found = np.array([energy_distance(x[:30], x[30:]) for x in samples])
    error = found.std() / np.sqrt(len(found))
    assert energy_floor(normal(2000, 2, seed=999), 30, 20) == pytest.approx(
        found.mean(), abs=4 * error
    )
    assert error < 0.03 * found.mean()


POINTS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]], dtype=torch.float64)


def every_sample(size):
    """All samples of the uniform law on three points: each is as likely as any other."""
    for index in itertools.product(range(3), repeat=size):
        yield POINTS[list(index)]


@pytest.mark.parametrize("size", [2, 4])
def test_the_floor_is_exact_on_average_over_every_sample(size):
    mean_distance = float((POINTS[:, None] - POINTS).norm(dim=-1).mean())
    floors = [energy_floor(y, 5, 3) for y in every_sample(size)]
    assert np.mean(floors) == pytest.approx((1 / 5 + 1 / 3) * mean_distance, rel=1e-12)


def test_two_samples_of_one_law_are_apart_by_the_floor_on_average():
    mean_distance = float((POINTS[:, None] - POINTS).norm(dim=-1).mean())
    found = [energy_distance(x, y) for x in every_sample(2) for y in every_sample(3)]
    assert np.mean(found) == pytest.approx((1 / 2 + 1 / 3) * mean_distance, rel=1e-12)


def test_a_wrong_variance_is_seen_above_the_floor():
    x, y = normal(1000, 2), normal(1000, 2, seed=1)
    floor = energy_floor(y, 1000)
    assert energy_distance(x, y) < 2 * floor < energy_distance(1.3 * x, y)
    assert energy_floor(y, 500, 250) == pytest.approx(3 * floor)


def test_p_is_the_share_of_all_splits_that_are_as_far_apart():
    """With 4 and 3 points there are 35 splits: SciPy tries them all."""
    x, y = normal(4, 2), normal(3, 2, seed=1) + 0.7

    both = torch.cat([x, y])

    def statistic(a, b):
        return energy_distance(both[a], both[b])

    data = (np.arange(4), np.arange(4, 7))
    theirs = stats.permutation_test(data, statistic, vectorized=False, alternative="greater")
    found = permutation_test(x, y, n_permutations=20_000)
    assert found == pytest.approx(theirs.pvalue, abs=0.015)


def test_equal_laws_give_every_p_alike_and_other_laws_a_small_one():
    g = torch.Generator().manual_seed(0)
    pairs = torch.randn(200, 2, 30, 2, generator=g, dtype=torch.float64)
    p = torch.tensor([permutation_test(x, y, 99) for x, y in pairs])
    for level in (0.1, 0.5, 0.9):
        assert (p <= level).double().mean() == pytest.approx(level, abs=0.1)
    assert permutation_test(pairs[0, 0], pairs[0, 1] + 2, 99) == 0.01
    assert permutation_test(pairs[0, 0], 3 * pairs[0, 1], 199) < 0.05, "equal means, other spread"


def test_p_does_not_depend_on_the_order_and_a_seed_gives_it_again():
    x, y = normal(40, 3), normal(30, 3, seed=1)
    assert permutation_test(x, y, 99, seed=3) == permutation_test(x, y, 99, seed=3)
    assert permutation_test(x, x.flip(0), 99) == 1
    one, other = permutation_test(x, y, 1999), permutation_test(y, x, 1999)
    assert one == pytest.approx(other, abs=0.06)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: energy_distance(x, x[:, :1]), "the same number"),
        (lambda x: energy_distance(x[:0], x), "x has shape"),
        (lambda x: energy_distance(x, x[:, 0]), "y has shape"),
        (lambda x: energy_distance(x / 0, x), "NaN or infinite"),
        (lambda x: energy_floor(x, 0), "n = 0"),
        (lambda x: energy_floor(x, 4, 0), "m = 0"),
        (lambda x: energy_floor(x[:1], 4), "at least 2"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(normal(4, 2))
