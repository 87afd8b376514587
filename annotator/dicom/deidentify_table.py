"""Know what the standard asks of each attribute that may identify somebody: PS3.15 table E.1-1, the Basic Application Level profile.

The table stands in `resources/deidentify/ps3_15_e_1-1.csv`, its version in the first line.  Where it leaves a choice (`X/Z/D`) the least
is done that keeps an image legal whatever its kind: emptied rather than removed, a dummy where it must have a value.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from pydicom.datadict import dictionary_VM, dictionary_VR

from annotator.paths import resources_folder

ACTIONS = {"X": "X", "Z": "Z", "D": "D", "U": "U", "X/Z": "Z", "Z/D": "D", "X/D": "D", "X/Z/D": "Z", "X/Z/U*": "U"}
"""What the table says → what is done: X removed, Z emptied, D a dummy, U other identifiers inside."""
_CONTEXT = 0x00400555
"""AcquisitionContextSequence may be empty, and must be there (PS3.3 C.7.6.14)."""
VERSION = 1
"""Of the engine: another one for every change of what it does to a file."""


@cache
def table() -> dict[int, str]:
    """Return the action for each tag of the table."""
    lines = _lines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {int(row["tag"], 16): ACTIONS[row["action"]] for row in rows}


@cache
def optional() -> frozenset[int]:
    """Return the tags that the table lets go as well as be emptied: a sequence among them goes, since an empty one is seldom legal."""
    rows = csv.DictReader(line for line in _lines() if not line.startswith("#"))
    return frozenset(int(row["tag"], 16) for row in rows if row["action"] in ("X/Z", "X/D", "X/Z/D") and int(row["tag"], 16) != _CONTEXT)


@cache
def edition() -> str:
    """Return the year and letter of the standard that the table was taken from, as `2026c`."""
    found = re.search(r"PS3\.15 (\w+)", _lines()[0])
    return found[1] if found else ""


@cache
def known_vr(tag: int) -> str:
    """Return the value representation that the dictionary gives a tag; empty for one that it does not know."""
    try:
        return dictionary_VR(tag)
    except KeyError:
        return ""


@cache
def most_values(tag: int) -> int:
    """Return how many values the dictionary allows an attribute at most; 0 for no bound."""
    try:
        last = dictionary_VM(tag).split("-")[-1]
    except KeyError:
        return 1
    return int(last) if last.isdigit() else 0


def _lines() -> list[str]:
    return (resources_folder() / "deidentify" / "ps3_15_e_1-1.csv").read_text("utf-8").splitlines()
