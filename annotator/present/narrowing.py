"""Which cases a command is about, said by words and names: the same options for every command that takes cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.domain.holdings import AGES, SEXES
from annotator.domain.orientation import OBLIQUE, PLANES
from annotator.errors import AnnotatorError
from annotator.i18n import mark, message
from annotator.present.arguments import Arguments, Option

if TYPE_CHECKING:
    from annotator.domain.queue import Wanted

_NONE = "none"
NARROWING = (
    Option("--find", "WORDS", mark("only cases with these words in ids, names, reasons, descriptions, devices or findings")),
    Option("--state", "STATES", mark("only cases in these states, with commas between, as first_pass,rework")),
    Option("--modality", "CODE", mark("only cases of this modality")),
    Option("--class", "CLASS", mark("only cases of this class")),
    Option("--assignee", "NAME", mark("only cases that are given to this person")),
    Option("--plane", "PLANES", mark("only images cut like this, as axial,oblique; here and below none means: not known")),
    Option("--device", "DEVICE", mark("only images of this device: maker and model, as --counts lists them")),
    Option("--sex", "SEXES", mark("only patients of this sex, as F,M")),
    Option("--age", "AGES", mark("only patients of these ages, as 60-69,90+")),
)
"""The options."""


def narrowed(arguments: Arguments) -> Wanted:
    """Return which cases are wanted."""
    from annotator.domain.queue import Wanted

    states = tuple((arguments.text("state") or "").split(",")) if arguments.has("state") else ()
    device = arguments.text("device")
    return Wanted(
        arguments.text("find") or "", states, arguments.text("modality") or "", arguments.text("class") or "", arguments.text("assignee"),
        planes=_several(arguments, "plane", (*PLANES, OBLIQUE)), devices=("" if device == _NONE else device,) if device else (),
        sexes=_several(arguments, "sex", SEXES), ages=_several(arguments, "age", AGES),
    )  # fmt: skip


def _several(arguments: Arguments, name: str, known: Sequence[str]) -> tuple[str, ...]:
    """The values of an option that takes several; raises AnnotatorError for one that there is not."""
    found = tuple(word.strip() for word in (arguments.text(name) or "").split(",") if word.strip())
    for word in found:
        if word not in (*known, _NONE):
            cause = message("“{value}” is none of {choices}", value=word, choices=", ".join((*known, _NONE)))
            raise AnnotatorError(message("Reading the command line"), cause, message("Write one of them, or several with commas between"))
    return tuple("" if word == _NONE else word for word in found)
