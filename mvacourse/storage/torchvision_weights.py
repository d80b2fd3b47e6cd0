"""Weights of classifiers that torchvision keeps in torch's own cache."""

from __future__ import annotations

from pathlib import Path

from mvacourse.storage.cache import DownloadError, sha256


def torchvision_file(name: str, model: str, instead: str) -> Path:
    """Find a file of torchvision's, and hold it against the hash that is part of its name.

    Parameters
    ----------
    name : str
        Such as ``"vgg19-dcbb9e9d.pth"``: it ends in the first digits of the file's sha256.
    model : str
        The function of :mod:`torchvision.models` that downloads it.
    instead : str
        What the reader might write to do without.

    Raises
    ------
    DownloadError
        If the file is not there, or is another; the message says how to get it. Nothing is
        downloaded here.
    """
    import torch  # a second, which the commands that list files need not

    file = Path(torch.hub.get_dir()) / "checkpoints" / name
    if not file.is_file():
        raise DownloadError(
            f"torchvision's {name} is not at {file}. To let torchvision put it there: "
            f"torchvision.models.{model}(weights='DEFAULT'). Or use {instead}, which is smaller"
        )
    if not (found := sha256(file)).startswith(file.stem.rsplit("-", 1)[1]):
        raise DownloadError(
            f"{file} is refused: its sha256 is {found}, and its own name says another."
            " It may be truncated: delete it, and download it again"
        )
    return file
