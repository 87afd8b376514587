"""Read how much practice a project asks for before real cases: the table `[practice]` of its file."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.toml_table import Table

KEYS = ("cases", "bar")


@dataclass(frozen=True)
class PracticeRule:
    """How much practice comes before real cases: the last `cases` practised ones must reach the bar in their mean; 0: none is asked."""

    cases: int = 0
    bar: float = 0.9


def parse_practice(root: Table) -> PracticeRule:
    """Return what the table `[practice]` says; raises AnnotatorError."""
    table = root.table("practice")
    return PracticeRule(int(table.number("cases", 0, 0, 1000, whole=True)), float(table.number("bar", 0.9, 0.0, 1.0)))
