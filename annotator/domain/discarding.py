"""Read why a project's cases may be discarded: the table `[discard]` of its file."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.toml_table import Table

KEYS = ("reasons",)


@dataclass(frozen=True)
class Discarding:
    """A project's cases may be marked as unusable; `reasons` are offered for choice, others may be written."""

    reasons: tuple[str, ...] = ()


def parse_discarding(root: Table) -> Discarding | None:
    """Return what the table `[discard]` says; None where there is none: then no case is discarded.  Raises AnnotatorError."""
    if "discard" not in root.values:
        return None
    return Discarding(root.table("discard").texts("reasons", (), example='reasons = ["영상 불량"]'))
