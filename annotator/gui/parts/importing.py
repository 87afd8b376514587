"""Import of annotations: its widget is `covers.importing`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.importing import ImportPart

    return ImportPart(session)


PART = Part(
    id="import",
    text=mark("Import annotations"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.import", mark("Import annotations…"), (), lambda session, desk: desk.show_part("import")),
                tip=mark("Read annotations of other programs for the open images; they are shown before anything changes"),
            ),
        )
    },
)
