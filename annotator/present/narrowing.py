"""Which cases a command is about, said by words and names: the same options for every command that takes cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.i18n import mark
from annotator.present.arguments import Arguments, Option

if TYPE_CHECKING:
    from annotator.domain.queue import Wanted

NARROWING = (
    Option("--find", "WORDS", mark("only cases with these words in ids, names or reasons")),
    Option("--state", "STATES", mark("only cases in these states, with commas between, as first_pass,rework")),
    Option("--modality", "CODE", mark("only cases of this modality")),
    Option("--class", "CLASS", mark("only cases of this class")),
    Option("--assignee", "NAME", mark("only cases that are given to this person")),
)
"""The options."""


def narrowed(arguments: Arguments) -> Wanted:
    """Return which cases are wanted."""
    from annotator.domain.queue import Wanted

    states = tuple((arguments.text("state") or "").split(",")) if arguments.has("state") else ()
    return Wanted(arguments.text("find") or "", states, arguments.text("modality") or "", arguments.text("class") or "",
                  arguments.text("assignee"))  # fmt: skip
