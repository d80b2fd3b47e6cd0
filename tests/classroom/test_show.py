"""Pictures: exact to the pixel, clamped for display only, small, shown once."""

from __future__ import annotations

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from PIL import Image

from mvacourse.classroom import show
from mvacourse.classroom.show.pixels import array, to_8bit
from mvacourse.classroom.show.style import LINES, PALETTE


def image(*shape, seed=0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def grey(u):
    """8-bit pixels that an image should show."""
    return to_8bit(u.numpy().reshape(u.shape[-2:]))


def test_a_pixel_of_a_large_image_is_a_pixel_of_the_screen():
    u = image(1, 1, 250, 231)
    shown = pixels(show.images({"u": u, "v": u}).png())
    head = shown.shape[0] - 250
    for left in (0, 231 + 14):
        assert np.array_equal(shown[head:, left : left + 231, 0], grey(u))


def test_small_images_are_enlarged_without_blur_and_to_one_width():
    u, low = image(1, 1, 64, 64), image(1, 1, 16, 16)
    shown = pixels(show.images([u, low]).png())[..., 0]
    assert shown.shape == (384, 2 * 384 + 14)
    assert np.array_equal(shown[:, :384], grey(u).repeat(6, 0).repeat(6, 1))
    assert np.array_equal(shown[:, -384:], grey(low).repeat(24, 0).repeat(24, 1))


def test_colour_is_kept_and_values_are_clamped_for_display_only():
    u = 3 * image(1, 3, 20, 30) - 1
    before = u.clone()
    shown = pixels(show.images(u, scale=1).png())
    wanted = (u[0].clamp(0, 1).permute(1, 2, 0) * 255 + 0.5).to(torch.uint8).numpy()
    assert np.array_equal(shown, wanted) and torch.equal(u, before)


def test_range_and_nan():
    x = np.array([[0.0, 5.0], [10.0, np.nan]])
    assert to_8bit(x, 0, 10).tolist() == [[0, 128], [255, 0]]
    with pytest.raises(ValueError, match="vmax must be larger"):
        to_8bit(x, 1, 1)


@pytest.mark.parametrize("shape", [(7, 9), (1, 7, 9), (3, 7, 9), (1, 1, 7, 9), (1, 3, 7, 9)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.bool])
def test_usual_shapes_and_dtypes_are_taken(shape, dtype):
    x = array(torch.ones(shape).to(dtype).requires_grad_(dtype.is_floating_point))
    assert x.shape == ((7, 9, 3) if 3 in shape else (7, 9)) and np.issubdtype(x.dtype, np.floating)


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (torch.ones(2, 2, 5, 5), ValueError, "blurred has shape .2, 2, 5, 5."),
        (torch.ones(5), ValueError, "one image is"),
        (torch.ones(1, 1, 0, 5), ValueError, "one image is"),
        (torch.ones(4, 4, dtype=torch.complex64), TypeError, "show its modulus"),
        ("photo.png", TypeError, "blurred is a str"),
    ],
)
def test_what_is_no_image_is_named(x, error, message):
    with pytest.raises(error, match=message):
        show.images({"blurred": x})


def test_a_batch_a_list_and_pairs_show_every_image():
    u = image(3, 1, 8, 8)
    for given in (u, list(u), [("a", x) for x in u], {"a": u[0], "b": u[1], "c": u[2]}):
        assert len(show.images(given).axes) == 3
    with pytest.raises(ValueError, match="titles has 2 entries for 3"):
        show.images(u, titles=["a", "b"])
    with pytest.raises(ValueError, match="images is empty"):
        show.images({})


def test_rows_are_balanced_and_no_picture_is_wider_than_a_page():
    for size, count, rows in ((256, 4, 2), (256, 3, 1), (192, 4, 1), (64, 5, 2), (1200, 2, 2)):
        fig = show.images([image(1, 1, size, size)] * count)
        width, _ = fig.get_size_inches() * fig.dpi
        tops = {round(axes.get_position().y0, 6) for axes in fig.axes}
        assert len(tops) == rows and width <= 900


def test_titles_and_subtitles_are_drawn_and_long_ones_broken():
    u = image(1, 1, 64, 64)
    fig = show.images({"a": u, "a long title " * 6: u}, subtitles={"a": "27.2 dB"})
    said = [text.get_text() for text in fig.texts]
    assert "27.2 dB" in said and any("\n" in text for text in said)
    assert min(text.get_fontsize() for text in fig.texts) >= 10
    with pytest.raises(ValueError, match="not titles"):
        show.images({"a": u}, subtitles={"b": "1 dB"})
    with pytest.raises(ValueError, match="1 entries for 2"):
        show.images([u, u], subtitles=["1 dB"])


