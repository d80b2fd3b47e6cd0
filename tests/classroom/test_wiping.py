"""The line of a wipe separates two images of one size."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from mvacourse.classroom import widgets

BEFORE, AFTER = torch.full((1, 1, 6, 10), 0.2), torch.full((1, 1, 6, 10), 0.8)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_left_of_the_line_is_before_and_right_of_it_after():
    wipe = widgets.wipe(BEFORE, AFTER, ("noisy", "restored"))
    for part in (0.3, 0.5, 0.8):
        wipe.controls["part"].value = part
        shown = pixels(wipe.picture.value)
        columns = shown[0, :: shown.shape[1] // 10, 0]
        at = round(10 * part)
        assert (columns[: at - 1] == 51).all() and (columns[at + 1 :] == 204).all()
        assert columns[at - 1] == 0 and columns[at] == 255
        assert (shown == shown[:1]).all()
    assert "left: noisy; right: restored" in wipe.caption.value


@pytest.mark.parametrize(("part", "level"), [(0.0, 204), (1.0, 51)])
def test_at_the_ends_one_image_is_whole(part, level):
    assert (pixels(widgets.wipe(BEFORE, AFTER, value=part).picture.value) == level).all()


def test_a_grey_image_beside_a_coloured_one_and_an_enlarged_centre():
    colour = torch.zeros(1, 3, 8, 8)
    colour[:, 0, 2:6, 2:6] = 1.0
    shown = pixels(widgets.wipe(torch.full((8, 8), 0.4), colour, value=0.0, zoom=4).picture.value)
    assert (shown == (255, 0, 0)).all()
    shown = pixels(widgets.wipe(torch.full((8, 8), 0.4), colour, value=1.0).picture.value)
    assert (shown == 102).all()


def test_the_static_picture_is_that_of_the_slider():
    wipe = widgets.wipe(BEFORE, AFTER)
    still = wipe.frame(part=0.5)
    assert (pixels(still.picture.data) == pixels(wipe.picture.value)).all()
    assert still.caption == "left: before; right: after"


@pytest.mark.parametrize(
    ("arguments", "options", "error", "said"),
    [
        ((BEFORE, AFTER[..., :5]), {}, ValueError, "enlarge the smaller one"),
        ((BEFORE * 255, AFTER), {}, ValueError, "before reaches 51"),
        ((BEFORE, [1]), {}, TypeError, "after is a list"),
        ((BEFORE, AFTER, "ab"), {}, TypeError, "write two texts"),
        ((BEFORE, AFTER, ("a",)), {}, TypeError, "write two texts"),
        ((BEFORE, AFTER), {"zoom": 7}, ValueError, "zoom = 7: at most 6"),
        ((BEFORE, AFTER), {"zoom": 0}, ValueError, "zoom"),
        ((BEFORE, AFTER), {"value": 1.5}, ValueError, "value is 1.5"),
        ((BEFORE, AFTER), {"value": "x"}, TypeError, "value"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, options, error, said):
    with pytest.raises(error, match=said):
        widgets.wipe(*arguments, **options)
