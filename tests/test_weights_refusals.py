"""What `weights` refuses: cards that are not JSON, weights that are no numbers, bad arguments."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save as pack

from mvacourse import nets, weights
from mvacourse.weights import WeightsError


@pytest.fixture
def net():
    return nets.VAE(k=3, shape=(1, 8, 8), width=10)


@pytest.fixture
def folder(net, tmp_path):
    weights.save("toy", net, {"metrics": {"mse": 1.0}}, tmp_path)
    return tmp_path


def content_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def put(folder, content: bytes) -> None:
    """Replace the stored weights, with their right hash in the card."""
    (folder / "toy.safetensors").write_bytes(content)
    card = json.loads((folder / "toy.json").read_text(encoding="utf-8"))
    card["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "toy.json").write_text(json.dumps(card), encoding="utf-8")


# --- save -------------------------------------------------------------------------------------


def loop() -> dict:
    card: dict = {"options": {}}
    card["options"]["card"] = card
    return card


def deep() -> list:
    value: list = []
    for _ in range(2000):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"metrics": [1]}, r"metrics = \[1\]"),
        ({"seconds": "3"}, "seconds = '3'"),
        ({"seconds": True}, "seconds = True"),
        ({"seconds": -1.0}, "seconds = -1.0"),
        ({"metrics": {"psnr": np.float32(3)}}, "metrics.psnr is a float32, not JSON"),
        ({"metrics": {"psnr": torch.tensor(3.0)}}, "metrics.psnr is a Tensor"),
        ({"seeds": [1, {2}]}, r"seeds\[1\] is a set"),
        ({"file": Path("a")}, "file is a .*Path, not JSON"),
        ({"metrics": {None: 3}}, "metrics.None has a NoneType as its key"),
        ({"about": "\ud800"}, "about = .* half a character"),
        ({"options": {"\udfff": 1}}, "the key .* half a character"),
        ({"steps": 10**400}, "steps is a whole number of more than 63 bits"),
        (loop(), "options.card.options contains itself|options.card contains itself"),
        ({"options": deep()}, "has more than 50 levels"),
    ],
)
def test_a_card_that_cannot_be_read_again_is_not_saved(net, folder, card, message):
    before = content_of(folder)
    with pytest.raises(WeightsError, match=f"toy cannot be saved: .*(?:{message})"):
        weights.save("toy", net, card, folder)
    assert content_of(folder) == before


@pytest.mark.parametrize("card", [None, [1], "seed", 3])
def test_a_card_that_is_no_dictionary_is_not_saved(net, tmp_path, card):
    with pytest.raises(TypeError, match=r"card is a \w+, not a dict"):
        weights.save("toy", net, card, tmp_path)


def test_what_is_filled_in_replaces_what_is_given(net, folder):
    right = weights.card("toy", folder)
    wrong = {"arguments": {"k": 4}, "network": "Flow", "sha256": "0", "name": "x", "bytes": -1}
    told = weights.save("toy", net, {**wrong, "parameters": "many", "seed": 3}, folder)
    assert {key: told[key] for key in (*wrong, "parameters")} == {
        key: right[key] for key in (*wrong, "parameters")
    } | {"arguments": net.arguments}
    assert told["seed"] == 3 and weights.load("toy", folder=folder).arguments == net.arguments


@pytest.mark.parametrize(
    "dtype",
    [torch.int8, torch.bool, torch.complex64, torch.float8_e4m3fn, "float16", None, float, 16],
)
def test_weights_are_stored_in_a_floating_point_type(net, folder, dtype):
    before = content_of(folder)
    with pytest.raises(TypeError, match=r"dtype = .*choose one of torch.float16"):
        weights.save("toy", net, {}, folder, dtype=dtype)
    assert content_of(folder) == before


def test_a_weight_that_is_infinite_when_it_is_loaded_is_not_saved(net, tmp_path):
    net = net.double()
    next(net.parameters()).data.view(-1)[0] = 1e300
    with pytest.raises(WeightsError, match="holds 1 NaN or infinite"):
        weights.save("toy", net, {}, tmp_path, dtype=torch.float64)
    assert os.listdir(tmp_path) == []


def test_a_class_with_the_name_of_one_of_nets_is_not_saved(net, tmp_path):
    class VAE(nets.VAE):
        pass

    with pytest.raises(WeightsError, match=r"VAE must be one of mvacourse.nets"):
        weights.save("toy", VAE(k=3, shape=(1, 8, 8), width=10), {}, tmp_path)


# --- load -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: torch.full_like(v, torch.nan), "NaN or infinite values out of"),
        (lambda v: torch.full_like(v, 1e300, dtype=torch.float64), "NaN or infinite"),
        (lambda v: v.to(torch.complex64), "holds torch.complex64, not torch.float32"),
        (lambda v: v.to(torch.int8), "holds torch.int8, not torch.float32"),
        (lambda v: v.bool(), "holds torch.bool, not torch.float32"),
    ],
)
def test_weights_that_no_network_can_use_are_refused(net, folder, change, message):
    state = {key: change(value) for key, value in net.state_dict().items()}
    try:
        put(folder, pack(state))
    except KeyError as missing:  # older safetensors write no complex numbers
        assert missing.args == (torch.complex64,)
        pytest.skip("this safetensors cannot write such a file")
    assert weights.verify("toy", folder) == "ok"
    with pytest.raises(WeightsError, match=f"toy.safetensors does not fit its card: .*{message}"):
        weights.load("toy", folder=folder)


@pytest.mark.parametrize("content", [b"", b"\x00" * 8, b"\xff" * 100, pack({})])
def test_a_damaged_file_with_the_right_hash_is_refused(folder, content):
    put(folder, content)
    with pytest.raises(WeightsError, match="toy.safetensors does not fit its card"):
        weights.load("toy", folder=folder)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_stored_type_is_loaded_in_float32(net, tmp_path, dtype):
    weights.save("toy", net, {}, tmp_path, dtype=dtype)
    again = weights.load("toy", folder=tmp_path)
    assert {p.dtype for p in again.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("device", "kind"),
    [("abacus", ValueError), ("cuda:99", ValueError), (3, TypeError), (None, TypeError)],
)
def test_a_device_that_is_not_there_is_named(folder, device, kind):
    with pytest.raises(kind, match=r"device .*write 'cpu'"):
        weights.load("toy", device, folder)


def test_the_mend_names_the_folder_that_was_asked(folder, two_networks):
    (folder / "toy.safetensors").unlink()
    with pytest.raises(WeightsError, match="mvacourse train toy --budget full --out") as asked:
        weights.load("toy", folder=folder)
    assert str(folder) in str(asked.value) and "git" not in str(asked.value)
    (two_networks / "vae_a.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"git checkout -- data/weights/vae_a.safetensors"):
        weights.load("vae_a")


# --- card -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"network arguments sha256"', "it holds a str"),
        ('["network", "arguments", "sha256"]', "it holds a list"),
        ("null", "it holds a NoneType"),
    ],
)
def test_a_card_that_is_no_object_is_refused(folder, text, message):
    (folder / "toy.json").write_text(text, encoding="utf-8")
    for ask in (weights.card, weights.verify, lambda name, f: weights.load(name, folder=f)):
        with pytest.raises(WeightsError, match=f"toy.json is damaged: {message}"):
            ask("toy", folder)


@pytest.mark.parametrize("key", ["bytes", "parameters", "seconds"])
@pytest.mark.parametrize("value", ["1" * 400, "1" * 5000, "1e400", "NaN", "-1", "true"])
def test_a_card_with_an_absurd_number_is_refused_in_few_words(folder, key, value):
    path = folder / "toy.json"
    card = {**json.loads(path.read_text(encoding="utf-8")), key: "X"}
    path.write_text(json.dumps(card).replace('"X"', value), encoding="utf-8")
    with pytest.raises(WeightsError, match="toy.json is damaged: ") as error:
        weights.card("toy", folder)
    assert len(str(error.value).replace(str(folder), "")) < 400


def test_a_card_with_a_byte_order_mark_is_read(folder):
    path = folder / "toy.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert weights.verify("toy", folder) == "ok"


def test_a_folder_is_no_card(folder):
    (folder / "q.json").mkdir()
    assert weights.names(folder) == ("toy",)
    with pytest.raises(ValueError, match="name = 'q' is not a trained network"):
        weights.card("q", folder)
