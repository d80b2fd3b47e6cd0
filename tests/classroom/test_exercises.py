"""Every exercise accepts its reference, and says what is wrong with anything else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import torch

from mvacourse import claim
from mvacourse.classroom import exercises
from mvacourse.classroom.exercises import Exercise, NotWritten, all_exercises, check
from mvacourse.classroom.exercises.checking.examination import examine

EVERY = list(all_exercises().values())
FUNCTIONS = [e for e in EVERY if callable(e.reference)]
MISTAKES = [(e, words) for e in EVERY for words in e.mistakes]


@pytest.fixture(autouse=True)
def no_tries_yet(monkeypatch):
    monkeypatch.setattr(exercises, "_tries", {})


def named(value):
    return value.name if isinstance(value, Exercise) else None


def words_about(exercise, answer):
    verdict = examine(exercise, answer)
    assert not verdict.right
    return verdict.words


@pytest.mark.parametrize("exercise", EVERY, ids=named)
def test_reference_passes_and_says_so_in_one_line(exercise, capsys):
    check(exercise.name, exercise.reference)
    said = capsys.readouterr().out
    assert said.startswith(f"✓ {exercise.name}: ") and said.count("\n") == 1


@pytest.mark.parametrize("exercise", EVERY, ids=named)
def test_another_seed_finds_the_same(exercise):
    assert examine(exercise, exercise.reference, seed=7).right
    for mistake in exercise.mistakes.values():
        assert not examine(exercise, mistake, seed=7).right


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_stub_is_told_to_be_written_and_nothing_more(exercise, capsys):
    def stub(*_):
        raise exercises.NotWritten

    for _ in range(5):
        check(exercise.name, stub)
    said = capsys.readouterr().out.splitlines()
    assert set(said) == {
        f"✗ {exercise.name}: not written yet: replace the line that raises NotWritten"
    }


@pytest.mark.parametrize(("exercise", "words"), MISTAKES, ids=named)
def test_usual_mistake_is_named(exercise, words):
    assert words in words_about(exercise, exercise.mistakes[words])


@pytest.mark.parametrize("exercise", [e for e in FUNCTIONS if not e.probe], ids=named)
def test_nonsense_is_answered_with_two_different_numbers(exercise):
    def nonsense(*case):
        right = exercise.reference(*case)
        return 1.2345 * right + 0.678 * abs(right) ** 1.3  # no sum of the terms of a right answer

    said = words_about(exercise, nonsense)
    if "expected" in said:  # on single numbers a multiple may be recognised
        got, wanted = (
            said.split("expected ")[0].rstrip(", ").split()[-1],
            said.split("expected ")[1],
        )
        assert got != wanted.split()[0].rstrip(".")
    assert "looks as if" not in said


@pytest.mark.parametrize("exercise", EVERY, ids=named)
def test_exercise_is_complete(exercise):
    assert len(exercise.mistakes) >= 2
    assert exercise.hint and exercise.name.isidentifier()


def test_each_notebook_has_three_exercises():
    folder = Path(exercises.__file__).parent
    stems = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    notebooks = sorted((folder.parents[2] / "notebooks").glob("*.ipynb"))
    assert stems == {path.stem[3:] for path in notebooks}
    for stem in stems:
        assert len(import_module(f"mvacourse.classroom.exercises.{stem}").EXERCISES) >= 3


PLAIN = Exercise(
    name="double",
    reference=lambda x: 2 * x,
    inputs=lambda g: [(torch.rand(3, 5, generator=g, dtype=torch.float64),)],
    mistakes={"you forgot the 2": lambda x: x.clone()},
    direction="how large is the sum of x and x?",
    hint="twice",
)


def in_place(x):
    x *= 2
    return x


def broken(x):
    raise RuntimeError("size mismatch")


def torch_refuses(x):
    return 2 * x + (1 - torch.ones(2, dtype=torch.bool))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: None, "it returned None: does it end with a return statement?"),
        (lambda x: "text", "it is the str 'text', expected a tensor of shape (3, 5)"),
        (lambda x: (2 * x).numpy(), "NumPy array: use torch tensors"),
        (lambda x: [1.0, 2.0], "is a list of numbers: make a tensor of it"),
        (lambda x: 2 * x[:, :4], "its shape is (3, 4), expected (3, 5)"),
        (lambda x: (2 * x).long(), "holds torch.int64, expected floating-point values"),
        (lambda x: 2 * x + 1j, "complex"),
        (lambda x: 2 * x / 0 * 0, "NaN"),
        (in_place, "it changed its argument x"),
        (broken, "it raised RuntimeError: size mismatch (line "),
        (torch_refuses, "it raised "),
        (lambda: 0, "it raised TypeError: "),
        (lambda x: x.clone(), "you forgot the 2"),
        (torch.ones(3, 5), "pass the function itself, without calling it, not a float32 tensor"),
    ],
)
def test_each_way_to_be_wrong_has_its_message(answer, message):
    words = words_about(PLAIN, answer)
    assert message in words
    assert "not written" not in words


def test_the_input_on_which_it_fails_is_told():
    assert "The input: x: a float64 tensor of shape (3, 5)." in words_about(PLAIN, broken)


def test_largest_deviation_is_located():
    def two_pixels(x):
        y = 2 * x
        y[1, 4] += 7
        y[0, 0] -= 1
        return y

    words = words_about(PLAIN, two_pixels)
    assert "relative error of 1." in words and "largest deviation is at [1, 4]" in words


def test_values_of_a_tuple_are_called_by_their_names():
    both = Exercise(
        name="both",
        reference=lambda x: (x + 1, x.sum()),
        inputs=lambda g: [(torch.rand(3, 5, generator=g, dtype=torch.float64),)],
        parts=("the image", "its brightness"),
    )
    assert "the image is too large by 1, everywhere" in words_about(
        both, lambda x: (x + 2, x.sum())
    )
    assert "its brightness is " in words_about(both, lambda x: (x + 1, x.max()))
    assert "the shape of the image is (5,)" in words_about(both, lambda x: (x[0], x.sum()))
    assert "its brightness is the str 'a'" in words_about(both, lambda x: (x + 1, "a"))


def test_a_training_step_is_compared_by_what_it_does_to_the_weights():
    step = all_exercises()["srgan_step"]

    def far(G, D, y, x, V, adversarial, opt_G, opt_D):
        found = step.reference(G, D, y, x, V, adversarial, opt_G, opt_D)
        with torch.no_grad():
            next(G.parameters()).add_(1.0)
        return found

    assert "the change of G's weights in the first step has a" in words_about(step, far)
    assert "expected two losses" in words_about(step, lambda *_: 1.0)
    for _, D, *_ in step.cases():
        assert all(p.grad is None for p in D.parameters())


@pytest.mark.parametrize(
    "right",
    [
        lambda x: 2 * x * (1 + 1e-12),
        lambda x: x + x,
        lambda x: 2 * x + 0j,
        lambda x: torch.nn.Parameter(2 * x),
    ],
)
def test_right_answers_of_every_kind_pass(right):
    assert examine(PLAIN, right) == (True, "agrees with the reference", None, True)


def test_single_precision_is_accepted_and_told():
    for single in (lambda x: 2 * x.float(), lambda x: 2 * x + 1e-8):
        verdict = examine(PLAIN, single)
        assert verdict.right and "single precision somewhere" in verdict.words
    assert not examine(PLAIN, lambda x: 2 * x.half()).right


def test_numbers_and_tensors_can_be_answers():
    number = Exercise("size", 3.5, mistakes={"you halved it": 1.75, "you doubled it": 7.0})
    for right in (3.5, torch.tensor(3.5), torch.tensor(3.5).numpy(), torch.tensor(3.5).item()):
        assert examine(number, right).words == "agrees with the reference"
    assert "you halved it" in words_about(number, 1.75)
    assert "is 4, expected 3.5" in words_about(number, 4)
    tensor = Exercise("kernel", torch.eye(3, dtype=torch.float64))
    assert examine(tensor, torch.eye(3)).right
    assert "shape" in words_about(tensor, torch.eye(4, dtype=torch.float64))


def test_whole_numbers_of_every_type_are_right_where_one_is_wanted():
    count = Exercise("count", lambda x: len(x), inputs=lambda g: [(torch.ones(3),)])
    for answer in (lambda x: torch.tensor(3), lambda x: 3.0, lambda x: torch.tensor(3.0).numpy()):
        assert examine(count, answer).right
    assert "is too large by 1" in words_about(
        Exercise("count", lambda x: len(x), inputs=lambda g: [(torch.ones(3),), (torch.ones(5),)]),
        lambda x: len(x) + 1,
    )


def test_several_values_are_compared_one_by_one():
    both = Exercise(
        "both",
        lambda x: (x.sum(), 2 * x),
        inputs=lambda g: [(torch.rand(3, generator=g, dtype=torch.float64),)],
    )
    assert examine(both, lambda x: [x.sum(), x + x]).right
    assert "it gives 1 values" not in words_about(both, lambda x: x)
    assert "expected 2 values" in words_about(both, lambda x: x)
    assert "value 2 of your answer is twice the right one" in words_about(
        both, lambda x: (x.sum(), 4 * x)
    )
    assert "the shape of value 2 is ()" in words_about(both, lambda x: (x.sum(), x.sum()))


DESCENDED = Exercise(
    "energy",
    lambda x: x.square().sum(),
    inputs=lambda g: [(torch.rand(3, generator=g, dtype=torch.float64),)],
    differentiate=(0,),
)


@pytest.mark.parametrize(
    "cut",
    [
        lambda x: x.square().sum().item(),
        lambda x: x.detach().square().sum(),
        lambda x: torch.tensor(x.square().sum().item()),
        lambda x: torch.from_numpy(x.detach().numpy()).square().sum(),
        torch.no_grad()(lambda x: x.square().sum()),
    ],
)
def test_an_answer_through_which_the_course_descends_must_have_its_gradient(cut):
    assert examine(DESCENDED, lambda x: (x * x).sum()).right
    assert "cannot be differentiated with respect to x" in words_about(DESCENDED, cut)


def test_half_a_gradient_is_no_gradient():
    words = words_about(DESCENDED, lambda x: (x * x.detach()).sum())
    assert "its gradient with respect to x is wrong" in words


def test_arguments_of_every_kind_are_copied():
    def spoils(x, words, table):
        words.append("b")
        table["a"] = 2
        return x.sum()

    exercise = Exercise(
        "spoilt",
        lambda x, words, table: x.sum(),
        inputs=lambda g: [(torch.ones(3), ["a"], {"a": 1})],
    )
    assert "it changed its argument words" in words_about(exercise, spoils)
    assert exercise.cases()[0][1:] == (["a"], {"a": 1})


def test_torchs_own_not_implemented_error_is_no_stub():
    def refused(x):
        raise NotImplementedError("Could not run 'aten::rsub' with arguments")

    assert "not written yet" in words_about(PLAIN, refused), "nbgrader's own stub"

    def inside(x):
        return torch.ones(2).bool() - 1 if False else _refused()

    def _refused():
        error = NotImplementedError("Subtraction of bool tensors")
        raise error

    assert "it raised NotImplementedError" in words_about(PLAIN, inside)
    assert issubclass(NotWritten, NotImplementedError)


# What the student sees, try after try.


@pytest.fixture
def plain(monkeypatch):
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"double": PLAIN, "value": VALUE})


VALUE = Exercise("value", 3.5)


def told(capsys, answer):
    check("double", answer)
    return capsys.readouterr().out


def test_each_new_try_is_told_a_little_more(plain, capsys):
    answers = [lambda x: 3 * x, lambda x: 4 * x, lambda x: 5 * x, lambda x: 6 * x]
    first, second, third, fourth = (told(capsys, a) for a in answers)
    assert "Direction" not in first and "twice" not in first
    assert "Direction: how large" in second and "Hint" not in second
    assert "Hint: twice" in third and "solution" not in third
    assert "The solution is in the course's own edition" in fourth
    assert told(capsys, lambda x: x + x).startswith("✓")


def test_the_same_answer_again_is_no_new_try(plain, capsys):
    for _ in range(4):
        said = told(capsys, lambda x: 3 * x)
    assert "Direction" not in said


def test_use_hands_back_the_students_function_if_it_is_right(plain, capsys):
    def mine(x):
        return x + x

    assert exercises.use("double", mine) is mine
    assert exercises.use("double", lambda x: 3 * x) is PLAIN.reference
    assert "The cells below use the course's own double." in capsys.readouterr().out

    def stub(x):
        raise exercises.NotWritten

    assert exercises.use("double", stub) is PLAIN.reference


def test_case_gives_the_input_on_which_the_answer_failed(plain, capsys):
    (x,) = exercises.case("double")
    assert x.shape == (3, 5)
    check("double", lambda x: 3 * x)
    (again,) = exercises.case("double")
    again.zero_()
    assert torch.equal(exercises.case("double")[0], x)
    with pytest.raises(ValueError, match="value asks for a value"):
        exercises.case("value")


def test_bytes_may_become_either_precision():
    for dtype in (torch.float32, torch.float64):
        assert examine(all_exercises()["to_unit_range"], lambda x, d=dtype: x.to(d) / 255).right


def test_an_outcome_has_no_relative_error():
    exercise = all_exercises()["claim_dark"]
    for answer in (*exercise.mistakes.values(), lambda u: claim("dark", u.sum(), below=15)):
        words = words_about(exercise, answer)
        assert not any(text in words for text in ("error", "0, expected", "1, expected"))
    assert "does not do what the exercise asks" in words


def test_unknown_exercise_lists_those_there_are():
    for door in (check, exercises.use):
        with pytest.raises(KeyError, match="no exercise is called 'psnrr'.*psnr"):
            door("psnrr", lambda x: x)
    with pytest.raises(KeyError, match="no exercise is called"):
        exercises.case("psnrr")


# Inputs on which a wrong answer cannot pass by luck.

POSITIVE = {
    "poisson_variance": "grey levels",
    "to_unit_range": "bytes",
    "claim_dark": "grey levels",
    "rmse": "grey levels",
    "psnr": "grey levels",
    "ssim_patch": "grey levels",
    "ssim_map": "grey levels and weights",
    "with_mse": "grey levels",
    "split_in_two": "grey levels; the noise has both signs",
    "descent_filter": "singular values",
}
SQUARE = {"largest_step": "Hessians", "gaussian_map": "covariances"}


def tensors(exercise):
    return [x for case in exercise.cases() for x in case if isinstance(x, torch.Tensor)]


@pytest.mark.parametrize("exercise", [e for e in FUNCTIONS if tensors(e)], ids=named)
def test_inputs_have_both_signs_and_two_sizes_and_are_not_square(exercise):
    found = tensors(exercise)
    real = [x for x in found if x.is_floating_point()]
    if real and exercise.name not in POSITIVE and len(real) == len(found):
        assert min(x.min() for x in real) < 0 < max(x.max() for x in real)
    images = [x for x in found if x.ndim >= 2]
    if images and exercise.name not in SQUARE:
        assert any(x.shape[-1] != x.shape[-2] for x in images)
    if exercise.name not in ("claim_dark",):
        assert len({x.shape for x in found}) > 1
    assert any(n % 2 for x in found for n in x.shape)
