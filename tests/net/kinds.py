"""The kind of each parameter: one table of patterns, then its annotation and its valid value."""

from __future__ import annotations

import inspect
from fnmatch import fnmatchcase
from typing import Any

from torch import Tensor, nn

from mvacourse.operators import Operator
from net.entry import Entry

# The first pattern that fits "room.function.parameter" decides. Names mean the same everywhere, as
# docs/notation.md says; only images differ, in how much a function may ask of them.
TABLE = (
    ("validate.*.name*", "word"),
    ("*.seed", "seed"),
    ("*.callback", "callback"),
    ("*.device", "device"),
    ("*.dtype", "dtype"),
    ("*.checkpoint", "path"),
    ("*.folder", "path"),
    ("*.out", "path"),
    ("*.mask", "mask"),
    ("validate.mask.m", "mask"),
    ("operators.Blur.k", "kernel"),
    ("closed_form.*.k", "kernel"),
    ("validate.kernel.k", "kernel"),
    ("closed_form.ridge.v", "data"),
    ("closed_form.pseudo_inverse.v", "data"),
    ("variational.inpaint.v", "image"),
    ("variational.*.v", "data"),
    ("closed_form.*.[uv]", "image"),
    ("closed_form.tychonov.v", "image"),
    ("metrics.mse.*", "batch"),
    ("metrics.rmse.*", "batch"),
    ("metrics.class_variance.x", "stack"),
    ("metrics.*.x", "estimate"),
    ("metrics.*.ref", "reference"),
    ("operators.bicubic.u", "image"),
    ("operators.*.u", "stack"),
    ("uncertainty.*_detail.x_hat", "image"),
    ("uncertainty.departure.x_hat", "image"),
    ("uncertainty.*.x_hat", "batch"),
    ("priors.invert.x", "image"),
    ("train.*.images", "image"),
    ("train.Labelled.photographs", "image"),
    ("train.*.photographs", "bytes"),
    ("nets.*.[vyx]", "net_input"),
    ("*.lam", "non_negative"),
    ("*.gamma", "non_negative"),
    ("*.tol", "non_negative"),
    ("*.penalty", "non_negative"),
    ("*.alpha", "non_negative"),
    ("*.average", "fraction"),
    ("*.share", "fraction"),
    ("*.level", "fraction"),
    ("*.relax", "positive"),
    ("noise.gaussian.sigma", "non_negative"),
    ("nets.*Denoiser.*.sigma", "non_negative"),
    ("nets.PatchMixture.*.sigma", "non_negative"),
    ("train.Tomography.sigma", "non_negative"),
)
POSITIVE = frozenset(
    "tau L eps sigma sigma0 peak lr lr_z lr_theta lr_D lr_f radius noise weight scale clip".split()
)
REAL = frozenset(
    "angle beta vmin vmax value start stop equals at_least at_most above below".split()
)
WORDS = frozenset("title titles subtitles label xlabel ylabel statement caption what".split())


def kind(function: str, parameter: str, annotation: Any, valid: Any, entry: Entry) -> str:
    """Name the kind of a parameter; `valid` is a valid value."""
    name = parameter.lstrip("*")
    if name in entry.kinds:
        return entry.kinds[name]
    path = f"{function}.{name}"
    for pattern, found in TABLE:
        if fnmatchcase(path, pattern):
            return found
    if name in WORDS:
        return "word"
    if isinstance(valid, bool):
        return "flag"
    return _by_value(name, str(annotation), valid)


def _by_value(name: str, annotation: str, valid: Any) -> str:
    if isinstance(valid, Tensor):
        return "tensor" if valid.is_floating_point() or valid.is_complex() else "labels"
    if isinstance(valid, Operator):
        return "operator"
    if isinstance(valid, nn.Module):
        return "module"
    if isinstance(valid, str):
        return "choice"
    if isinstance(valid, int):
        return "count" if name not in REAL else "real"
    if isinstance(valid, float):
        return "positive" if name in POSITIVE else "real" if name in REAL else "non_negative"
    if isinstance(valid, (tuple, list)) and valid and all(isinstance(n, int) for n in valid):
        return "shape"
    if callable(valid) and not inspect.isclass(valid):
        return "function"
    if valid is None:
        return _by_annotation(annotation)
    return "other"


def _by_annotation(annotation: str) -> str:
    """The kind of a parameter that is None by default."""
    for word, found in (
        ("Tensor", "tensor"),
        ("Sequence[int]", "shape"),
        ("Callable", "function"),
        ("Callback", "function"),
        ("Map", "function"),
        ("int", "count"),
        ("float", "positive"),
        ("bool", "flag"),
        ("str", "choice"),
    ):
        if word in annotation:
            return found
    return "other"


def optional(parameter: inspect.Parameter | None) -> bool:
    """Whether None is a valid value."""
    if parameter is None:
        return True
    return parameter.default is None or "None" in str(parameter.annotation)
