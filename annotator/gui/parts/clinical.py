"""The clinical sheet before it is kept: its widget is `covers.clinical`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.clinical import ClinicalPart

    return ClinicalPart(session, look)


PART = Part(
    id="clinical_sheet",
    text=mark("Clinical sheet"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("clinical.sheet", mark("Clinical sheet…"), (), lambda session, desk: desk.show_part("clinical_sheet")),
                tip=mark("Join the patients with a clinical sheet (Excel or CSV)"),
                enabled=lambda session, desk: session.project.project.clinical is not None,
            ),
        )
    },
)
