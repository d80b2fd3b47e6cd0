"""Training of a classifier, which later judges restored and generated images (E5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets import Classifier
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend
from mvacourse.train.seeds import check_images, fingerprint, seeded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def classifier(
    images: Tensor,
    labels: Tensor,
    *,
    classes: int = 10,
    width: int = 16,
    n_steps: int = 3000,
    batch: int = 100,
    lr: float = 2e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[Classifier, History]:
    """Train a classifier by minimising the cross-entropy −E log p(label | x).

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1].
    labels : Tensor, (N,), int64
        From 0 to `classes` − 1.
    classes, width : int
        Number of classes, and width of the network.
    lr : float, default 2e-3
        Initial learning rate of Adam; it decreases along a cosine.
    n_steps, batch, seed, device, **loop
        As for every training, :mod:`mvacourse.train`.

    Returns
    -------
    net : Classifier
        In evaluation mode.
    history : History
        ``loss``, in nats per image.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a batch of images, there is not one label per image, or a number is out
        of range.
    """
    check_images(images)
    labels = validate.labels(labels, classes, ndim=1).long()
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"labels have shape {tuple(labels.shape)}: give {len(images)} whole numbers, one per "
            "image"
        )
    device = distributed.join(device)
    arguments = {"classes": classes, "width": width, "batch": batch, "lr": lr}
    arguments["data"] = fingerprint(images, labels)
    with seeded(seed):
        net = Classifier(classes, images.shape[1:], width).to(device)
    optimiser = adam(net, lr)
    images, labels = images.to(device), labels.to(device)

    keep = {"net": net, "optimiser": optimiser}
    with Run("classifier", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            anneal(optimiser, lr, draw.step, n_steps)
            rows = draw.rows(len(images), batch)
            loss = F.cross_entropy(net(images[rows]), labels[rows])
            descend(optimiser, loss, net)
            run.log(loss=loss)
    return net.eval(), run.history
