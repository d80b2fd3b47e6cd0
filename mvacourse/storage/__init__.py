"""Files on disk: verified benchmark files, atomic writes, torchvision's weights.

``data_dir()`` is the course's own ``data/``. ``fetch(path)`` returns a file made by others, from
the cache or from its public address. It never returns a file with different content.
"""

from mvacourse.storage.atomic_write import write_whole
from mvacourse.storage.cache import (
    DownloadError,
    cache_dir,
    data_dir,
    fetch,
    fetch_all,
    files,
    is_cached,
    registry,
    sha256,
    verify,
)
from mvacourse.storage.torchvision_weights import torchvision_file

__all__ = [
    "DownloadError",
    "cache_dir",
    "data_dir",
    "fetch",
    "fetch_all",
    "files",
    "is_cached",
    "registry",
    "sha256",
    "torchvision_file",
    "verify",
    "write_whole",
]
