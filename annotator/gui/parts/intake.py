"""Taking an export into the project, on Ctrl+Alt+I: its widget is `covers.intake`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.intake import IntakePart

    return IntakePart(session, look)


@wants(mark("this project takes no images in, or nothing can be written in its folder"))
def _takes_in(session: Session, desk: Desk) -> bool:
    return session.project.project.intake is not None and not session.project.read_only


PART = Part(
    id="intake",
    text=mark("Intake"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.intake", mark("Intake…"), ("Ctrl+Alt+I",), lambda session, desk: desk.show_part("intake")),
                tip=mark("Take an export of images into the project, without anybody's identity"),
                enabled=_takes_in,
            ),
        )
    },
)
