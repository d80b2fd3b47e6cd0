"""Checks of shapes and types that all networks share."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mvacourse import validate

_LARGEST = 10.0
"""An input in [0, 1] stays below this even under very strong noise; one in 0–255 does not."""


def check_images(net: nn.Module, x: Tensor, name: str = "x") -> Tensor:
    """Check that x is a batch of images `(B,C,H,W)` of the network's shape, and return it.

    Raises
    ------
    TypeError, ValueError
        As :func:`check_input`, or if x has the wrong size.
    """
    validate.batch(x, name)
    if tuple(x.shape[1:]) != net.shape:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}, but this network takes images "
            f"(B, {', '.join(map(str, net.shape))})"
        )
    _check_scale(net, x, name)
    return check_type(net, x, name)


def check_input(
    net: nn.Module, x: Tensor, channels: int, name: str = "x", *, unit_range: bool = True
) -> Tensor:
    """Check that x is a batch of images with these channels, which the network takes; return it.

    In evaluation mode, on the CPU, images in 0–255 are refused: the look at each value costs little
    beside a convolution. In training, the data are checked before the loop.

    Raises
    ------
    TypeError, ValueError
        If it is not, its numbers are not of the type of the weights, or it is in 0–255.
    """
    validate.batch(x, name)
    if x.shape[1] != channels:
        raise ValueError(f"{name} has {x.shape[1]} channels, but the network takes {channels}")
    if unit_range:
        _check_scale(net, x, name)
    return check_type(net, x, name)


def check_codes(net: nn.Module, z: Tensor, k: int, n: int | None = None) -> Tensor:
    """Check that z is a batch of latent codes `(B,k)`, one for each of `n` images; return it.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    return check_vectors(net, z, k, "z", n)


def check_vectors(net: nn.Module, x: Tensor, k: int, name: str, n: int | None = None) -> Tensor:
    """Check that x is a batch of vectors `(B,k)`, and return it; `n` is the B it must have.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    validate.values(x, name)
    if x.ndim != 2 or x.shape[1] != k:
        raise ValueError(f"{name} has shape {tuple(x.shape)}, but this network takes (B, {k})")
    if n is not None and len(x) != n:
        raise ValueError(f"{name} has {len(x)} rows for a batch of {n}: give one for each of x")
    return check_type(net, x, name)


def check_type(net: nn.Module, x: Tensor, name: str) -> Tensor:
    """Check that x has the type of the network's weights, unless autocast converts it; return it.

    Raises
    ------
    TypeError
        If it does not, or was made in inference mode and autograd cannot use it.
    """
    weight = next(net.parameters())
    same = x.dtype == weight.dtype
    if not same and (x.is_complex() or not torch.is_autocast_enabled(x.device.type)):
        raise TypeError(
            f"{name} holds {x.dtype}, but the weights of the network {weight.dtype}: write "
            f"{name}.to({weight.dtype})"
        )
    if x.is_inference() and torch.is_grad_enabled() and not torch.is_inference_mode_enabled():
        raise TypeError(f"{name} was made in inference mode: write {name}.clone() outside it")
    return x


def _check_scale(net: nn.Module, x: Tensor, name: str) -> None:
    if net.training or x.device.type != "cpu" or x.is_complex() or torch.compiler.is_compiling():
        return
    low, high = (float(bound) for bound in x.detach().aminmax())
    if low >= 0 and high > _LARGEST:
        raise ValueError(
            f"{name} reaches {high:.4g}: it looks like 0–255, but images are in [0, 1]; "
            f"write {name} / 255"
        )
