"""Every delivered file can be read as what it is."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark

ID = "file-can-be-read"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the files that cannot be read, and why; a mask of another size than its image is named by another check."""
    size = (saved.sheet.image.rows, saved.sheet.image.columns)
    found = []
    for path, cause in saved.unread.items():
        header = saved.masks.get(path)
        if header is None or (header.rows, header.columns) == size:
            found.append(Finding(ID, Severity.ERROR, cause, path))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("Delivered files can be read"), run)
