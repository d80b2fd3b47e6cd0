"""How the course's networks are trained: one recipe a file, a plain function with its loop."""

from mvacourse.train.checkpoint import CheckpointError
from mvacourse.train.classifier import classifier
from mvacourse.train.common import History
from mvacourse.train.flow import flow
from mvacourse.train.gan import gan
from mvacourse.train.vae import vae

__all__ = ["CheckpointError", "History", "classifier", "flow", "gan", "vae"]
