"""How near is a restored image to the true one: Euclidean, structural and perceptual metrics (D).

Each takes an estimate and a reference, both (B,C,H,W), and gives one value per image.
Two more judge images that were painted after label maps.
"""

from mvacourse.metrics.euclidean import luma, mse, psnr, rmse
from mvacourse.metrics.perceptual import lpips, lpips_layers
from mvacourse.metrics.segmentation import Segmentation, class_variance, segmentation
from mvacourse.metrics.structural import ms_ssim, ssim, ssim_map, ssim_terms

__all__ = [
    "Segmentation",
    "class_variance",
    "lpips",
    "lpips_layers",
    "luma",
    "ms_ssim",
    "mse",
    "psnr",
    "rmse",
    "segmentation",
    "ssim",
    "ssim_map",
    "ssim_terms",
]
