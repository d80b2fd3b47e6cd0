"""Call a function with one bad argument, and judge what happens."""

from __future__ import annotations

import contextlib
import io
import math
import re
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from net.entry import Entry, call

IMAGES = dict.fromkeys("uvxy", "images?")
"""What a message may call such an argument: "k is 9×9, larger than the 8×6 image"."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to: "refused" or "accepted"; `fault` says what is wrong with that."""

    what: str
    fault: str = ""
    result: Any = None


def judge(
    function: Callable,
    entry: Entry,
    given: Mapping[str, Any],
    parameter: str,
    verdict: str,
    finite: bool,
    wanted: Any = None,
) -> Outcome:
    """Call `function` and compare what happens with the verdict.

    "refuse": an error that names the parameter. "may": that, or a result within contract. "same":
    the result of the valid arguments, `wanted`. "differs": a result that is not `wanted`.
    """
    before = trace(given)
    try:
        with quiet() as caught, patience():
            torch.manual_seed(0)
            result = call(function, given)
    except entry.errors:
        outcome = Outcome("refused")
    except (TypeError, ValueError) as error:
        outcome = Outcome("refused", _unnamed(error, entry, given, parameter, verdict))
        if verdict in ("same", "differs") and not outcome.fault:
            outcome = Outcome("refused", f"is refused: {_said(error)}")
    except Exception as error:  # the point of the net: no other exception may come out
        outcome = Outcome("refused", f"raises {_said(error)}")
    else:
        outcome = Outcome(
            "accepted", _broken(result, entry, given, verdict, finite, wanted), result
        )
        for warning in caught:
            if not outcome.fault and not _mentions(str(warning.message), given):
                outcome = Outcome("accepted", f"warns {warning.message}", result)
    if trace(given) != before:
        return Outcome(outcome.what, "changes its arguments")
    return outcome


@contextlib.contextmanager
def patience(seconds: float = 20.0) -> Iterator[None]:
    """Stop a call that goes on forever, where the system can."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"not finished after {seconds:g} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Collect warnings, and hide what is printed."""
    with warnings.catch_warnings(record=True) as caught, contextlib.ExitStack() as after:
        after.callback(torch.set_warn_always, torch.is_warn_always_enabled())
        torch.set_warn_always(True)  # otherwise only the first call of a process is warned of
        warnings.simplefilter("always")
        for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield caught


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0][:150] if str(error) else ''}"


def _unnamed(
    error: Exception, entry: Entry, given: Mapping[str, Any], parameter: str, verdict: str
) -> str:
    """Say that an error does not name the parameter; empty if it does.

    A value that is wrong only together with another argument ("may") may name the other one.
    """
    name = parameter.lstrip("*")
    names = [name, *(given if verdict == "may" else ())]
    words = [re.escape(n.lstrip("*")) for n in names if n] + [
        IMAGES.get(name, ""),
        entry.also.get(name, ""),
    ]
    words = "|".join(filter(None, words))
    if re.search(rf"(?<![A-Za-z0-9])({words})(?![A-Za-z0-9])", str(error)):
        # Python's own complaint about a call names parameters too, but only of what is inside.
        if not re.search(r"\(\) (takes|got|missing)", str(error)):
            return ""
    return f"does not name {name}: {_said(error)}"


def _mentions(message: str, given: Mapping[str, Any]) -> bool:
    return any(re.search(rf"\b{re.escape(n.lstrip('*'))}\b", message) for n in given)


def _broken(
    result: Any, entry: Entry, given: Mapping[str, Any], verdict: str, finite: bool, wanted: Any
) -> str:
    """Say how a result breaks its contract; empty if it does not."""
    if verdict == "refuse":
        return "is accepted silently"
    numbers = list(values(result))
    if finite and any(np.isnan(x).any() for x in numbers):
        return "gives NaN"
    if finite and not entry.infinite and any(np.isinf(x).any() for x in numbers):
        return "gives infinite values"
    if verdict in ("same", "differs"):
        alike = same(result, wanted)
        if alike != (verdict == "same"):
            return "gives another result" if verdict == "same" else "gives the result of seed 0"
    if entry.like is not None and isinstance(result, Tensor):
        x = given[entry.like]
        if isinstance(x, Tensor) and (result.shape, result.dtype) != (x.shape, x.dtype):
            return f"gives {result.dtype} {tuple(result.shape)} for {x.dtype} {tuple(x.shape)}"
    return ""


def values(x: Any, kinds: str = "fc") -> Iterator[np.ndarray]:
    """Yield all floating-point and complex numbers in a result, or those of other kinds."""
    if isinstance(x, Tensor):
        if (kinds != "fc" or x.is_floating_point() or x.is_complex()) and not x.is_meta:
            x = x.detach().to_dense().resolve_conj().cpu()
            yield (x.float() if x.dtype in (torch.float16, torch.bfloat16) else x).numpy()
    elif is_dataclass(x) and not isinstance(x, type):
        yield from values(vars(x), kinds)
    elif isinstance(x, nn.Module):
        yield from values([*x.parameters(), *x.buffers()], kinds)
    elif isinstance(x, torch.Generator):
        yield np.asarray(float(x.initial_seed()))
    elif isinstance(x, (np.ndarray, np.number, int, float, complex)):
        if np.asarray(x).dtype.kind in kinds:
            yield np.asarray(x)
    elif isinstance(x, (Mapping, tuple, list)):
        for value in x.values() if isinstance(x, Mapping) else x:
            yield from values(value, kinds)


def same(a: Any, b: Any) -> bool:
    """Compare two results up to rounding; what holds no numbers is taken as equal."""
    left, right = list(values(a, "fciub")), list(values(b, "fciub"))
    if len(left) != len(right) or isinstance(a, bytes):
        return a == b if isinstance(a, bytes) else False
    return all(
        x.shape == y.shape and np.allclose(x, y, rtol=1e-4, atol=1e-5, equal_nan=True)
        for x, y in zip(left, right)
    )


def trace(x: Any) -> Any:
    """Describe what may not change: in-place operations count up a tensor's version."""
    if isinstance(x, Tensor):
        version = None if x.is_inference() else x._version
        return id(x), version, x.requires_grad, tuple(x.shape)
    if isinstance(x, np.ndarray):
        return id(x), x.tobytes()
    if isinstance(x, nn.Module):
        state = [*x.named_parameters(), *x.named_buffers()]
        return id(x), x.training, [(name, trace(p)) for name, p in state]
    if isinstance(x, Mapping):
        return [(key, trace(value)) for key, value in x.items()]
    if isinstance(x, (list, tuple)):
        return [trace(value) for value in x]
    return repr(x) if isinstance(x, (str, int, float, bool, type(None))) else id(x)


def is_finite(x: Any) -> bool:
    """Whether a bad value holds only finite numbers, so that a result must be finite too."""
    if callable(x) and not isinstance(x, nn.Module):
        return True
    if isinstance(x, (int, np.integer)) and not isinstance(x, bool):
        return True
    return all(np.isfinite(v).all() for v in values(x)) and not (
        isinstance(x, float) and not math.isfinite(x)
    )
