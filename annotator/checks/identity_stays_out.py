"""No delivered file of an image used in place holds the name or the number of the patient that its header names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Owner
from annotator.i18n import Message, mark, message

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
        for said, text in _telling(saved.owner, saved.sheet.names.patient):
            if any(spelled in searched for spelled in _spellings(text.lower())):
                found.append(Finding(ID, Severity.ERROR, said, path))
    return tuple(dict.fromkeys(found))


def _spellings(text: str) -> Iterator[bytes]:
    for encoding in _ENCODINGS:
        with suppress(UnicodeEncodeError):
            yield text.encode(encoding)


def _telling(owner: Owner, pseudonym: str) -> Iterator[tuple[Message, str]]:
    """The parts of name and number that are long enough to mean somebody."""
    for part in re.split(r"[\^=\\\s,]+", owner.patient_name):
        if len(part) >= (2 if re.search(r"[가-힣一-鿿]", part) else 4) and part != pseudonym:
            yield message("it holds the name of the patient"), part
    if len(owner.patient_id) >= 5 and owner.patient_id != pseudonym:
        yield message("it holds the number of the patient"), owner.patient_id


CHECK = Check(ID, Severity.ERROR, mark("No file names the patient of an image used in place"), run)
