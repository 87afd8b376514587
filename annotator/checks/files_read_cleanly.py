"""Delivered files hold nothing that a reader must guess at, mend or leave out."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark

ID = "files-read-cleanly"
_LOST = ("was left out",)
_TOLD_ELSEWHERE = ("reaches beyond the image", "is empty")
_OTHERS = ("label-dicom",)
"""Formats whose own check says what is odd about their files."""


def run(saved: Saved) -> tuple[Finding, ...]:
    """Say what the readers said; that something was left out is an error, anything else (a name spelled otherwise …) a remark."""
    found = []
    for form, reading in saved.readings.items():
        for remark in reading.remarks if form not in _OTHERS else ():
            if not any(words in remark.text for words in _TOLD_ELSEWHERE):
                severity = Severity.ERROR if any(words in remark.text for words in _LOST) else Severity.REMARK
                found.append(Finding(ID, severity, remark, saved.path))
    return tuple(found)


CHECK = Check(ID, Severity.REMARK, mark("Files are read without guessing"), run)
