"""What a person decides about the rows of an intake under way: taken or not, the class, the rectangles; and two who stand for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.workspace import durable, people
from annotator.workspace.intake import running, table
from annotator.workspace.intake.running import Course
from annotator.workspace.intake.table import NONE, Box, Row, by_hand
from annotator.workspace.projects import ProjectFolder


def toggle(course: Course, row: Row) -> None:
    """Take a series that was left out, or leave out one that was taken; text that nobody decided about keeps it out."""
    _decide(course, by_hand(row, not row.verdict.taken))


def classify(course: Course, row: Row, class_folder: str) -> None:
    """Give a series its class."""
    _decide(course, replace(row, class_folder=class_folder))


def black_out(course: Course, row: Row, boxes: Sequence[Box]) -> None:
    """Say where text is to be blacked out in a series; nowhere: there is none."""
    _decide(course, replace(row, burned="; ".join(",".join(map(str, box)) for box in boxes) or NONE))


def _decide(course: Course, row: Row) -> None:
    running.change(course, [row])
    running.judge(course)


def sample(course: Course, row: Row) -> Picture | None:
    """Return an image of a series to be looked at: one in which text was found, else the middle one; None where none can be shown."""
    images = course.survey.ordered(row.facts.uid)
    hit = next((i for i in images if (seen := course.looks.get(i.path)) is not None and seen.boxes), images[len(images) // 2])
    try:
        found = images_of(read_header(hit.path), hit.path)
        return picture(next(image for image in found if image.key == hit.key))
    except (AnnotatorError, StopIteration):
        return None


def to_excel(course: Course, path: Path) -> None:
    """Write the table.  Raises AnnotatorError."""
    try:
        durable.write(path, table.workbook(course.rows))
    except OSError as error:
        remedy = message("Choose a folder that you may write to")
        raise AnnotatorError(message("Writing the table {name}", name=path.name), system_cause(error), remedy) from error


def from_excel(course: Course, path: Path) -> tuple[Message, ...]:
    """Take over what people changed in the table; returns what of it cannot be understood.  Raises AnnotatorError."""
    doing = message("Reading the table {name}", name=path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Name the table again")) from error
    project = course.project.project
    rows, problems = table.edited(course.rows, content, path.name, (*project.classes, project.unclassified))
    running.change(course, rows)
    running.judge(course)
    return problems


def signed(project: ProjectFolder, names: Sequence[str], pins: Sequence[str]) -> tuple[str, ...]:
    """Return the two who confirm; in a project with people each signs with the PIN.  Raises AnnotatorError."""
    two = running.require_confirmed(project, names)
    there = {person.name: person for person in people.read(project.root) if not person.gone}
    for name, pin in zip(names, pins, strict=True):
        person = there.get(name.strip())
        if person is not None:
            people.sign_in(project.root, person.name, min(role.value for role in person.roles), pin)
    return two