def test_zoom_magnifies_the_same_square_of_every_image():
    u = image(1, 1, 64, 64)
    fig = show.images({"u": u, "half": u[..., ::2, ::2]}, zoom=(16, 32, 8))
    assert len(fig.axes) == 4
    assert fig.axes[1].get_xlim() == (31.5, 39.5) and fig.axes[1].get_ylim() == (23.5, 15.5)
    assert fig.axes[3].get_xlim() == (15.5, 19.5)
    shown = pixels(fig.png())
    inside = shown[-380:-4, 4:380, 0]
    assert set(np.unique(inside)) <= set(np.unique(grey(u[..., 16:24, 32:40])))
    with pytest.raises(ValueError, match="leaves the image"):
        show.images({"u": u}, zoom=(60, 0, 8))


def test_signed_images_share_a_symmetric_range():
    r = image(1, 1, 16, 16) - 0.2
    fig = show.signed({"r": r, "2r": 2 * r}, label="grey level")
    drawn = [axes.images[0] for axes in fig.axes[:2]]
    limit = (2 * r).abs().max().item()
    assert all(im.get_clim() == pytest.approx((-limit, limit)) for im in drawn)
    assert fig.axes[-1].get_ylabel() == "grey level"
    assert show.signed({"zero": torch.zeros(8, 8)}).png()
    with pytest.raises(ValueError, match="3 channels"):
        show.signed({"u": image(1, 3, 8, 8)})
    with pytest.raises(ValueError, match="limit = -1"):
        show.signed({"r": r}, limit=-1)


def test_spectrum_is_centred_and_in_decades():
    u = torch.ones(1, 1, 16, 16)
    drawn = show.spectrum({"constant": u}, decades=3).axes[0].images[0].get_array()
    assert drawn[8, 8] == pytest.approx(np.log10(256)) and drawn.argmax() == 8 * 16 + 8
    assert drawn.min() == pytest.approx(np.log10(256) - 3)
    same = show.spectrum({"constant": torch.fft.fft2(u)}, decades=3).axes[0].images[0].get_array()
    assert np.allclose(same, drawn)
    assert show.spectrum({"zero": torch.zeros(8, 8)}).png()
    with pytest.raises(ValueError, match="decades"):
        show.spectrum(u, decades=0)


def test_curves_differ_by_more_than_colour():
    fig = show.curves(
        {str(k): [1.0, 2.0, 3.0 + k] for k in range(7)},
        xlabel="n",
        ylabel="PSNR (dB)",
        logx=True,
        logy=True,
        title="t",
        levels={"data": 2.0},
    )
    axes = fig.axes[0]
    lines = axes.get_lines()[:7]
    assert len({(str(x.get_linestyle()), x.get_marker()) for x in lines}) == 7
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_title()) == ("log", "log", "t")
    assert [t.get_text() for t in axes.get_legend().get_texts()] == [*map(str, range(7)), "data"]


def test_curves_take_tensors_pairs_and_many_points():
    y = torch.linspace(0, 1, 50, requires_grad=True)
    fig = show.curves({"y": y, "xy": (y, y**2)}, xlabel="x", ylabel="y")
    first, second = fig.axes[0].get_lines()
    assert first.get_xdata().tolist() == list(range(50)) and first.get_marker() in ("", "None")
    assert np.allclose(second.get_xdata(), y.detach())
    with pytest.raises(ValueError, match=r"curves\['bad'\]: x has shape"):
        show.curves({"bad": ([1, 2, 3], [1, 2])}, xlabel="x", ylabel="y")


def test_palette_differs_in_grey_where_line_styles_repeat():
    def luminance(colour):
        return float(np.dot(to_rgb(colour), [0.299, 0.587, 0.114]))

    assert len(PALETTE) == len(LINES) == 7
    assert len({round(luminance(colour), 2) for colour in PALETTE}) == 7


def test_pictures_are_unknown_to_pyplot_and_leave_settings_alone():
    before = dict(mpl.rcParams)
    show.curves({"a": [1, 2]}, xlabel="x", ylabel="y").png()
    show.images(image(1, 1, 8, 8)).png()
    assert not plt.get_fignums() and dict(mpl.rcParams) == before


def test_style_sets_fonts_of_ten_points():
    with mpl.rc_context():
        show.style()
        assert mpl.rcParams["font.size"] >= 10 and mpl.rcParams["figure.dpi"] == 100


