"""Export of annotations: its widget is `covers.exporting`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.exporting import ExportPart

    return ExportPart(session)


PART = covering(
    "export",
    mark("Export annotations"),
    _build,
    (
        "project.export",
        mark("Export…"),
        mark("Write the annotations in a format of other programs, with a reading kit"),
    ),
)
