"""Trained networks by name: those that the course ships, each with a hash and a card.

A network is two files in ``data/weights``. ``NAME.safetensors`` holds the weights. The card
``NAME.json`` holds the name of their class, how they were trained, how good they are, and their
hash. :mod:`mvacourse.recipes` trains them. Nothing here runs code from a file.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

from mvacourse import nets, storage, validate
from mvacourse.storage import is_plain, plain_name
from mvacourse.weights import cards
from mvacourse.weights.cards import Card

_STORED = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class WeightsError(RuntimeError):
    """A network cannot be loaded or written; the message names the file and says how to fix it."""


def default_folder() -> Path:
    """Find ``data/weights``, in a clone or in an installed wheel."""
    return storage.data_dir() / "weights"


def names(folder: str | Path | None = None) -> tuple[str, ...]:
    """List the networks that have a card in `folder`; by default, those that the course ships.

    Files whose name is not plain, as in :func:`mvacourse.storage.plain_name`, are left out.
    """
    found = (path.stem for path in _folder(folder).glob("*.json") if path.is_file())
    return tuple(sorted(name for name in found if is_plain(name)))


def card(name: str, folder: str | Path | None = None) -> Card:
    """Read how a network was trained and how good it is.

    Returns
    -------
    dict
        ``network`` and its ``arguments``, the training's ``command data seed steps hardware
        seconds``, the ``metrics`` and the held-out images that they were ``measured_on``,
        ``licence``, ``sha256`` …

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
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as err:
        raise WeightsError(f"card {path} is damaged: {err}. {_mend(name, folder)}") from err
    if wrong := cards.fault(content):
        raise WeightsError(f"card {path} {wrong}. {_mend(name, folder)}")
    return content


def verify(name: str, folder: str | Path | None = None) -> str:
    """Compare a network's file with the hash in its card: ``"ok"``, ``"missing"``, ``"altered"``.

    Raises
    ------
    ValueError, WeightsError
        As for :func:`card`.
    """
    expected = card(name, folder)["sha256"]
    if not _files(name, folder)[0].is_file():
        return "missing"
    return "ok" if hashlib.sha256(_content(name, folder)).hexdigest() == expected else "altered"


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
    TypeError, ValueError
        If there is no such network, or this machine has no such device.
    WeightsError
        If its file is missing, truncated or altered, does not fit the network of its card, or holds
        NaN or infinite weights.
    """
    device = validate.device(device)
    told = card(name, folder)
    path, content = _files(name, folder)[0], _content(name, folder)
    found = hashlib.sha256(content).hexdigest()
    if found != told["sha256"]:
        raise WeightsError(
            f"{path} is refused: its sha256 is {found}, and its card says {told['sha256']}. "
            f"It is truncated or altered. {_mend(name, folder)}"
        )
    try:
        net = getattr(nets, told["network"])(**told["arguments"])
        net.load_state_dict(_parse(content, net.state_dict()))
    except Exception as err:  # of the class, which the card calls with any arguments
        why = f"{path} does not fit its card: {err}. {_mend(name, folder)}"
        raise WeightsError(why) from err
    return net.to(device).eval()


def _content(name: str, folder: str | Path | None) -> bytes:
    path = _files(name, folder)[0]
    try:
        return path.read_bytes()
    except OSError as err:
        why = f"{path} cannot be read: {err.strerror or err}. {_mend(name, folder)}"
        raise WeightsError(why) from err


def _parse(content: bytes, like: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Read stored weights, floating-point ones in float32, as in the network's state `like`."""
    from safetensors.torch import load as parse

    state = parse(content)
    for key, value in state.items():
        wanted = like[key].dtype if key in like else value.dtype
        if value.is_floating_point() != wanted.is_floating_point or value.is_complex():
            raise TypeError(f"{key} holds {value.dtype}, not {wanted}")
        state[key] = value.float() if value.is_floating_point() else value
        if bad := int((~torch.isfinite(state[key])).sum()):
            raise ValueError(f"{key} holds {bad} NaN or infinite values out of {value.numel()}")
    return state


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
        Facts about the network, in JSON. The name, the class's name, its arguments, the number of
        parameters, the bytes and the sha256 are filled in; they replace those given.
    folder : str or Path, optional
        The course's own ``data/weights`` by default; created if needed.
    dtype : torch.dtype, default float16
        Type of the stored floating-point numbers: float16, bfloat16, float32 or float64. Half
        precision halves the file and rounds each weight by at most 0.05 %.

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    ValueError
        If `name` is not plain.
    TypeError
        If `card` is no dictionary, or `dtype` is another type.
    WeightsError
        If `net` is not one of the course's networks, a weight or a number of the card is NaN or
        infinite in float32, :func:`card` would refuse the card, or the files cannot be written.
        Then both old files are unchanged.
    """
    from safetensors.torch import save as pack

    plain_name(name)
    if not isinstance(card, dict):
        raise TypeError(f"card is a {type(card).__name__}, not a dict: write {{'seed': 0}}")
    if not isinstance(dtype, torch.dtype) or dtype not in _STORED:
        raise TypeError(f"dtype = {dtype!r}: choose one of {', '.join(map(str, _STORED))}")
    kind = type(net).__name__
    arguments = getattr(net, "arguments", None)
    if kind not in cards.NETWORKS or type(net) is not getattr(nets, kind) or arguments is None:
        raise WeightsError(
            f"{name} cannot be saved: {kind} must be one of mvacourse.nets "
            f"({', '.join(cards.NETWORKS)}) that has `arguments`, which build it again"
        )
    content = pack(_state(name, net, dtype))
    first = {"name": name, "network": kind, "arguments": arguments}
    last = {
        "parameters": sum(p.numel() for p in net.parameters()),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    told = {**first, **{key: card[key] for key in card if key not in {**first, **last}}, **last}
    text = _checked(name, told)
    with _explained(name, folder):
        storage.write_all(dict(zip(_files(name, folder), (content, text))))
    return told


def _checked(name: str, told: Card) -> str:
    """Return a card as JSON, if :func:`card` accepts it."""
    try:
        text = cards.to_json(told)
    except ValueError as err:
        raise WeightsError(f"{name} cannot be saved: in its card, {err}") from err
    if wrong := cards.fault(told):
        raise WeightsError(f"{name} cannot be saved: its card {wrong}")
    return text


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
    """Return the weights as they are stored; none is NaN or infinite when they are loaded."""
    state = {key: value.detach().cpu().contiguous() for key, value in net.state_dict().items()}
    state = {key: v.to(dtype) if v.is_floating_point() else v for key, v in state.items()}
    for key, value in state.items():
        loaded = value.float() if value.is_floating_point() else value
        if bad := int((~torch.isfinite(loaded)).sum()):
            raise WeightsError(
                f"{name} cannot be saved: {key} holds {bad} NaN or infinite values out of "
                f"{value.numel()} in {dtype}. The training diverged: lower its learning rate"
            )
    return state


def _folder(folder: str | Path | None) -> Path:
    return default_folder() if folder is None else Path(folder)


def _mend(name: str, folder: str | Path | None) -> str:
    recipe = name.removesuffix("_discriminator")
    if folder is not None:
        place = shlex.quote(str(folder))
        return (
            f"Copy {name}.safetensors and {name}.json there again, or train it again: "
            f"`mvacourse train {recipe} --budget full --out {place}`"
        )
    return (
        f"Restore it with `git checkout -- data/weights/{name}.safetensors "
        f"data/weights/{name}.json`, or train it again: `mvacourse train {recipe} --budget full`"
    )
