"""How fast the program is just now, on F12: its widget is `covers.pace`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.pace import PacePart

    return PacePart(session)


PART = Part(
    id="pace",
    text=mark("Speed and memory"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    small=True,
    entries={
        "menu.help": (
            ActionSpec(
                *("help.pace", mark("Speed and memory"), ("F12",), lambda session, desk: desk.show_part("pace")),
                tip=mark("How long frames and decodings take, and how much memory the images may have"),
            ),
        )
    },
)
