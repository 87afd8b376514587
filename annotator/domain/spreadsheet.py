"""Keep what somebody typed from becoming a formula in Excel: a cell that begins like one gets an apostrophe, and loses it again here.

Which signs begin a formula: OWASP, “CSV Injection”.  Cells of workbooks need no apostrophe: they are typed as texts.
"""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Return a cell of a CSV that no program takes for a formula; a number stays one."""
    if not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def meant(cell: str) -> str:
    """Return what a cell says that `harmless` may have written."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
