"""How networks are trained: one training loop a file, a plain function with its loop in sight.

Every training takes

- ``n_steps``, ``batch``: the number of steps, and of examples in each;
- ``lr``: the first (or largest) learning rate of Adam, which falls along a cosine;
- ``seed``: of the first weights where the training makes them, of the batches and of all noise. The
  same seed gives the same network, bit for bit on one CPU;
- ``device``: where to train;
- ``checkpoint``, ``resume``, ``save_every``, ``progress``, ``callback``: as for
  :class:`~mvacourse.train.loop.Run`;

and returns the networks in evaluation mode and a :class:`History` of the losses. It raises
:class:`CheckpointError` if a checkpoint cannot be written, read or continued, and TypeError or
ValueError if an argument is out of range. Networks that are passed in are copied, not changed.

The pairs to learn from are drawn by :class:`Denoising`, :class:`SuperResolution`, :class:`Labelled`
and :class:`Tomography`.
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
