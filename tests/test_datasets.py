"""Benchmark sets by name: names and errors always, contents if the files are available."""

from __future__ import annotations

import gzip
import os
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mvacourse import datasets, storage
from mvacourse.datasets import reading


@pytest.fixture
def real_cache():
    if not os.environ.get("MVACOURSE_DATA"):
        pytest.skip("MVACOURSE_DATA does not name a filled cache")


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    return tmp_path


# --- without the files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("load", "arguments"),
    [
        (datasets.set5, ()),
        (datasets.set5_lr, (2,)),
        (datasets.mnist, ("test",)),
        (datasets.bsds500, ("test",)),
        (datasets.facades, ()),
        (datasets.mri, ()),
    ],
)
def test_what_is_not_at_hand_is_refused_with_help(empty_cache, load, arguments):
    with pytest.raises(storage.DownloadError, match="MVACOURSE_OFFLINE"):
        load(*arguments)


def test_bsds500_val_is_kept_for_evaluation(empty_cache):
    with pytest.raises(ValueError, match=r"kept for evaluation.*CBSD68"):
        datasets.bsds500("val")


@pytest.mark.parametrize(
    ("call", "value", "allowed"),
    [
        (datasets.set5_lr, 8, "2, 3, 4"),
        (datasets.mnist, "val", "'train', 'test'"),
        (datasets.bsds500, "valid", "'train', 'test'"),
        (datasets.facades, "val", "'train', 'test', 'all'"),
    ],
)
def test_unknown_choices_are_listed(empty_cache, call, value, allowed):
    with pytest.raises(ValueError, match=f"= {value!r}: choose one of {allowed}"):
        call(value)


def test_files_read_when_asked_and_slice(tmp_path):
    for i in range(3):
        Image.new("L", (5, 4), color=100 * i).save(tmp_path / f"{i}.png")
    seen = []

    def read(path: Path) -> torch.Tensor:
        seen.append(path.name)
        return reading.image(path)

    images = datasets.Files(sorted(tmp_path.glob("*.png")), read)
    assert len(images) == 3 and seen == [] and repr(images) == "Files(3)"
    assert images[-1].shape == (1, 3, 4, 5) and seen == ["2.png"]
    assert len(images[1:]) == 2 and torch.equal(images[1:][0], images[1])
    assert [round(255 * float(u.max())) for u in images] == [0, 100, 200]
    with pytest.raises(IndexError):
        images[3]


def test_idx_is_read_as_the_format_says(tmp_path):
    values = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    header = bytes([0, 0, 8, 3]) + np.array([2, 3, 4], ">i4").tobytes()
    (tmp_path / "x.gz").write_bytes(gzip.compress(header + values.tobytes()))
    assert torch.equal(reading.idx(tmp_path / "x.gz"), torch.from_numpy(values))


def test_mri_conversion_puts_the_origins_at_index_zero(tmp_path, monkeypatch):
    """A delta at the image's centre: flat k-space when that is the origin, and (−1)^{p+q} here."""
    centred = np.zeros((2, 6, 4), np.complex64)
    centred[:, 3, 2] = 1  # the zero frequency, at the centre
    centred[0, 0, 1] = 2j
    np.save(tmp_path / "k.npy", centred)
    monkeypatch.setattr(
        import_module("mvacourse.datasets.mri"), "fetch", lambda path: tmp_path / "k.npy"
    )
    y, mask = datasets.mri()
    assert y.shape == (1, 2, 6, 4) and mask.shape == (6, 4) and mask.sum() == 2
    assert mask[0, 0] and mask[3, 3] and y[0, 0, 0, 0] == 1 and y[0, 0, 3, 3] == 2j
    axes = (-2, -1)
    image = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(centred, axes), norm="ortho"), axes)
    ours = torch.fft.ifft2(y, norm="ortho")[0]
    np.testing.assert_allclose(ours, image, atol=1e-7)


# --- with them --------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.usefixtures("real_cache")
class TestRealFiles:
    def test_every_file_is_the_pinned_one(self):
        for name, entry in storage.registry().items():
            states = {storage.verify(path) for path in entry["files"]}
            assert states == {"ok"}, name

    def test_set5(self):
        images = datasets.set5()
        assert {name: tuple(u.shape) for name, u in images.items()} == {
            "baby": (1, 3, 512, 512),
            "bird": (1, 3, 288, 288),
            "butterfly": (1, 3, 256, 256),
            "head": (1, 3, 280, 280),
            "woman": (1, 3, 344, 228),
        }
        for u in images.values():
            assert u.dtype == torch.float32 and 0 <= u.min() and 0.8 < u.max() <= 1

    @pytest.mark.parametrize("scale", [2, 3, 4])
    def test_set5_lr_is_cropped_and_matches_set5(self, scale):
        full = datasets.set5()
        for name, (hr, lr) in datasets.set5_lr(scale).items():
            H, W = (scale * n for n in lr.shape[-2:])
            assert hr.shape == (1, 3, H, W)
            assert torch.equal(hr, full[name][..., :H, :W])
            pooled = torch.nn.functional.avg_pool2d(hr, scale)
            assert (pooled - lr).square().mean().sqrt() < 0.04

    @pytest.mark.parametrize(("split", "n"), [("train", 60_000), ("test", 10_000)])
    def test_mnist(self, split, n):
        images, labels = datasets.mnist(split)
        assert images.shape == (n, 1, 28, 28) and images.dtype == torch.float32
        assert images.min() == 0 and images.max() == 1
        assert labels.shape == (n,) and labels.dtype == torch.int64
        assert labels.bincount().min() > 0.08 * n and len(labels.bincount()) == 10
        assert labels[:4].tolist() == ([5, 0, 4, 1] if split == "train" else [7, 2, 1, 0])

    def test_bsds500(self):
        train, test = datasets.bsds500("train"), datasets.bsds500("test")
        assert len(train) == len(test) == 200
        assert not {p.name for p in train.paths} & {p.name for p in test.paths}
        assert {tuple(sorted(u.shape[-2:])) for u in train[::20]} == {(321, 481)}

    def test_facades_are_split_without_overlap(self):
        train, test, everything = map(datasets.facades, ("train", "test", "all"))
        assert (len(train), len(test), len(everything)) == (360, 40, 400)
        assert not set(train.paths) & set(test.paths)
        photo, label = test[0]
        assert photo.shape == label.shape == (1, 3, 256, 256)
        # Label maps are mostly blue (wall) and photographs are not: the halves are not swapped.
        blue = [[float((u[:, 2] - u[:, 0]).mean()) for u in pair] for pair in test]
        photos, labels = np.mean(blue, axis=0)
        assert photos < 0.1 and labels > 0.3

    def test_mri_shows_a_centred_head(self):
        y, mask = datasets.mri()
        assert y.shape == (1, 8, 230, 180) and y.dtype == torch.complex64
        assert mask.shape == (230, 180) and mask.dtype == torch.bool
        assert abs(mask.float().mean() - 0.124) < 1e-3 and not y[..., ~mask].any()
        assert torch.fft.fftshift(mask)[103:127, 78:102].all()  # 24 × 24 about (115, 90)
        head = torch.fft.ifft2(y, norm="ortho").abs().square().sum(1).sqrt()[0]
        corners = [head[:20, :20], head[:20, -20:], head[-20:, :20], head[-20:, -20:]]
        assert head[80:150, 60:120].mean() > 5 * max(c.mean() for c in corners)
