"""train: the pairs, the random numbers, and every training for two steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from mvacourse import nets, train, transport
from mvacourse.operators import Radon
from net.entry import Entry, rand, randn, seeded, whole

SHAPE = (1, 8, 8)
LOOP = {
    "n_steps": 2,
    "batch": 2,
    "progress": False,
    "save_every": 1.0,
    "callback": lambda n, N: None,
}
GAME = {"gamma": 0.1, "penalty_every": 1, "average": 0.9, "lr": 1e-3}


def bytes_(*shape: int) -> list[Tensor]:
    return [(255 * rand(*shape, seed=i)).round().byte() for i in range(2)]


def images() -> Tensor:
    return rand(6, *SHAPE)


class Noisy:
    """Pairs of images with noise, and without."""

    fingerprint = "noisy"

    def __call__(self, draw: train.Draw, batch: int) -> tuple[tuple[Tensor], Tensor]:
        x = images()[draw.rows(6, batch)]
        return (x + 0.1 * draw.normal(batch, *SHAPE),), x


def drawn(pairs: Callable[[], Any]) -> Entry:
    return Entry(lambda: {"draw": train.Draw(0, 1), "batch": 2}, pairs, kinds={"draw": "record"})


def training(*data: str, **more: Any) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        given = {"images": images(), "labels": whole(3, 6)}
        return {name: given[name] for name in data} | LOOP | more

    return make


def scanned() -> dict[str, Any]:
    return {"images": images(), "A": Radon([0.0, 90.0], 8), "sigma": 0.1}


# A training calls these in its loop, with numbers that it has checked.
OWN = dict.fromkeys(("n", "batch", "shape"), "word")
draw = partial(train.Draw, 0, 1)
crops = partial(train.Crops, bytes_(1, 20, 20), 8)
labelled = partial(train.Labelled, whole(2, 6, 8, 8), images(), 2)
history = partial(train.History, {"loss": [1.0, 2.0]})
unet = partial(seeded, nets.UNet, width=2, n_scales=1)
PAIRS = {"pairs": "record"}
NETS = {
    "regression": lambda: {"net": unet()},
    "pix2pix": lambda: {
        "G": seeded(nets.Pix2PixUNet, 2, 1, width=2, n_scales=2),
        "D": seeded(nets.PatchGAN, 3, width=2, n_layers=1),
    },
    "srgan": lambda: {
        "G": seeded(nets.SRResNet, 2, 1, width=2, n_blocks=1, kernel=3),
        "D": seeded(nets.SRDiscriminator, 16, 1, width=1),
    },
    "weak_ot": lambda: {"T": seeded(nets.TransportMLP, 2, 2, width=3),
                        "f": seeded(nets.PotentialMLP, 2, width=3)},
}  # fmt: skip
small = partial(train.SuperResolution, bytes_(1, 20, 20), 2, 16)
ENTRIES = {
    "Crops": Entry(lambda: {"photographs": bytes_(1, 20, 20), "size": 8}),
    "Crops.__call__": drawn(crops),
    "Crops.choose": drawn(crops),
    "Crops.cut": Entry(
        lambda: {"i": 0, "row": 1, "col": 2, "symmetry": 3},
        crops,
        kinds=dict.fromkeys(("i", "row", "col", "symmetry"), "word"),
    ),
    "Denoising": Entry(
        lambda: {"photographs": bytes_(1, 20, 20), "size": 8}, kinds={"sigma": "pair"}
    ),
    "Denoising.__call__": drawn(partial(train.Denoising, bytes_(1, 20, 20), 8)),
    "SuperResolution": Entry(lambda: {"photographs": bytes_(1, 20, 20), "scale": 2, "size": 16}),
    "SuperResolution.__call__": drawn(small),
    "Taught": Entry(lambda: {"pairs": Noisy(), "teacher": unet()}, kinds=PAIRS),
    "Taught.__call__": drawn(lambda: train.Taught(Noisy(), unet())),
    "Labelled": Entry(
        lambda: {"labels": whole(2, 6, 8, 8), "photographs": images(), "classes": 2}
    ),
    "Labelled.__call__": drawn(labelled),
    "Tomography": Entry(scanned),
    "Tomography.__call__": drawn(lambda: train.Tomography(**scanned())),
    "Draw": Entry(lambda: {"seed": 0, "step": 1}),
    "Draw.rows": Entry(lambda: {"n": 6, "batch": 2}, draw, kinds=OWN),
    "Draw.normal": Entry(lambda: {"*shape": (2, 3)}, draw, kinds=OWN),
    "Draw.uniform": Entry(lambda: {"*shape": (2, 3)}, draw, kinds=OWN),
    "History": Entry(kinds={"values": "word", "seconds": "word"}),
    "History.to_dict": Entry(on=history),
    "History.last": Entry(lambda: {"name": "loss", "n": 1}, history, errors=(KeyError,)),
    "History.from_dict": Entry(
        lambda: {"state": history().to_dict()}, history, kinds={"state": "word"}
    ),
    "seeded": Entry(lambda: {"seed": 0}),
    "vae": Entry(training("images", k=2, width=3, beta=1.0)),
    "classifier": Entry(training("images", "labels", classes=3, width=2)),
    "flow": Entry(training("images", width=2, depth=1), kinds={"noise": "fraction"}),
    "gan": Entry(training("images", k=2, width=2, width_D=2, **GAME)),
    "conditional_gan": Entry(
        training("images", "labels", classes=3, k=2, width=2, width_D=2, **GAME)
    ),
    "regression": Entry(
        lambda: {**NETS["regression"](), "pairs": Noisy(), **LOOP, "precision": "float32",
                 "clip": 1.0, "loss": torch.nn.functional.mse_loss, "scale": torch.ones_like},
        kinds={**PAIRS, "scale": "callable"},
    ),
    "patch_mixture": Entry(
        lambda: {"photographs": bytes_(1, 20, 20), "side": 3, "n_components": 2, "size": 8,
                 **{k: v for k, v in LOOP.items() if k != "lr"}}
    ),
    "pix2pix": Entry(
        lambda: {**NETS["pix2pix"](), "pairs": labelled(), **LOOP, "precision": "float32"},
        kinds=PAIRS,
    ),
    "srgan": Entry(
        lambda: {**NETS["srgan"](), "pairs": small(), **LOOP, "precision": "float32",
                 "shift": 0}, kinds={**PAIRS, "shift": "word"},  # D takes images of one size
    ),
    "weak_ot": Entry(
        lambda: {**NETS["weak_ot"](), "source": randn(6, 2), "target": randn(6, 2, seed=1),
                 "cost": partial(transport.weak_cost, gamma=0.5), "z_dim": 2, "n_z": 2, "n_T": 1,
                 **LOOP},
        also={"z_dim": "z", "n_z": "draws"},
    ),
}  # fmt: skip
TRAININGS = ("vae", "classifier", "flow", "gan", "conditional_gan", *NETS)
ENTRIES |= {name: replace(ENTRIES[name], errors=(FloatingPointError,)) for name in TRAININGS}
ENTRIES = {f"train.{name}": entry for name, entry in ENTRIES.items()}
