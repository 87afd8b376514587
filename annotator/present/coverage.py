"""The rows of the coverage panel: what answers each line of the specialist, and the regions that answer none."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.coverage import Answer, Member
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.present.lines import line_sign
from annotator.workspace.session import Session


@dataclass(frozen=True)
class CoverageRow:
    """A line, or a region without a line, as the panel shows it."""

    member: Member
    colour: tuple[int, int, int]
    text: str
    state: str
    place: str
    """The number of its image in the series, where there are several."""
    settled: bool


def coverage_rows(session: Session) -> tuple[CoverageRow, ...]:
    """Return the rows of the open case: its lines in their order, then the regions that answer none."""
    found, numbers = session.coverage, session.line_numbers
    lines = (
        _row(session, a.line, f"{line_sign(numbers[a.line.image, a.line.id])}  {_name(session, a.line)}", state_text(a), settled=a.settled)
        for a in found.lines
    )
    strays = (_row(session, region, _name(session, region), translate(mark("answers no line")), settled=False) for region in found.strays)
    return (*lines, *strays)


def coverage_text(session: Session) -> str:
    """Say how far the case is: `2 of 3 lines settled, 1 region without a line`."""
    found = session.coverage
    settled = sum(answer.settled for answer in found.lines)
    said = translate(mark("{settled} of {all} lines settled"), settled=settled, all=len(found.lines))
    if not found.lines:
        said = translate(mark("This case has no lines"))
    return said + (" · " + translate(mark("regions without a line: {count}"), count=len(found.strays)) if found.strays else "")


def state_text(answer: Answer) -> str:
    """Say what answers a line, and how much of it that holds."""
    percent = round(answer.share * 100)
    if answer.regions:
        state = translate(mark("answered, {percent} %"), percent=percent)
        if not answer.enough:
            state = translate(mark("answered, but holds only {percent} %"), percent=percent)
    elif answer.excuse:
        state = translate(mark("excused: {reason}"), reason=answer.excuse)
    else:
        state = translate(mark("no answer yet"))
    return state + (" · " + translate(mark("disputed: {text}"), text=answer.dispute) if answer.dispute else "")


def _row(session: Session, annotation: Annotation, text: str, state: str, *, settled: bool) -> CoverageRow:
    places = session.series.places if session.series is not None else {}
    place = str(places[annotation.image] + 1) if len(places) > 1 and annotation.image in places else ""
    colour = session.colours.get(annotation.category, (255, 255, 255))
    return CoverageRow((annotation.image, annotation.id), colour, text, state, place, settled)


def _name(session: Session, annotation: Annotation) -> str:
    categories = {c.key: c for c in session.project.project.categories}
    category = categories.get(annotation.category)
    return category_name(category) if category is not None else annotation.category
