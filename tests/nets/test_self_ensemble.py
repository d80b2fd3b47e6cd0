"""The self-ensemble: a mean over the square's symmetries, and what follows from it."""

import pytest
import torch
from torch import nn

from mvacourse import nets


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def net():
    torch.manual_seed(0)
    form = {"width": 4, "n_blocks": 1, "kernel": 3, "norm": False, "direct": True, "skip": True}
    return nets.SRResNet(2, **form).double()


def test_it_turns_with_its_input(net):
    both, y = nets.SelfEnsemble(net), rand(2, 3, 6, 6)
    for turned in (lambda x: x.rot90(1, (-2, -1)), lambda x: x.flip(-1), lambda x: x.mT):
        torch.testing.assert_close(both(turned(y)), turned(both(y)))
        assert (net(turned(y)) - turned(net(y))).abs().max() > 1e-4  # which the network does not


def test_a_network_that_turns_with_its_input_is_left_as_it_is():
    y = rand(1, 1, 5, 7)
    torch.testing.assert_close(nets.SelfEnsemble(nn.ReLU())(y - 0.5), nn.ReLU()(y - 0.5))


def test_a_shift_to_one_side_goes_to_all_four_in_equal_shares():
    class Right(nn.Module):
        def forward(self, x):
            return x.roll(1, -1)

    dot = torch.zeros(1, 1, 5, 5)
    dot[..., 2, 2] = 1
    cross = torch.zeros(5, 5)
    cross[[2, 2, 1, 3], [1, 3, 2, 2]] = 0.25
    torch.testing.assert_close(nets.SelfEnsemble(Right())(dot)[0, 0], cross)


def test_its_error_is_at_most_the_mean_error_of_the_eight(net):
    y, x = rand(1, 3, 4, 6), rand(1, 3, 8, 12, seed=1)
    turns = [lambda v, k=k: v.rot90(k, (-2, -1)) for k in range(4)]
    forms = [(lambda v, t=t: t(v)) for t in turns] + [(lambda v, t=t: t(v.flip(-1))) for t in turns]
    alone = torch.stack([(net(S(y)) - S(x)).square().mean() for S in forms])
    assert (nets.SelfEnsemble(net)(y) - x).square().mean() < alone.mean()


def test_a_noise_level_is_handed_on():
    net = nets.Denoiser(width=(8, 8), depth=1).eval()
    v = torch.rand(2, 1, 8, 8)
    one, other = (nets.SelfEnsemble(net)(v, s) for s in (0.02, 0.2))
    assert one.shape == v.shape and not torch.equal(one, other)


def test_bad_input():
    with pytest.raises(ValueError, match="y"):
        nets.SelfEnsemble(nn.Identity())(torch.zeros(4, 4))
