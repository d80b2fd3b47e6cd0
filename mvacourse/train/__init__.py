"""How the course's networks are trained: one recipe a file, a plain function with its loop."""

from mvacourse.train.checkpoint import CheckpointError
from mvacourse.train.classifier import classifier
from mvacourse.train.common import History
from mvacourse.train.conditional_gan import conditional_gan
from mvacourse.train.distance import distance
from mvacourse.train.draws import seeded
from mvacourse.train.flow import flow
from mvacourse.train.gan import gan
from mvacourse.train.labelled import Labelled
from mvacourse.train.pix2pix import pix2pix
from mvacourse.train.regression import regression
from mvacourse.train.srgan import srgan
from mvacourse.train.vae import vae
from mvacourse.train.weak_ot import weak_ot

__all__ = [
    "CheckpointError",
    "History",
    "Labelled",
    "classifier",
    "conditional_gan",
    "distance",
    "flow",
    "gan",
    "pix2pix",
    "regression",
    "seeded",
    "srgan",
    "vae",
    "weak_ot",
]
