"""A label map is painted cell by cell, by clicks or from code, and the picture follows."""

from __future__ import annotations

import pytest
import torch

from mvacourse import images
from mvacourse.classroom import widgets

CLASSES = ("brick", "grass", "gravel")


def render(labels):
    return torch.tensor(labels)[None, None] / 2


def test_a_click_paints_with_the_brush_and_the_picture_follows():
    draft = widgets.label_map(CLASSES, size=(3, 4))
    box = widgets.explore(render, labels=draft)
    before = box.picture.value
    draft.brush.value = 2
    draft.cells[1][3].click()
    assert draft.value == ((0, 0, 0, 0), (0, 0, 0, 2), (0, 0, 0, 0))
    assert box.values == {"labels": draft.value} and box.picture.value != before
    draft.cells[1][3].click()  # painting it again changes nothing
    assert draft.value[1][3] == 2


def test_a_cell_says_its_place_and_class_and_is_told_apart_without_colour():
    draft = widgets.label_map(CLASSES, [[0, 1], [2, 0]])
    cells = [cell for row in draft.cells for cell in row]
    assert cells[2].tooltip == "row 2, column 1: gravel"
    assert [cell.description for cell in cells] == ["0", "1", "2", "0"]
    assert [name for name, _ in draft.brush.options] == ["0 brick", "1 grass", "2 gravel"]
    assert len({cell.style.button_color for cell in cells}) == 3


def test_the_picture_stands_beside_a_map_and_below_sliders():
    box = widgets.explore(render, labels=widgets.label_map(CLASSES))
    (line,) = box.children
    assert [box.picture in part.children for part in line.children] == [False, True]
    box = widgets.explore(lambda t: torch.full((4, 4), t), t=widgets.lin(0, 1))
    assert box.picture in box.children


def test_fill_paints_all_and_value_may_be_set():
    draft = widgets.label_map(CLASSES, size=2)
    draft.fill(1)
    assert draft.value == ((1, 1), (1, 1))
    draft.value = [[0, 2], [1, 0]]
    assert draft.cells[0][1].tooltip.endswith("gravel")
    draft.paint(0, 0, 1)
    assert draft.value == ((1, 2), (1, 0))


@pytest.mark.parametrize("wrong", [[[0, 0]], [[0], [1]], [[0, 3], [0, 0]], [[0, -1], [0, 0]]])
def test_a_value_that_is_no_map_is_refused(wrong):
    draft = widgets.label_map(CLASSES, size=2)
    with pytest.raises(ValueError, match="value"):
        draft.value = wrong
    assert draft.value == ((0, 0), (0, 0))


@pytest.mark.parametrize("classes", [(), tuple("abcdefg")])
def test_from_one_to_six_classes(classes):
    with pytest.raises(ValueError, match="classes = .*: give from 1 to 6 names"):
        widgets.label_map(classes)


def test_an_empty_map_is_refused():
    with pytest.raises(ValueError, match="value is empty"):
        widgets.label_map(CLASSES, [])


def test_smooth_labels_keeps_the_middle_of_each_cell_and_rounds_corners():
    draft = torch.tensor([[0, 1], [2, 1]])
    large = images.smooth_labels(draft, 32)
    assert large.shape == (1, 32, 32) and large.dtype == torch.int64
    assert torch.equal(large[0, 8::16, 8::16], draft)
    spot = images.smooth_labels([[0, 0, 0], [0, 1, 0], [0, 0, 0]], 33)[0]
    assert spot[16, 16] == 1 and 0 < (spot == 1).float().mean() < 1 / 9  # corners are lost


def test_smooth_labels_takes_batches_and_any_size():
    drafts = torch.randint(0, 3, (5, 4, 6), generator=torch.Generator().manual_seed(0))
    assert images.smooth_labels(drafts, (20, 31)).shape == (5, 20, 31)
    assert torch.equal(images.smooth_labels(drafts, (4, 6)), drafts)
    assert torch.equal(images.smooth_labels(drafts.to(torch.uint8), (4, 6)), drafts)


@pytest.mark.parametrize("wrong", [[[0.5]], [[-1]]])
def test_smooth_labels_refuses_what_is_no_label(wrong):
    with pytest.raises((TypeError, ValueError), match="labels"):
        images.smooth_labels(torch.tensor(wrong), 8)
