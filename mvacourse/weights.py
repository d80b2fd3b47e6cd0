"""Trained networks by name: those that the course ships, each with a hash and a card.

A network is two files in ``data/weights``. ``NAME.safetensors`` holds the weights. The card
``NAME.json`` holds the name of their class, how they were trained, how good they are, and their
hash. :mod:`mvacourse.recipes` trains them. Nothing here runs code from a file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mvacourse import nets, storage, validate
from mvacourse.storage import is_plain, plain_name

Card = dict[str, Any]
_NEEDED = {"network": str, "arguments": dict, "sha256": str}
_POSSIBLE = {"metrics": dict, "parameters": int, "bytes": int, "seconds": (int, float)}
_NETWORKS = tuple(name for name in nets.__all__ if isinstance(getattr(nets, name), type))
"""Classes that a card may name; :mod:`mvacourse.nets` also has functions."""


class WeightsError(RuntimeError):
    """A network cannot be loaded or written; the message names the file and says how to fix it."""


def default_folder() -> Path:
    """Find ``data/weights``, in a clone or in an installed wheel."""
    return storage.data_dir() / "weights"


def names(folder: str | Path | None = None) -> tuple[str, ...]:
    """List the networks that have a card in `folder`; by default, those that the course ships.

    Files whose name is not plain, as in :func:`mvacourse.storage.plain_name`, are left out.
    """
    found = (path.stem for path in _folder(folder).glob("*.json"))
    return tuple(sorted(name for name in found if is_plain(name)))


def card(name: str, folder: str | Path | None = None) -> Card:
    """Read how a network was trained and how good it is.

    Returns
    -------
    dict
        ``network`` and its ``arguments``, the training's ``command data seed steps hardware
        seconds``, the ``metrics`` on held-out data, ``licence``, ``sha256`` …

    Raises
    ------
    ValueError
        If there is no such network, with suggestions of similar names; or `name` is not plain.
    WeightsError
        If the card is damaged, or its network is not one of :mod:`mvacourse.nets`.
    """
    path = _folder(folder) / f"{plain_name(name)}.json"
    if not path.is_file():
        known = names(folder)
        hint = validate.near(name, known, f"there are {', '.join(known)}")
        raise ValueError(f"name = {name!r} is not a trained network in {path.parent}: {hint}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        missing = [key for key in _NEEDED if key not in content]
    except (OSError, ValueError, TypeError, RecursionError) as err:
        raise WeightsError(f"card {path} is damaged: {err}. {_mend(name)}") from err
    if missing:
        raise WeightsError(f"card {path} lacks {', '.join(missing)}. {_mend(name)}")
    for key, kind in {**_NEEDED, **_POSSIBLE}.items():
        if key in content and not isinstance(content[key], kind):
            raise WeightsError(
                f"card {path} is damaged: {key} = {content[key]!r:.50}. {_mend(name)}"
            )
    if content["network"] not in _NETWORKS:
        raise WeightsError(
            f"card {path} is refused: network = {content['network']!r} is not in mvacourse.nets "
            f"({', '.join(_NETWORKS)}). {_mend(name)}"
        )
    return content


def verify(name: str, folder: str | Path | None = None) -> str:
    """Compare a network's file with the hash in its card: ``"ok"``, ``"missing"``, ``"altered"``.

    Raises
    ------
    ValueError, WeightsError
        As for :func:`card`.
    """
    expected = card(name, folder)["sha256"]
    path = _folder(folder) / f"{name}.safetensors"
    if not path.is_file():
        return "missing"
    return "ok" if hashlib.sha256(path.read_bytes()).hexdigest() == expected else "altered"


def load(
    name: str, device: str | torch.device = "cpu", folder: str | Path | None = None
) -> nn.Module:
    """Load a trained network, in evaluation mode, in float32.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    device : str or torch.device
        Device to put it on.
    folder : str or Path, optional
        Folder of the file; the course's own ``data/weights`` by default.

    Returns
    -------
    nn.Module
        A network of the class that its card names, one of :mod:`mvacourse.nets`.

    Raises
    ------
    ValueError
        If there is no such network.
    WeightsError
        If its file is missing, truncated or altered, or does not fit the network of its card.
    """
    from safetensors.torch import load as parse

    told = card(name, folder)
    path = _folder(folder) / f"{name}.safetensors"
    try:
        content = path.read_bytes()
    except OSError as err:
        raise WeightsError(f"{path} cannot be read: {err.strerror or err}. {_mend(name)}") from err
    found = hashlib.sha256(content).hexdigest()
    if found != told["sha256"]:
        raise WeightsError(
            f"{path} is refused: its sha256 is {found}, and its card says {told['sha256']}. "
            f"It is truncated or altered. {_mend(name)}"
        )
    try:
        net = getattr(nets, told["network"])(**told["arguments"])
        net.load_state_dict({key: value.float() for key, value in parse(content).items()})
    except (RuntimeError, TypeError, ValueError) as err:
        raise WeightsError(f"{path} does not fit its card: {err}. {_mend(name)}") from err
    return net.to(device).eval()


def save(
    name: str,
    net: nn.Module,
    card: Card,
    folder: str | Path | None = None,
    dtype: torch.dtype = torch.float16,
) -> Card:
    """Write a network and its card, which :func:`load` then reads.

    Parameters
    ----------
    name : str
        Name of the network: a plain name, as in :func:`mvacourse.storage.plain_name`.
    net : nn.Module
        One of :mod:`mvacourse.nets` that has ``arguments``.
    card : dict
        Facts about the network. The class's name, its arguments, the number of parameters, the
        bytes and the sha256 are filled in.
    folder : str or Path, optional
        The course's own ``data/weights`` by default; created if needed.
    dtype : torch.dtype, default float16
        Type of the stored floating-point numbers. Half precision halves the file and rounds each
        weight by at most 0.05 %.

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    ValueError
        If `name` is not plain.
    WeightsError
        If `net` is not one of the course's networks, a weight or a number of the card is NaN or
        infinite, or the files cannot be written. Then both old files are unchanged.
    """
    from safetensors.torch import save as pack

    plain_name(name)
    arguments = getattr(net, "arguments", None)
    if type(net).__name__ not in _NETWORKS or arguments is None:
        raise WeightsError(
            f"{name} cannot be saved: {type(net).__name__} must be one of mvacourse.nets "
            f"({', '.join(_NETWORKS)}) that has `arguments`, which build it again"
        )
    content = pack(_state(name, net, dtype))
    told = {
        "name": name,
        "network": type(net).__name__,
        "arguments": arguments,
        **card,
        "parameters": sum(p.numel() for p in net.parameters()),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    for key, value in _numbers(told):
        if not math.isfinite(value):
            raise WeightsError(
                f"{name} cannot be saved: {key} = {value} in its card is not a finite number"
            )
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    with _explained(name, folder):
        storage.write_all(dict(zip(_files(name, folder), (content, text))))
    return told


def require_writable(name: str, folder: str | Path | None = None) -> None:
    """Check before a training that :func:`save` can write the files.

    Raises
    ------
    ValueError, WeightsError
        As for :func:`save`.
    """
    with _explained(plain_name(name), folder):
        for path in _files(name, folder):
            storage.require_writable(path)


def _files(name: str, folder: str | Path | None) -> tuple[Path, Path]:
    """Return the paths of the weights and of the card."""
    return _folder(folder) / f"{name}.safetensors", _folder(folder) / f"{name}.json"


@contextmanager
def _explained(name: str, folder: str | Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as err:
        raise WeightsError(
            f"{_files(name, folder)[0]} cannot be written: {err.strerror or err}. "
            "Free some disk space, or choose a folder that you may write to"
        ) from err


def _state(name: str, net: nn.Module, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Return the weights as they are stored; none of them is NaN or infinite."""
    state = {key: value.detach().cpu().contiguous() for key, value in net.state_dict().items()}
    state = {key: v.to(dtype) if v.is_floating_point() else v for key, v in state.items()}
    for key, value in state.items():
        if not torch.isfinite(value).all():
            bad = int((~torch.isfinite(value)).sum())
            raise WeightsError(
                f"{name} cannot be saved: {key} holds {bad} NaN or infinite values out of "
                f"{value.numel()} in {dtype}. The training diverged: lower its learning rate"
            )
    return state


def _numbers(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers in a card, with their names, such as ``metrics.psnr``."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _numbers(item, f"{name}[{i}]")
    elif isinstance(value, float):
        yield name, value


def _folder(folder: str | Path | None) -> Path:
    return default_folder() if folder is None else Path(folder)


def _mend(name: str) -> str:
    recipe = name.removesuffix("_discriminator")
    return (
        f"Restore it with `git checkout -- data/weights/{name}.safetensors "
        f"data/weights/{name}.json`, or train it again: `mvacourse train {recipe} --budget full`"
    )
