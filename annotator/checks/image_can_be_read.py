"""Every file that is called like an image of the project is one."""

from __future__ import annotations

from annotator.checks.check import FolderCheck, Gathered, Oddness
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "image-can-be-read"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the files that are called like an image and cannot be read as one, and the images whose pixels cannot be decoded."""
    strays = [(stray.path, stray.cause) for stray in gathered.strays if stray.oddness is Oddness.UNREADABLE]
    broken = [(saved.path, saved.sheet.image.problem) for saved in gathered.saved if saved.sheet.image.problem is not None]
    return tuple(Finding(ID, Severity.ERROR, cause or message("it is no image"), path) for path, cause in (*strays, *broken))


CHECK = FolderCheck(ID, Severity.ERROR, mark("Images can be read"), run)
