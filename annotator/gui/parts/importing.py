"""Import of annotations: its widget is `covers.importing`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.importing import ImportPart

    return ImportPart(session)


PART = covering(
    "import",
    mark("Import annotations"),
    _build,
    (
        "project.import",
        mark("Import annotations…"),
        mark("Read annotations of other programs for the open images; they are shown before anything changes"),
    ),
)
