"""What was delivered of an image is there, and complete: a JSON has its masks, and masks have their JSON."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.domain.path import Path
from annotator.i18n import mark, message

ID = "image-has-its-files"
JSON, MASKS = "lung-json", "mask-dicom"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name files that the newest revision left and that are gone, and files without their partner."""
    gone = [Finding(ID, Severity.ERROR, message("it was delivered and is not there"), path) for path in saved.left
            if path not in saved.files]  # fmt: skip
    return (*gone, *_without_partner(saved, {finding.path for finding in gone}))


def _without_partner(saved: Saved, told: set[str]) -> tuple[Finding, ...]:
    sheet, found = saved.sheet, list[Finding]()
    formats = sheet.project.formats
    if JSON not in formats or MASKS not in formats:
        return ()
    json = sheet.path("json")
    masks = [sheet.path("mask", category) for category in sheet.categories]
    if json not in saved.files and json not in told and any(path in saved.files for path in masks):
        found.append(Finding(ID, Severity.ERROR, message("the masks of the image are there, its JSON is not"), json))
    strokes = sheet.project.mask.line_width is not None
    reading = saved.readings.get(JSON)
    drawn = {a.category for a in reading.annotations if strokes or not isinstance(a.shape, Path)} if reading else set()
    for category, path in zip(sheet.categories, masks, strict=True):
        if category.key in drawn and path not in saved.files and path not in told:
            said = message("the JSON has annotations of {category}, their mask is not there", category=category.name)
            found.append(Finding(ID, Severity.ERROR, said, path))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("No file is missing"), run)
