"""Pictures that come with the course or are drawn by it, and your own ones.

Photographs and a phantom come from scikit-image's wheel, typefaces from matplotlib's, and one from
``data/fonts``; :func:`read` opens any other file. Nothing here is ever downloaded.
"""

from mvacourse.images.digits_and_letters import Glyphs, coloured_digits, digits, glyphs, letters
from mvacourse.images.facades import FACADE_PARTS, facade_colors, facade_labels
from mvacourse.images.fading import faded
from mvacourse.images.own_photographs import read
from mvacourse.images.phantoms import ellipses, shepp_logan
from mvacourse.images.photographs import Photo, PhotoTable, grey, photo, photos
from mvacourse.images.textures import (
    TEXTURES,
    Scenes,
    smooth_labels,
    texture_scenes,
    texture_windows,
)
from mvacourse.images.typefaces import FACES, HELD_OUT_FACES
from mvacourse.images.unpaired_domains import (
    SOURCE_FACE,
    TARGET_FACES,
    eight_gaussians,
    gaussian_points,
    hue,
    painted,
    source_digits,
    target_digits,
)

__all__ = [
    "FACADE_PARTS",
    "FACES",
    "HELD_OUT_FACES",
    "SOURCE_FACE",
    "TARGET_FACES",
    "TEXTURES",
    "Glyphs",
    "Photo",
    "PhotoTable",
    "Scenes",
    "coloured_digits",
    "digits",
    "eight_gaussians",
    "ellipses",
    "facade_colors",
    "facade_labels",
    "faded",
    "gaussian_points",
    "glyphs",
    "grey",
    "hue",
    "letters",
    "painted",
    "photo",
    "photos",
    "read",
    "shepp_logan",
    "smooth_labels",
    "source_digits",
    "target_digits",
    "texture_scenes",
    "texture_windows",
]
