"""Sliders redraw and show errors; there is a static picture for readers without widgets."""

from __future__ import annotations

import io

import ipywidgets
import numpy as np
import pytest
import torch
from IPython.display import Image as StaticImage
from PIL import Image

from mvacourse.classroom import show, widgets


def render(lam=1.0, n=0):
    return torch.full((1, 1, 8, 8), lam)


def level(png):
    return int(np.asarray(Image.open(io.BytesIO(png)).convert("L"))[0, 0])


def test_picture_follows_the_control():
    box = widgets.explore(render, lam=widgets.lin(0, 1, 0.1, value=0.0, label="λ"))
    assert level(box.picture.value) == 0
    box.controls["lam"].value = 1.0
    assert level(box.picture.value) == 255
    assert box.values == {"lam": 1.0} and repr(box) == "<Explorer of lam>"


def test_every_control_has_label_and_readout_and_reaches_render():
    seen = {}

    def look(**values):
        seen.update(values)
        return torch.zeros(4, 4)

    box = widgets.explore(
        look,
        sigma=widgets.lin(0, 0.2, 0.01, value=0.1, label="σ"),
        lam=widgets.log(1e-3, 10, value=0.1),
        n=widgets.integer(0, 50, value=7, label="steps"),
        photo=widgets.choice({"the camera man": "camera", "coins": "coins"}),
        flip=ipywidgets.Checkbox(value=True),
    )
    assert seen == {"sigma": 0.1, "lam": 0.1, "n": 7, "photo": "camera", "flip": True}
    labels = [control.description for control in box.controls.values()]
    assert labels == ["σ", "lam", "steps", "photo", "flip"]
    sliders = [c for c in box.controls.values() if hasattr(c, "readout")]
    assert len(sliders) == 3 and all(c.readout and c.continuous_update for c in sliders)
    assert box.controls["sigma"].readout_format == ".2f"
    box.controls["photo"].label = "coins"
    assert seen["photo"] == "coins"


def test_controls_and_their_labels_have_one_width():
    box = widgets.explore(
        lambda **values: torch.zeros(4, 4),
        sigma=widgets.lin(0, 1, label="σ of the blur (pixels)"),
        n=widgets.integer(0, 9),
        angles=ipywidgets.SelectionSlider(options=[9, 18]),
        own=ipywidgets.IntSlider(layout={"width": "3em"}),
        labels=widgets.label_map(["brick", "grass"]),
    )
    *controls, own, painted = box.controls.values()
    assert {c.style.description_width for c in controls} == {"13.8em"}
    assert {c.layout.width for c in controls} == {"min(100%, 540px)"}
    assert own.layout.width == "3em" and painted.layout.width is None


def test_the_label_of_a_single_control_is_as_wide_as_its_text():
    box = widgets.explore(render, lam=widgets.lin(0, 1, label="λ"))
    assert box.controls["lam"].style.description_width == "initial"


@pytest.mark.parametrize(
    ("start", "step", "decimals"),
    [
        (0, 0.25, 2),
        (0, 0.1, 1),
        (0.02, 0.02, 2),
        (0, 5, 0),
        (0.25, 1, 2),
        (0, 1 / 3, 1),
        (0, 1e-9, 6),
    ],
)
def test_a_slider_shows_its_value_without_rounding_it(start, step, decimals):
    """With one decimal, 0.75 would be shown as 0.8."""
    assert widgets.lin(start, start + 10 * step, step).readout_format == f".{decimals}f"


def test_sliders_cover_their_range():
    lam = widgets.log(1e-3, 10, per_decade=10)
    assert (lam.min, lam.max, lam.step) == pytest.approx((-3, 1, 0.1))
    assert lam.value == pytest.approx(0.1)
    assert widgets.lin(0, 10).value == 5 and widgets.lin(0, 10).step == pytest.approx(0.2)
    assert widgets.lin(0, 10, 1).readout_format == ".0f"
    assert widgets.integer(3, 9).value == 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: widgets.lin(1, 0), "start must be smaller"),
        (lambda: widgets.log(0, 1), "logarithmic scale must be positive"),
        (lambda: widgets.log(1, 10, value=100), "between 1 and 10"),
        (lambda: widgets.integer(0, 5, value=6), "between 0 and 5"),
        (lambda: widgets.choice([]), "options is empty"),
    ],
)
def test_bad_controls_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_explore_refuses_what_is_no_control():
    with pytest.raises(TypeError, match="lam is a tuple.*widgets.lin"):
        widgets.explore(render, lam=(0, 1))
    with pytest.raises(TypeError, match="at least one control"):
        widgets.explore(render)


