"""The shipped perceptual distance, and the choice between it and LPIPS."""

from importlib import import_module

import pytest
import torch

from mvacourse import images, metrics, nets, noise, storage, weights

distilled = import_module("mvacourse.metrics.distilled_distance")


@pytest.fixture(scope="module")
def ref():
    return images.photo("coffee", size=64, color=True)


@pytest.fixture
def untrained(monkeypatch):
    """A network with random weights stands for the shipped one."""
    torch.manual_seed(0)
    net = nets.PerceptualDistance(8).eval()
    monkeypatch.setattr(weights, "load", lambda name, device: net.to(device))
    distilled._network.cache_clear()
    yield net
    distilled._network.cache_clear()


def test_distance_is_what_the_network_says(untrained, ref):
    x = noise.gaussian(ref, 0.1, seed=0).clamp(0, 1)
    d = metrics.distilled_distance(x, ref)
    assert d.shape == (1,) and not d.requires_grad
    torch.testing.assert_close(d, untrained(x, ref))
    torch.testing.assert_close(metrics.distilled_distance(x.double(), ref.double()), d)
    torch.testing.assert_close(
        metrics.distilled_distance(x[:, :1], ref[:, :1]),
        metrics.distilled_distance(
            x[:, :1].expand(-1, 3, -1, -1), ref[:, :1].expand(-1, 3, -1, -1)
        ),
    )


def test_gradient_reaches_the_image_and_not_the_weights(untrained, ref):
    x = noise.gaussian(ref, 0.1, seed=0).clamp(0, 1).requires_grad_()
    metrics.distilled_distance(x, ref).sum().backward()
    assert x.grad.abs().max() > 0
    assert all(p.grad is None for p in untrained.parameters())


def test_network_is_loaded_once(monkeypatch, ref):
    loaded = []
    net = nets.PerceptualDistance(2)
    monkeypatch.setattr(weights, "load", lambda name, device: loaded.append(name) or net)
    distilled._network.cache_clear()
    metrics.distilled_distance(ref, ref)
    metrics.distilled_distance(ref, ref)
    distilled._network.cache_clear()
    assert loaded == ["perceptual_distance"]


def test_without_the_file_of_lpips_ours_is_used_and_named(untrained, ref, tmp_path, monkeypatch):
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path))
    monkeypatch.setattr(storage, "fetch", lambda path: pytest.fail("nothing is downloaded"))
    x = 0.9 * ref
    judged = metrics.lpips_or_distilled(x, ref)
    assert judged.name == distilled.DISTILLED
    torch.testing.assert_close(judged.values, metrics.distilled_distance(x, ref))


def test_with_the_file_of_lpips_it_is_used_and_named(ref, monkeypatch):
    asked = []
    monkeypatch.setattr(storage, "is_cached", lambda path: asked.append(path) or True)
    monkeypatch.setattr(distilled, "lpips", lambda x, ref: torch.full((len(x),), 0.25))
    name, values = metrics.lpips_or_distilled(0.9 * ref, ref)
    assert name == distilled.LPIPS and values.tolist() == [0.25]
    assert asked == [distilled._BACKBONE]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda x: metrics.distilled_distance(2 * x - 1, x),
            ValueError,
            r"x spans .*\(x \+ 1\) / 2",
        ),
        (lambda x: metrics.distilled_distance(x, 3 * x), ValueError, "ref spans .*clamp"),
        (lambda x: metrics.distilled_distance(255 * x, x), ValueError, "0–255"),
        (lambda x: metrics.distilled_distance(x, x[..., 1:]), ValueError, "must be equal"),
        (
            lambda x: metrics.distilled_distance(x[..., :9], x[..., :9]),
            ValueError,
            "64×9: at least 17",
        ),
        (lambda x: metrics.distilled_distance(x[0], x[0]), ValueError, r"\(B, C, H, W\)"),
        (lambda x: metrics.distilled_distance(x + 0j, x), TypeError, "complex"),
        (lambda x: metrics.distilled_distance(x * torch.nan, x), ValueError, "NaN"),
        (lambda x: metrics.distilled_distance(x.numpy(), x), TypeError, "torch tensor"),
    ],
)
def test_bad_input(call, error, words, untrained, ref):
    with pytest.raises(error, match=words):
        call(ref)


# --- the shipped weights ------------------------------------------------------------------------

shipped = pytest.mark.skipif(
    "perceptual_distance" not in weights.names(), reason="its weights are not trained yet"
)


@pytest.fixture(scope="module")
def card():
    return weights.card("perceptual_distance")


@shipped
def test_shipped_network_is_small_and_its_card_shows_what_was_promised(card):
    assert card["bytes"] <= 1e6
    assert card["budget"] == "full"
    assert card["metrics"]["spearman"] >= 0.95
    assert card["metrics"]["spearman_new_kinds"] >= 0.9


@shipped
def test_shipped_network_orders_distortions(ref):
    """Needs no file of LPIPS: the stronger noise is farther, and by about what LPIPS says."""
    sigmas = (0.01, 0.03, 0.1, 0.3)
    x = torch.cat([noise.gaussian(ref, s, seed=0).clamp(0, 1) for s in sigmas])
    d = metrics.distilled_distance(x, ref.expand_as(x))
    assert (d.diff() > 0).all()
    assert metrics.distilled_distance(ref, ref) == 0


@shipped
@pytest.mark.data
def test_shipped_network_agrees_with_lpips(card):
    """The card's own numbers, on a part of its windows."""
    from mvacourse.recipes import perceptual_distance as recipe

    (photographs,) = recipe._held_out()
    net = weights.load("perceptual_distance")
    found = recipe.of_distance({"net": net}, photographs, n_windows=1)
    for key, value in card["metrics"].items():
        assert found[key] == pytest.approx(value, abs=0.05 if "error" not in key else 0.15), key
    assert found["spearman"] >= 0.95
