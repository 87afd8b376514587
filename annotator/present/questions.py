"""What questions look like: as pins on the picture, and as rows of the panel."""

from __future__ import annotations

from annotator.domain.asking import ANSWERS, Pin
from annotator.domain.path import Point
from annotator.domain.person import NAMES, Role
from annotator.i18n import mark, translate
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session


def pins(session: Session, pane: Pane) -> tuple[tuple[Point, str, bool], ...]:
    """Return where the pins of a view's image stand, what is written on each, and whether it is open; with the one being written."""
    numbers, draft = session.pin_numbers, session.draft
    found = [((pin.x, pin.y), str(numbers[pin.number]), pin.open) for pin in session.pins_at(pane.place)]
    if draft is not None and draft.image == pane.place.key:
        found.append(((draft.x, draft.y), "?", True))
    return tuple(found)


def addressee_name(to: str) -> str:
    """Return how whom a question is put to is called: a role in the current language, or a person's name."""
    roles = {role.value: role for role in Role}
    return translate(NAMES[roles[to]]) if to in roles else to or translate(mark("anybody"))


def state_of(pin: Pin) -> str:
    """Say who asked whom, or what the answer was."""
    if pin.open:
        return translate(mark("{person} asks: {to}"), person=pin.person or "?", to=addressee_name(pin.to))
    given = translate(ANSWERS.get(pin.answer, pin.answer))
    text = f"{given}: {pin.said}" if pin.said else given
    return translate(mark("{person} answers: {text}"), person=pin.by or "?", text=text)
