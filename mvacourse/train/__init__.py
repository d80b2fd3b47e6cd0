"""How networks are trained: one training loop a file, a plain function with its loop in sight.

The pairs that they learn from are drawn by :class:`Denoising`, :class:`SuperResolution`,
:class:`Labelled` and :class:`Tomography`.
"""

from mvacourse.train.checkpoint import CheckpointError
from mvacourse.train.classifier import classifier
from mvacourse.train.crop_pairs import Crops, Denoising, SuperResolution, Taught
from mvacourse.train.flow import flow
from mvacourse.train.gan import conditional_gan, gan
from mvacourse.train.label_pairs import Labelled
from mvacourse.train.loop import History
from mvacourse.train.pix2pix import pix2pix
from mvacourse.train.regression import regression
from mvacourse.train.scan_pairs import Tomography
from mvacourse.train.seeds import Draw, seeded
from mvacourse.train.srgan import srgan
from mvacourse.train.vae import vae
from mvacourse.train.weak_ot import weak_ot

__all__ = [
    "CheckpointError",
    "Crops",
    "Denoising",
    "Draw",
    "History",
    "Labelled",
    "SuperResolution",
    "Taught",
    "Tomography",
    "classifier",
    "conditional_gan",
    "flow",
    "gan",
    "pix2pix",
    "regression",
    "seeded",
    "srgan",
    "vae",
    "weak_ot",
]
