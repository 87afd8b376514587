"""Every delivered file has the folder and the name that the project's rule gives it."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message
from annotator.paths import nfc

ID = "names-follow-rule"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the files that lie elsewhere, ids that are too long or empty, and names whose Hangul is not composed."""
    sheet = saved.sheet
    patterns, found = sheet.project.patterns, list[Finding]()
    expected = {sheet.path(kind) for kind in ("json", "label") if kind in patterns}
    expected |= {sheet.path("mask", category) for category in sheet.categories} if "mask" in patterns else set()
    for path in saved.files:
        if path in expected:
            continue
        composed = nfc(path) in expected
        cause = message("the name is not composed Hangul (NFC)") if composed else message("folder or name is not as the rule says")
        found.append(Finding(ID, Severity.ERROR, cause, path))
    limit = sheet.project.id_limit
    for name in (sheet.names.patient, sheet.names.series, sheet.names.image):
        if not 0 < len(name) <= limit:
            cause = message("the id “{text}” does not have 1 to {limit} characters", text=name, limit=limit)
            found.append(Finding(ID, Severity.ERROR, cause))
    classes = (*sheet.project.classes, sheet.project.unclassified)
    if sheet.names.class_folder not in classes:
        found.append(Finding(ID, Severity.ERROR, message("the project has no class “{text}”", text=sheet.names.class_folder)))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("Folders and names follow the rule"), run)
