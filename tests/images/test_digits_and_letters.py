"""Typographic characters: the right ones, the same ones each time, deformed as stated."""

from __future__ import annotations

import colorsys
import hashlib
import string
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.ft2font import FT2Font
from PIL import Image
from torch.nn import functional as F

from mvacourse import images, storage
from mvacourse.images import typefaces

DRAW = {
    "digits": images.digits,
    "letters": images.letters,
    "coloured_digits": images.coloured_digits,
    "glyphs": lambda *args, **options: images.glyphs("xyz", *args, **options),
}
every_drawing = pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)


def equal(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


LEARNED_FROM = {
    "DejaVuSans": ("3fdf69cabf06049e", 33.37),
    "DejaVuSans-Bold": ("b184b89e3c1075f2", 56.06),
    "DejaVuSans-Oblique": ("ccdf74b350f11fd3", 33.21),
    "DejaVuSans-BoldOblique": ("6edf0283160186af", 56.13),
    "DejaVuSerif": ("107244956e9962b9", 29.77),
    "DejaVuSerif-Bold": ("c3753f2ed6bc673f", 48.97),
    "DejaVuSerif-Italic": ("3e7994fbc54fa10c", 29.40),
    "DejaVuSerif-BoldItalic": ("d93efec7a9d2e826", 47.59),
    "DejaVuSansMono": ("602ec86b8948cfcd", 32.49),
    "DejaVuSansMono-Bold": ("baada9a5172fe208", 45.24),
    "DejaVuSansMono-Oblique": ("28052813f7a709fc", 32.76),
    "DejaVuSansMono-BoldOblique": ("a69081c15c76c827", 44.68),
    "STIXGeneral": ("167378031e2dddc6", 24.62),
    "STIXGeneralBol": ("e8533dc7083fa346", 37.06),
    "STIXGeneralItalic": ("6cfcb333d22b7c3c", 24.23),
    "STIXGeneralBolIta": ("98788fd4ba48dfbb", 33.12),
    "cmr10": ("4dd9761b058c009d", 25.13),
    "cmb10": ("074497b50c43ea57", 39.44),
    "cmti10": ("f9f1f9f654308ae8", 22.02),
    "cmss10": ("7df91a83d05b2e47", 28.40),
    "cmtt10": ("6211f09ae9359999", 32.73),
}
"""First digits of a file's sha256, and the mean of its ten digits, for the shipped networks."""


# --- what is drawn ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "channels"), [("digits", 1), ("letters", 1), ("coloured_digits", 3)]
)
def test_shapes_types_and_range(name, channels):
    x, labels = DRAW[name](70)
    assert x.shape == (70, channels, 28, 28) and x.dtype == torch.float32
    assert labels.shape == (70,) and labels.dtype == torch.int64
    assert x.min() >= 0 and 0.9 < x.max() <= 1
    assert x.is_contiguous()


def test_every_digit_and_every_face_is_as_likely_as_any_other():
    x, labels, faces = images.glyphs(string.digits, 4200)
    for counts, mean in (
        (labels.bincount(), 420),
        (faces.bincount(minlength=len(images.FACES)), 200),
    ):
        chi2 = ((counts - mean) ** 2 / mean).sum()
        assert chi2 < len(counts) + 4 * (2 * len(counts)) ** 0.5
    assert len(faces.unique()) == len(images.FACES) >= 20
    assert x.flatten(1).unique(dim=0).shape[0] == 4200  # no two alike


