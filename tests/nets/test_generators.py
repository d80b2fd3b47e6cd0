"""VAE, GAN and classifier: the papers' sizes, shapes, independence within a batch, bad input."""

import pytest
import torch

from mvacourse.nets import VAE, Classifier, Discriminator, Flow, Generator


def count(net):
    return sum(p.numel() for p in net.parameters())


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_vae_has_the_papers_size():
    net = VAE()
    encoder = (784 * 500 + 500) + (500 * 500 + 500) + 2 * (500 * 20 + 20)
    decoder = (20 * 500 + 500) + (500 * 500 + 500) + (500 * 784 + 784)
    assert (count(net.encoder), count(net.decoder)) == (encoder, decoder) == (663_040, 653_784)


def test_vae_draws_its_code_from_what_the_encoder_says():
    net = VAE(k=3, shape=(2, 5, 4), width=7).double()
    x, noise = torch.rand(6, 2, 5, 4).double(), normal(6, 3).double()
    mu, logvar = net.encode(x)
    assert mu.shape == logvar.shape == (6, 3)
    x_hat, same_mu, same_logvar = net(x, noise)
    z = mu + torch.sqrt(torch.exp(logvar)) * noise
    torch.testing.assert_close(x_hat, net.decode(z))
    assert torch.equal(mu, same_mu) and torch.equal(logvar, same_logvar)
    torch.testing.assert_close(net(x, torch.zeros(6, 3).double())[0], net.decode(mu))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (2, 4, 8)])
@pytest.mark.parametrize(
    "G", [lambda s: VAE(5, s, 9).decode, lambda s: Generator(5, s, 4)], ids=["VAE", "Generator"]
)
def test_generator_gives_images_in_the_unit_range(G, shape):
    G = G(shape)
    x = G(3 * normal(7, 5))
    assert x.shape == (7, *shape)
    assert ((x >= 0) & (x <= 1)).all()
    assert (getattr(G, "k", None) or G.__self__.k) == 5


@pytest.mark.parametrize(
    "make", [lambda: VAE(5, (1, 8, 8), 9).decode, lambda: Generator(5, (1, 8, 8), 4)]
)
def test_an_image_does_not_depend_on_its_neighbours(make):
    G, z = make(), normal(4, 5)
    torch.testing.assert_close(G(z)[:1], G(z[:1]))


def test_blocks_make_up_the_generator():
    G = Generator(4, (3, 8, 12), 4)
    x = z = normal(2, 4)
    sizes = []
    for block in G.blocks:
        x = block(x)
        sizes.append(tuple(x.shape[1:]))
    assert sizes == [(8, 2, 3), (8, 2, 3), (4, 4, 6), (3, 8, 12)]
    assert torch.equal(x, G(z))


def test_discriminator_gives_its_features_from_fine_to_coarse():
    D = Discriminator((3, 8, 12), 4)
    x = torch.rand(2, 3, 8, 12)
    assert [tuple(f.shape[1:]) for f in D.features(x)] == [(4, 4, 6), (8, 2, 3), (16, 2, 3)]
    assert D(x).shape == (2,)
    torch.testing.assert_close(D(x)[:1], D(x[:1]))


def test_classifier_gives_logits():
    net = Classifier(7, (3, 9, 10), 4)
    assert net(torch.rand(2, 3, 9, 10)).shape == (2, 7)
    assert net.features(torch.rand(2, 3, 9, 10)).shape == (2, 16)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: VAE(k=0), "k = 0"),
        (lambda: VAE(shape=(28, 28)), r"shape = \(28, 28\) must be"),
        (lambda: VAE(width=0), "width"),
        (lambda: Generator(shape=(1, 30, 28)), "4 must divide"),
        (lambda: Discriminator(shape=(1, 28, 30)), "4 must divide"),
        (lambda: Flow(shape=(1, 6, 8)), "4 must divide"),
        (lambda: Flow(alpha=0.5), "alpha"),
        (lambda: Flow(depth=0), "depth"),
        (lambda: Classifier(shape=(1, 3, 28)), "at least 4 × 4"),
        (lambda: VAE().encode(torch.rand(1, 1, 27, 28)), r"x has shape .* \(B, 1, 28, 28\)"),
        (lambda: VAE().decode(torch.rand(2, 21)), r"z has shape .* \(B, 20\)"),
        (lambda: VAE()(torch.rand(2, 1, 28, 28), torch.rand(2, 1)), "noise has shape"),
        (lambda: Generator()(torch.rand(64)), r"z has shape .* \(B, 64\)"),
        (lambda: Discriminator()(torch.rand(1, 28, 28)), "x has shape"),
        (lambda: Flow().inverse(torch.rand(1, 1, 28, 28)), r"z has shape .* \(B, 784\)"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("net", [VAE, Generator, Discriminator, Flow, Classifier])
def test_a_size_that_is_no_whole_number_is_refused(net):
    with pytest.raises(TypeError, match="shape = 28.9 must be a whole number"):
        net(shape=(1, 28.9, 28))
