"""Pictures for notebooks: images, curves, spectra, signed maps, and fast PNG for sliders.

Each function returns a `Picture`: a matplotlib figure that pyplot does not know. As the last
expression of a cell, it displays itself once, as one small PNG. Assigned (``_ = ...``), it displays
nothing. It need not be closed. In the middle of a cell, write ``display(show.images(...))``.
"""

from mvacourse.classroom.show.curves import curves
from mvacourse.classroom.show.encode import encode
from mvacourse.classroom.show.figures import images, signed, spectrum
from mvacourse.classroom.show.picture import Picture
from mvacourse.classroom.show.style import style

__all__ = ["Picture", "curves", "encode", "images", "signed", "spectrum", "style"]