@pytest.mark.parametrize("face", images.FACES + images.HELD_OUT_FACES)
def test_a_bitmap_is_what_another_renderer_draws(face):
    """FreeType through matplotlib, without Pillow, over every digit and capital."""
    font = FT2Font(typefaces._file(face))
    font.set_size(168, 72)
    for character in string.digits + string.ascii_uppercase:
        font.set_text(character)
        font.draw_glyphs_to_bitmap()
        ours = typefaces.bitmap(face, character, 84).numpy()
        rows, columns = (np.flatnonzero(ours.any(axis)) for axis in (1, 0))
        ours = ours[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / 255
        ink = Image.fromarray(np.asarray(font.get_image()))
        ink = ink.crop(ink.getbbox()).resize(ours.shape[::-1], Image.Resampling.BOX)
        assert np.abs(ours - np.asarray(ink) / 255).mean() < 0.1, character


@pytest.mark.parametrize("characters", [string.digits, string.ascii_uppercase])
def test_a_slightly_deformed_character_is_nearest_to_its_own(characters):
    x, labels, faces = images.glyphs(characters, 400, deform=0.3)
    models = {
        face: torch.stack([typefaces.bitmap(face, c, 84) for c in characters])[:, None] / 255
        for face in images.FACES
    }
    hits = 0
    for image, label, face in zip(x, labels, faces):
        model = F.avg_pool2d(models[images.FACES[face]], 3)
        hits += int((model - image).square().sum((1, 2, 3)).argmin() == label)
    assert hits >= 0.98 * 400


def test_undeformed_characters_are_the_bitmaps():
    x, labels, faces = images.glyphs("0W", 64, deform=0)
    for image, label, face in zip(x, labels, faces):
        model = typefaces.bitmap(images.FACES[face], "0W"[label], 84)[None].float() / 255
        torch.testing.assert_close(image, F.avg_pool2d(model, 3), atol=1e-4, rtol=0)


def test_ink_is_centred_and_twenty_pixels_tall_as_in_mnist():
    for face in images.FACES + images.HELD_OUT_FACES:
        for character in string.digits + "Wx":
            ink = typefaces.bitmap(face, character, 84)
            rows, columns = (ink.any(axis).nonzero().flatten() for axis in (1, 0))
            for axis in (rows, columns):
                assert abs(axis[0] + axis[-1] - 83) <= 1
            height, width = (int(axis[-1] - axis[0] + 1) / 3 for axis in (rows, columns))
            assert max(height, width) <= 20.5
            assert character == "x" or max(height, width) >= 18
    x, _ = images.digits(1000)
    assert 0.1 < x.mean() < 0.18  # MNIST: 0.13
    edge = torch.cat([x[..., 0, :], x[..., -1, :], x[..., :, 0], x[..., :, -1]], dim=-1)
    assert (edge.amax(dim=(1, 2)) > 0.1).float().mean() < 0.02


def test_small_letters_stay_small():
    small, large = (typefaces.bitmap("DejaVuSans", c, 84).any(1).sum() for c in "oO")
    assert 0.6 * large < small < 0.85 * large


def test_labels_index_the_characters_that_were_asked_for():
    x, labels = images.letters(64, characters="QI", deform=0)
    assert set(labels.tolist()) == {0, 1}
    assert x[labels == 0].mean() > 1.2 * x[labels == 1].mean()  # a Q has more ink than an I
    y, swapped = images.letters(64, characters=["I", "Q"], deform=0)
    assert torch.equal(labels, swapped) and not torch.equal(x, y)


def test_faces_can_be_chosen():
    _, _, faces = images.glyphs("ab", 64, faces="cmr10")
    assert {images.FACES[i] for i in faces} == {"cmr10"}
    _, _, faces = images.glyphs("ab", 64, faces=["STIXGeneral", "cmtt10"])
    assert {images.FACES[i] for i in faces} == {"STIXGeneral", "cmtt10"}


def test_held_out_faces_are_a_third_and_drawn_only_if_asked_for():
    known, new = images.FACES, images.HELD_OUT_FACES
    assert not set(known) & set(new)
    assert len(new) / len(known + new) == pytest.approx(1 / 3, abs=0.02)
    _, _, faces = images.glyphs(string.digits, 640)
    assert faces.max() < len(known)
    x, labels, faces = images.glyphs(string.digits, 640, faces=new)
    assert {(known + new)[i] for i in faces} == set(new) and len(labels.unique()) == 10
    assert 0.1 < x.mean() < 0.18
    for face in new:
        assert all(typefaces.has(face, c) for c in map(chr, range(33, 127))), face


def test_held_out_digits_are_unlike_the_learned_ones():
    """Of each new face, the mean distance to the nearest known face is more than a rounding."""

    def drawn(face):
        return torch.stack([typefaces.bitmap(face, c, 84) for c in string.digits]).float() / 255

    known = torch.stack([drawn(face) for face in images.FACES])
    among = (known[None] - known[:, None]).square().mean((2, 3, 4)).fill_diagonal_(1).min(1).values
    for face in images.HELD_OUT_FACES:
        nearest = (known - drawn(face)).square().mean((1, 2, 3)).min()
        assert nearest > among.median() / 2, face


def test_a_face_that_lacks_a_character_is_passed_over():
    _, labels, faces = images.glyphs("aé", 400)
    old = torch.tensor([face.startswith("cm") for face in images.FACES])
    assert not old[faces[labels == 1]].any() and old[faces[labels == 0]].any()
    # TeX's encoding has an inverted exclamation mark where ASCII has a less-than sign.
    assert not typefaces.has("cmr10", "<") and typefaces.has("DejaVuSans", "<")


def test_size_is_the_number_of_pixels_and_changes_nothing_else():
    small, labels = images.digits(32, size=28)
    large, again = images.digits(32, size=56)
    assert large.shape == (32, 1, 56, 56) and torch.equal(labels, again)
    assert (F.avg_pool2d(large, 2) - small).abs().mean() < 0.02
    assert images.digits(2, size=1)[0].shape == (2, 1, 1, 1)


# --- chance -----------------------------------------------------------------------------------


@every_drawing
def test_an_image_is_the_same_however_many_are_drawn(draw):
    whole = draw(150, seed=3)
    for n in (1, 63, 64, 65, 128):
        assert equal((part[:n] for part in whole), draw(n, seed=3))


@every_drawing
def test_the_same_seed_draws_the_same_and_touches_no_other_chance(draw):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    first = draw(10, seed=5)
    assert torch.equal(torch.rand(3), expected)
    assert equal(first, draw(10, seed=5)) and not equal(first, draw(10, seed=6))
    assert not equal(first, draw(10, seed=5 + 2**20))


@every_drawing
def test_generators_and_none(draw):
    generator = torch.Generator().manual_seed(5)
    first, second = draw(4, seed=generator), draw(4, seed=generator)
    assert equal(first, draw(4, seed=5)) and not equal(first, second)
    torch.manual_seed(5)
    assert equal(first, draw(4, seed=None)) and not equal(first, draw(4, seed=None))


def test_the_number_of_threads_changes_no_bit():
    threads = torch.get_num_threads()
    try:
        drawn = []
        for n in (1, 2):
            torch.set_num_threads(n)
            drawn.append(images.digits(100))
    finally:
        torch.set_num_threads(threads)
    assert equal(*drawn)


def test_blocks_are_not_alike():
    x, _ = images.digits(128, faces="cmr10")
    assert not torch.equal(x[:64], x[64:])


# --- colours ----------------------------------------------------------------------------------


def test_a_coloured_digit_is_the_digit_between_two_colours():
    x, labels = images.coloured_digits(200, seed=2)
    m, same = images.digits(200, seed=2)
    assert torch.equal(labels, same)
    ground = x.flatten(2)[:, :, m.flatten(1).argmin(1)].diagonal(dim1=0, dim2=2).T
    brightest = m.flatten(1).max(1)
    full = brightest.values > 0.999
    ink = x.flatten(2)[:, :, brightest.indices].diagonal(dim1=0, dim2=2).T
    expected = torch.lerp(ground[..., None, None], ink[..., None, None], m)
    torch.testing.assert_close(x[full], expected[full], atol=2e-3, rtol=0)
    for colours, saturations, values in (
        (ink[full], (0.2, 0.6), (1, 1)),
        (ground, (0.4, 1), (0.05, 0.3)),
    ):
        hsv = np.array([colorsys.rgb_to_hsv(*c) for c in colours.double().tolist()])
        assert np.all(np.histogram(hsv[:, 0], 6, (0, 1))[0] > 0.08 * len(hsv))
        for column, (low, high) in zip(hsv.T[1:], (saturations, values)):
            assert low - 5e-3 <= column.min() and column.max() <= high + 5e-3
            assert column.max() - column.min() >= 0.9 * (high - low) - 5e-3


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: images.digits(0), ValueError, "n = 0 must be at least 1"),
        (lambda: images.digits(2.5), TypeError, "n = 2.5 must be a whole number"),
        (lambda: images.digits(2, size=0), ValueError, "size = 0"),
        (lambda: images.digits(2, size=(28, 28)), TypeError, "size"),
        (lambda: images.digits(2, seed="a"), TypeError, "seed = 'a' must be a whole number"),
        (lambda: images.digits(2, deform=-1), ValueError, "deform = -1 must not be negative"),
        (lambda: images.coloured_digits(-1), ValueError, "n = -1"),
        (lambda: images.digits(2, faces="Arial"), ValueError, "faces contains 'Arial': choose"),
        (lambda: images.digits(2, faces=3), TypeError, "faces is a int"),
        (lambda: images.digits(2, faces=[]), ValueError, "at least one face"),
        (lambda: images.digits(2, faces=["cmr10"] * 2), ValueError, "each only once"),
        (lambda: images.letters(2, characters="ABA"), ValueError, "'A' twice"),
        (lambda: images.letters(2, characters=""), ValueError, "characters is empty"),
        (lambda: images.letters(2, characters=["AB"]), ValueError, "'AB': each must be"),
        (lambda: images.letters(2, characters=7), TypeError, "characters is a int"),
        (lambda: images.glyphs("a ", 2), ValueError, "' ', which is in none of DejaVuSans"),
        (
            lambda: images.glyphs("é", 2, faces="cmr10"),
            ValueError,
            "'é', which is in none of cmr10",
        ),
    ],
)
def test_bad_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_near_name_of_a_face_is_suggested():
    with pytest.raises(ValueError, match="did you mean DejaVuSans-Bold"):
        images.digits(2, faces="DejaVuSans-bold")


