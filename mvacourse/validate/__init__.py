"""Checks of arguments. Each error names the argument and says how to fix it.

Public functions run these checks once, at the door, and use what they return; no loop runs them
again. An operator is applied many times, so it checks only types, ranges and sizes.
"""

from mvacourse.validate.functions import function, module, returned, returning
from mvacourse.validate.numbers import (
    count,
    fraction,
    generator,
    non_negative,
    number,
    positive,
    seed,
    seed32,
)
from mvacourse.validate.options import device, dtype, image_shape, image_size, near, one_of
from mvacourse.validate.tensors import (
    batch,
    finite,
    image,
    kernel,
    labels,
    like,
    mask,
    real,
    same_shape,
    tensor,
    values,
)

__all__ = [
    "batch",
    "count",
    "device",
    "dtype",
    "finite",
    "fraction",
    "function",
    "generator",
    "image",
    "image_shape",
    "image_size",
    "kernel",
    "labels",
    "like",
    "mask",
    "module",
    "near",
    "non_negative",
    "number",
    "one_of",
    "positive",
    "real",
    "returned",
    "returning",
    "same_shape",
    "seed",
    "seed32",
    "tensor",
    "values",
]
