"""What is said of the readings of a case: who, when, what and how it stands, and how one differs from the own on an image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from annotator.domain.between import Tally, tally
from annotator.domain.blindness import veiled
from annotator.domain.differing import Differing
from annotator.domain.labels import LABELS
from annotator.i18n import language, mark, say, translate
from annotator.workspace.readings import SavedReading
from annotator.workspace.session import Session
from annotator.workspace.unfolding import Compared, Unfolded

_MOST = 6
"""More ids than this are not listed."""


def when(reading: SavedReading) -> str:
    """Say when a reading was saved, to the minute."""
    return reading.time[:16].replace("T", " ")


def reading_text(reading: SavedReading) -> str:
    """Say which reading it is: its number, when it was saved and by whom."""
    return f"{reading.number} · {when(reading)} · {reading.author or '?'}"


def reading_state(session: Session, reading: SavedReading, *, rivals: bool) -> str:
    """Say how a reading stands to the own work; `rivals`: several readings are not continued by any other."""
    if rivals and reading.head:
        return translate(mark("in conflict"))
    return translate(mark("open here")) if session.is_open(reading) else ""


def counts_text(session: Session, counts: Mapping[str, int], *, labelled: bool = False) -> str:
    """Say how many annotations of each category there are; empty where there are none."""
    names = _names(session)
    parts = [f"{names.get(key, key)} {count}" for key, count in sorted(counts.items())]
    if labelled:
        parts.append(translate(mark("segmentation")))
    return veiled(", ".join(parts), session.project.project)


def change_text(session: Session, found: Unfolded) -> str:
    """Say what a reading changed against the one before it, and which others it united."""
    if found.problem is not None:
        return translate(mark("not known: {reason}"), reason=say(found.problem))
    parts = [translate(mark("unites {numbers}"), numbers=", ".join(f"#{number}" for number in found.united))] if found.united else []
    return " · ".join(filter(None, (*parts, tally_text(session, found.tally))))


def tally_text(session: Session, found: Tally) -> str:
    """Say what came, what went and what is otherwise, by category."""
    names, parts = _names(session), list[str]()
    kinds = ((mark("+{count} {category}"), found.added), (mark("−{count} {category}"), found.removed))
    for text, counts in (*kinds, (mark("{category} changed: {count}"), found.changed)):
        parts += [translate(text, count=count, category=names.get(key, key)) for key, count in sorted(counts.items())]
    others = ((mark("notes and answers: {count}"), found.noted), (mark("lesions and locks: {count}"), found.rest))
    for text, count in (*others, (mark("case data: {count}"), found.facts)):
        parts += [translate(text, count=count)] if count else []
    return veiled(" · ".join(parts), session.project.project) or translate(mark("the same annotations"))


def between_text(session: Session, chosen: Sequence[SavedReading], found: Compared, more: int) -> str:
    """Say what is shown of one chosen reading, or of two (the newest first); `more` images are not."""
    if len(chosen) == 2:
        newer, older = chosen
        text = translate(mark("From no. {older} ({author}) to no. {newer} ({other}): {changes}"), older=older.number, newer=newer.number,
                         author=older.author or "?", other=newer.author or "?", changes=tally_text(session, tally(found.edit)))  # fmt: skip
    else:
        counts = Counter(a.category for there in found.after.annotations.values() for a in there)
        counted = counts_text(session, counts, labelled=LABELS in found.after.facts) or translate(mark("nothing annotated"))
        text = translate(mark("No. {number}: {changes}. In all: {counts}"), number=chosen[0].number, counts=counted,
                         changes=tally_text(session, tally(found.edit)))  # fmt: skip
    return "\n".join((text, translate(mark("{count} more images are not shown"), count=more))) if more else text


def _names(session: Session) -> Mapping[str, str]:
    found = session.project.project.categories
    return {c.key: (c.name_en if language() == "en" else c.name).replace("_", " ") for c in found}


def reading_title(session: Session, reading: SavedReading) -> str:
    """Say whose reading a view shows, and that it is only looked at; of two versions that are decided between, also which."""
    if not reading.digest:
        title = translate(mark("Delivered files as others changed them – read only"))
    else:
        title = translate(mark("Reading of {author}, {time} – read only"), author=reading.author or "?", time=when(reading))
    found = session.conflict
    sides = {} if found is None else {(found.first.number, found.first.digest): "A", (found.second.number, found.second.digest): "B"}
    letter = sides.get((reading.number, reading.digest), "")
    return f"{letter} · {title}" if letter else title


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
