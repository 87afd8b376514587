"""What the program is and what it is made of: its widget is `covers.about`."""

from __future__ import annotations

from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.about import AboutPart

    return AboutPart()


PART = Part(id="about", text=mark("About"), build=_build, topics=(Topic.PROJECT,), over_picture=True)
