"""Take a filled review sheet back: the cases of the rows that are marked become rework, with the reasons that stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.clinical_table import Leaf, Line
from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import clinical_sheet
from annotator.i18n import LANGUAGES, Message, message, say_in
from annotator.workspace import revisions, steps
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reporting.contour_files import HEADINGS
from annotator.workspace.revisions import Revision

_CASE, _IMAGE, _MARK, _REASON = HEADINGS[0], HEADINGS[1], HEADINGS[8], HEADINGS[9]
_BLANK = ("", "-", "–", "x", "0", "n", "no", "ok", "아니오", "이상없음", "정상")
"""What stands in the column where nothing is wrong, if not nothing."""


@dataclass(frozen=True)
class Marked:
    """A case of which rows are marked: the reasons in order of row, each with its image."""

    case: str
    reason: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Returned:
    """What came of a sheet: the cases that are to be done again now, and those that could not be sent back, with the reason."""

    cases: tuple[str, ...]
    refused: tuple[Message, ...]


def read_sheet(project: ProjectFolder, path: Path) -> tuple[Marked, ...]:
    """Return the cases that a filled sheet marks; raises AnnotatorError with the row for one that is not of this project, or has no reason.

    Nothing is changed: a sheet is taken as a whole or not at all.
    """
    doing = message("Reading the review sheet {file}", file=path.name)
    try:
        leaves = clinical_sheet.read(path.read_bytes(), path.name)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the file can be read")) from None
    for leaf in leaves:
        columns = _columns(leaf)
        if columns is not None:
            return _marked(project, doing, leaf.lines[1:], columns)
    cause = message("it has no columns for case, image, error and reason")
    raise AnnotatorError(doing, cause, message("Take the sheet review.xlsx that “annotator contours --out” wrote"))


def send_back(project: ProjectFolder, marked: tuple[Marked, ...], acting: Acting, time: str) -> Returned:
    """Let the marked cases become rework, as whoever is acting; raises AnnotatorError where the disk cannot be written."""
    done, refused = list[str](), list[Message]()
    for one in marked:
        step = Step(one.case, 0, MOVE, "", "", time, after=State.REWORK, reason=one.reason, facts={"to": State.SECOND_PASS.value})
        try:
            steps.take(project.root, step, acting, ())
        except AnnotatorError as error:
            refused.append(error.message)
        else:
            done.append(one.case)
    return Returned(tuple(done), tuple(refused))


def _columns(leaf: Leaf) -> Mapping[str, int] | None:
    """Where the columns are, by the headings of either language; None where the page has none such."""
    found: dict[str, int] = {}
    for place, told in enumerate(leaf.lines[0].cells if leaf.lines else ()):
        for heading in (_CASE, _IMAGE, _MARK, _REASON):
            if told.strip() in {say_in(code, Message(heading)) for code in LANGUAGES}:
                found[heading] = place
    return found if len(found) == 4 else None


def _marked(project: ProjectFolder, doing: Message, lines: tuple[Line, ...], columns: Mapping[str, int]) -> tuple[Marked, ...]:
    heads: dict[str, Revision | None] = {}
    found: dict[str, list[tuple[int, str, str]]] = {}
    for line in lines:
        case, image, said, reason = (line.cell(columns[heading]).strip() for heading in (_CASE, _IMAGE, _MARK, _REASON))
        if not (case or image or said or reason):
            continue
        _hold(project, doing, line.number, (case, image), heads)
        if said.casefold() in _BLANK:
            continue
        if not reason:
            cause = message("row {row} is marked and has no reason", row=line.number)
            raise AnnotatorError(doing, cause, message("Write the reason there"))
        found.setdefault(case, []).append((line.number, image, reason))
    return tuple(
        Marked(case, "; ".join(dict.fromkeys(reason for _, _, reason in rows)), tuple(number for number, _, _ in rows))
        for case, rows in found.items()
    )


def _hold(project: ProjectFolder, doing: Message, row: int, named: tuple[str, str], heads: dict[str, Revision | None]) -> None:
    """Refuse a row that names a case or an image that the project does not have."""
    case, image = named
    if case not in heads:
        known, _ = revisions.heads(project.root, case, keep=True) if case else ((), ())
        heads[case] = known[0] if known else None
    head = heads[case]
    there = head is not None and image in {str(key) for key in (*head.images, *head.document.annotations)}
    if not there:
        cause = message("row {row} names a case or an image that this project does not have", row=row)
        raise AnnotatorError(doing, cause, message("Take the sheet of this project; nothing was changed"))
