"""What is said of the readings of a case: who, when, what and how it stands, and how one differs from the own on an image."""

from __future__ import annotations

from annotator.domain.blindness import veiled
from annotator.domain.differing import Differing
from annotator.i18n import language, mark, translate
from annotator.workspace.readings import SavedReading
from annotator.workspace.session import Session

_MOST = 6
"""More ids than this are not listed."""


def when(reading: SavedReading) -> str:
    """Say when a reading was saved, to the minute."""
    return reading.time[:16].replace("T", " ")


def reading_cells(session: Session, reading: SavedReading, *, rivals: bool) -> tuple[str, str, str, str]:
    """Return date, author, counts and state of a reading; `rivals`: several readings are not continued by any other."""
    names = {c.key: c.name_en if language() == "en" else c.name for c in session.project.project.categories}
    parts = [f"{names.get(key, key).replace('_', ' ')} {count}" for key, count in sorted(reading.counts.items())]
    if reading.labelled:
        parts.append(translate(mark("segmentation")))
    state = ""
    if session.is_open(reading):
        state = translate(mark("your work stands on it"))
    elif rivals and reading.head:
        state = translate(mark("saved at the same time"))
    counted = veiled(", ".join(parts), session.project.project) or translate(mark("nothing annotated"))
    return when(reading), reading.author or "?", counted, state


def reading_title(reading: SavedReading) -> str:
    """Say whose reading a view shows, and that it is only looked at."""
    return translate(mark("Reading of {author}, {time} – read only"), author=reading.author or "?", time=when(reading))


def differing_text(found: Differing) -> str:
    """Say what differs on an image, by the ids of the annotations; short, for there is little room above a view."""
    if found.none:
        return translate(mark("This image is read alike"))
    texts = (
        (mark("Only yours {ids}"), found.here),
        (mark("Only this one {ids}"), found.there),
        (mark("Shape {ids}"), found.shape),
        (mark("Category {ids}"), found.category),
        (mark("Answers {ids}"), found.answers),
    )
    return " · ".join(translate(text, ids=_listed(ids)) for text, ids in texts if ids)


def _listed(ids: tuple[int, ...]) -> str:
    more = ", …" if len(ids) > _MOST else ""
    return ", ".join(f"#{number}" for number in ids[:_MOST]) + more
