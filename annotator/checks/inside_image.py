"""Nothing that was drawn reaches beyond the image."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.checks.check import Check, Saved
from annotator.domain.annotation import Annotation
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "inside-image"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the annotations, drawn or read back, that have a point outside the image."""
    image = saved.sheet.image
    sources: list[tuple[str, Iterable[Annotation]]] = [("", saved.sheet.annotations)]
    sources += [(form, reading.annotations) for form, reading in saved.readings.items()]
    found = []
    for form, annotations in sources:
        for annotation in annotations:
            x1, y1, x2, y2 = annotation.shape.bounds
            if 0 <= x1 and 0 <= y1 and x2 <= image.columns and y2 <= image.rows:
                continue
            where = message(" in {format}", format=form) if form else message("")
            said = message("image {image}: annotation {id}{where} reaches beyond it", image=saved.sheet.names.image, id=annotation.id, where=where)
            found.append(Finding(ID, Severity.ERROR, said))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("Nothing reaches beyond the image"), run)
