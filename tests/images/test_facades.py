"""Drawn façades: which parts they have, reproducibility, size, and their colours."""

import pytest
import torch

from mvacourse import images
from mvacourse.images import FACADE_PARTS, facade_colors, facade_labels

NAMES = list(FACADE_PARTS)


def has(labels, part):
    return (labels == NAMES.index(part)).flatten(1).any(1)


def test_each_has_walls_windows_a_cornice_and_one_door():
    labels = facade_labels(60, seed=0)
    assert labels.shape == (60, 128, 128) and labels.dtype == torch.int64
    for part in ("background", "wall", "window", "cornice", "door"):
        assert has(labels, part).all(), part
    doors = (labels == NAMES.index("door")).any(1).int()  # columns
    assert ((doors.diff(dim=1) == 1).sum(1) + doors[:, 0] == 1).all()


@pytest.mark.parametrize("part", [p for p in NAMES if p not in (
    "background", "wall", "window", "cornice", "door")])  # fmt: skip
def test_some_have_the_other_parts_and_some_do_not(part):
    share = has(facade_labels(100, seed=1), part).float().mean()
    assert 0.05 < share < 0.95


def test_sky_is_above_and_windows_lie_in_the_wall():
    labels = facade_labels(30, seed=2)
    assert (labels[:, 0] == NAMES.index("background")).all()
    share = (labels == NAMES.index("window")).float().mean((1, 2))
    assert (share > 0.05).all() and (share < 0.4).all()


def test_the_first_ones_of_a_seed_do_not_depend_on_their_number():
    labels = facade_labels(5, seed=3)
    assert torch.equal(labels[:2], facade_labels(2, seed=3))
    assert not torch.equal(labels, facade_labels(5, seed=4))
    assert not torch.equal(labels[0], labels[1])


def test_another_size_has_the_same_houses():
    fine, coarse = facade_labels(8, 5, 256), facade_labels(8, 5, 64)
    same = (fine[:, 2::4, 2::4] == coarse).float().mean()
    assert same > 0.85


def test_a_generator_goes_on_drawing_and_torchs_own_is_left_alone():
    g, state = torch.Generator().manual_seed(0), torch.get_rng_state()
    first, second = (facade_labels(1, g) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(first, facade_labels(1, torch.Generator().manual_seed(0)))
    assert torch.equal(torch.get_rng_state(), state)


def test_colours_name_the_parts():
    labels = torch.arange(12).view(1, 3, 4)
    colors = facade_colors(labels)
    assert colors.shape == (1, 3, 3, 4) and colors.dtype == torch.float32
    assert torch.equal((255 * colors[0, :, 0, 0]).round(), torch.tensor([0.0, 48, 255]))
    assert len({tuple(c) for c in colors.flatten(2)[0].T.tolist()}) == 12
    away = torch.cdist(colors[0].flatten(1).T, colors[0].flatten(1).T)
    assert (away + torch.eye(12)).min() > 0.15, "a JPEG of them can be read back"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: facade_labels(0), ValueError, "n"),
        (lambda: facade_labels(1, size=31), ValueError, "size"),
        (lambda: facade_labels(1, size=64.5), TypeError, "size"),
        (lambda: facade_colors(torch.full((1, 4, 4), 12)), ValueError, "0 … 11"),
        (lambda: facade_colors(torch.zeros(1, 4, 4)), TypeError, "labels"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_package_offers_them():
    assert images.FACADE_PARTS is FACADE_PARTS
