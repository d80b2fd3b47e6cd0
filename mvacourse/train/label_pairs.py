"""Training pairs of label maps and the photographs that they describe, in either direction."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.nets import one_hot
from mvacourse.train.crop_pairs import check_draw
from mvacourse.train.seeds import Draw, fingerprint

_DIRECTIONS = ("photographs", "labels")


class Labelled:
    """Pairs of a label map and its photograph; half of them, at random, are mirrored.

    With a `size`, a random window is cut out of each pair. Few photographs last longer this way.

    Parameters
    ----------
    labels : Tensor, (N,H,W) of whole numbers, or (N,C,H,W) of numbers in [0, 1]
        Class numbers, which become one channel per class; or pictures of the label maps.
    photographs : Tensor, (N,C,H,W)
        In [0, 1].
    classes : int, optional
        Number of classes, if the labels are whole numbers.
    to : {"photographs", "labels"}
        What the network should output: pix2pix paints photographs, a segmenter predicts labels.
    size : int, optional
        Side of the windows that are cut out at random places; None means the whole image.

    Attributes
    ----------
    fingerprint : str
        Identifies data and direction, for checkpoints.

    Raises
    ------
    TypeError, ValueError
        If there is not one label map of the right size per photograph, or a label is not a class.
    """

    def __init__(
        self,
        labels: Tensor,
        photographs: Tensor,
        classes: int | None = None,
        *,
        to: str = "photographs",
        size: int | None = None,
    ) -> None:
        validate.image(photographs, "photographs")
        validate.one_of(to, _DIRECTIONS, "to")
        if validate.tensor(labels, "labels").is_floating_point():
            validate.image(labels, "labels")
        elif classes is None:
            raise ValueError("classes is missing: give it, because labels are whole numbers")
        else:
            labels = validate.labels(labels, classes)
            labels = labels.to(torch.uint8) if classes <= 256 else labels.long()
        if (len(labels), *labels.shape[-2:]) != (len(photographs), *photographs.shape[-2:]):
            raise ValueError(
                f"labels have shape {tuple(labels.shape)} and photographs "
                f"{tuple(photographs.shape)}: give a map of the same size for each photograph"
            )
        self.labels, self.photographs, self.classes, self.to = labels, photographs, classes, to
        self.size = None if size is None else validate.count(size, "size")
        if self.size and self.size > min(photographs.shape[-2:]):
            H, W = photographs.shape[-2:]
            raise ValueError(f"size = {size} does not fit into photographs of {H}×{W} pixels")
        self.fingerprint = f"{fingerprint(labels, photographs)} {classes} to {to}"
        self.fingerprint += f" of {self.size}" if self.size else ""

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor], Tensor]:
        """Draw this process's rows of a batch: inputs, and the output to learn."""
        batch = check_draw(draw, batch)
        rows = draw.rows(len(self.labels), batch).cpu()
        mirrored = draw.uniform(batch).to("cpu")[:, None, None, None] < 0.5
        labels, photographs = self.labels[rows], self.photographs[rows]
        if self.size:
            at = draw.uniform(batch, 2).to("cpu").tolist()
            labels, photographs = (self._windows(x, at) for x in (labels, photographs))
        if self.classes is not None:
            labels = one_hot(labels, self.classes)
        pair = [torch.where(mirrored, x.flip(-1), x).to(draw.device) for x in (labels, photographs)]
        given, wanted = pair if self.to == "photographs" else reversed(pair)
        return (given,), wanted

    def _windows(self, x: Tensor, at: list[list[float]]) -> Tensor:
        """Cut a window out of each image; its place is a fraction of what is possible."""
        size, windows = self.size, []
        for image, place in zip(x, at):
            top, left = (int(a * (n - size + 1)) for a, n in zip(place, x.shape[-2:]))
            windows.append(image[..., top : top + size, left : left + size])
        return torch.stack(windows)
