"""The lecture's networks, one architecture a file; images in [0, 1] come out, z goes in.

Those that can be shipped have ``arguments``, a dictionary that builds such a network anew.
"""

from mvacourse.nets.classifier import Classifier
from mvacourse.nets.flow import Flow
from mvacourse.nets.gan import Discriminator, Generator
from mvacourse.nets.skip import SkipNet
from mvacourse.nets.vae import VAE

__all__ = ["VAE", "Classifier", "Discriminator", "Flow", "Generator", "SkipNet"]
