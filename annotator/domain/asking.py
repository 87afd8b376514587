"""Questions pinned to a point of an image, and their answers, as the steps of a case tell them; no delivered file has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotator.domain.course import ANSWER, ASK, Standing, Step
from annotator.domain.image import ImageKey
from annotator.i18n import mark

LESION, NO_LESION, SEE_TEXT = "lesion", "not a lesion", "see text"
ANSWERS: Mapping[str, str] = {LESION: mark("a lesion"), NO_LESION: mark("not a lesion"), SEE_TEXT: mark("see the text")}
"""The answers in the order of their keys, marked for translation."""
LONGEST = 500
"""Characters of a question or an answer; it is one line."""


@dataclass(frozen=True)
class Pin:
    """A question; `number` is that of its step, `x`, `y` image coordinates, `to` the name of a person or the value of a role.

    `answer` is one of `ANSWERS`, empty as long as it is open; `said` the text of the answer, `by` who gave it.
    """

    number: int
    image: ImageKey
    x: float
    y: float
    text: str
    person: str
    to: str = ""
    answer: str = ""
    said: str = ""
    by: str = ""

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.answer


def pins_of(standing: Standing) -> tuple[Pin, ...]:
    """Return the questions of a case in the order in which they were asked; one without a point that can be understood is left out."""
    answers = {answer.facts.get("question", ""): answer for _, answer in standing.answered}
    asked = (*(question for question, _ in standing.answered), *standing.questions)
    return tuple(pin for pin in (_pin(step, answers.get(str(step.number))) for step in _in_order(asked)) if pin is not None)


def question(case: str, image: ImageKey, x: float, y: float, text: str, to: str) -> Step:
    """Return the step that asks something at a point of an image."""
    facts = {"image": str(image), "x": repr(round(float(x), 2)), "y": repr(round(float(y), 2)), "text": one_line(text), "to": to}
    return Step(case, 0, ASK, "", "", "", facts=facts)


def answer(case: str, number: int, given: str, text: str = "") -> Step:
    """Return the step that answers the question with this number."""
    return Step(case, 0, ANSWER, "", "", "", facts={"question": str(number), "answer": given, "text": one_line(text)})


def is_for(pin: Pin, name: str, role: str) -> bool:
    """Whether a question is one to a person at work in a role."""
    return pin.to in ("", name) or (bool(role) and pin.to == role)


def one_line(text: str) -> str:
    """Return a text as one line of at most `LONGEST` characters."""
    return " ".join(text.split())[:LONGEST]


def _in_order(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.number)


def _pin(step: Step, answered: Step | None) -> Pin | None:
    facts, given = step.facts, answered.facts if answered is not None else {}
    try:
        image, x, y = ImageKey.parse(facts.get("image", "")), float(facts.get("x", "")), float(facts.get("y", ""))
    except ValueError:
        return None
    by = answered.person if answered is not None else ""
    told = given.get("answer", SEE_TEXT) if answered is not None else ""
    return Pin(step.number, image, x, y, facts.get("text", ""), step.person, facts.get("to", ""), told, given.get("text", ""), by)
