"""The command `weights`: its lists, and the faults it finds."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from mvacourse import cli, nets, weights


def invoke(*arguments: object):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments])


@pytest.fixture(autouse=True)
def own_weights(two_networks):
    return two_networks


def test_weights_list(own_weights):
    result = invoke("weights", "list")
    assert result.exit_code == 0
    lines = [line.strip() for line in result.output.splitlines()]
    assert lines[0] == f"weights: {own_weights}" and {"vae_a", "vae_b"} <= set(lines)
    parameters = sum(p.numel() for p in nets.VAE(2, (1, 28, 28), 4).parameters())
    assert any(line.startswith(f"VAE, {parameters:,} parameters, 0.0") for line in lines)
    assert "error a pixel: 0.01235" in lines and "images: 64" in lines
    assert "made by: mvacourse train vae_a --budget full" in lines
    card = json.loads((own_weights / "vae_b.json").read_text(encoding="utf-8"))
    card["measured_on"] = "Set5, in grey"
    (own_weights / "vae_b.json").write_text(json.dumps(card), encoding="utf-8")
    (own_weights / "vae_a.json").write_text("{", encoding="utf-8")
    result = invoke("weights", "list")
    assert result.exit_code == 0 and "vae_a.json is damaged" in result.output
    assert "made by: mvacourse train vae_b" in result.output
    assert "measured on: Set5, in grey\n" in result.output


def test_the_list_names_the_images_of_each_number(monkeypatch):
    monkeypatch.undo()  # the course's own weights
    blocks = invoke("weights", "list").output.split("made by: ")[:-1]
    names = weights.names()
    assert len(blocks) == len(names)
    for name, block in zip(names, blocks):
        assert f"\n{name}\n" in f"\n{block}"
        assert f"measured on: {weights.card(name)['measured_on']}\n" in block


def test_weights_of_another_folder(tmp_path, own_weights):
    (tmp_path / "empty").mkdir()
    result = invoke("weights", "list", "--from", tmp_path / "empty")
    assert result.exit_code == 0 and "there are none" in result.output
    result = invoke("weights", "verify", "--from", tmp_path / "empty")
    assert result.exit_code == 1 and "nothing was verified" in result.output
    for command in ("list", "verify"):
        result = invoke("weights", command, "--from", tmp_path / "typo")
        assert result.exit_code == 2 and "typo: there is no such folder" in result.output
    assert (
        "2 networks, all as in the cards"
        in invoke("weights", "verify", "--from", own_weights).output
    )


def test_weights_verify(own_weights):
    result = invoke("weights", "verify")
    assert result.exit_code == 0 and "2 networks, all as in the cards" in result.output
    file = own_weights / "vae_a.safetensors"
    content = file.read_bytes()
    for spoilt in (content[:-1], content[:-1] + bytes([content[-1] ^ 1])):
        file.write_bytes(spoilt)
        result = invoke("weights", "verify")
        assert result.exit_code == 1 and "Traceback" not in result.output
        states = dict(line.split() for line in result.stdout.splitlines())
        assert states == {"vae_a": "altered", "vae_b": "ok"}
        assert f"{file} is refused" in result.output and "git checkout" in result.output
        assert invoke("weights", "verify", "vae_b").exit_code == 0
    file.unlink()
    result = invoke("weights", "verify", "vae_a")
    assert result.exit_code == 1 and "missing" in result.stdout
    assert f"{file} cannot be read" in result.output and "mvacourse train vae_a" in result.output


def test_weights_verify_with_a_card_that_lies_or_is_damaged(own_weights):
    path = own_weights / "vae_a.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    for content in ("{", json.dumps({**card, "network": "system"})):
        path.write_text(content, encoding="utf-8")
        result = invoke("weights", "verify")
        assert result.exit_code == 1 and "damaged card" in result.stdout
        assert str(path) in result.output and "Traceback" not in result.output


@pytest.mark.parametrize("name", ["../vae_a", "/etc/passwd", "vae_a\n", "\x1b[2J"])
def test_a_name_cannot_leave_the_folder(own_weights, name):
    result = invoke("weights", "verify", name)
    assert result.exit_code == 2 and "there is no trained network named" in result.output
    assert "\x1b" not in result.output


def test_control_codes_in_a_card_do_nothing_to_the_terminal(own_weights):
    path = own_weights / "vae_a.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    evil = "\x1b]0;title\x07\x9b2J\u202e\r\nmvacourse: 9 networks, all as in the cards"
    told = {**card, "command": evil, "metrics": {evil: evil}}
    damaged = {**card, "network": evil}
    for content in (told, damaged):
        path.write_text(json.dumps(content), encoding="utf-8")
        for command in ("list", "verify"):
            output = invoke("weights", command).output
            assert not set(output) & set("\x1b\x07\x9b\u202e\r")
            assert not [ln for ln in output.splitlines() if ln.startswith("mvacourse: 9")]
            assert (command == "verify" and content is told) or "\\x1b]0;title" in output


def test_an_unknown_weight_ends_with_2_and_a_suggestion():
    result = invoke("weights", "verify", "vae_aa")
    assert result.exit_code == 2 and "did you mean vae_a" in result.output