def test_caption_is_shown_escaped_and_announced():
    box = widgets.explore(
        lambda lam: (torch.zeros(4, 4), f"λ = {lam:g} <b>"), lam=widgets.integer(0, 3)
    )
    assert "λ = 0 &lt;b&gt;" in box.caption.value and 'role="status"' in box.caption.value
    box.controls["lam"].value = 2
    assert "λ = 2" in box.caption.value


def test_error_while_sliding_is_shown_and_the_next_value_recovers():
    def fragile(n):
        if n == 1:
            raise RuntimeError("n < 2 & odd")
        return torch.full((4, 4), n / 2), f"n = {n}"

    box = widgets.explore(fragile, n=widgets.integer(0, 2))
    before = box.picture.value
    box.controls["n"].value = 1
    assert "RuntimeError: n &lt; 2 &amp; odd" in box.caption.value
    assert 'role="alert"' in box.caption.value and box.picture.value == before
    box.controls["n"].value = 2
    assert "n = 2" in box.caption.value and level(box.picture.value) == 255


def test_error_in_the_first_picture_fails_the_cell():
    def broken(n):
        raise RuntimeError("at once")

    with pytest.raises(RuntimeError, match="at once"):
        widgets.explore(broken, n=widgets.integer(0, 2))
    with pytest.raises(TypeError, match="render returned None"):
        widgets.explore(lambda n: None, n=widgets.integer(0, 2))


def test_render_that_moves_a_control_is_drawn_once_more_not_nested():
    depth, calls = [0], []

    def moving(n):
        depth[0] += 1
        assert depth[0] == 1
        calls.append(n)
        if n == 1:
            control.value = 2
        depth[0] -= 1
        return torch.zeros(4, 4)

    control = widgets.integer(0, 3)
    widgets.explore(moving, n=control)
    control.value = 1
    assert calls == [0, 1, 2]


def test_same_value_is_not_drawn_again():
    calls = []
    control = widgets.integer(0, 3)
    widgets.explore(lambda n: calls.append(n) or torch.zeros(4, 4), n=control)
    control.value = 0
    control.value = 1
    assert calls == [0, 1]


def test_static_picture_is_the_same_image():
    fixed = widgets.static(render, lam=1.0)
    assert isinstance(fixed.picture, StaticImage) and level(fixed.picture.data) == 255
    box = widgets.explore(render, lam=widgets.lin(0, 1), n=widgets.integer(0, 3))
    assert level(box.frame(lam=0.0).picture.data) == 0
    with pytest.raises(TypeError, match=r"no control is called \['mu'\]"):
        box.frame(mu=1)


def test_static_figure_stays_a_picture():
    def draw(n):
        return show.curves({"a": [0, n]}, xlabel="x", ylabel="y"), "caption"

    assert isinstance(widgets.static(draw, n=2).picture, show.Picture)
    drawn = widgets.explore(draw, n=widgets.integer(0, 2)).picture.value
    assert bytes(drawn[:4]) == b"\x89PNG"


def test_static_says_its_caption_beneath_the_picture(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("mvacourse.classroom.widgets.explorer.display", shown.append)
    fixed = widgets.static(lambda lam: (torch.zeros(4, 4), f"λ = {lam}"), lam=2)
    fixed._ipython_display_()
    assert shown == [fixed.picture]
    assert capsys.readouterr().out == "λ = 2\n"
    widgets.static(lambda: torch.zeros(4, 4))._ipython_display_()
    assert capsys.readouterr().out == ""


def test_only_core_widgets_are_used():
    box = widgets.explore(render, lam=widgets.lin(0, 1))
    for widget in (box, *box.children):
        assert widget._model_module.startswith("@jupyter-widgets/")
