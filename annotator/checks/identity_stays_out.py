"""No delivered file of an image used in place holds the name or the number of the patient that its header names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Owner
from annotator.i18n import mark, message

ID = "identity-stays-out"
_ENCODINGS = ("utf-8", "cp949", "utf-16-le", "utf-16-be")
_IDENTIFIER = re.compile(rb"[0-9]+(?:\.[0-9]+){3,}")
"""UIDs, whose digits mean nobody."""


def run(saved: Saved) -> tuple[Finding, ...]:
    """Search the bytes of every file for the parts of the patient's name and the patient's number, in the encodings of the country."""
    if saved.sheet.in_tree:
        return ()
    found = []
    for path, content in saved.files.items():
        searched = _IDENTIFIER.sub(b"", content).lower()
        for what, text in _telling(saved.owner, saved.sheet.names.patient):
            if any(text.lower().encode(encoding, "ignore") in searched for encoding in _ENCODINGS):
                found.append(Finding(ID, Severity.ERROR, message("it holds the {what} of the patient", what=what), path))
    return tuple(found)


def _telling(owner: Owner, pseudonym: str) -> Iterator[tuple[str, str]]:
    """The parts of name and number that are long enough to mean somebody."""
    for part in re.split(r"[\^=\\\s,]+", owner.patient_name):
        if len(part) >= (2 if re.search(r"[가-힣一-鿿]", part) else 4) and part != pseudonym:
            yield "name", part
    if len(owner.patient_id) >= 5 and owner.patient_id != pseudonym:
        yield "number", owner.patient_id


CHECK = Check(ID, Severity.ERROR, mark("No file names the patient of an image used in place"), run)
