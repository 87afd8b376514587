"""Nothing that was drawn reaches beyond the image."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "inside-image"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the annotations, drawn or read back, that have a point outside the image."""
    image = saved.sheet.image
    drawn = [("", annotation) for annotation in saved.sheet.annotations]
    drawn += [(form, annotation) for form, reading in saved.readings.items() for annotation in reading.annotations]
    found = []
    for form, annotation in drawn:
        x1, y1, x2, y2 = annotation.shape.bounds
        if 0 <= x1 and 0 <= y1 and x2 <= image.columns and y2 <= image.rows:
            continue
        said = message("image {image}: annotation {id} reaches beyond it", image=saved.sheet.names.image, id=annotation.id)
        found.append(Finding(ID, Severity.ERROR, message("{finding} (in {format})", finding=said, format=form) if form else said))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("Nothing reaches beyond the image"), run)
