"""No two files of the project bear one SOPInstanceUID."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.checks.check import Saved, WholeCheck
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "uid-is-single"


def traces(saved: Saved) -> Iterator[tuple[str, str]]:
    """The identifiers of the image and of its masks."""
    if saved.header is not None and saved.header.instance_uid:
        yield saved.header.instance_uid, saved.path
    yield from ((mask.instance_uid, path) for path, mask in saved.masks.items() if mask.instance_uid)


def run(paths: tuple[str, ...]) -> tuple[Finding, ...]:
    """Name every file but the first."""
    return tuple(Finding(ID, Severity.ERROR, message("it has the SOPInstanceUID of {path}", path=paths[0]), path) for path in paths[1:])


CHECK = WholeCheck(ID, Severity.ERROR, mark("Every file has a UID of its own"), traces, run)
