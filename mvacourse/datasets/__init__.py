"""Published benchmark sets, as tensors.

Files come from :mod:`mvacourse.storage`. It verifies them, downloads missing ones, or raises
:class:`mvacourse.storage.DownloadError`. Images are (1,C,H,W) float32 in [0, 1], on the CPU.
"""

from mvacourse.datasets.bsds500 import bsds500
from mvacourse.datasets.facades import facades
from mvacourse.datasets.mnist import mnist
from mvacourse.datasets.mri import mri
from mvacourse.datasets.reading import Files
from mvacourse.datasets.set5 import set5, set5_lr

__all__ = ["Files", "bsds500", "facades", "mnist", "mri", "set5", "set5_lr"]
