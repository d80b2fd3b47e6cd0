"""Commit to an answer before the figure shows it."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
from IPython.display import Markdown, display

NONE_YET = "Choose one, then run the next cells."


class Prediction:
    """A question with answers to choose from; made by :func:`predict`.

    A notebook shows the question, its answers as text, and one button for each. So it can also be
    read where there are no widgets.

    Attributes
    ----------
    buttons : ipywidgets.ToggleButtons
        Its `value` is the number of the chosen answer, None before a choice. Tab moves from one
        button to the next, and the space bar chooses.
    """

    def __init__(self, question: str, answers: Mapping[str, str], right: str) -> None:
        self.question, self.answers, self.right = question, dict(answers), right
        letters = [chr(ord("a") + i) for i in range(len(answers))]
        self._lines = dict(zip(letters, self.answers))
        self.buttons = ipywidgets.ToggleButtons(
            options=[(letter, answer) for letter, answer in self._lines.items()],
            value=None,
            tooltips=list(self.answers),
        )
        self.buttons.style.button_width = "4em"
        self._said = ipywidgets.HTML(NONE_YET)
        self.buttons.observe(self._chosen, names="value")
        self._box = ipywidgets.VBox([self.buttons, self._said])

    @property
    def chosen(self) -> str | None:
        """The answer that was chosen, None before a choice."""
        return self.buttons.value

    def _chosen(self, change: dict) -> None:
        chosen = change["new"] is not None
        self._said.value = "Noted. Now run the next cells." if chosen else NONE_YET

    def _ipython_display_(self) -> None:
        lines = "\n".join(f"- ({letter}) {answer}" for letter, answer in self._lines.items())
        display(Markdown(f"**Predict.** {self.question}\n\n{lines}"))
        display(self._box)

    def reveal(self) -> Markdown:
        """Say what is right and why, and what the chosen answer overlooks."""
        told = f"**{self.right}** {self.answers[self.right]}"
        if self.chosen is None:
            return Markdown(told)
        if self.chosen == self.right:
            return Markdown(f"You were right. {told}")
        mine = f"You expected: *{self.chosen}* {self.answers[self.chosen]}"
        return Markdown(f"{mine}\n\n{told}")


def predict(question: str, answers: Mapping[str, str], right: str) -> Prediction:
    """Ask for a prediction; the cell after the figure calls :meth:`Prediction.reveal`.

    >>> guess = widgets.predict(
    ...     "Where will TV be better than Tychonov?",
    ...     {
    ...         "On every photograph.": "TV takes grass for noise.",
    ...         "Where there are edges.": "The force of TV on a large jump saturates.",
    ...     },
    ...     right="Where there are edges.",
    ... )
    >>> guess.reveal()

    Parameters
    ----------
    question : str
    answers : dict {answer: remark}
        At least two answers. The remark says why the answer is right, or what it overlooks.
    right : str
        The right one of the answers.

    Raises
    ------
    TypeError
        If the question, or an answer or its remark, is no text.
    ValueError
        If there are fewer than two answers or more than nine, or `right` is none of them.
    """
    if not isinstance(question, str):
        raise TypeError(f"question is a {type(question).__name__}, not text")
    if not isinstance(answers, Mapping):
        raise TypeError("answers must be a dict: {answer: remark}")
    for answer, remark in answers.items():
        if not (isinstance(answer, str) and isinstance(remark, str)):
            raise TypeError(f"answers has {answer!r}: {remark!r}: both must be text")
    if not 2 <= len(answers) <= 9:
        raise ValueError(f"answers has {len(answers)} of them: give 2 to 9")
    if right not in answers:
        raise ValueError(f"right = {right!r} is none of the answers: {', '.join(answers)}")
    return Prediction(question, answers, right)
