"""Find the table in the pages of a clinical sheet: which page, which row holds the headings, and which heading is which column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotator.domain.clinical_definition import ClinicalDefinition, Column, plain
from annotator.i18n import Message

_DEEPEST = 40
"""So many rows from the top the headings may begin."""


@dataclass(frozen=True)
class Line:
    """One row: its number as the spreadsheet shows it, its cells as texts without blanks around them, and what is odd about which cell."""

    number: int
    cells: tuple[str, ...]
    odd: Mapping[int, Message] = field(default_factory=dict)

    def cell(self, place: int) -> str:
        """Return the cell at a place (from 0), empty where the row is shorter."""
        return self.cells[place] if place < len(self.cells) else ""

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells) and not self.odd


@dataclass(frozen=True)
class Leaf:
    """One page of a workbook, or a whole text file."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Headed:
    """The table that was found: page, row of the headings, headings (each of them once), and the rows below that are not empty.

    `others`: the pages that were passed over.
    """

    page: str
    heading_row: int
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    others: tuple[str, ...] = ()

    def place(self, heading: str) -> int | None:
        """Return where a heading stands, from 0; None where there is none."""
        return self.headings.index(heading) if heading in self.headings else None


def headed(leaves: Sequence[Leaf], definition: ClinicalDefinition, page: str = "") -> Headed | None:
    """Return the table on the page that fits the definition best (or on the page named), None where no page has two cells in a row.

    The headings are the row in which most columns are recognised, or two rows where the upper one is a merged title of several columns;
    without any recognised heading, the first row with two cells.
    """
    best: tuple[int, Headed] | None = None
    for leaf in leaves:
        if page and leaf.name != page:
            continue
        found = _best_in(leaf, definition)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None:
        return None
    return replace(best[1], others=tuple(leaf.name for leaf in leaves if leaf.name != best[1].page))


def proposed(definition: ClinicalDefinition, headings: Sequence[str]) -> dict[str, str]:
    """Return column key → heading for the headings that are recognised, each heading for one column."""
    found: dict[str, str] = {}
    for rank in range(3):
        for column in definition.columns:
            if column.key in found:
                continue
            for heading in headings:
                if heading not in found.values() and _rank(column, heading) == rank:
                    found[column.key] = heading
                    break
    return {column.key: found[column.key] for column in definition.columns if column.key in found}


def _rank(column: Column, heading: str) -> int | None:
    """How surely a heading names a column: 0 as the project calls it, 1 as others do, 2 without what stands in brackets; None: not."""
    spelt, bare = plain(heading), plain(heading.split("(")[0])
    if not spelt:
        return None
    if spelt in {plain(name) for name in (column.key, column.name, column.name_en)}:
        return 0
    known = {plain(name) for name in column.headings}
    if spelt in known:
        return 1
    return 2 if bare and bare in known | {plain(column.name), plain(column.name_en)} else None


def _best_in(leaf: Leaf, definition: ClinicalDefinition) -> tuple[int, Headed] | None:
    filled = [line for line in leaf.lines if not line.empty]
    best: tuple[int, Headed] | None = None
    for place, line in enumerate(filled[:_DEEPEST]):
        if sum(map(bool, line.cells)) < 2:
            continue
        below = filled[place + 1] if place + 1 < len(filled) and filled[place + 1].number == line.number + 1 else None
        for headings, used in ((line.cells, 1), (_joined(line, below), 2) if below else ((), 0)):
            score = len(proposed(definition, headings)) if used else 0
            if used and (best is None or score > best[0]):
                best = score, Headed(leaf.name, line.number, _distinct(headings), tuple(filled[place + used :]))
    return best


def _joined(upper: Line, lower: Line) -> tuple[str, ...]:
    """Two rows of headings as one: a title merged over several columns stands in the first of them only, and holds for the next ones."""
    title, found = "", []
    for place in range(max(len(upper.cells), len(lower.cells))):
        title = upper.cell(place) or title
        under = lower.cell(place)
        found.append(f"{title} {under}".strip() if under else upper.cell(place))
    return tuple(found)


def _distinct(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings that stand twice get a number, so that each names one column."""
    found: list[str] = []
    for heading in headings:
        name, count = heading, 1
        while name and name in found:
            count += 1
            name = f"{heading} ({count})"
        found.append(name)
    return tuple(found)
