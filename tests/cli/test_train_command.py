"""The command `train`: its actions, its output, its exit codes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import types

import pytest
from typer.testing import CliRunner

import mvacourse
from mvacourse import cli, images, weights
from mvacourse.train import vae


def invoke(*arguments: object):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments])


@pytest.fixture(autouse=True)
def own_weights(two_networks, monkeypatch):
    monkeypatch.setenv("MVACOURSE_DEVICE", "cpu")
    monkeypatch.delenv("MVACOURSE_BUDGET", raising=False)
    return two_networks


@pytest.fixture
def toy_recipes(monkeypatch):
    """Recipes of two small trainings, which notes how it was asked."""

    def train(name, *, budget, resume, out, seed, device):
        fake.asked.append({"name": name, "budget": budget, "out": out, "device": str(device)})
        folder = out or weights.default_folder()
        net, history = vae(
            images.digits(64)[0],
            k=2,
            width=4,
            n_steps={"fast": 6, "full": 12}[budget],
            batch=8,
            seed=seed,
            checkpoint=folder / f"{name}.checkpoint",
            resume=resume,
            save_every=0,
            progress=False,
            callback=fake.callback,
        )
        card = {
            "arguments": {"k": 2, "shape": [1, 28, 28], "width": 4},
            "budget": budget,
            "seconds": history.seconds,
            "metrics": {"loss": history.last("loss")},
        }
        return weights.save(name, net, card, out)

    fake = types.ModuleType("mvacourse.recipes")
    fake.names = lambda: ("vae_a", "vae_b")
    fake.describe = lambda name: f"how {name} is made"
    fake.train, fake.asked, fake.callback = train, [], None
    monkeypatch.setitem(sys.modules, "mvacourse.recipes", fake)
    monkeypatch.setattr(mvacourse, "recipes", fake, raising=False)
    return fake


def stop_after(step: int):
    def callback(done: int, net: object) -> None:
        if done == step:
            raise KeyboardInterrupt

    return callback


# --- train ------------------------------------------------------------------------------------


def test_train_writes_the_network_and_tells_its_quality(toy_recipes, tmp_path):
    result = invoke("train", "vae_a", "--out", tmp_path / "mine")
    assert result.exit_code == 0, result.output
    assert f"vae_a  →  {tmp_path / 'mine/vae_a'}.safetensors" in result.output
    assert (
        f"loss: {weights.card('vae_a', tmp_path / 'mine')['metrics']['loss']:.4g}" in result.output
    )
    assert weights.verify("vae_a", tmp_path / "mine") == "ok"
    assert toy_recipes.asked == [
        {"name": "vae_a", "budget": "fast", "out": tmp_path / "mine", "device": "cpu"}
    ]


def test_the_budget_and_the_device_come_from_the_option_or_the_environment(
    toy_recipes, tmp_path, monkeypatch
):
    monkeypatch.setenv("MVACOURSE_BUDGET", "full")
    assert invoke("train", "vae_a", "--out", tmp_path).exit_code == 0
    assert invoke("train", "vae_b", "--out", tmp_path, "--budget", "fast").exit_code == 0
    assert [asked["budget"] for asked in toy_recipes.asked] == ["full", "fast"]
    monkeypatch.setenv("MVACOURSE_BUDGET", "huge")
    result = invoke("train", "vae_a", "--out", tmp_path)
    assert result.exit_code == 1 and "write 'fast' or 'full'" in result.output
    monkeypatch.delenv("MVACOURSE_BUDGET")
    result = invoke("train", "vae_a", "--out", tmp_path, "--device", "abacus")
    assert result.exit_code == 1 and "write 'cpu', 'cuda' or 'mps'" in result.output
    assert invoke("train", "vae_a", "--budget", "huge").exit_code == 2
    assert invoke("train", "vae_a", "--seed", -1).exit_code == 2


def test_train_list_says_what_can_be_trained(toy_recipes):
    result = invoke("train", "--list")
    assert result.exit_code == 0
    assert [line.split(maxsplit=1) for line in result.output.splitlines()] == [
        ["vae_a", "how vae_a is made"],
        ["vae_b", "how vae_b is made"],
    ]


def test_an_unknown_network_ends_with_2_and_a_suggestion(toy_recipes):
    result = invoke("train", "vae_c")
    assert result.exit_code == 2 and "did you mean vae_" in result.output
    result = invoke("train", "something")
    assert result.exit_code == 2 and "choose one of vae_a, vae_b" in result.output
    result = invoke("train")
    assert result.exit_code == 2 and "NAME is missing: train one of vae_a, vae_b" in result.output
    assert not toy_recipes.asked


def test_a_quick_training_does_not_replace_what_the_notebooks_count_on(toy_recipes, own_weights):
    before = (own_weights / "vae_a.safetensors").read_bytes()
    result = invoke("train", "vae_a")
    assert result.exit_code == 2 and "--out DIR" in result.output and not toy_recipes.asked
    assert (own_weights / "vae_a.safetensors").read_bytes() == before
    assert invoke("train", "vae_b").exit_code == 0  # was itself trained fast
    assert invoke("train", "vae_a", "--budget", "full").exit_code == 0
    assert (own_weights / "vae_a.safetensors").read_bytes() != before


def test_training_mends_a_damaged_network(toy_recipes, own_weights):
    (own_weights / "vae_a.json").write_text("{", encoding="utf-8")
    assert invoke("train", "vae_a", "--budget", "full").exit_code == 0
    assert weights.verify("vae_a") == "ok"
    (own_weights / "vae_b.json").write_text(
        "{", encoding="utf-8"
    )  # with which budget was it trained?
    result = invoke("train", "vae_b")
    assert result.exit_code == 1 and "vae_b.json is damaged" in result.output
    assert "mvacourse train vae_b --budget full" in result.output


def test_ctrl_c_says_how_to_go_on_and_what_is_said_works(toy_recipes, tmp_path):
    uninterrupted = tmp_path / "uninterrupted"
    assert invoke("train", "vae_b", "--out", uninterrupted, "--seed", 3).exit_code == 0
    toy_recipes.callback = stop_after(3)
    result = invoke("train", "vae_b", "--out", tmp_path / "my nets", "--seed", 3)
    assert result.exit_code == 130 and "Traceback" not in result.output
    assert "stopped after step 3 of 6" in result.output
    command = f"mvacourse train vae_b --out '{tmp_path / 'my nets'}' --seed 3 --resume"
    assert f"Continue with: {command}" in result.output
    toy_recipes.callback = None
    result = invoke("train", "vae_b", "--out", tmp_path / "my nets", "--seed", 3, "--resume")
    assert result.exit_code == 0, result.output
    ends = [f / "vae_b.safetensors" for f in (uninterrupted, tmp_path / "my nets")]
    assert ends[0].read_bytes() == ends[1].read_bytes()


def test_a_checkpoint_of_other_arguments_or_a_truncated_one_is_refused(toy_recipes, tmp_path):
    toy_recipes.callback = stop_after(3)
    assert invoke("train", "vae_b", "--out", tmp_path).exit_code == 130
    toy_recipes.callback = None
    file = tmp_path / "vae_b.checkpoint"
    content = file.read_bytes()
    result = invoke("train", "vae_b", "--out", tmp_path, "--seed", 1, "--resume")
    assert result.exit_code == 1 and "was made with seed = 0, not 1" in result.output
    result = invoke("train", "vae_b", "--out", tmp_path)
    assert result.exit_code == 1 and "at step 3 of 6" in result.output
    file.write_bytes(content[:1000])
    result = invoke("train", "vae_b", "--out", tmp_path, "--resume")
    assert result.exit_code == 1 and f"{file} is refused" in result.output
    assert "Traceback" not in result.output and file.read_bytes() == content[:1000]


def test_under_torchrun_the_first_process_speaks_for_all(toy_recipes, tmp_path, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    assert invoke("train", "vae_b", "--out", tmp_path / "a").output == ""
    toy_recipes.callback = stop_after(3)
    result = invoke("train", "vae_b", "--out", tmp_path / "b")
    assert (result.exit_code, result.output) == (130, "")
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    result = invoke("train", "vae_b", "--out", tmp_path / "c")
    assert "Continue with: torchrun --nproc-per-node 2 -m mvacourse train vae_b" in result.output


# --- with the real toy_recipes, in processes of their own ---------------------------------------

SHORT = """
from mvacourse import cli
from mvacourse.recipes import RECIPES

