"""Streams of random numbers: one for each use of a seed, and no two alike."""

import pytest
import torch

from mvacourse import noise


def draw(generator):
    return tuple(torch.randn(4, generator=generator).tolist())


def test_each_seed_and_each_use_has_a_stream_of_its_own():
    uses = (0, noise.CODE, noise.JITTER, noise.SPLIT)
    draws = {draw(noise.stream(seed, number)) for seed in range(8) for number in uses}
    assert len(draws) == 8 * 4
    plain = {draw(torch.Generator().manual_seed(seed)) for seed in range(1000)}
    assert not plain & {draw(noise.stream(seed, n)) for seed in range(8) for n in uses[1:]}


def test_a_stream_starts_again_from_its_seed():
    for seed in (0, 5, 2**62 + 3):
        assert draw(noise.stream(seed, 2)) == draw(noise.stream(seed, 2))
    first = noise.stream(1, 1)
    assert draw(first) != draw(first)


def test_a_generator_and_none_are_returned_unchanged():
    generator = torch.Generator()
    assert noise.stream(generator, 1) is generator
    assert noise.stream(None, 1) is None


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (1.5, TypeError), ("a", TypeError)])
def test_a_bad_seed_is_refused(seed, error):
    with pytest.raises(error, match="seed"):
        noise.stream(seed, 1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64, torch.complex128])
def test_noise_of_every_kind_follows_its_seed(dtype):
    u = torch.zeros(3, 4, dtype=dtype)
    before = torch.get_rng_state()
    first, again, other = (noise.gaussian(u, 0.5, seed) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert first.dtype == dtype
    generator = torch.Generator().manual_seed(1)
    assert torch.equal(noise.gaussian(u, 0.5, generator), first)
    assert not torch.equal(noise.gaussian(u, 0.5, generator), first)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("sigma", [0.0, 0.5, 3.0])
def test_noise_is_added_and_proportional_to_sigma(sigma):
    u = torch.rand(3, 4, dtype=torch.float64)
    n = noise.gaussian(torch.zeros_like(u), 1.0, seed=1)
    torch.testing.assert_close(noise.gaussian(u, sigma, seed=1), u + sigma * n, rtol=0, atol=1e-15)
