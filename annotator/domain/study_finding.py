"""What a person writes of a study in free words: how it is composed, how long it may be, and what in it looks like somebody's identity."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from annotator.i18n import Message, message
from annotator.paths import nfc

LONGEST = 4000
"""Signs of a finding."""
_RESIDENT = re.compile(r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?[-–]?\s?[0-9]\d{6}(?!\d)")
"""A resident registration number: the day of birth, then seven digits."""
_TELEPHONE = re.compile(r"(?<!\d)(?:\+82[-\s.]?|0)(?:1[016-9]|2|[3-6][1-5]|70|50\d)[-\s.)]{0,2}\d{3,4}[-\s.]?\d{4}(?!\d)")


@dataclass(frozen=True)
class StudyFinding:
    """One version of what was written of a study; an empty text takes back what was written before.

    `number` counts the versions from 1, `seen` is the digest of the version that its writer had before them, `time` is ISO 8601.
    """

    study: str
    text: str
    person: str = ""
    role: str = ""
    time: str = ""
    number: int = 0
    seen: str = ""
    machine: str = ""
    digest: str = ""


def composed(text: str) -> str:
    """Return a text as it is kept: composed (NFC), its lines without blanks at their ends, without signs that cannot be seen."""
    lines = nfc(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join("".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs")).rstrip() for line in lines).strip()


def refusal(text: str) -> Message | None:
    """Return why a composed text cannot be kept; None: it can."""
    if len(text) > LONGEST:
        return message("it has {count} signs, {most} are allowed", count=f"{len(text):,}", most=f"{LONGEST:,}")
    return None


def remark(text: str) -> Message | None:
    """Return what in a text looks as if it named somebody; None: nothing does."""
    if _RESIDENT.search(text):
        return message("The finding holds what looks like a resident registration number: write it anew without it; this version stays in "
                       "the history")  # fmt: skip
    if _TELEPHONE.search(text):
        return message("The finding holds what looks like a telephone number: write it anew without it; this version stays in the history")
    return None
