"""Pictures for notebooks: images, curves, spectra, signed maps, and fast PNG for sliders.

Each function returns a `Picture`: a matplotlib figure that pyplot does not know. As the last
expression of a cell it displays itself once, as one small PNG; assigned (``_ = ...``) it displays
nothing, and nothing has to be closed. In the middle of a cell write ``display(show.images(...))``.
"""

from mvacourse.show.encode import encode
from mvacourse.show.figures import images, signed, spectrum
from mvacourse.show.lines import curves
from mvacourse.show.picture import Picture, style

__all__ = ["Picture", "curves", "encode", "images", "signed", "spectrum", "style"]
