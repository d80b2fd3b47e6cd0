"""Values travel between processes as numbers, and nothing else does."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from mvacourse.classroom.exercises.checking.trials import Trial
from mvacourse.classroom.grading import wire


def sent(value):
    return wire.decode(json.loads(json.dumps(wire.encode(value))))


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64, torch.complex128])
def test_tensors_come_back_as_they_are(dtype):
    x = torch.randn(2, 3, dtype=dtype)
    for value in (x, x.mT, x[:0], x[0, 0], x.clone().requires_grad_()):
        back = sent(value)
        assert back.dtype == dtype and torch.equal(back, value.detach())
    assert torch.equal(sent(x.conj()), x.conj())
    assert torch.equal(
        sent(torch.tensor([math.nan, -math.inf])).nan_to_num(), torch.tensor([0, torch.finfo().min])
    )


@pytest.mark.parametrize("value", [3, -(10**30), 0.1, math.inf, True, None, "text", 1 + 2j])
def test_numbers_and_texts_come_back_as_they_are(value):
    assert sent(value) == value and type(sent(value)) is type(value)


def test_numbers_of_numpy_and_others_become_pythons():
    assert sent(np.float32(0.5)) == 0.5 and sent(np.int8(3)) == 3
    assert sent(Fraction(1, 4)) == 0.25 and math.isnan(sent(float("nan")))
    assert np.array_equal(sent(np.eye(2)), np.eye(2))


def test_lists_and_tuples_keep_their_kind():
    back = sent((torch.ones(2), [1, 2.0], ()))
    assert type(back) is tuple and back[1:] == ([1, 2.0], ())


def test_of_other_objects_only_the_type_is_told():
    class Odd:
        def __reduce__(self):
            raise AssertionError("nobody may ask for it")

    for value, name in ((Odd(), "Odd"), ({}, "dict"), (lambda: 0, "function")):
        assert type(sent(value)).__name__ == name
    assert type(sent(torch.ones(2, device="meta"))).__name__ == "Tensor without values"
    assert torch.equal(sent(torch.eye(2).to_sparse()), torch.eye(2))


def test_too_large_a_result_is_refused():
    with pytest.raises(wire.NotSendable, match="far more than is asked for"):
        wire.encode(torch.zeros(wire.LARGEST_ARRAY // 4 + 1))


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        {},
        {"value": 1},
        {"real": "x"},
        {"integer": 3},
        {"tensor": {"dtype": "float64", "shape": [3], "data": "AAAA"}},
        {"tensor": {"dtype": "object", "shape": [1], "data": ""}},
        {"tensor": {"dtype": "float64", "shape": [-1], "data": ""}},
        {"list": 3},
        {"list": [{"list": [{"list": [{"list": [{"list": [{"list": []}]}]}]}]}]},
        {"real": "0x1p0", "list": []},
    ],
)
def test_nonsense_is_refused(nonsense):
    with pytest.raises(wire.NotSendable):
        wire.decode(nonsense)


def test_trials_and_gradients():
    for trial in (Trial(0.5), Trial(failure="it raised"), Trial(failure="not", written=False)):
        assert wire.decode_trial(wire.encode_trial(trial)) == trial
    (((g, none),),) = (wire.decode_gradients(wire.encode_gradients([[torch.ones(2), None]])),)
    assert torch.equal(g, torch.ones(2)) and none is None
    assert wire.decode_gradients(wire.encode_gradients(None)) is None
    for nonsense in ({}, [1], [[{"real": "0x1p0"}]]):
        with pytest.raises(wire.NotSendable):
            wire.decode_gradients(nonsense)
