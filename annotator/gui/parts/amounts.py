"""The amounts of the commands that change outlines, in the picture's corner: its widget is `covers.amounts`."""

from __future__ import annotations

from annotator.gui.part import Part, PartWidget
from annotator.gui.retouch_commands import AMOUNTS
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.amounts import AmountsPart

    return AmountsPart(session)


PART = Part(
    id=AMOUNTS,
    text=mark("Amounts"),
    build=_build,
    topics=(Topic.MODE, Topic.IMAGE, Topic.SERIES, Topic.PROJECT),
    over_picture=True,
    small=True,
)
