"""Files on disk: verified benchmark files, atomic writes, torchvision's weights.

``data_dir()`` is the course's own ``data/``. ``fetch(path)`` returns a file made by others, from
the cache or from its public address. It never returns a file with different content.
``write_whole(path, content)`` and its companions write every file of the project.
"""

from mvacourse.storage.atomic_write import require_writable, write_all, write_whole, writing
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
from mvacourse.storage.plain_names import is_plain, plain_name
from mvacourse.storage.stopping import Stopped, exit_code, on_stop
from mvacourse.storage.torchvision_weights import torchvision_file

__all__ = [
    "DownloadError",
    "Stopped",
    "cache_dir",
    "data_dir",
    "exit_code",
    "fetch",
    "fetch_all",
    "files",
    "is_cached",
    "is_plain",
    "on_stop",
    "plain_name",
    "registry",
    "require_writable",
    "sha256",
    "torchvision_file",
    "verify",
    "write_all",
    "write_whole",
    "writing",
]
