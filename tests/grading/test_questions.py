"""The course's own notebooks: their exercises, and the code that an answer depends on."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from handouts import ORIGINAL

from mvacourse.classroom import grading
from mvacourse.classroom.exercises import all_exercises
from mvacourse.classroom.exercises.checking.examination import examine
from mvacourse.classroom.grading.questions import (
    bound,
    checks,
    free_names,
    imports,
    needed,
    parse,
)
from mvacourse.classroom.notebooks import read, save
from mvacourse.classroom.student_edition import strip_solutions

COURSE = grading.read_course(ORIGINAL.parent)
QUESTIONS = [q for asked in COURSE.values() for q in asked]


def test_every_exercise_is_a_question_once():
    assert sorted(q.exercise for q in QUESTIONS) == sorted(all_exercises())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.exercise)
def test_every_exercise_can_be_asked_with_any_seed(question):
    exercise = all_exercises()[question.exercise]
    answer = exercise.reference
    if question.exercise == "claim_dark":
        from mvacourse.classroom.exercises.start_here import _claim_dark as answer
    for seed in range(100, 104):
        verdict = examine(exercise, answer, seed)
        assert verdict.right, (seed, verdict.words)


def test_student_edition_has_no_questions(tmp_path):
    handout = strip_solutions(read(ORIGINAL), ORIGINAL.name)
    save(handout, tmp_path / ORIGINAL.name)
    with pytest.raises(ValueError, match="has no solutions: grade from a clone"):
        grading.read_course(tmp_path)


@pytest.mark.parametrize(
    "source, found",
    [
        ('exercises.check("a", f)', ("a", "f")),
        ('f = exercises.use("a", f)', ("a", "f")),
        ("exercises.check(name, f)", None),
        ("print(1)", None),
        ("f(", None),
    ],
)
def test_checks(source, found):
    assert checks(source) == found


def test_free_names_are_those_of_the_notebook():
    source = "def f(x, k=size):\n    y = x + offset\n    return [y for y in range(k)], len(x), f"
    assert free_names(source) == {"size", "offset", "f"}


def test_only_what_an_answer_depends_on_is_taken_from_above():
    above = [
        "import math\nimport torch\nfrom a import b, c as d",
        "sigma = 1\nslow = train_for_hours()",
        "%matplotlib inline\nsigma = math.pi",
        "def helper(x):\n    return x * sigma",
        "for k in range(3):\n    total = k",
    ]
    taken = needed(above, "def f(x):\n    return helper(x) + d + total")
    assert taken.splitlines() == [
        "import math",
        "from a import c as d",
        "sigma = math.pi",
        "def helper(x):",
        "    return x * sigma",
        "for k in range(3):",
        "    total = k",
    ]
    assert needed(above, "def f(:") == ""


def test_bound_names():
    (statement,) = parse("with open(p) as f, g() as (a, b):\n    c = [d for d in f]").body
    assert bound(statement) == {"f", "a", "b", "c"}


def test_what_a_student_imports_in_another_cell_may_be_used():
    own = ["import numpy as np, os", "from math import pi\nx = 1", "def f(:"]
    assert imports(own, {"np", "pi"}).splitlines() == [
        "try:",
        "    import numpy as np",
        "except ImportError:",
        "    pass",
        "try:",
        "    from math import pi",
        "except ImportError:",
        "    pass",
    ]
    (question,) = [q for q in QUESTIONS if q.exercise == "total_variation"]
    prelude = question.prelude("def my_tv(u):\n    return np.sum(grad(u))", own)
    assert "import numpy as np" in prelude and "os" not in prelude.replace("mvacourse", "")
    assert "import grad" in prelude


def test_threads_may_parse_at_once():
    """On Python 3.11, garbage collection in one parse lets another begin, and both fail."""
    source = "\n".join(f"def f{i}(x):\n    return [x * y for y in range({i})]" for i in range(300))

    def at_depth(n):
        return at_depth(n - 1) if n else parse(source)

    def busy(*_):
        sum(range(50))

    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(busy)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(at_depth, [3, 20, 40, 60] * 20))
    finally:
        gc.callbacks.remove(busy)
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
    assert all(len(tree.body) == 300 for tree in trees)
