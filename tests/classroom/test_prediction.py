"""A prediction is asked for before a figure, and answered after it, with and without widgets."""

from __future__ import annotations

import pytest
from IPython.display import Markdown

from mvacourse.classroom import widgets
from mvacourse.classroom.widgets import prediction

ANSWERS = {"It grows.": "The noise does.", "It shrinks.": "Each step averages."}


@pytest.fixture
def guess():
    return widgets.predict("What happens?", ANSWERS, right="It shrinks.")


def test_question_and_answers_are_text_and_buttons(guess, monkeypatch):
    shown = []
    monkeypatch.setattr(prediction, "display", shown.append)
    guess._ipython_display_()
    text, box = shown
    assert isinstance(text, Markdown)
    for words in ("What happens?", "- (a) It grows.", "- (b) It shrinks."):
        assert words in text.data
    assert box.children[0] is guess.buttons
    assert [letter for letter, _ in guess.buttons.options] == ["a", "b"]
    assert "averages" not in text.data, "no remark before the figure"


def test_reveal_without_a_choice_tells_the_answer(guess):
    assert guess.chosen is None
    assert guess.reveal().data == "**It shrinks.** Each step averages."


def test_a_wrong_expectation_has_its_own_line(guess):
    guess.buttons.value = "It grows."
    said = guess.reveal().data
    assert said.startswith("You expected: *It grows.* The noise does.")
    assert said.endswith("**It shrinks.** Each step averages.")
    guess.buttons.value = "It shrinks."
    assert guess.reveal().data.startswith("You were right.")


def test_a_choice_is_noted(guess):
    assert guess._said.value == prediction.NONE_YET
    guess.buttons.value = "It grows."
    assert guess._said.value.startswith("Noted")


@pytest.mark.parametrize(
    ("question", "answers", "right", "error", "words"),
    [
        (3, ANSWERS, "It grows.", TypeError, "question is a int"),
        ("?", ["a", "b"], "a", TypeError, "answers must be a dict"),
        ("?", {"a": 1, "b": "2"}, "a", TypeError, "both must be text"),
        ("?", {"a": "1"}, "a", ValueError, "answers has 1 of them: give 2 to 9"),
        ("?", ANSWERS, "c", ValueError, "right = 'c' is none of the answers: It grows., It"),
    ],
)
def test_bad_input_is_told(question, answers, right, error, words):
    with pytest.raises(error, match=words):
        widgets.predict(question, answers, right)
