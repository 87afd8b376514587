"""A new project from the window: its widget is `covers.new_project`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.new_project import NewProjectPart

    return NewProjectPart(session)


PART = Part(
    id="new_project",
    text=mark("New project"),
    build=_build,
    topics=(),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.new", mark("New project…"), (), lambda session, desk: desk.show_part("new_project")),
                tip=mark("Copy a definition into a folder of its own; it can be edited there"),
            ),
        )
    },
)
