"""Every mask file sets a pixel."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "mask-is-not-empty"
FORM = "mask-dicom"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the masks without a pixel."""
    sheet, reading = saved.sheet, saved.readings.get(FORM)
    if reading is None:
        return ()
    drawn = {annotation.category for annotation in reading.annotations}
    paths = {sheet.path("mask", category): category.key for category in sheet.categories if category.key not in drawn}
    return tuple(Finding(ID, Severity.ERROR, message("the mask is empty"), path) for path in paths if path in saved.files)


CHECK = Check(ID, Severity.ERROR, mark("No mask is empty"), run)