def test_a_picture_displays_itself_once_as_png(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    fig = show.images(image(2, 1, 8, 8))
    assert fig._ipython_display_() is None
    assert shown == [{"image/png": fig.png(), "text/plain": "<Picture: 2 images>"}]


def test_stored_pictures_are_small():
    u = image(3, 1, 256, 256)  # noise, the worst case
    assert len(show.images(u).png()) < 3 * 75_000
    assert len(show.signed(u - 0.5).png()) < 3 * 75_000
    assert len(show.curves({"a": u[0, 0, 0]}, xlabel="x", ylabel="y").png()) < 60_000


def test_curves_are_stored_in_a_palette_that_nobody_can_tell():
    fig = show.curves(
        {str(k): [1.0, 2.0 + k, 3.0 - k] for k in range(7)}, xlabel="x", ylabel="y", markers=False
    )
    stored = Image.open(io.BytesIO(fig.png()))
    gap = np.abs(pixels(fig.png()).astype(int) - pixels(show.encode(fig)).astype(int))
    assert stored.mode == "P" and gap.max() <= 24
    photo = Image.open(io.BytesIO(show.images(image(1, 3, 64, 64)).png()))
    assert photo.mode == "RGB"


def texture_in_colour():
    g = torch.Generator().manual_seed(0)
    grey = 0.5 + 0.1 * torch.randn(1, 1, 96, 96, generator=g)
    return (grey * torch.tensor([1.0, 0.7, 0.4])[:, None, None] + 0.02 * torch.randn(
        1, 3, 96, 96, generator=g)).clamp(0, 1)  # fmt: skip


def test_texture_in_few_colours_takes_fewer_bytes_and_looks_the_same():
    u = texture_in_colour()
    exact, few = show.images(u).png(), show.images(u, colors=256).png()
    assert len(few) < 0.6 * len(exact)
    assert Image.open(io.BytesIO(few)).mode == "P"
    gap = pixels(exact).astype(float) - pixels(few).astype(float)
    assert 0 < np.sqrt((gap**2).mean()) < 6, "of 255"
    assert len(np.unique(pixels(few).reshape(-1, 3), axis=0)) <= 256
    small = show.encode(u, small=True, colors=16)
    assert len(np.unique(pixels(small).reshape(-1, 3), axis=0)) <= 16
    grey = show.images(image(1, 1, 32, 32))
    assert show.images(image(1, 1, 32, 32), colors=256).png() == grey.png(), "grey needs none"


@pytest.mark.parametrize("colors", [1, 257, 2.5])
def test_a_palette_has_2_to_256_colours(colors):
    for call in (show.images, lambda x, colors: show.encode(x, small=True, colors=colors)):
        with pytest.raises((TypeError, ValueError), match="colors"):
            call(texture_in_colour(), colors=colors)


def test_long_labels_are_folded_into_the_picture():
    long = "a very long label for an axis " * 3
    fig = show.curves({"a": [1, 2]}, xlabel="x", ylabel=long)
    bar = show.signed({"r": image(1, 1, 64, 64)}, label=long, scale=2)
    for figure, axes in ((fig, fig.axes[0]), (bar, bar.axes[-1])):
        figure.png()
        drawn, width, height = axes.yaxis.label.get_window_extent(), *figure.bbox.size
        assert drawn.x0 >= 0 and drawn.y0 >= 0 and drawn.x1 <= width and drawn.y1 <= height


def test_encode_one_image():
    u = image(1, 1, 256, 200)
    png = show.encode(u)
    assert png.startswith(b"\x89PNG") and np.array_equal(
        pixels(png)[..., 0], grey(u).repeat(2, 0).repeat(2, 1)
    )
    assert pixels(show.encode(image(1, 3, 8, 8))).shape == (512, 512, 3)
    assert len(show.encode(u, small=True)) < len(png)


def test_encode_a_row_with_titles():
    u, low = image(1, 1, 100, 100), image(1, 3, 10, 10)
    shown = pixels(show.encode([("noisy, σ = 0.1", u), ("low resolution", low)]))
    assert shown.shape == (22 + 300, 2 * 300 + 12, 3)
    assert np.array_equal(shown[22:, :300, 0], grey(u).repeat(3, 0).repeat(3, 1))
    assert (shown[:22] < 128).any()
    wide = pixels(show.encode([("", image(1, 1, 256, 256))] * 3))
    assert wide.shape == (256, 792, 3)


def test_encode_a_figure_and_close_it():
    fig, axes = plt.subplots(figsize=(3, 2))
    axes.plot([1, 2])
    assert pixels(show.encode(fig)).shape == (200, 300, 3)
    assert not plt.get_fignums()
    assert pixels(show.encode(show.curves({"a": [1]}, xlabel="x", ylabel="y"))).shape[1] == 640


def test_curves_of_nothing_are_empty_axes_to_draw_on():
    fig = show.curves({}, xlabel="x", ylabel="y")
    fig.axes[0].plot([0, 1], [0, 1])
    assert fig.axes[0].get_xlabel() == "x" and len(fig.axes[0].lines) == 1
