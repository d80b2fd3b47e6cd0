"""One step of each game between linear networks: its losses and gradients written out."""

import pytest
import torch
from games import IMAGES, TARGET, Watch
from torch.nn.functional import logsigmoid


def close(found, expected):
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-9)


def stepped(before, step, lr):
    """The first step of Adam goes lr along the gradient's sign."""
    return before.weights[0] - lr * step.grads[0].sign()


def check_d(real, fake, step, share=1.0, pull=0.0):
    """−E log D(x) − E log(1 − D(x̂)), times `share`, and what pulls w to 0."""
    loss, w = -logsigmoid(real.out).mean() - logsigmoid(-fake.out).mean(), real.weights[0]
    assert step.loss == pytest.approx(float(share * loss + pull / 2 * w @ w), rel=1e-12)
    towards = (-real.out).sigmoid()[:, None] * real.given[0].detach().flatten(1)
    away = fake.out.sigmoid()[:, None] * fake.given[0].flatten(1)
    close(step.grads[0], share * (away - towards).mean(0) + pull * w)
    return float(loss)


def deceiving(judged):
    """−log D(x̂) of each image, and its gradient."""
    return -logsigmoid(judged.out), -(-judged.out).sigmoid()[:, None] * judged.weights[0]


def test_both_losses_of_the_gan(monkeypatch):
    watch = Watch(monkeypatch, "gan", gamma=0.3, penalty_every=1, lr=0.01)
    (first, second), (real, fake, judged) = watch.through["G"], watch.through["D"]
    (step_D,), (step_G,) = watch.down["D"], watch.down["G"]
    assert watch.history["loss_D"] == pytest.approx([check_d(real, fake, step_D, pull=0.3)])
    close(judged.weights[0], stepped(real, step_D, 0.01))
    loss, slope = deceiving(judged)
    assert watch.history["loss"] == pytest.approx([float(loss.mean())]) == [step_G.loss]
    close(step_G.grads[0], (slope * second.given[0]).mean(0))
    assert torch.equal(fake.given[0], first.out) and torch.equal(judged.given[0], second.out)
    assert not torch.equal(first.given[0], second.given[0]), "each network has its own codes"


@pytest.mark.parametrize("options", [{"gamma": 0.3, "penalty_every": 3}, {"gamma": 0.0}, {}])
def test_the_penalty_weighs_the_same_however_seldom_it_is_taken(options, monkeypatch):
    """γ/2 ‖∇ₓ logit D‖² = γ/2 ‖w‖² of each step, all at once; γ = 0.05 at every 8th by default."""
    watch = Watch(monkeypatch, "gan", **options, n_steps=17)
    gamma, every = options.get("gamma", 0.05), options.get("penalty_every", 8)
    seen = zip(watch.down["D"], watch.history["loss_D"], watch.through["D"][::3])
    for k, (step, loss_D, real) in enumerate(seen, start=1):
        due = gamma / 2 * every * float(real.weights[0].square().sum()) if k % every == 0 else 0.0
        assert step.loss - loss_D == pytest.approx(due, rel=1e-9, abs=1e-12)


def test_in_a_conditional_gan_both_networks_see_the_same_class(monkeypatch):
    """A real image comes with its own class, a fake one with that which G was asked for."""
    watch = Watch(monkeypatch, "gan", labels=IMAGES.flatten(1))
    (first, second), (real, fake, judged) = watch.through["G"], watch.through["D"]
    assert torch.equal(real.given[1], real.given[0].flatten(1))
    assert torch.equal(fake.given[1], first.given[1])
    assert torch.equal(judged.given[1], second.given[1])


class Features(torch.nn.Module):
    """V(x) = Mx."""

    M = torch.tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]], dtype=torch.float64)

    def forward(self, x):
        return x @ self.M.T


