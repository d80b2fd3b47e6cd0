"""Trained networks by name: round trip, errors, and the values in the shipped cards."""

import itertools
import json
import os
import re
import subprocess

import pytest
import torch

from mvacourse import images, recipes, storage, weights
from mvacourse.nets import VAE, Discriminator, Flow, Generator, SkipNet
from mvacourse.recipes import RECIPES
from mvacourse.weights import WeightsError

SHIPPED = weights.names()
PRIORS = [n for n in RECIPES if n.startswith(("vae", "gan", "flow", "classifier_digits"))]
PAINTERS = [n for n in RECIPES if n.startswith("pix2pix") and "facades" not in n]
TEXTURES = ["segmenter_textures", *PAINTERS]
FRESH_SEED = 4099
"""Of digits that no network was trained or measured on."""

TOLERANCE = {
    **{"elbo": 0.1, "reconstruction_mse": 0.2, "range_mse": 0.2},
    **{"accuracy": 0.02, "confidence": 0.05, "bits_per_dimension": 0.1},
    **{"read": 0.05, "per_class": 0.05, "l1": 0.05},
}
"""Largest relative difference between the card's metric and the one on 100 fresh images."""


@pytest.fixture
def net():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return VAE(k=3, shape=(1, 8, 8), width=10)


@pytest.fixture
def folder(net, tmp_path):
    weights.save("toy", net, {"metrics": {"mse": 1.0}}, tmp_path)
    return tmp_path


# Round trip


@pytest.mark.parametrize(
    "net",
    [
        VAE(3, (1, 8, 8), 10),
        Generator(3, (3, 8, 8), 4),
        Discriminator((3, 8, 8), 4),
        Flow((1, 8, 8), 8, 2, 0.02),
    ],
    ids=lambda net: type(net).__name__,
)
def test_round_trip(net, tmp_path):
    told = weights.save("toy", net, {"seed": 3}, tmp_path, dtype=torch.float32)
    again = weights.load("toy", folder=tmp_path)
    assert type(again) is type(net) and not again.training
    for key, value in net.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
    assert weights.card("toy", tmp_path) == told
    assert told["seed"] == 3
    assert told["parameters"] == sum(p.numel() for p in net.parameters())
    assert told["bytes"] == (tmp_path / "toy.safetensors").stat().st_size
    assert weights.verify("toy", tmp_path) == "ok"
    assert weights.names(tmp_path) == ("toy",)


def test_half_precision_halves_the_file_and_rounds(net, folder):
    again = weights.load("toy", folder=folder)
    for key, value in net.state_dict().items():
        assert again.state_dict()[key].dtype == torch.float32
        torch.testing.assert_close(again.state_dict()[key], value, rtol=5e-4, atol=1e-7)
    numbers, head = 2 * sum(p.numel() for p in net.parameters()), 1000
    assert weights.card("toy", folder)["bytes"] < numbers + head


def test_saving_again_replaces_both_files(net, folder):
    for p in net.parameters():
        p.data += 1
    weights.save("toy", net, {}, folder)
    assert weights.verify("toy", folder) == "ok"
    assert sorted(os.listdir(folder)) == ["toy.json", "toy.safetensors"]


# Refusals


def test_unknown_name_suggests_near_ones(folder):
    with pytest.raises(ValueError, match="name = 'toi' .*did you mean toy"):
        weights.load("toi", folder=folder)


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_truncated_file_is_refused_by_name(folder, kept):
    file = folder / "toy.safetensors"
    file.write_bytes(file.read_bytes()[:kept])
    assert weights.verify("toy", folder) == "altered"
    pinned = weights.card("toy", folder)["sha256"]
    with pytest.raises(WeightsError, match=f"toy.safetensors is refused: .*{pinned}.*Copy toy"):
        weights.load("toy", folder=folder)


def test_altered_file_is_refused_by_name(folder):
    file = folder / "toy.safetensors"
    content = bytearray(file.read_bytes())
    content[-5] ^= 4
    file.write_bytes(content)
    assert weights.verify("toy", folder) == "altered"
    with pytest.raises(WeightsError, match="toy.safetensors is refused: .*mvacourse train toy"):
        weights.load("toy", folder=folder)


def test_missing_file_is_told(folder):
    (folder / "toy.safetensors").unlink()
    assert weights.verify("toy", folder) == "missing"
    with pytest.raises(WeightsError, match="toy.safetensors cannot be read: .*Copy toy"):
        weights.load("toy", folder=folder)


def alter(folder, **changes):
    file = folder / "toy.json"
    file.write_text(
        json.dumps({**json.loads(file.read_text(encoding="utf-8")), **changes}), encoding="utf-8"
    )


@pytest.mark.parametrize("network", ["Linear", "torch.nn.Linear", "__doc__", "vae", "check"])
def test_a_class_outside_nets_is_refused(folder, network):
    alter(folder, network=network)
    for ask in (weights.card, weights.verify, lambda name, f: weights.load(name, folder=f)):
        with pytest.raises(WeightsError, match=f"toy.json is refused: network = '{network}'"):
            ask("toy", folder)