@pytest.mark.parametrize("face", images.FACES)
def test_a_typeface_is_the_one_that_the_networks_learned_from(face):
    sha256, mean = LEARNED_FROM[face]
    assert hashlib.sha256(Path(typefaces._file(face)).read_bytes()).hexdigest()[:16] == sha256
    drawn = torch.stack([typefaces.bitmap(face, c, 84) for c in string.digits]).float()
    # another FreeType in Pillow changes single pixels by one grey level of 255
    assert drawn.mean().item() == pytest.approx(mean, abs=0.01)


def test_an_older_matplotlib_changes_no_digit(monkeypatch, tmp_path):
    """It lacks one typeface; the course has it, with its licence."""
    expected = images.glyphs(string.digits, 64)
    older = tmp_path / "fonts" / "ttf"
    older.mkdir(parents=True)
    for face in set(images.FACES) - {"cmti10"}:
        (older / f"{face}.ttf").write_bytes(Path(typefaces._file(face)).read_bytes())
    monkeypatch.setattr("matplotlib.get_data_path", lambda: str(tmp_path))
    for name in ("bitmap", "has", "_zero", "_font"):
        monkeypatch.setattr(typefaces, name, getattr(typefaces, name).__wrapped__)  # uncached
    assert equal(images.glyphs(string.digits, 64), expected)
    licence = (storage.data_dir() / "fonts" / "LICENCE.txt").read_text(encoding="utf-8")
    assert "Permission to copy and distribute these fonts" in licence


def test_each_shipped_typeface_has_a_licence():
    folder = storage.data_dir() / "fonts"
    licence = (folder / "LICENCE.txt").read_text(encoding="utf-8")
    for file in folder.iterdir():
        family = file.name.split("-")[0].split(".")[0]
        assert file.suffix == ".txt" or family in licence
    assert "Apache License" in (folder / "APACHE-2.0.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL-1.1.txt").read_text(encoding="utf-8")


def test_a_matplotlib_without_the_file_is_explained(monkeypatch, tmp_path):
    monkeypatch.setattr("matplotlib.get_data_path", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match="reinstall matplotlib"):
        typefaces._file("cmr10")


def test_no_font_of_the_system_is_looked_for_and_import_is_light():
    code = (
        "import sys; from mvacourse import images; "
        "heavy = ('matplotlib', 'PIL', 'skimage'); print([m for m in heavy if m in sys.modules]); "
        "images.digits(1); print('matplotlib.font_manager' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    assert run.stdout.split("\n")[:2] == ["[]", "False"]
