"""The other studies of the shown patient: its widget is `covers.studies`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.gui.verbs import has_image
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.studies import StudiesPart

    return StudiesPart(session, look)


PART = Part(
    id="studies",
    text=mark("Studies of this patient"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.go": (
            ActionSpec(
                *("patient.studies", mark("Studies of this patient"), ("Ctrl+P",), lambda session, desk: desk.show_part("studies")),
                tip=mark("Every study of the patient with what is annotated on it; Enter opens one beside"),
                enabled=has_image,
            ),
        )
    },
)
