"""Pairs for tomography: their content, the effect of the seed, and errors."""

import pytest
import torch

from mvacourse import nets
from mvacourse.operators import Radon
from mvacourse.train.scan_pairs import Tomography
from mvacourse.train.seeds import Draw

SIZE = 16


def images(n=5, size=SIZE):
    return torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(0))


def scanner(n_views=6):
    return Radon([180 * i / n_views for i in range(n_views)], SIZE)


def test_the_scan_is_that_of_the_image_with_noise_of_the_level():
    A = scanner()
    (y, same, x0), u = Tomography(images(), A, 0.3, given="scan")(Draw(0, 1), 400)
    assert same.angles.equal(A.angles) and u.shape == (400, 1, SIZE, SIZE)
    w = y - A(u)
    assert w.std().item() == pytest.approx(0.3, rel=0.02)
    assert w.mean().item() == pytest.approx(0.0, abs=0.01)
    assert torch.equal(x0, A.fbp(y, "hann"))


def test_what_a_unet_is_given_is_the_filtered_back_projection_of_the_same_scan():
    (x0,), u = Tomography(images(), scanner(), 0.3)(Draw(0, 1), 3)
    (_, _, same), v = Tomography(images(), scanner(), 0.3, given="scan")(Draw(0, 1), 3)
    assert torch.equal(x0, same) and torch.equal(u, v)
    (noisier,), _ = Tomography(images(), scanner(), 0.3, filter="ramp")(Draw(0, 1), 3)
    assert (noisier - u).square().sum() > (x0 - u).square().sum()


def test_images_come_in_all_eight_positions_and_stay_as_they_are():
    x = images(1)
    before = x.clone()
    (_,), u = Tomography(x, scanner(), 0.0)(Draw(0, 1), 200)
    positions = {tuple(v.flatten().tolist()) for v in u}
    turned = [x[0].rot90(k, (-2, -1)) for k in range(4)]
    expected = {tuple(v.flatten().tolist()) for t in turned for v in (t, t.flip(-1))}
    assert positions == expected and len(expected) == 8
    assert torch.equal(x, before)


def test_a_step_gives_the_same_pairs_again_and_another_step_others():
    pairs = Tomography(images(), scanner(), 0.3)
    (a,), _ = pairs(Draw(0, 1), 4)
    (b,), _ = pairs(Draw(0, 1), 4)
    (c,), _ = pairs(Draw(0, 2), 4)
    assert torch.equal(a, b) and not torch.equal(a, c)


def test_the_fingerprint_tells_images_views_noise_and_use():
    base = images(), scanner(), 0.3
    prints = {
        Tomography(*base).fingerprint,
        Tomography(images(4), *base[1:]).fingerprint,
        Tomography(base[0], scanner(7), 0.3).fingerprint,
        Tomography(*base[:2], 0.2).fingerprint,
        Tomography(*base, given="scan").fingerprint,
        Tomography(*base, filter="ramp").fingerprint,
    }
    assert len(prints) == 6
    assert Tomography(*base).fingerprint == Tomography(*base).fingerprint


@pytest.mark.parametrize(
    ("net", "given"),
    [
        (lambda: nets.UNet(width=(4, 6)), "fbp"),
        (lambda: nets.Unrolled(2, width=(4, 6)), "scan"),
    ],
)
def test_the_networks_are_called_with_what_is_given(net, given):
    inputs, u = Tomography(images(), scanner(), 0.3, given=given)(Draw(0, 1), 3)
    assert net()(*inputs).shape == u.shape


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Tomography(images(size=12), scanner(), 0.1), "12×12 and A scans 16×16"),
        (lambda: Tomography(images()[..., :9], Radon([0.0], (16, 9)), 0.1), "same square"),
        (lambda: Tomography(255 * images(), scanner(), 0.1), "0–255"),
        (lambda: Tomography(images()[0], scanner(), 0.1), "images has shape"),
        (lambda: Tomography(images(), scanner(), -0.1), "sigma"),
        (
            lambda: Tomography(images(), scanner(), 0.1, given="sinogram"),
            "choose one of 'fbp', 'scan'",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
