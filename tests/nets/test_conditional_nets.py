"""The conditional GAN's networks: the class matters, shapes, independence, errors."""

import pytest
import torch
from torch.nn import functional as F

from mvacourse.nets import ConditionalDiscriminator, ConditionalGenerator

C = torch.tensor([0, 2, 1])


def made(shape=(1, 8, 8)):
    torch.manual_seed(0)
    return ConditionalGenerator(5, 3, shape, 4), ConditionalDiscriminator(3, shape, 4)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 8, 12)])
def test_images_in_the_unit_range_and_a_logit_each(shape):
    G, D = made(shape)
    x = G(3 * normal(3, 5), C)
    assert x.shape == (3, *shape) and 0 <= x.min() and x.max() <= 1
    assert D(x, C).shape == (3,)
    assert (G.k, G.classes, G.shape) == (5, 3, shape)


def test_the_class_changes_the_image_and_its_logit():
    G, D = made()
    z, x = normal(1, 5), torch.rand(1, 1, 8, 8)
    images = torch.cat([G(z, torch.tensor([c])) for c in range(3)])
    logits = torch.cat([D(x, torch.tensor([c])) for c in range(3)])
    assert F.pdist(images.flatten(1)).min() > 0
    assert len(logits.unique()) == 3


def test_an_image_does_not_depend_on_its_neighbours():
    G, D = made()
    z = normal(3, 5)
    x = G(z, C)
    torch.testing.assert_close(x[:1], G(z[:1], C[:1]))
    torch.testing.assert_close(D(x, C)[:1], D(x[:1], C[:1]))


def test_the_projection_is_linear_in_the_vector_of_the_class():
    G, D = made()
    x = G(normal(3, 5), C)
    h = D.body.features(x)[-1].flatten(1)
    e = D.vectors.weight[C]
    torch.testing.assert_close(D(x, C) - D.body(x), (e * h).sum(1))


def test_the_class_weighs_as_much_as_the_code():
    seen = []
    G, _ = made()
    G.body.blocks[0][0].register_forward_pre_hook(lambda module, x: seen.append(x[0]))
    G(normal(3, 5), C)
    assert torch.equal(seen[0][:, :5], normal(3, 5))
    assert seen[0][:, 5:].square().mean(1).tolist() == pytest.approx([1.0] * 3)


def test_arguments_build_the_networks_anew():
    for net in made((3, 8, 12)):
        again = type(net)(**net.arguments)
        again.load_state_dict(net.state_dict())
        assert again.arguments == net.arguments and f"{again}" == f"{net}"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda G, D: ConditionalGenerator(classes=0), "classes = 0"),
        (lambda G, D: ConditionalGenerator(k=0), "k = 0"),
        (lambda G, D: ConditionalDiscriminator(shape=(1, 6, 8)), "4 must divide"),
        (lambda G, D: G(normal(3, 4), C), r"z has shape .* \(B, 5\)"),
        (lambda G, D: G(normal(2, 5), C), "c has 3 classes for a batch of 2"),
        (lambda G, D: G(normal(3, 5), C + 1), "from 1 to 3: with classes = 3"),
        (lambda G, D: D(torch.rand(3, 1, 8, 9), C), "x has shape"),
        (lambda G, D: D(torch.rand(3, 1, 8, 8), C[:, None]), r"labels are \(B,\)"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(*made())


def test_classes_are_whole_numbers():
    with pytest.raises(TypeError, match=r"write c.long\(\)"):
        made()[0](normal(3, 5), C.float())
