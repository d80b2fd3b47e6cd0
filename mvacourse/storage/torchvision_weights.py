"""Classifier weights that torchvision stores in torch's own cache."""

from __future__ import annotations

from pathlib import Path

from mvacourse.storage.cache import DownloadError, sha256


def torchvision_file(name: str, model: str, instead: str) -> Path:
    """Find one of torchvision's files, and check it against the hash in its name.

    Parameters
    ----------
    name : str
        Such as ``"vgg19-dcbb9e9d.pth"``: it ends in the first digits of the file's sha256.
    model : str
        The function of :mod:`torchvision.models` that downloads it.
    instead : str
        An alternative that does not need the file; the message suggests it.

    Raises
    ------
    DownloadError
        If the file is missing or has a different hash; the message says how to get it. This
        function downloads nothing.
    """
    import torch  # takes a second, which the commands that list files do not need

    file = Path(torch.hub.get_dir()) / "checkpoints" / name
    if not file.is_file():
        raise DownloadError(
            f"torchvision's {name} is not at {file}. To download it, run "
            f"torchvision.models.{model}(weights='DEFAULT'). Or use {instead}, which is smaller"
        )
    if not (found := sha256(file)).startswith(file.stem.rsplit("-", 1)[1]):
        raise DownloadError(
            f"{file} is refused: its sha256 is {found}, which does not match its name."
            " It may be truncated: delete it, and download it again"
        )
    return file
