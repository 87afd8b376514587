"""Nothing is drawn on images of a class that the project does not draw on: either the class or the drawing is wrong."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "class-is-drawn-on"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Say that an image of such a class has annotations."""
    sheet = saved.sheet
    known = sheet.names.class_folder
    if not sheet.annotations or known not in sheet.project.classes or known in sheet.project.drawn_classes:
        return ()
    told = message(
        "image {image} has {count} annotations, but the project draws nothing on “{known}”",
        image=sheet.names.image,
        count=len(sheet.annotations),
        known=known,
    )
    return (Finding(ID, Severity.REMARK, told),)


CHECK = Check(ID, Severity.REMARK, mark("Only classes that are drawn on have annotations"), run)
