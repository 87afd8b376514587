"""What is said of the oddities of a series, and where a click on one leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.image import ImageKey
from annotator.domain.integrity import Oddity, Weight
from annotator.domain.sameness import Foreign
from annotator.i18n import mark, say, translate
from annotator.workspace.session import Session


@dataclass(frozen=True)
class OddRow:
    """One oddity as a row: the sign and colour of its weight, its sentence, and what a screen reader says."""

    sign: str
    colour: str
    text: str
    spoken: str


def odd_rows(session: Session) -> tuple[OddRow, ...]:
    """Return a row for each oddity of the open series."""
    return tuple(map(_row, session.oddities))


def worst(oddities: Sequence[Oddity]) -> tuple[str, str] | None:
    """Return sign and colour of the weightiest oddity, None where there is none."""
    return _SIGNS[oddities[0].weight][:2] if oddities else None


def show_oddity(session: Session, place: int) -> None:
    """Go to the next image that the oddity in this place concerns, after the last one to the first; one without images leads nowhere."""
    images = session.oddities[place].images if place < len(session.oddities) else ()
    here = session.image.key if session.image else None
    if images:
        session.show_image(_after(images, here))


def foreign_text(found: Foreign) -> str:
    """Say why annotations cannot be changed, and what differs."""
    told = translate(mark("These annotations were drawn on another image with the same UID ({uid}), so they can be seen but not changed."),
                     uid=found.image.uid)  # fmt: skip
    return told + " " + translate(mark("What differs: {what}"), what="; ".join(map(say, found.differences)))


def _after(images: Sequence[ImageKey], here: ImageKey | None) -> ImageKey:
    return images[(images.index(here) + 1) % len(images)] if here in images else images[0]


_SIGNS = {
    Weight.WRONG: ("error", "danger", mark("Error: {text}")),
    Weight.ODD: ("warning", "warning", mark("Remark: {text}")),
}


def _row(oddity: Oddity) -> OddRow:
    sign, colour, spoken = _SIGNS[oddity.weight]
    text = say(oddity.text)
    return OddRow(sign, colour, text, translate(spoken, text=text))
