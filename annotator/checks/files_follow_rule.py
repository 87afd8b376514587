"""Nothing lies in the project's tree but what its rule names."""

from __future__ import annotations

from annotator.checks.check import FolderCheck, Gathered, Oddness
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "files-follow-rule"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the files whose folder or name the rule does not give, and, as a remark, what systems leave behind."""
    found = []
    for stray in gathered.strays:
        if stray.oddness is Oddness.MISPLACED:
            found.append(Finding(ID, Severity.ERROR, stray.cause or message("folder or name is not as the rule says"), stray.path))
        elif stray.oddness is Oddness.JUNK:
            found.append(Finding(ID, Severity.REMARK, message("the system left it behind; it is no part of the data"), stray.path))
    return tuple(found)


CHECK = FolderCheck(ID, Severity.ERROR, mark("The tree holds nothing but what the rule names"), run)
