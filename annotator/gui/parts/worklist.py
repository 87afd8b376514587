"""The worklist of the project: its widget is `covers.worklist`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.worklist import WorklistPart

    return WorklistPart(session)


PART = Part(
    id="worklist",
    text=mark("Worklist"),
    build=_build,
    topics=(Topic.PROJECT, Topic.COURSE),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("worklist.show", mark("Worklist"), ("Ctrl+Alt+W",), lambda session, desk: desk.show_part("worklist")),
                tip=mark("All cases with their states; a manager gives them out there"),
            ),
        ),
    },
)
