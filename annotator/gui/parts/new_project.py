"""A new project from the window: its widget is `covers.new_project`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.new_project import NewProjectPart

    return NewProjectPart(session)


PART = covering(
    "new_project",
    mark("New project"),
    _build,
    (
        "project.new",
        mark("New project…"),
        mark("Copy a definition into a folder of its own; it can be edited there"),
    ),
    topics=(),
)
