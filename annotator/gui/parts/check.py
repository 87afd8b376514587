"""The check of the whole project: its widget is `covers.check`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.check import CheckPart

    return CheckPart(session, look)


PART = covering(
    "check",
    mark("Check the project"),
    _build,
    (
        "project.examine",
        mark("Check the project…"),
        mark("Hold everything that was saved against the project's rules; each finding leads to its image"),
    ),
)
