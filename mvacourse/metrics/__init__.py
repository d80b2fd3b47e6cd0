"""Euclidean, structural and perceptual metrics: how close is an estimate to the ground truth (D).

Each takes an estimate and a reference, both (B,C,H,W), and returns one value per image. Two more
functions judge images that were generated from label maps, and one finds grids in what a network
adds to an image.

Images in half precision are compared in float32, and the values are float32; float64 images give
float64. The networks of the perceptual metrics always run in float32. A gradient has the type of
the image. It is finite wherever the value is: where there is no slope, it is a subgradient.
"""

from mvacourse.metrics.distilled_distance import Judgment, distilled_distance, lpips_or_distilled
from mvacourse.metrics.lpips import lpips, lpips_layers
from mvacourse.metrics.periodic import nearest_tile, tile_share
from mvacourse.metrics.psnr import luma, mse, psnr, rmse
from mvacourse.metrics.segmentation import Segmentation, class_variance, segmentation
from mvacourse.metrics.spectral import spectral_distance
from mvacourse.metrics.ssim import ms_ssim, ssim, ssim_map, ssim_terms

__all__ = [
    "Judgment",
    "Segmentation",
    "class_variance",
    "distilled_distance",
    "lpips",
    "lpips_layers",
    "lpips_or_distilled",
    "luma",
    "ms_ssim",
    "mse",
    "nearest_tile",
    "psnr",
    "rmse",
    "segmentation",
    "spectral_distance",
    "ssim",
    "ssim_map",
    "ssim_terms",
    "tile_share",
]
