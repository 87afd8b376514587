"""The label volume that a case names is there, and is what its name says."""

from __future__ import annotations

from annotator.checks.check import FolderCheck, Gathered
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark

ID = "regions-can-be-read"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the cases whose label volume cannot be read, and why."""
    return tuple(Finding(ID, Severity.ERROR, told, case) for case, told in gathered.lost_regions)


CHECK = FolderCheck(ID, Severity.ERROR, mark("The regions of every case can be read"), run)
