"""Forward models of the lecture's table of inverse problems (A2), each with adjoint and norm."""

from mvacourse.operators.base import Compose, LinearOperator, Operator
from mvacourse.operators.dense import BernoulliSensing, GaussianSensing
from mvacourse.operators.fourier import Blur, FourierSampling, MultiCoilMRI
from mvacourse.operators.nonlinear import PhaseRetrieval
from mvacourse.operators.pixel import Identity, Mask, Subsample
from mvacourse.operators.radon import Radon
from mvacourse.operators.resize import Resize
from mvacourse.operators.testing import dot_gap, vjp_gap

__all__ = [
    "BernoulliSensing",
    "Blur",
    "Compose",
    "FourierSampling",
    "GaussianSensing",
    "Identity",
    "LinearOperator",
    "Mask",
    "MultiCoilMRI",
    "Operator",
    "PhaseRetrieval",
    "Radon",
    "Resize",
    "Subsample",
    "dot_gap",
    "vjp_gap",
]