@pytest.mark.parametrize(
    "changes", [{"arguments": {"k": 4, "shape": [1, 8, 8], "width": 10}}, {"arguments": {"z": 1}}]
)
def test_arguments_that_do_not_fit_are_refused(folder, changes):
    alter(folder, **changes)
    with pytest.raises(WeightsError, match="toy.safetensors does not fit its card"):
        weights.load("toy", folder=folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"network": "VAE"}', "[" * 9999, "3"])
def test_damaged_card_is_refused_by_name(folder, text):
    (folder / "toy.json").write_text(text, encoding="utf-8")
    with pytest.raises(WeightsError, match="toy.json .*Copy toy"):
        weights.load("toy", folder=folder)


def test_a_network_that_cannot_be_built_anew_is_not_saved(tmp_path):
    for net in (torch.nn.Linear(2, 2), SkipNet(2, 1, width=2, n_scales=1)):
        with pytest.raises(WeightsError, match="toy cannot be saved"):
            weights.save("toy", net, {}, tmp_path)
    assert os.listdir(tmp_path) == []


def test_unwritable_folder_is_told(net, tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(WeightsError, match="toy.safetensors cannot be written"):
        weights.save("toy", net, {}, tmp_path / "file")


def test_full_disk_keeps_both_old_files(net, folder, each_failure):
    old = {path.name: path.read_bytes() for path in folder.iterdir()}
    failed = 0
    for _ in each_failure():
        try:
            weights.save("toy", VAE(3, (1, 8, 8), 11), {}, folder)
        except WeightsError as err:
            assert "toy.safetensors cannot be written: No space left" in str(err)
            failed += 1
            assert {path.name: path.read_bytes() for path in folder.iterdir()} == old
        for name, content in old.items():
            (folder / name).write_bytes(content)
    assert failed >= 6, "each of two files is created, forced to the disk and renamed"


OUTSIDE = ["../toy", "/tmp/toy", "a/b", "a\\b", "..", ".", "", ".hidden", "toy.", "toy ", " toy"]
OUTSIDE += [
    "toy\n",
    "to\ty",
    "to\x00y",
    "\x1b[2Jtoy",
    "c:toy",
    "toy?",
    "con",
    "NUL.x",
    "COM1",
    "lpt¹",
]
OUTSIDE += ["t\u202ey", "x" * 101, "-rf", None, 3, b"toy", ["toy"]]


def test_a_name_that_is_not_plain_is_refused(net, folder):
    before = sorted(folder.parent.rglob("*"))
    asked = (
        lambda name: weights.card(name, folder),
        lambda name: weights.load(name, folder=folder),
        lambda name: weights.verify(name, folder),
        lambda name: weights.save(name, net, {}, folder),
        lambda name: weights.require_writable(name, folder),
    )
    for name, ask in itertools.product(OUTSIDE, asked):
        with pytest.raises(ValueError, match=r"name = .* cannot name a file: use letters"):
            ask(name)
    assert sorted(folder.parent.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["toy", "vae_digits", "a", "toy.v2", "weak-ot", "réseau", "0", "console"]
)
def test_plain_names_are_accepted(net, tmp_path, name):
    weights.save(name, net, {}, tmp_path)
    assert weights.names(tmp_path) == (name,) and weights.verify(name, tmp_path) == "ok"


def test_a_card_with_another_kind_of_name_is_not_listed(folder):
    (folder / "to\x1b[31my.json").write_text("{}", encoding="utf-8")
    (folder / ".toy.json").write_text("{}", encoding="utf-8")
    assert weights.names(folder) == ("toy",)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), 1e9])
def test_weights_that_are_not_finite_are_not_saved(net, tmp_path, bad):
    """A number that half precision cannot hold becomes infinite."""
    key = next(iter(net.state_dict()))
    net.state_dict()[key].view(-1)[1] = bad
    with pytest.raises(WeightsError, match=f"toy cannot be saved: {key} holds 1 NaN or infinite"):
        weights.save("toy", net, {}, tmp_path)
    assert os.listdir(tmp_path) == []
    if bad == 1e9:
        weights.save("toy", net, {}, tmp_path, dtype=torch.float32)


@pytest.mark.parametrize(
    ("card", "name"),
    [
        ({"metrics": {"psnr": float("nan")}}, "metrics.psnr"),
        ({"loss": float("inf")}, "loss"),
        ({"options": {"betas": [0.5, float("nan")]}}, r"options.betas\[1\]"),
    ],
)
def test_a_number_of_the_card_that_is_not_finite_is_not_saved(net, tmp_path, card, name):
    with pytest.raises(WeightsError, match=f"cannot be saved: .*{name} = .*not a finite number"):
        weights.save("toy", net, card, tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "changes",
    [{"network": ["VAE"]}, {"arguments": [3]}, {"sha256": None}, {"metrics": [1]}, {"bytes": "1"}],
)
def test_a_card_with_values_of_another_kind_is_refused(folder, changes):
    alter(folder, **changes)
    with pytest.raises(WeightsError, match=f"toy.json is damaged: {next(iter(changes))} ="):
        weights.card("toy", folder)


