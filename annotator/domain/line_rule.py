"""Read what a project says of the lines of a first pass: what a line means, and why one may stay without an answer; table `[lines]`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from annotator.domain.toml_table import Table

KEYS = ("meaning", "excuses")


class Meaning(Enum):
    """How a line lies to the lesion that it stands for; the values are those of the project file."""

    ALONG = "along"
    """It runs through the lesion: the region holds its middle and half of it."""
    ACROSS = "across"
    """It is drawn across the lesion and may stick out of it: the region holds its middle."""
    AROUND = "around"
    """It runs around the lesion: half of the region lies within it."""


@dataclass(frozen=True)
class LineRule:
    """What a line of the first pass means; `excuses` are offered where a line gets no answer, others may be written."""

    meaning: Meaning = Meaning.ALONG
    excuses: tuple[str, ...] = ()


def parse_line_rule(root: Table) -> LineRule:
    """Return what the table `[lines]` says; the usual rule where there is none.  Raises AnnotatorError."""
    table = root.table("lines")
    meaning = table.text("meaning", Meaning.ALONG.value, choices=[known.value for known in Meaning])
    return LineRule(Meaning(meaning), table.texts("excuses", (), example='excuses = ["병변 아님"]'))
