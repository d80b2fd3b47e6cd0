"""Tier 1 of the data: pictures that come with the course, or that it draws itself.

Photographs and a phantom from scikit-image's wheel, characters from the fonts in matplotlib's.
Nothing here is ever downloaded.
"""

from mvacourse.images.fonts import FACES
from mvacourse.images.phantoms import ellipses, shepp_logan
from mvacourse.images.photographs import Photo, PhotoTable, photo, photos
from mvacourse.images.textures import (
    TEXTURES,
    Scenes,
    smooth_labels,
    texture_scenes,
    texture_windows,
)
from mvacourse.images.typography import Glyphs, coloured_digits, digits, glyphs, letters

__all__ = [
    "FACES",
    "TEXTURES",
    "Glyphs",
    "Photo",
    "PhotoTable",
    "Scenes",
    "coloured_digits",
    "digits",
    "ellipses",
    "glyphs",
    "letters",
    "photo",
    "photos",
    "shepp_logan",
    "smooth_labels",
    "texture_scenes",
    "texture_windows",
]
