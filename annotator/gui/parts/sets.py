"""Sets for training from the window: its widget is `covers.sets`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.sets import SetsPart

    return SetsPart(session, look)


PART = covering(
    "sets",
    mark("Sets for training"),
    _build,
    (
        "sets.show",
        mark("Sets for training…"),
        mark("Freeze cases as a named list with train, test and validation, and export them prepared"),
    ),
)
