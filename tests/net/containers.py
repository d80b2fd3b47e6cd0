"""Bad values of parameters that hold several things, or things of the classroom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from net.tensors import INF, NAN, Bad, tensors, wrong_types


def features(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "none", [], "refuse"
    yield "numbers", [1.0], "refuse"
    yield "arrays", [x.numpy() for x in valid], "refuse"
    yield "more layers", [*valid, *valid], "refuse"
    yield "other shapes", [x[..., :-1] for x in valid], "refuse"
    yield "of None", [None], "refuse"
    yield "tuple", tuple(valid), "same"


def reals(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    for value in ([], [NAN], [INF], ["a"], [None], [1j], "90", [[0.0], [45.0, 90.0]]):
        yield f"angles {value!r:.20}", value, "refuse"
    yield "one number", 45.0, "may"
    yield "tensor", torch.tensor(valid), "same"
    yield "array", np.array(valid), "same"
    yield "tuple", tuple(valid), "same"
    yield "int", [int(x) for x in valid], "same"


def functions(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    f, g = valid
    for value in (f, (f,), (f, g, f), (f, None), (None, g), (f, "g"), (f, lambda: None)):
        yield f"functions {value!r:.20}", value, "refuse"
    yield "other shape", (f, lambda x: x[..., :-1]), "refuse"
    yield "NaN", (lambda x: x * NAN, g), "refuse"


def pair(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    low, high = valid
    for value in (low, (low,), (low, high, high), (high, low - 1), (NAN, high), (low, INF)):
        yield f"pair {value!r:.20}", value, "refuse"
    for value in ((None, None), ("0", "1"), (1j, high), (True, False), [[low], [high]]):
        yield f"pair {value!r:.20}", value, "refuse"
    yield "list", [low, high], "same"
    yield "numpy", (np.float64(low), np.float32(high)), "same"


def functions_only(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "number", 3, "refuse"
    yield "tensor", torch.ones(2), "refuse"


def truths(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "array", valid.numpy(), "refuse"
    yield "grey", 0.3 + 0.2 * valid.float(), "refuse"
    yield "fewer", valid[:-1], "refuse"
    yield "none", torch.zeros_like(valid), "refuse"
    yield "all", torch.ones_like(valid), "refuse"
    yield "NaN", torch.full(valid.shape, NAN), "refuse"
    yield "float", valid.float(), "same"
    yield "int", valid.int(), "same"


def weights(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in tensors(valid):
        refused = ("NaN", "inf", "one NaN", "one -inf", "zero", "negative", "large", "empty")
        yield label, value, "refuse" if label in refused else verdict
    yield "sum 2", 2 * valid, "refuse"


def noise(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    for value in (-1, 1.5, 2**64, True, NAN):
        yield f"noise {value}", value, "refuse"
    yield "np.int64", np.int64(0), "same"
    yield "function", torch.rand, "may"
    yield "no argument", lambda: None, "refuse"
    yield "returns None", lambda *shape: None, "refuse"
    yield "other shape", lambda *shape: torch.rand(3), "refuse"
    yield "normal numbers", torch.randn, "may"


def pictures(valid: Any) -> Iterator[Bad]:
    for value in ("text", b"text", 3, 1.5, True, object(), {1}, int, [], {}, [None], ["a"], [1, 2]):
        yield f"picture {value!r:.20}", value, "refuse"
    x = valid[:1]
    for label, value in (
        ("uint8", (255 * x).byte()),
        ("0–255", 255 * x),
        ("0–255 array", (255 * x[0, 0]).byte().numpy()),
        ("0–255 in a dict", {"a": 255 * x}),
        ("int", (5 * x).int()),
        ("complex", x + 1j),
        ("two channels", x.expand(1, 2, -1, -1)),
        ("five dimensions", x[None, None]),
        ("flat", x.flatten()),
        ("0-d", x.sum()),
        ("empty", x[..., :0]),
        ("object array", np.array([[None, "a"]])),
        ("str array", np.array([["a", "b"]])),
        ("titles without image", {"a": None}),
        ("titles that are numbers", [(1, None)]),
        ("all NaN", x * NAN),
    ):
        yield label, value, "refuse"
    for label, value in (
        ("-1 to 1", 2 * x - 1),
        ("noisy", x + torch.randn(x.shape, generator=torch.Generator().manual_seed(0))),
        ("bool", x > 0.5),
        ("one NaN", torch.where(x == x.max(), NAN, x)),
        ("one inf", torch.where(x == x.max(), INF, x)),
        ("float16", x.half()),
        ("requires grad", x.clone().requires_grad_()),
        ("one pixel", x[..., :1, :1]),
        ("thin", x[..., :1]),
        ("array", x.numpy()),
        ("float64 array", x.double().numpy()),
    ):
        yield label, value, "may"


def fields(valid: Any) -> Iterator[Bad]:
    """Signed images, spectra: any scale."""
    scales = ("uint8", "0–255", "0–255 array", "0–255 in a dict", "int", "complex")
    for label, value, verdict in pictures(valid):
        yield label, value, "may" if label in scales else verdict


def triple(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    for value in (3, (1,), (1, 1), (1, 1, 0), (1, 1, 100), (-1, 1, 2), ("1", "1", "2"), (1, 1, NAN),
                  (None,) * 3, (1, 1, 3, 3), (True, True, True)):  # fmt: skip
        yield f"zoom {value}", value, "refuse"
    yield "list", list(valid), "may"
    yield "numpy", tuple(map(np.int64, valid)), "may"


def curves(valid: Any) -> Iterator[Bad]:
    yield from ((label, value, v) for label, value, v in wrong_types() if label != "dict")
    for label, value in (
        ("none", {}), ("list", [1.0, 2.0]), ("tensor", torch.ones(3)), ("number", 3),
        ("of None", {"a": None}), ("of str", {"a": "text"}), ("of words", {"a": ["a", "b"]}),
        ("of complex", {"a": [1j, 2j]}), ("no point", {"a": []}),
        ("matrix", {"a": torch.ones(2, 2)}),
        ("lengths", {"a": ([1.0, 2.0], [1.0])}), ("x None", {"a": (None, [1.0])}),
        ("of dict", {"a": {}}),
    ):  # fmt: skip
        yield label, value, "refuse"
    for label, value in (
        ("NaN", {"a": [1.0, NAN]}), ("inf", {"a": [1.0, INF]}), ("zero", {"a": [0.0, 0.0]}),
        ("int label", {1: [1.0]}),
        ("negative", {"a": [-1.0, -2.0]}), ("bool", {"a": [True, False]}),
        ("grad", {"a": torch.ones(2, requires_grad=True)}), ("one", {"a": 1.0}),
        ("bfloat16", {"a": torch.ones(2, dtype=torch.bfloat16)}),
    ):  # fmt: skip
        yield label, value, "may"


def levels(valid: Any) -> Iterator[Bad]:
    for value in (
        "text",
        3,
        [1.0],
        {"a": None},
        {"a": "b"},
        {"a": NAN},
        {"a": [1.0, 2.0]},
        object(),
    ):
        yield f"levels {value!r:.20}", value, "refuse"


def options(valid: Any) -> Iterator[Bad]:
    for value in (3, 1.5, True, object(), [], {}, ()):
        yield f"options {value!r:.20}", value, "refuse"
    for value in ("ab", [1, 2], [None], {"a": 1}, [("a", 1)], [[1], [2]], torch.ones(2)):
        yield f"options {value!r:.20}", value, "may"


def renderers(valid: Any) -> Iterator[Bad]:
    yield from functions_only(valid)
    changes: dict[str, Callable] = {
        "returns None": lambda n=1.0: None,
        "returns a str": lambda n=1.0: "text",
        "returns a number": lambda n=1.0: 3.0,
        "no argument": lambda: None,
        "returns complex": lambda n=1.0: 1j * torch.ones(1, 1, 4, 4),
    }
    for label, f in changes.items():
        yield label, f, "refuse"


def controls(valid: Any) -> Iterator[Bad]:
    for value in (3, 1.5, "text", [], (0, 1), object(), {}, nn.Identity()):
        yield f"control {value!r:.20}", value, "refuse"


def rows(valid: Any) -> Iterator[Bad]:
    for value in ("text", 3, 1.5, object(), [], [[]], [[0], [0, 1]], [[-1, 0]], [[0.5, 1.0]],
                  [["a", "b"]], [[None]], [[9999, 10**30]], [[1j]], {}, [0, 1], [[NAN]],
                  torch.ones(2, 2), torch.ones(1, 2, 2, 2).long()):  # fmt: skip
        yield f"rows {value!r:.30}", value, "refuse"
    yield "bool", [[True, False]], "may"
    yield "array", np.array([[0, 1]]), "may"


def names(valid: Any) -> Iterator[Bad]:
    for value in (
        3,
        1.5,
        True,
        object(),
        ["no such name"],
        [None],
        [1],
        [""],
        [[]],
        {"a": 1},
        b"x",
    ):
        yield f"names {value!r:.20}", value, "may" if isinstance(value, dict) else "refuse"
    yield "none", [], "may"
    yield "a str", "no such name", "may"
    yield "list", list(valid), "same"


def characters(valid: Any) -> Iterator[Bad]:
    for value in (
        3,
        1.5,
        True,
        object(),
        "",
        [],
        "AA",
        ["AB"],
        [None],
        [1],
        "\0",
        "漢",
        "\n",
        b"A",
    ):
        yield f"characters {value!r:.20}", value, "refuse"
    yield "list", list(valid), "same"


def claimed(valid: Any) -> Iterator[Bad]:
    for value in (
        "text",
        None,
        [],
        {},
        object(),
        1j,
        [None],
        ["1"],
        NAN,
        INF,
        torch.tensor(1j),
        True,
    ):
        yield f"value {value!r:.20}", value, "refuse"
    for value in (torch.tensor(1.0), [1.0, 1.0], np.float32(1.0), np.array([1.0]), 1, 5.0):
        yield f"value {value!r:.20}", value, "may"


def files(valid: Any) -> Iterator[Bad]:
    for value in (3, 1.5, True, None, [], {}, object(), NAN, ("a", "b"), "", "a\0b"):
        yield f"file {value!r:.20}", value, "refuse"


def contents(valid: Any) -> Iterator[Bad]:
    for value in (3, 1.5, True, None, [], {}, object(), NAN, ("a", "b")):
        yield f"content {value!r:.20}", value, "refuse"


def records(valid: Any) -> Iterator[Bad]:
    for value in (3, 1.5, "text", [], object(), (), int, lambda: None, torch.ones(2)):
        yield f"record {value!r:.20}", value, "refuse"


MAKERS = {
    "features": features, "reals": reals, "functions": functions, "pair": pair,
    "callable": functions_only, "truths": truths, "weights": weights, "noise": noise,
    "picture": pictures, "field": fields, "triple": triple, "curves": curves, "levels": levels,
    "options": options, "renderer": renderers, "control": controls, "rows": rows, "names": names,
    "characters": characters, "claimed": claimed, "file": files, "content": contents,
    "record": records,
}  # fmt: skip
