"""Every JSON, mask and label file has the image that it belongs to."""

from __future__ import annotations

from annotator.checks.check import FolderCheck, Gathered, Oddness
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "file-has-image"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the files whose image is neither in the tree nor used in place."""
    told = message("there is no image of this name")
    return tuple(Finding(ID, Severity.ERROR, told, stray.path) for stray in gathered.strays if stray.oddness is Oddness.ALONE)


CHECK = FolderCheck(ID, Severity.ERROR, mark("Every file has its image"), run)