# What is shipped


# The first half of a training; for those who have torchvision's VGG-19, of half a gigabyte; and
# what no notebook uses yet.
OPTIONAL = {"sr_photo_start", "sr_photo_middle", "sr_photo_mean", "srgan_vgg54"}
OPTIONAL |= {"denoiser_colour"}


def test_everything_the_course_trains_is_shipped():
    made = {name for name in SHIPPED if not name.endswith("_discriminator")}
    assert made == set(recipes.names()) - OPTIONAL


def test_no_stray_file_is_shipped():
    files = {path.name for path in weights.default_folder().iterdir()}
    files -= {f"{name}.checkpoint" for name in recipes.names()}  # of a training under way
    assert files == {f"{name}{end}" for name in SHIPPED for end in (".json", ".safetensors")}


def test_shipped_weights_are_small():
    """8 MB for generative priors, 4 for patches, 4 for weak transport; 40 in all."""
    sizes = {n: (weights.default_folder() / f"{n}.safetensors").stat().st_size for n in SHIPPED}
    priors = {n: size for n, size in sizes.items() if n.removesuffix("_discriminator") in PRIORS}
    transport = {n: size for n, size in sizes.items() if n.startswith("weak_ot")}
    patches = {n: size for n, size in sizes.items() if n.startswith("patches")}
    assert sum(priors.values()) <= 8e6
    assert sum(patches.values()) <= 4e6
    assert sum(transport.values()) <= 4e6
    assert sum(sizes.values()) <= 40e6


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_verify_load_and_tell_their_story(name):
    assert weights.verify(name) == "ok"
    net = weights.load(name)
    assert all(torch.isfinite(p).all() for p in net.parameters())
    card = weights.card(name)
    wanted = {"command", "data", "data_sha256", "seed", "steps", "hardware", "seconds", "metrics"}
    assert wanted <= card.keys()
    assert card["budget"] == "full" and card["licence"] == "MIT"
    assert card["command"].startswith(f"mvacourse train {name.removesuffix('_discriminator')} ")


def measure(name, x, labels):
    made = {key: weights.load(key) for key in (name, f"{name}_discriminator") if key in SHIPPED}
    return RECIPES[name].measure(made, x, labels)


def fresh(name, n):
    if name in PAINTERS:  # of four times as many pixels
        scenes = images.texture_scenes(n // 4, FRESH_SEED, 128, split="test", color=True)
        return scenes.labels, scenes.photographs
    if name in TEXTURES:
        scenes = images.texture_scenes(n, FRESH_SEED, split="test")
        return scenes.labels, scenes.photographs
    draw = images.coloured_digits if "coloured" in name else images.digits
    return draw(n, seed=FRESH_SEED)


# Their images are drawn by the course.
DRAWN = [
    name for name in (*PRIORS, "cgan_digits", *TEXTURES) if "mnist" not in name and name in SHIPPED
]


@pytest.mark.parametrize("name", DRAWN)
def test_card_holds_on_fresh_images(name):
    told, found = weights.card(name)["metrics"], measure(name, *fresh(name, 100))
    near = {key: told[key] for key in TOLERANCE if key in told}
    assert near
    for key, value in near.items():
        assert found[key] == pytest.approx(value, rel=TOLERANCE[key]), key


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_names_the_images_that_its_numbers_were_measured_on(name):
    recipe = RECIPES[name.removesuffix("_discriminator")]
    assert weights.card(name)["measured_on"] == recipe.measured_on
    if "images." in recipe.measured_on and "photos" not in recipe.measured_on:
        assert re.search(rf"\b{len(recipe.held_out()[0])}\b", recipe.measured_on), "their number"


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_card_is_reproduced_on_its_own_data(name):
    found = measure(name, *RECIPES[name].held_out())
    for key, value in weights.card(name)["metrics"].items():
        assert found[key] == pytest.approx(value, rel=0.02, abs=1e-4), key


@pytest.mark.data
@pytest.mark.skipif("vae_mnist" not in SHIPPED, reason="not shipped")
def test_card_of_mnist_is_reproduced_on_its_own_data():
    assert storage.is_cached("mnist/t10k-images-idx3-ubyte.gz")
    found = measure("vae_mnist", *RECIPES["vae_mnist"].held_out())
    for key, value in weights.card("vae_mnist")["metrics"].items():
        assert found[key] == pytest.approx(value, rel=0.02, abs=1e-4), key


def test_flow_is_exact_with_its_trained_weights():
    flow = weights.load("flow_digits").requires_grad_(False)
    x = images.digits(50, seed=FRESH_SEED)[0]
    assert float((flow.inverse(flow(x)[0]) - x).abs().max()) < 1e-4


def test_weights_are_found_by_git():
    """What a card's mend asks git for is under git's care."""
    root = weights.default_folder().parent.parent
    if not (root / ".git").exists():
        pytest.skip("no clone")
    run = subprocess.run(
        ["git", "check-ignore", *(f"data/weights/{name}.safetensors" for name in SHIPPED)],
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert run.stdout == b""
