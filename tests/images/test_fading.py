"""Faded colours: what fades, what stays, and how it is undone."""

import pytest
import torch

from mvacourse import images
from mvacourse.images import faded, grey


@pytest.fixture
def u():
    return images.photo("coffee", 32, color=True)


def test_the_grey_stays_and_colours_are_a_part_of_what_they_were(u):
    x = faded(u, keep=0.3)
    torch.testing.assert_close(grey(x), grey(u))
    paper = faded(grey(u).expand_as(u), keep=0.3)
    torch.testing.assert_close(x - paper, 0.3 * (u - grey(u)))


def test_paper_is_yellow():
    red, green, blue = faded(torch.full((1, 3, 1, 1), 0.5)).flatten().tolist()
    assert red > green > blue
    assert 0.02 < red - blue < 0.2


def test_it_can_be_undone(u):
    paper = faded(grey(u).expand_as(u))
    torch.testing.assert_close((faded(u) - paper) / 0.25 + grey(u), u)


def test_nothing_or_all_is_kept(u):
    gone, whole = faded(u, 0), faded(u, 1)
    torch.testing.assert_close(gone - grey(u), (gone - grey(u))[..., :1, :1].expand_as(u))
    tint = whole - u
    torch.testing.assert_close(tint, tint[..., :1, :1].expand_as(u))


@pytest.mark.parametrize(
    ("u", "keep", "words"),
    [
        (torch.rand(1, 1, 4, 4), 0.5, "in colour"),
        (torch.rand(3, 4, 4), 0.5, "u"),
        (torch.rand(1, 3, 4, 4), 1.5, "at most 1"),
        (torch.rand(1, 3, 4, 4), -0.1, "keep"),
    ],
)
def test_bad_input(u, keep, words):
    with pytest.raises(ValueError, match=words):
        faded(u, keep)
