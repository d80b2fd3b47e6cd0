"""Features of VGG-19: its layers, gradients that reach the image, and invalid files."""

import hashlib

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mvacourse import nets, storage
from mvacourse.nets import vgg_features


def photograph(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("layer", "channels", "halved", "weights"), [("relu2_2", 128, 1, 4), ("relu5_4", 512, 4, 16)]
)
def test_the_layer_is_the_papers(layer, channels, halved, weights):
    V = vgg_features(layer, backbone="random")
    assert V(photograph(1, 3, 32, 64)).shape == (1, channels, 32 >> halved, 64 >> halved)
    assert len(V.convs) == weights
    # torchvision's network in a row: a convolution and a ReLU each, and the halvings between.
    from torchvision.models.vgg import cfgs, make_layers

    reference = make_layers(cfgs["E"])[: 2 * weights + halved]
    for ours, theirs in zip(V.convs, [m for m in reference if isinstance(m, nn.Conv2d)]):
        theirs.load_state_dict(ours.state_dict())
    x = photograph(1, 3, 32, 32)
    torch.testing.assert_close(V(x), reference(V.first(x)))


def test_weights_are_fixed_and_gradients_reach_the_image():
    V = vgg_features(backbone="random")
    assert not V.training and not any(p.requires_grad for p in V.parameters())
    x = photograph(1, 3, 8, 8).requires_grad_()
    V(x).sum().backward()
    assert x.grad.abs().sum() > 0


def test_random_weights_depend_on_the_seed_alone():
    x, state = photograph(1, 3, 8, 8), torch.get_rng_state()
    once = vgg_features(backbone="random", seed=1)(x)
    assert torch.equal(once, vgg_features(backbone="random", seed=1)(x))
    assert not torch.equal(once, vgg_features(backbone="random", seed=2)(x))
    assert torch.equal(torch.get_rng_state(), state)


def test_torchvisions_file_is_found_and_read(monkeypatch, tmp_path):
    state = {}
    thin = tuple((4, n) for _, n in nets.vgg._STAGES)
    monkeypatch.setattr(nets.vgg, "_STAGES", thin)
    source = vgg_features("relu5_4", backbone="random")
    for i, conv in enumerate(source.convs):
        state |= {f"features.{i}.weight": conv.weight, f"features.{i}.bias": conv.bias}
    state["classifier.0.weight"] = torch.zeros(2)
    file = place(monkeypatch, tmp_path, state)
    V = vgg_features("relu5_4")
    x = photograph(1, 3, 32, 32)
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    torch.testing.assert_close(V.first(x), (x - mean) / std)
    torch.testing.assert_close(V.convs[-1].weight, source.convs[-1].weight)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(storage.DownloadError, match="is refused: its sha256"):
        vgg_features("relu5_4")


def place(monkeypatch, tmp_path, state):
    """Put weights where torchvision would, under a name that tells their hash."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    torch.save(state, tmp_path / "weights")
    content = (tmp_path / "weights").read_bytes()
    name = f"vgg19-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    monkeypatch.setattr(nets.vgg, "_TORCHVISION", name)
    file = tmp_path / "hub" / "checkpoints" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


def test_a_missing_file_is_told_with_the_mend(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    with pytest.raises(storage.DownloadError, match=r"vgg19-dcbb9e9d.pth.*models.vgg19"):
        vgg_features("relu5_4")


@pytest.mark.data
def test_the_normalised_network_agrees_with_its_file_layer_by_layer():
    file = storage.fetch("weights/vgg_normalised_conv3_1.pth")
    state = torch.load(file, weights_only=True)
    x = photograph(1, 3, 16, 20)
    f = F.conv2d(x, state["0.weight"], state["0.bias"])
    for key in ("2", "5", "pool", "9", "12"):
        if key == "pool":
            f = F.max_pool2d(f, 2)
            continue
        f = F.pad(f, (1, 1, 1, 1), mode="reflect")
        f = F.relu(F.conv2d(f, state[f"{key}.weight"], state[f"{key}.bias"]))
    torch.testing.assert_close(vgg_features()(x), f)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vgg_features("relu1_1"), "layer = 'relu1_1': choose one of 'relu2_2'"),
        (lambda: vgg_features(backbone="other"), "backbone = 'other'"),
        (lambda: vgg_features(backbone="random")(photograph(1, 1, 8, 8)), r"takes \(B, 3, H, W\)"),
        (lambda: vgg_features(backbone="random")(photograph(1, 3, 3, 8)), "at least 4 × 4"),
        (lambda: vgg_features(backbone="random")(photograph(3, 8, 8)), "x has shape"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
