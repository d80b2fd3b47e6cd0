"""LPIPS: its formula, its files, and the `lpips` package as the oracle."""

import os
import warnings
from importlib import import_module

import pytest
import torch
from skimage import data

from mvacourse import metrics, storage

module = import_module("mvacourse.metrics.lpips")


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.fixture(scope="module")
def photos():
    """A photograph (1,3,192,200) in float64 and a blurred, noisy version of it."""
    ref = torch.as_tensor(data.astronaut()[:192, 100:300] / 255).permute(2, 0, 1)[None]
    blurred = torch.nn.functional.avg_pool2d(ref, 3, 1, 1)
    return blurred + 0.05 * (rand(*ref.shape, seed=1) - 0.5), ref


# --- LPIPS, the formula -------------------------------------------------------------------------


def test_the_random_backbone_follows_the_formula():
    """D4 written out: unit-normalised features, weights on squared differences, means, a sum."""
    x, ref = rand(2, 3, 40, 48, dtype=torch.float32), rand(2, 3, 40, 48, seed=1).float()
    model = module._model("squeeze", 5, torch.device("cpu"))
    shift, scale = (
        torch.tensor(c)[None, :, None, None]
        for c in ([-0.030, -0.088, -0.188], [0.458, 0.448, 0.450])
    )
    features = [model.net((2 * u - 1 - shift) / scale) for u in (x, ref)]
    expected = []
    for v, v_ref, linear in zip(*features, model.lins):
        w = linear.model[-1].weight
        assert (w >= 0).all()
        v, v_ref = v / v.norm(dim=1, keepdim=True), v_ref / v_ref.norm(dim=1, keepdim=True)
        expected.append((w * (v - v_ref) ** 2).sum(1).mean((-2, -1)))
    layers = metrics.lpips_layers(x, ref, backbone="random", seed=5)
    torch.testing.assert_close(layers, torch.stack(expected, 1), rtol=1e-4, atol=1e-7)
    total = metrics.lpips(x, ref, backbone="random", seed=5)
    torch.testing.assert_close(total, layers.sum(1), rtol=0, atol=0)


@pytest.mark.parametrize(("net", "n_layers"), [("squeeze", 7), ("alex", 5)])
def test_random_backbones_work_without_a_file(net, n_layers):
    x, ref = rand(2, 3, 33, 40), rand(2, 3, 33, 40, seed=1)
    state = torch.get_rng_state()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layers = metrics.lpips_layers(x, ref, net=net, backbone="random", seed=0)
    assert torch.equal(state, torch.get_rng_state())
    assert layers.shape == (2, n_layers)
    assert (layers > 0).all()
    module._model.cache_clear()
    again = metrics.lpips_layers(x, ref, net=net, backbone="random", seed=0)
    assert torch.equal(layers, again)
    other = metrics.lpips_layers(x, ref, net=net, backbone="random", seed=1)
    assert not torch.allclose(layers, other)
    assert (metrics.lpips(x, x, net=net, backbone="random") == 0).all()


def test_grey_is_shown_as_three_equal_channels():
    x, ref = rand(1, 1, 32, 32), rand(1, 1, 32, 32, seed=1)
    grey = metrics.lpips(x, ref, backbone="random")
    colour = metrics.lpips(x.repeat(1, 3, 1, 1), ref.repeat(1, 3, 1, 1), backbone="random")
    torch.testing.assert_close(grey, colour, rtol=1e-6, atol=0)


def test_lpips_can_be_descended():
    x = rand(1, 3, 32, 32).requires_grad_()
    metrics.lpips(x, rand(1, 3, 32, 32, seed=1), backbone="random").sum().backward()
    assert torch.isfinite(x.grad).all()
    assert x.grad.abs().max() > 0


def test_images_a_little_outside_the_range_are_welcome():
    x = rand(1, 3, 32, 32) + 0.2 * torch.randn(1, 3, 32, 32)
    assert torch.isfinite(metrics.lpips(x, x.clamp(0, 1), backbone="random")).all()


# --- LPIPS, the files ---------------------------------------------------------------------------


