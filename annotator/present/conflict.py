"""The differences between two versions of a case as rows: where each is, what differs, and how it is decided now."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.blindness import veiled
from annotator.domain.conflict import Dispute, Take
from annotator.i18n import language, mark, translate
from annotator.present.history import GREY, Places, place_text, places
from annotator.workspace.bringing import Version
from annotator.workspace.session import Session

TAKEN = {Take.FIRST: mark("A"), Take.SECOND: mark("B"), Take.BOTH: mark("Both")}


@dataclass(frozen=True)
class DisputeRow:
    """One difference as a list shows it."""

    colour: tuple[int, int, int]
    text: str
    note: str
    decided: str


def dispute_rows(session: Session) -> tuple[DisputeRow, ...]:
    """Return the rows of what is to be decided in the open case."""
    found, where = session.conflict, places(session.case_series)
    return tuple(_row(session, dispute, where) for dispute in found.disputes) if found is not None else ()


def version_text(letter: str, version: Version) -> str:
    """Say which version a letter stands for."""
    if not version.digest and not version.number:
        return translate(mark("{letter}: the delivered files as others changed them"), letter=letter)
    when = version.time[:16].replace("T", " ")
    return translate(mark("{letter}: {author}, {time}"), letter=letter, author=version.author or "?", time=when)


def _row(session: Session, dispute: Dispute, where: Places) -> DisputeRow:
    taken = session.decided(dispute)
    decided = translate(TAKEN[taken]) if taken is not None else translate(mark("otherwise"))
    subject = dispute.subject
    if subject is None:
        return DisputeRow(GREY, translate(mark("Case data: {name}"), name=dispute.fact), _sides(dispute), decided)
    names = {c.key: (c.name_en if language() == "en" else c.name).replace("_", " ") for c in session.project.project.categories}
    place = place_text([subject.image], where) or translate(mark("an image that is not open"))
    text = veiled(f"{place} · {names.get(subject.category, subject.category)} #{subject.id}", session.project.project)
    return DisputeRow(session.colours.get(subject.category, GREY), text, _sides(dispute), decided)


def _sides(dispute: Dispute) -> str:
    """Say what the versions have."""
    one, other = (dispute.first, dispute.second) if not dispute.fact else dispute.told
    if one is None or other is None:
        return translate(mark("only in A")) if other is None else translate(mark("only in B"))
    first, second = dispute.first, dispute.second
    if first is None or second is None:
        return translate(mark("A and B say different things"))
    kinds = (
        (mark("shape"), first.shape != second.shape),
        (mark("category"), first.category != second.category),
        (mark("answers or note"), (first.attributes, first.note) != (second.attributes, second.note)),
    )
    differ = ", ".join(translate(text) for text, is_other in kinds if is_other) or translate(mark("who drew it, or when"))
    return translate(mark("in A and B, other: {kinds}"), kinds=differ)
