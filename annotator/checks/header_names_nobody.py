"""No image of the project's tree names a person in its header: it was de-identified before it was put there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.checks.check import FolderCheck, Gathered, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import Message, mark, message

ID = "header-names-nobody"
_NOBODY = re.compile(r"(anon|de-?id|unknown|no ?name|subject|phantom|demo|test|익명|비식별)", re.IGNORECASE)
"""Words that stand for a name where there is none."""
_OF_THE_PATIENT = ("Patient", "Other")


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the attributes that hold a person, each once for a folder with its first image and how many have it.

    Those of the patient are errors, those that lead to one (a physician, an accession number) remarks.
    """
    found: dict[tuple[Severity, str, str], list[str]] = {}
    for saved in gathered.saved:
        for severity, text, name in _named(saved) if saved.sheet.in_tree else ():
            found.setdefault((severity, text, name), []).append(saved.path)
    return tuple(Finding(ID, severity, _told(text, name, len(paths)), paths[0]) for (severity, text, name), paths in found.items())


def _named(saved: Saved) -> Iterator[tuple[Severity, str, str]]:
    header, own = saved.header, saved.sheet.names.patient.casefold()
    if header is None:
        return
    for name, value in (("PatientName", header.patient_name), ("PatientID", header.patient_id)):
        if value and own not in value.casefold() and not _NOBODY.search(value):
            yield Severity.ERROR, mark("{name} holds something else than the pseudonymous id (images: {count})"), name
    for name, _ in header.naming:
        bad = name.startswith(_OF_THE_PATIENT)
        yield Severity.ERROR if bad else Severity.REMARK, mark("{name} is not empty (images: {count})"), name


def _told(text: str, name: str, count: int) -> Message:
    return message(text, name=name, count=count)


CHECK = FolderCheck(ID, Severity.ERROR, mark("No image of the tree names a person"), run)
