"""The check of the project's two files: its widget is `covers.definition`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.definition import DefinitionPart

    return DefinitionPart(session, look)


PART = Part(
    id="definition",
    text=mark("Check of the project"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.check", mark("Check the project…"), (), lambda session, desk: desk.show_part("definition")),
                tip=mark("Errors in project.toml and categories.csv, and an example of every name that is made"),
            ),
        )
    },
)
