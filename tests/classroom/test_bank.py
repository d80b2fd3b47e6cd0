"""The bank of answers: every right one is accepted, every wrong one refused, with its cause."""

from __future__ import annotations

import re

import pytest
from classroom.bank import Answers, all_answers

from mvacourse.classroom.exercises import all_exercises
from mvacourse.classroom.exercises.checking.examination import examine

BANK = all_answers()
RIGHT = [(a, answer) for a in BANK for answer in a.right]
WRONG = [(a, answer) for a in BANK for answer in a.wrong]
NUMBERS = re.compile(r"(?:is|: ) ?(-?[\d.e+-]+), expected (-?[\d.e+-]+)")


def named(value):
    return value.exercise if isinstance(value, Answers) else None


@pytest.mark.parametrize("answers, answer", RIGHT, ids=named)
def test_right_answer_is_accepted(answers, answer):
    verdict = examine(all_exercises()[answers.exercise], answers.function(answer))
    assert verdict.right, verdict.words


@pytest.mark.parametrize("answers, answer", WRONG, ids=named)
def test_wrong_answer_is_refused_for_its_cause(answers, answer):
    verdict = examine(all_exercises()[answers.exercise], answers.function(answer))
    assert not verdict.right
    cause = answers.wrong[answer]
    if cause:
        assert re.search(cause, verdict.words)
    else:
        assert "looks as if" not in verdict.words
    for got, wanted in NUMBERS.findall(verdict.words):
        assert got != wanted.rstrip(".")


@pytest.mark.parametrize("answers", BANK, ids=named)
def test_bank_has_enough_answers_and_most_causes_are_named(answers):
    causes = list(answers.wrong.values())
    assert len(answers.right) >= 5 and len(set(answers.right)) == len(answers.right)
    assert len(causes) >= 10
    assert sum(map(bool, causes)) >= 0.7 * len(causes)
