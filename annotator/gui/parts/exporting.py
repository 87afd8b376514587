"""Export of annotations: its widget is `covers.exporting`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.exporting import ExportPart

    return ExportPart(session)


PART = Part(
    id="export",
    text=mark("Export annotations"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.export", mark("Export…"), (), lambda session, desk: desk.show_part("export")),
                tip=mark("Write the annotations in a format of other programs, with a reading kit"),
            ),
        )
    },
)
