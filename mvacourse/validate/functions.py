"""Checks of functions and networks that are passed in, and of what they return."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.validate.tensors import values


def function(f: Any, name: str, *arguments: str) -> Any:
    """Check that `f` can be called with as many arguments as are named, and return it.

    Raises
    ------
    TypeError
        If it cannot.
    """
    wanted = f"{name}({', '.join(arguments)})"
    if not callable(f) or inspect.isclass(f):
        kind = f.__name__ if inspect.isclass(f) else type(f).__name__
        raise TypeError(f"{name} is a {kind}, not a function: pass one that is called as {wanted}")
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # some functions written in C have none
        return f
    try:
        signature.bind(*arguments)
    except TypeError as error:
        raise TypeError(f"{name} cannot be called as {wanted}: {error}") from None
    return f


def returned(y: Any, like: Tensor, call: str) -> Tensor:
    """Check that a call returned a finite tensor shaped like `like`, and return it.

    Raises
    ------
    TypeError, ValueError
        If it is no tensor, has another shape, is complex where `like` is real, or is not finite.
    """
    values(y, call)
    if y.shape != like.shape or y.is_complex() > like.is_complex():
        raise ValueError(
            f"{call} is {y.dtype} of shape {tuple(y.shape)}: it must be like its argument, "
            f"{like.dtype} of shape {tuple(like.shape)}"
        )
    if not torch.isfinite(y).all():
        raise ValueError(f"{call} holds NaN or infinite values: look for a division by zero in it")
    return y


def returning(f: Callable[..., Tensor], name: str, *arguments: str) -> Callable[..., Tensor]:
    """Check that `f` is a function of x, or of what is named; return it with a check of its result.

    The first result must be like the first argument.

    The loops of the solvers then check nothing themselves, and a result that would broadcast is
    found at the first step.

    Raises
    ------
    TypeError
        If `f` is not such a function; later, as :func:`returned`.
    """
    arguments = arguments or ("x",)
    function(f, name, *arguments)
    seen = False

    def checked(x: Tensor, *rest: Any) -> Tensor:
        nonlocal seen
        if seen:
            return f(x, *rest)
        seen = True
        return returned(f(x, *rest), x, f"{name}({', '.join(arguments)})")

    return checked


def module(net: Any, name: str) -> nn.Module:
    """Check that `net` is a network, and return it.

    Raises
    ------
    TypeError
        If it is not.
    """
    if not isinstance(net, nn.Module):
        kind = f"the class {net.__name__}" if inspect.isclass(net) else f"a {type(net).__name__}"
        raise TypeError(f"{name} is {kind}, not a network: pass a torch.nn.Module")
    return net
