"""Pictures of odd arrays, and errors that name the argument."""

import numpy as np
import pytest
import torch

from mvacourse.classroom import show, widgets

X = torch.rand(1, 1, 8, 8)


def test_views_that_torch_has_not_yet_negated_are_shown():
    z = X + 1j * X
    assert show.encode(z.conj().imag, vmin=-1) == show.encode(-X, vmin=-1)
    assert show.images(z.conj().imag, vmin=-1).png() == show.images(-X, vmin=-1).png()
    show.spectrum(z.conj().imag)
    show.curves({"a": z.conj().imag.flatten()}, xlabel="x", ylabel="y")


def test_an_image_of_one_row_is_shown():
    assert show.images(torch.rand(1, 1, 1, 5000)).png()
    assert show.signed(torch.rand(1, 1, 1, 5000)).png()


BAD = {
    "titles are None": (lambda: show.images(X, titles=[None]), TypeError, r"titles\[0\] is a None"),
    "titles are a number": (lambda: show.images(X, titles=3), TypeError, "titles is a int"),
    "titles are a str": (lambda: show.images(X, titles="a"), TypeError, "titles is a str"),
    "title": (lambda: show.images(X, titles=["$x^$"]), ValueError, r"titles\[0\] is '\$x\^\$'"),
    "key": (lambda: show.images({"$x^$": X}), ValueError, r"titles\[0\] is"),
    "subtitle": (lambda: show.images(X, subtitles=["$x^$"]), ValueError, r"subtitles\[0\] is"),
    "label": (lambda: show.signed(X, label="$x^$"), ValueError, "label is .* dollar"),
    "label None": (lambda: show.signed(X, label=None), TypeError, "label is a NoneType"),
    "xlabel": (
        lambda: show.curves({"a": [1, 2]}, xlabel="$x^$", ylabel="y"),
        ValueError,
        "xlabel is",
    ),
    "curve": (
        lambda: show.curves({"$x^$": [1, 2]}, xlabel="x", ylabel="y"),
        ValueError,
        "label of curves",
    ),
    "empty spectrum": (lambda: show.spectrum(X[:0]), ValueError, "image is empty"),
    "range": (lambda: show.images(X, vmin=1, vmax=0), ValueError, "vmax must be larger"),
    "range 20": (lambda: show.images(20 * X, vmin=1, vmax=0), ValueError, "vmax must be larger"),
    "range of PNG": (lambda: show.encode(20 * X, vmin=1, vmax=0), ValueError, "vmax must be"),
    "masked": (
        lambda: show.images(np.ma.masked_array(X[0, 0].numpy(), X[0, 0].numpy() > 0.5)),
        TypeError,
        r"image is a masked array: write image\.filled",
    ),
    "choice": (lambda: widgets.choice([X, X]), TypeError, "options holds a Tensor"),
    "choice of a dict": (lambda: widgets.choice({"a": X, "b": X}), TypeError, "options holds"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_error_names_the_argument(name):
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        call().png()


def test_formulas_and_dollars_are_fine():
    for title, below in (("$x^2$", "3 $"), (r"\$3 and \$4", "")):
        assert show.images(X, titles=[title], subtitles=[below]).png().startswith(b"\x89PNG")
