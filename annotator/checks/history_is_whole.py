"""Nothing was taken out of what was saved, and nothing in it was changed: revisions, steps and log hang together."""

from __future__ import annotations

from annotator.checks.check import FolderCheck, Gathered
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark

ID = "history-is-whole"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Say where a chain is broken."""
    return tuple(Finding(ID, found.severity, found.cause, found.path) for found in gathered.breaks)


CHECK = FolderCheck(ID, Severity.ERROR, mark("Revisions and log are whole"), run)
