"""Scores of label maps and variance within classes: against numbers found by hand."""

import pytest
import torch

from mvacourse.metrics import Segmentation, class_variance, segmentation


def test_scores_by_hand():
    labels = torch.tensor([[[0, 0, 0, 0], [1, 1, 2, 2]]])
    read = torch.tensor([[[0, 0, 0, 1], [1, 1, 1, 2]]])
    found = segmentation(read, labels, 3)
    assert found.per_pixel == pytest.approx(6 / 8)
    assert found.per_class == pytest.approx((3 / 4 + 1 + 1 / 2) / 3)
    assert found.iou == pytest.approx((3 / 4 + 2 / 4 + 1 / 2) / 3)


def test_labels_of_few_bits_count_as_others():
    labels = torch.randint(0, 25, (2, 8, 8), generator=torch.Generator().manual_seed(0))
    small = labels.to(torch.uint8)
    assert segmentation(small, small, 25).per_pixel == 1.0


def test_a_perfect_reading_and_a_blind_one():
    labels = torch.arange(3).repeat(4, 2, 5)
    assert segmentation(labels, labels, 3) == Segmentation(1.0, 1.0, 1.0)
    blind = segmentation(torch.zeros_like(labels), labels, 3)
    assert blind == pytest.approx((1 / 3, 1 / 3, 1 / 9))


def test_classes_that_are_not_there_do_not_count():
    labels = torch.tensor([[[0, 0, 1, 1]]])
    assert segmentation(labels, labels, 7) == Segmentation(1.0, 1.0, 1.0)
    # read but not there: no class score, but an intersection over union of 0
    found = segmentation(torch.tensor([[[0, 2, 1, 1]]]), labels, 7)
    assert found == pytest.approx((3 / 4, (1 / 2 + 1) / 2, (1 / 2 + 1 + 0) / 3))


def test_a_class_of_one_pixel_counts():
    labels, read = torch.tensor([[[0, 0, 0, 1]]]), torch.tensor([[[0, 0, 2, 0]]])
    found = segmentation(read, labels, 3)
    assert found == pytest.approx((2 / 4, (2 / 3 + 0) / 2, (2 / 4 + 0 + 0) / 3))


def test_scores_against_scikit_learns_definitions():
    g = torch.Generator().manual_seed(0)
    labels, read = torch.randint(4, (2, 3, 20, 20), generator=g)
    found = segmentation(read, labels, 4)
    accuracy = [(read[labels == c] == c).double().mean() for c in range(4)]
    union = [((labels == c) | (read == c)).sum() for c in range(4)]
    iou = [((labels == c) & (read == c)).sum() / n for c, n in enumerate(union)]
    assert found.per_pixel == pytest.approx((read == labels).double().mean().item())
    assert found.per_class == pytest.approx(float(sum(accuracy) / 4))
    assert found.iou == pytest.approx(float(sum(iou) / 4))


def test_variance_is_taken_around_the_mean_of_each_image():
    g = torch.Generator().manual_seed(0)
    labels = torch.randint(3, (40, 32, 32), generator=g)
    noise = torch.randn(40, 1, 32, 32, generator=g)
    sigma = torch.tensor([0.05, 0.1, 0.2])
    light = torch.rand(40, 1, 1, 1, generator=g)
    x = light + (labels * 0.1)[:, None] + sigma[labels][:, None] * noise
    torch.testing.assert_close(class_variance(x, labels, 3), sigma**2, rtol=0.03, atol=0)


def test_variance_of_one_image_is_torchs_and_flat_images_have_none():
    x = torch.rand(1, 2, 9, 9, generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(1, 9, 9, dtype=torch.int64)
    expected = x.flatten(2).var(dim=2).mean()
    found = class_variance(x, labels, 2)
    torch.testing.assert_close(found[0], expected)
    assert found[1].isnan(), "there is no such class"
    assert class_variance(0 * x + 0.3, labels, 1).item() == pytest.approx(0, abs=1e-12)


MAP = torch.zeros(2, 4, 4, dtype=torch.int64)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: segmentation(MAP, MAP[:1], 3), "labels_hat has shape .* labels has shape"),
        (lambda: segmentation(MAP + 3, MAP, 3), "labels_hat holds numbers from 3 to 3"),
        (lambda: segmentation(MAP, MAP - 1, 3), "labels holds numbers from -1 to -1"),
        (lambda: segmentation(MAP, MAP[0], 3), "labels has shape"),
        (lambda: segmentation(MAP, MAP, 0), "classes = 0"),
        (lambda: class_variance(torch.rand(2, 1, 4, 5), MAP, 3), "a map of the same size"),
        (lambda: class_variance(torch.rand(2, 4, 4), MAP, 3), "x has shape"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
