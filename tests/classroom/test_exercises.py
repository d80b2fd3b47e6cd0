"""Every exercise accepts its reference, and says what is wrong with anything else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import torch

from mvacourse import claim
from mvacourse.classroom import exercises
from mvacourse.classroom.exercises import Exercise, ExerciseError, all_exercises, check
from mvacourse.classroom.exercises.exercise import examine

EVERY = list(all_exercises().values())
FUNCTIONS = [e for e in EVERY if callable(e.reference)]
MISTAKES = [(e, words) for e in EVERY for words in e.mistakes]


def named(value):
    return value.name if isinstance(value, Exercise) else None


def answer_of(exercise):
    """The reference as a student would write it."""
    if exercise.name == "claim_dark":
        from mvacourse.classroom.exercises.start_here import _claim_dark

        return _claim_dark
    return exercise.reference


@pytest.mark.parametrize("exercise", EVERY, ids=named)
def test_reference_passes_and_says_so_in_one_line(exercise, capsys):
    check(exercise.name, answer_of(exercise))
    said = capsys.readouterr().out
    assert said.startswith(f"✓ {exercise.name}: ") and said.count("\n") == 1


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_stub_is_told_to_be_written(exercise):
    def stub(*_):
        raise NotImplementedError("write your solution here")

    with pytest.raises(ExerciseError, match="not written yet"):
        check(exercise.name, stub)


@pytest.mark.parametrize(("exercise", "words"), MISTAKES, ids=named)
def test_usual_mistake_is_named(exercise, words):
    with pytest.raises(ExerciseError) as caught:
        check(exercise.name, exercise.mistakes[words])
    assert words in str(caught.value)


@pytest.mark.parametrize("exercise", [e for e in FUNCTIONS if not e.probe], ids=named)
def test_nonsense_is_answered_with_a_number_and_the_hint(exercise):
    def nonsense(*case):
        return 1.2345 * exercise.reference(*case) + 0.678

    with pytest.raises(ExerciseError) as caught:
        check(exercise.name, nonsense)
    said = str(caught.value)
    assert "expected" in said and any(c.isdigit() for c in said) and exercise.hint in said
    assert "looks as if" not in said


@pytest.mark.parametrize("exercise", EVERY, ids=named)
def test_exercise_is_complete(exercise):
    assert len(exercise.mistakes) >= 2
    assert exercise.hint and exercise.name.isidentifier()


def test_each_notebook_has_three_exercises():
    folder = Path(exercises.__file__).parent
    stems = {path.stem for path in folder.glob("*.py")} - {"__init__", "exercise"}
    notebooks = sorted((folder.parents[2] / "notebooks").glob("*.ipynb"))
    assert stems == {path.stem[3:] for path in notebooks}
    for stem in stems:
        assert len(import_module(f"mvacourse.classroom.exercises.{stem}").EXERCISES) >= 3


PLAIN = Exercise(
    name="double",
    reference=lambda x: 2 * x,
    inputs=lambda g: [(torch.rand(3, 5, generator=g, dtype=torch.float64),)],
    mistakes={"you forgot the 2": lambda x: x.clone()},
    hint="twice",
)


def in_place(x):
    x *= 2
    return x


def broken(x):
    raise RuntimeError("size mismatch")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: None, r"returned None: does it end with a return statement\?\nHint: twice$"),
        (lambda x: "text", "is a str, expected a tensor of shape .3, 5."),
        (lambda x: (2 * x).numpy(), "NumPy array"),
        (lambda x: 2 * x[:, :4], "shape is .3, 4., expected .3, 5."),
        (lambda x: 2 * x.float(), "float32 for inputs in float64"),
        (lambda x: (2 * x).long(), "holds torch.int64"),
        (lambda x: 2 * x + 0j, "complex"),
        (lambda x: 2 * x / 0 * 0, "NaN"),
        (in_place, "changed its argument number 1"),
        (broken, r"size mismatch .called with a float64 tensor .*; line \d+: raise RuntimeError"),
        (lambda: 0, r"raised TypeError: .*shape .3, 5.\)\.\nHint"),
        (lambda x: x.clone(), "you forgot the 2"),
        (torch.ones(3, 5), "pass the function itself"),
    ],
)
def test_each_way_to_be_wrong_has_its_message(answer, message):
    with pytest.raises(ExerciseError, match=message):
        examine(PLAIN, answer)


def test_error_of_the_answer_is_chained():
    with pytest.raises(ExerciseError) as caught:
        examine(PLAIN, broken)
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_largest_deviation_is_located():
    def one_pixel(x):
        y = 2 * x
        y[1, 4] += 7
        return y

    with pytest.raises(ExerciseError, match=r"error 1\.\d.*largest deviation is at \[1, 4\]"):
        examine(PLAIN, one_pixel)


def test_error_within_the_tolerance_passes():
    assert examine(PLAIN, lambda x: 2 * x * (1 + 1e-12)).startswith("✓ double")


def test_numbers_and_tensors_can_be_answers():
    number = Exercise("size", 3.5, mistakes={"you halved it": 1.75, "you doubled it": 7.0})
    assert examine(number, 3.5) == "✓ size: agrees with the reference"
    with pytest.raises(ExerciseError, match="you halved it"):
        examine(number, 1.75)
    with pytest.raises(ExerciseError, match="gives 4, expected 3.5"):
        examine(number, 4)
    tensor = Exercise("kernel", torch.eye(3, dtype=torch.float64))
    assert examine(tensor, torch.eye(3, dtype=torch.float64)).startswith("✓")
    with pytest.raises(ExerciseError, match="shape"):
        examine(tensor, torch.eye(4, dtype=torch.float64))


def test_precision_is_asked_for_in_terms_of_what_was_given():
    scaled = Exercise(
        name="scaled",
        reference=lambda x: x.double() / 255,
        inputs=lambda g: [(torch.arange(6, dtype=torch.uint8),)],
    )
    with pytest.raises(ExerciseError, match=r"float32 for inputs in torch.uint8: .*\.double\(\)"):
        examine(scaled, lambda x: x.float() / 255)
    with pytest.raises(ExerciseError, match=r"holds torch.uint8, expected floating-point"):
        examine(scaled, lambda x: x // 255)
    with pytest.raises(ExerciseError, match=r"float32: make it with dtype=torch.float64"):
        examine(Exercise("kernel", torch.eye(3, dtype=torch.float64)), torch.eye(3))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_bytes_may_become_either_precision(dtype):
    assert examine(all_exercises()["to_unit_range"], lambda x: x.to(dtype) / 255).startswith("✓")


def test_an_outcome_has_no_relative_error():
    exercise = all_exercises()["claim_dark"]
    for answer in (*exercise.mistakes.values(), lambda u: claim("dark", u.std(), below=0.05)):
        with pytest.raises(ExerciseError) as caught:
            examine(exercise, answer)
        assert not any(
            words in str(caught.value) for words in ("error", "0, expected", "1, expected")
        )
    assert "does not do what the exercise asks" in str(caught.value)


def test_ipython_shows_the_message_alone():
    with pytest.raises(ExerciseError) as caught:
        examine(PLAIN, broken)
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_unknown_exercise_lists_those_there_are():
    with pytest.raises(KeyError, match="no exercise is called 'psnrr'.*psnr"):
        exercises.check("psnrr", lambda x: x)
