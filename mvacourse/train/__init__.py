"""How networks are trained: one plain function per file, with its training loop in full view.

Every training function takes these arguments:

- ``n_steps``, ``batch``: number of steps, and of examples in each step;
- ``lr``: initial (or largest) learning rate of Adam. It decreases along a cosine;
- ``seed``: random seed for the batches, for all noise, and for the initial weights if the function
  makes them. The same seed gives the same network, bit for bit on one CPU;
- ``device``: where to train;
- ``checkpoint``, ``resume``, ``save_every``, ``progress``, ``callback``: see
  :class:`~mvacourse.train.loop.Run`.

It returns the networks in evaluation mode and a :class:`History` of the losses. It raises
:class:`CheckpointError` if a checkpoint cannot be written, read or continued, and TypeError or
ValueError if an argument is out of range, and FloatingPointError if a loss becomes infinite or NaN.
Networks that are passed in are copied, not changed.

:class:`Denoising`, :class:`SuperResolution`, :class:`Labelled` and :class:`Tomography` draw the
training pairs.
"""

from mvacourse.train.checkpoint import CheckpointError
from mvacourse.train.classifier import classifier
from mvacourse.train.crop_pairs import Crops, Denoising, SuperResolution, Taught
from mvacourse.train.flow import flow
from mvacourse.train.gan import conditional_gan, gan
from mvacourse.train.label_pairs import Labelled
from mvacourse.train.loop import History
from mvacourse.train.patch_mixture import patch_mixture
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
    "patch_mixture",
    "pix2pix",
    "regression",
    "seeded",
    "srgan",
    "vae",
    "weak_ot",
]
