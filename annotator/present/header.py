"""What the header panel shows of the rows of a header: those that are searched for, without who the patient is, as text to copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotator.dicom.header_rows import HeaderRow
from annotator.i18n import mark, translate

_SHOWN = 300
_TEXTS = {"ST", "LT", "UT", "UR"}
"""Value representations in which a backslash is a letter like any other (PS3.5 6.2)."""


def found_rows(rows: Sequence[HeaderRow], searched: str) -> tuple[int, ...]:
    """Return the places of the rows in which every searched word stands, and of those that these are inside of.

    A word is looked for in tag (with or without brackets and comma), keyword, name and value, whatever its case.
    """
    words = searched.casefold().split()
    if not words:
        return tuple(range(len(rows)))
    found: set[int] = set()
    for place, row in enumerate(rows):
        bare = row.tag.replace("(", "").replace(")", "").replace(",", "")
        spoken = "\n".join((row.tag, bare, row.vr, row.keyword, row.name, row.value)).casefold()
        if all(word in spoken for word in words):
            while place >= 0 and place not in found:
                found.add(place)
                place = rows[place].parent
    return tuple(sorted(found))


def value_text(row: HeaderRow, *, hide: bool) -> str:
    """Return a value as it is shown: cut where it is long, veiled where it tells who the patient is and that is hidden."""
    if hide and row.identity and (row.value or row.vr == "SQ"):
        return translate(mark("hidden"))
    if row.vr == "SQ":
        return translate(mark("Items: {count}"), count=row.length)
    if not row.vr:
        return ""
    if not row.value and row.cut:
        return translate(mark("not read here"))
    shown = row.value if row.vr in _TEXTS else row.value.replace("\\", " | ")  # Korean fonts draw a won sign for the backslash
    return f"{shown[:_SHOWN]} …" if row.cut or len(shown) > _SHOWN else shown


def name_text(row: HeaderRow) -> str:
    """Return the name of an element, or which item begins."""
    if not row.vr:
        return translate(mark("Item {number}"), number=row.value)
    return row.name or translate(mark("Private element") if row.private else mark("Unknown element"))


def copied_value(row: HeaderRow, *, hide: bool) -> str:
    """Return a value to be copied: as long as it was kept, but never what is hidden."""
    return value_text(row, hide=True) if hide and row.identity else row.value


def copied_rows(rows: Iterable[HeaderRow], *, hide: bool) -> str:
    """Return rows to be copied: a line each with tag, VR, name and value, separated by tabs, items indented."""
    lines = (("  " * row.depth + row.tag, row.vr, name_text(row), copied_value(row, hide=hide)) for row in rows)
    return "\n".join("\t".join(part.replace("\t", " ").replace("\r", " ").replace("\n", " ") for part in line).rstrip() for line in lines)
