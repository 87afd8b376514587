"""Offer the demonstration: the real window on a study made by our own code."""

from __future__ import annotations

from annotator.i18n import mark
from annotator.present.arguments import Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    from annotator.gui.demo import run

    return int(run(arguments.path("out")))


COMMAND = Command(
    name="demo",
    text=mark("Show the program on a demonstration study: open, page, draw, save, open again."),
    options=(Option("--out", "DIR", mark("where to put the study and what is made of it (default: a new temporary folder)")),),
    run=_run,
)
