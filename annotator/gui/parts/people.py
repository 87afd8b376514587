"""The people of the project: its widget is `covers.people`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.people import PeoplePart

    return PeoplePart(session)


PART = covering(
    "people",
    mark("People of the project"),
    _build,
    (
        "people.change",
        mark("People of the project…"),
        mark("Who works here, in which roles; a manager changes it"),
    ),
)