@pytest.fixture
def no_models():
    module._model.cache_clear()
    yield
    module._model.cache_clear()


def test_without_the_file_lpips_says_where_to_put_it(tmp_path, monkeypatch, no_models):
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    u = rand(1, 3, 32, 32)
    with pytest.raises(storage.DownloadError, match="squeezenet1_1_features"):
        metrics.lpips(u, u)


def test_an_altered_file_is_never_loaded(tmp_path, monkeypatch, no_models):
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path))
    file = tmp_path / "weights" / "squeezenet1_1_features.pth"
    file.parent.mkdir()
    file.write_bytes(b"not these")
    u = rand(1, 3, 32, 32)
    with pytest.raises(storage.DownloadError, match="refused"):
        metrics.lpips(u, u)


def test_torchvision_files_are_found_or_refused(tmp_path, monkeypatch, no_models):
    import hashlib

    import torchvision

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    u, ref = rand(1, 3, 33, 33), rand(1, 3, 33, 33, seed=1)
    with pytest.raises(storage.DownloadError, match="alexnet-owt-7be5be79.pth"):
        metrics.lpips(u, ref, net="alex")
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    (folder / "alexnet-owt-7be5be79.pth").write_bytes(b"truncated")
    with pytest.raises(storage.DownloadError, match="refused"):
        metrics.lpips(u, ref, net="alex")
    # A made-up file, named by its hash as torchvision names its own.
    with torch.device("meta"):  # the 60 million weights of its classifier are not needed
        shapes = torchvision.models.alexnet().features.state_dict()
    state = {key: 0.05 * torch.randn(value.shape) for key, value in shapes.items()}
    torch.save({f"features.{key}": value for key, value in state.items()}, folder / "made-up.pth")
    digest = hashlib.sha256((folder / "made-up.pth").read_bytes()).hexdigest()
    name = f"alexnet-owt-{digest[:8]}.pth"
    (folder / "made-up.pth").rename(folder / name)
    monkeypatch.setitem(module._TORCHVISION, "alex", ("alexnet", name))
    assert metrics.lpips(u, ref, net="alex").item() > 0
    loaded = module._model("alex", None, u.device).net.state_dict()
    for key, value in loaded.items():
        assert torch.equal(value, state[key.split(".", 1)[1]])


@pytest.fixture
def real_cache():
    if not os.environ.get("MVACOURSE_DATA"):
        pytest.skip("MVACOURSE_DATA does not name a filled cache")


@pytest.mark.data
def test_lpips_reference_values(real_cache):
    torch.manual_seed(123)
    x, ref = torch.rand(10, 3, 100, 100) * 2 - 1, torch.rand(10, 3, 100, 100) * 2 - 1
    value = metrics.lpips((x + 1) / 2, (ref + 1) / 2).mean()
    assert value.item() == pytest.approx(0.1008, abs=5e-5)
    generator = torch.Generator().manual_seed(42)
    x, ref = (torch.rand(2, 3, 100, 100, generator=generator) for _ in range(2))
    assert metrics.lpips(x, ref).tolist() == pytest.approx([0.1024, 0.0938], abs=5e-5)


@pytest.mark.data
def test_lpips_equals_the_package(real_cache, photos):
    """The package's own backbone, filled by hand with the same weights, under its own names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lpips

        model = lpips.LPIPS(net="squeeze", pnet_rand=True, verbose=False)
    file = storage.fetch("weights/squeezenet1_1_features.pth")
    state = torch.load(file, weights_only=True)
    for i in range(1, 8):
        for name, module in getattr(model.net, f"slice{i}").named_children():
            prefix = f"{name}."
            own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            module.load_state_dict(own)
    x, ref = (u.clamp(0, 1).float() for u in photos)
    with torch.no_grad():
        expected = model(2 * x - 1, 2 * ref - 1).flatten()
    torch.testing.assert_close(metrics.lpips(x, ref), expected, rtol=0, atol=1e-6)
    assert metrics.lpips(ref, ref).item() == 0
    assert metrics.lpips(x, ref).item() < metrics.lpips(1 - ref, ref).item()
