"""Forward models of the lecture's table of inverse problems (A2), each with adjoint and norm."""

from mvacourse.operators.adjoint_test import dot_gap, vjp_gap
from mvacourse.operators.base import LinearOperator, Operator
from mvacourse.operators.compose import Compose
from mvacourse.operators.compressed_sensing import BernoulliSensing, GaussianSensing
from mvacourse.operators.fourier import Blur, FourierSampling, MultiCoilMRI
from mvacourse.operators.nonlinear import PhaseRetrieval
from mvacourse.operators.pixel import Identity, Mask, Subsample
from mvacourse.operators.radon import Radon
from mvacourse.operators.resampling import Resize, bicubic, resize_matrix

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
    "bicubic",
    "dot_gap",
    "resize_matrix",
    "vjp_gap",
]