for name, recipe in RECIPES.items():
    recipe.budgets["fast"].update(n=64, n_steps=STEPS, batch=8)
cli.app(prog_name="mvacourse")
"""


def short(tmp_path, steps: int):
    """Write a command line whose trainings are short, and return its file."""
    file = tmp_path / "short.py"
    file.write_text(SHORT.replace("STEPS", str(steps)), encoding="utf-8")
    return file


def test_the_recipes_can_be_listed():
    result = invoke("train", "--list")
    assert result.exit_code == 0
    listed = {line.split()[0] for line in result.output.splitlines()}
    assert {"vae_digits", "gan_digits", "flow_digits", "classifier_digits"} <= listed
    assert all(len(line) <= 100 and len(line.split()) > 2 for line in result.output.splitlines())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for another process")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_a_real_ctrl_c_keeps_the_training_and_says_how_to_go_on(tmp_path, number):
    command = [sys.executable, short(tmp_path, 100_000), "train", "classifier_digits"]
    command += ["--out", tmp_path / "nets"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        checkpoint = tmp_path / "nets/classifier_digits.checkpoint"
        deadline = time.monotonic() + 200
        while not checkpoint.is_file() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(number)
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number and "Traceback" not in told
    done = int(re.search(r"stopped after step (\d+) of 100000", told)[1])
    assert done > 0 and f"holds step {done}" in told
    assert f"mvacourse train classifier_digits --out {tmp_path / 'nets'} --resume" in told


@pytest.mark.slow
def test_torchrun_trains_one_network_and_speaks_once(tmp_path):
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += [short(tmp_path, 4), "train", "vae_digits", "--out", tmp_path / "nets"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=200, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("vae_digits  →") == 1
    assert weights.verify("vae_digits", tmp_path / "nets") == "ok"
    assert weights.names(tmp_path / "nets") == ("vae_digits",)
