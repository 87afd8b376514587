"""The check of the project's two files: its widget is `covers.definition`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.definition import DefinitionPart

    return DefinitionPart(session, look)


PART = covering(
    "definition",
    mark("Check of the definition"),
    _build,
    (
        "project.check",
        mark("Check the definition…"),
        mark("Errors in project.toml and categories.csv, and an example of every name that is made"),
    ),
)
