"""A small convolutional classifier, which judges what the generators draw."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from mvacourse import validate
from mvacourse.nets.shapes import check_images


class Classifier(nn.Module):
    """Convolutional classifier x ↦ logits; it says which digit a restored image shows (E5).

    Two 3×3 convolutions (width and 2·width maps), each followed by a ReLU and a 2×2 max pooling;
    a dense layer of 4·width units with a ReLU; a dense layer of `classes` units.

    Parameters
    ----------
    classes : int, default 10
        Number of classes.
    shape : (C, H, W)
        Size of the images, at least 4 × 4.
    width : int, default 16
        Maps of the first layer.

    Raises
    ------
    ValueError
        If a size is not positive, or an image has the wrong size.
    """

    def __init__(
        self, classes: int = 10, shape: Sequence[int] = (1, 28, 28), width: int = 16
    ) -> None:
        super().__init__()
        self.classes = classes = validate.count(classes, "classes")
        self.shape = validate.image_shape(shape)
        C, H, W = self.shape
        if min(H, W) < 4:
            raise ValueError(f"shape = {self.shape}: images must be at least 4 × 4")
        width = validate.count(width, "width")
        self.arguments = {"classes": classes, "shape": list(self.shape), "width": width}
        self.body = nn.Sequential(
            *(nn.Conv2d(C, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            nn.Flatten(),
            *(nn.Linear(2 * width * (H // 4) * (W // 4), 4 * width), nn.ReLU()),
        )
        self.last = nn.Linear(4 * width, classes)

    def features(self, x: Tensor) -> Tensor:
        """Return the last hidden layer, `(B, 4·width)`, in which a Fréchet distance is measured."""
        check_images(self, x)
        return self.body(x)

    def forward(self, x: Tensor) -> Tensor:
        """Map images `(B,C,H,W)` to logits `(B,classes)`."""
        return self.last(self.features(x))
