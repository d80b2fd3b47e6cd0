"""The table of Set5 at ×4 and ×8 (E7): the protocol, on a photograph of the course; the records."""

import csv
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mvacourse import datasets, images, storage

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def script(monkeypatch):
    """The script of the table, with a photograph of the course in place of Set5."""
    monkeypatch.syspath_prepend(BENCHMARKS)  # it imports what the scripts share
    spec = importlib.util.spec_from_file_location("dip_set5", BENCHMARKS / "dip_set5.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    photo = (255 * images.photo("coffee", size=(101, 123), color=True)).round() / 255
    monkeypatch.setattr(datasets, "set5", lambda: {"coffee": photo})
    monkeypatch.setattr(module, "STEPS", {4: 1, 8: 1})
    monkeypatch.setattr(module, "TV", module.TV | {"n_iter": 1})
    return module


def keys(t):
    """The cubic kernel of MATLAB, at one point."""
    t = abs(t)
    if t <= 1:
        return 1.5 * t**3 - 2.5 * t**2 + 1
    return -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t <= 2 else 0.0


def resized_rows(levels, n_out):
    """Resize (n, …) whole grey levels along the first axis, one row after the other."""
    n = len(levels)
    step = n / n_out
    wide, rows = max(step, 1.0), []
    for i in range(n_out):
        t = (i + 0.5) * step - 0.5
        near = range(math.ceil(t - 2 * wide), math.floor(t + 2 * wide) + 1)
        h = [keys((t - j) / wide) for j in near]
        row = sum(w * levels[min(max(j, 0), n - 1)] for w, j in zip(h, near)) / sum(h)
        rows.append(np.clip(np.floor(row + 0.5 + 1e-9), 0, 255))
    return np.stack(rows)


def resized(levels, H, W):
    return resized_rows(resized_rows(levels, H).swapaxes(0, 1), W).swapaxes(0, 1)


def luma_psnr(x, u):
    """PSNR of the luma of (H,W,3) grey levels, without the four outermost pixels."""
    weights = np.array([65.481, 128.553, 24.966]) / 255
    gap = ((x.astype(float) - u) @ weights)[4:-4, 4:-4]
    return 20 * math.log10(255 / math.sqrt((gap**2).mean()))


def levels_of(u):
    return (255 * u[0].permute(1, 2, 0).double()).round().numpy()


@pytest.mark.parametrize(("scale", "size"), [(4, (100, 120)), (8, (96, 120))])
def test_the_photograph_is_cropped_and_made_smaller_as_matlab_does(script, scale, size):
    photo = datasets.set5()["coffee"]
    u, y = script.load("coffee", scale)
    assert u.shape == (1, 3, *size) and torch.equal(u, photo[..., : size[0], : size[1]])
    small = resized(levels_of(u), size[0] // scale, size[1] // scale)
    assert np.array_equal(levels_of(y), small)
    assert torch.equal(y, (255 * y).round() / 255)


@pytest.mark.parametrize("scale", [4, 8])
def test_the_bicubic_baseline_is_that_of_an_independent_computation(script, scale):
    u, y = script.load("coffee", scale)
    H, W = u.shape[-2:]
    found = script.psnr(script.baselines("coffee", scale)["bicubic"][0], u)
    expected = luma_psnr(resized(levels_of(y), H, W), levels_of(u))
    assert found == pytest.approx(expected, abs=1e-4)
    pil = Image.fromarray(levels_of(u).astype(np.uint8))
    for size in ((W // scale, H // scale), (W, H)):
        pil = pil.resize(size, Image.Resampling.BICUBIC)
    assert found == pytest.approx(luma_psnr(np.asarray(pil), levels_of(u)), abs=0.05)


def test_the_psnr_is_that_of_luma_clipped_and_without_the_border(script):
    u = torch.full((1, 3, 20, 24), 0.5)
    x = u.clone()
    x[:, 1] += 0.1  # green, everywhere: the luma is wrong by 12.8553 grey levels
    assert script.psnr(x, u) == pytest.approx(20 * math.log10(255 / 12.8553), abs=1e-4)
    x[:, 1] -= 0.1
    x[..., :4, :], x[..., -4:, :], x[..., :4], x[..., -4:] = 0, 1, 0, 1
    assert script.psnr(x, u) > 100
    x[..., 4, 4] = 0.6  # one pixel of 12×16, wrong by 21.9 grey levels
    assert script.psnr(x, u) == pytest.approx(20 * math.log10(255 * 192**0.5 / 21.9), abs=1e-3)
    assert script.psnr(torch.full_like(u, 1.4), torch.ones_like(u)) == math.inf


def table(name):
    with (storage.data_dir() / "published" / name).open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["image"] != "average"]


def averages(name, methods):
    rows, found = table(name), {}
    for scale in ("4", "8"):
        for method in methods:
            of = [float(r["psnr"]) for r in rows if (r["scale"], r["method"]) == (scale, method)]
            assert len(of) == 5, (scale, method)
            found[scale, method] = sum(of) / 5
    return found


def test_the_recorded_runs_have_the_ranking_of_the_published_table():
    order = ("no prior", "bicubic", "TV prior", "DIP")
    ours = ("no prior", "bicubic", "TV, paper", "DIP")
    said, found = averages("dip_set5.csv", order), averages("dip_set5_measured.csv", ours)
    for scale in ("4", "8"):
        for values, names in ((said, order), (found, ours)):
            line = [values[scale, name] for name in names]
            assert line == sorted(line) and line[-1] - line[1] > 1.4
        for a, b in zip(order[:2], ours[:2]):
            assert found[scale, b] == pytest.approx(said[scale, a], abs=0.1)
        assert found[scale, "DIP"] > said[scale, "DIP"]


def test_in_the_recorded_runs_the_network_beats_interpolation_on_each_photograph():
    rows = table("dip_set5_measured.csv")
    psnr = {(r["scale"], r["image"], r["method"]): float(r["psnr"]) for r in rows}
    pairs = [(psnr[s, i, "DIP"], b) for (s, i, method), b in psnr.items() if method == "bicubic"]
    assert len(pairs) == 10 and all(dip > bicubic + 0.1 for dip, bicubic in pairs)