@pytest.mark.parametrize("adversarial", [0.7, None])
def test_both_losses_of_srgan(adversarial, monkeypatch):
    options = {"content": Features(), "pixels": 0.4, "lr": 0.01}
    options |= {"adversarial": adversarial} if adversarial else {}
    watch = Watch(monkeypatch, "srgan", **options)
    (made,), (real, fake, judged) = watch.through["G"], watch.through["D"]
    (step_D,), (step_G,) = watch.down["D"], watch.down["G"]
    assert watch.history["loss_D"] == pytest.approx([check_d(real, fake, step_D)])
    close(judged.weights[0], stepped(real, step_D, 0.01))
    y, gap, M = made.given[0].flatten(1), (made.out - real.given[0]).flatten(1), Features.M
    content = (gap @ M.T).square().mean() + 0.4 * gap.square().mean()
    assert watch.history["content"] == pytest.approx([float(content)])
    (loss, slope), weight = deceiving(judged), adversarial or 1e-3
    expected = float(content + weight * loss.mean())
    assert watch.history["loss"] == pytest.approx([expected], rel=1e-12) == [step_G.loss]
    slope = 2 / 3 * gap @ M.T @ M + 0.4 * gap + weight * slope
    close(step_G.grads[0], (slope * y).mean(0))


def test_srgan_sees_no_content_but_the_pixels_if_no_features_are_given(monkeypatch):
    watch = Watch(monkeypatch, "srgan")
    gap = watch.through["G"][0].out - watch.through["D"][0].given[0]
    assert watch.history["content"] == pytest.approx([float(gap.square().mean())])


@pytest.mark.parametrize("lam", [0.0, 0.6, None])
def test_both_losses_of_pix2pix(lam, monkeypatch):
    watch = Watch(monkeypatch, "pix2pix", lr=0.01, **({} if lam is None else {"lam": lam}))
    (made,), (real, fake, judged) = watch.through["G"], watch.through["D"]
    (step_D,), (step_G,) = watch.down["D"], watch.down["G"]
    assert watch.history["loss_D"] == pytest.approx([check_d(real, fake, step_D, share=0.5)])
    close(judged.weights[0], stepped(real, step_D, 0.01))
    for seen in (real, fake, judged):
        assert torch.equal(seen.given[1], made.given[0]), "D sees x too"
    x, gap = made.given[0].flatten(1), (made.out - real.given[0]).flatten(1)
    assert watch.history["l1"] == pytest.approx([float(gap.abs().mean())])
    (loss, slope), lam = deceiving(judged), 200.0 if lam is None else lam
    expected = float(loss.mean() + lam * gap.abs().mean())
    assert watch.history["loss"] == pytest.approx([expected]) == [step_G.loss]
    close(step_G.grads[0], ((lam / 2 * gap.sign() + slope) * x).mean(0))


@pytest.mark.parametrize("penalty", [0.0, 0.3])
def test_both_losses_of_weak_transport(penalty, monkeypatch):
    watch = Watch(monkeypatch, "weak_ot", lr=0.01, penalty=penalty)
    (pushed, again), (worth, *others) = watch.through["G"], watch.through["D"]
    (step_T,), (step_f,) = watch.down["G"], watch.down["D"]
    x, w = pushed.given[0], worth.weights[0]
    assert len(x) == 5 * 4, "four draws of each"
    move = pushed.out - x
    cost = move.square().sum(1).mean()
    assert watch.history["cost"] == pytest.approx([float(cost)])
    assert step_T.loss == pytest.approx(float(cost - worth.out.mean()))
    close(step_T.grads[0], ((2 * move - w) * x).mean(0))
    close(again.weights[0], stepped(pushed, step_T, 0.01))

    real, carried = sorted(others, key=lambda seen: len(seen.out))
    y = real.given[0].detach()
    assert torch.equal(carried.given[0], again.out)
    assert all((row == TARGET).all(1).any() for row in y) and len(y) == 5
    assert watch.history["loss"] == pytest.approx([step_T.loss + float(real.out.mean())])
    expected = carried.out.mean() - real.out.mean() + penalty / 2 * w @ w
    assert step_f.loss == pytest.approx(float(expected))
    close(step_f.grads[0], carried.given[0].mean(0) - y.mean(0) + penalty * w)
