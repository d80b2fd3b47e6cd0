"""The lecture's networks, one architecture per file; images are in [0, 1].

A network that can be shipped has ``arguments``, a dictionary that builds the same network again.
"""

from mvacourse.nets.chroma_transport import ChromaTransport
from mvacourse.nets.classifier import Classifier
from mvacourse.nets.conditional_gan import ConditionalDiscriminator, ConditionalGenerator
from mvacourse.nets.denoiser import Denoiser
from mvacourse.nets.flow import Flow
from mvacourse.nets.gan import Discriminator, Generator
from mvacourse.nets.gradient_step import GradientStepDenoiser, lipschitz
from mvacourse.nets.patch_mixture import PatchMixture
from mvacourse.nets.patchgan import PatchGAN, receptive_field
from mvacourse.nets.perceptual_distance import PerceptualDistance
from mvacourse.nets.pix2pix import Pix2PixUNet, one_hot
from mvacourse.nets.self_ensemble import SelfEnsemble
from mvacourse.nets.skip_net import SkipNet
from mvacourse.nets.srresnet import SRDiscriminator, SRResNet
from mvacourse.nets.transport_maps import (
    ColouredTransport,
    PatchPotential,
    PotentialMLP,
    TextureTransport,
    TransportMLP,
    TransportUNet,
)
from mvacourse.nets.unet import UNet
from mvacourse.nets.unrolled import Unrolled
from mvacourse.nets.vae import VAE
from mvacourse.nets.vgg import VGGFeatures, vgg_features

__all__ = [
    "VAE",
    "ChromaTransport",
    "Classifier",
    "ColouredTransport",
    "ConditionalDiscriminator",
    "ConditionalGenerator",
    "Denoiser",
    "Discriminator",
    "Flow",
    "Generator",
    "GradientStepDenoiser",
    "PatchGAN",
    "PatchMixture",
    "PatchPotential",
    "PerceptualDistance",
    "Pix2PixUNet",
    "PotentialMLP",
    "SRDiscriminator",
    "SRResNet",
    "SelfEnsemble",
    "SkipNet",
    "TextureTransport",
    "TransportMLP",
    "TransportUNet",
    "UNet",
    "Unrolled",
    "VGGFeatures",
    "lipschitz",
    "one_hot",
    "receptive_field",
    "vgg_features",
]
