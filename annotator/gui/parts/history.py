"""The list of all edits of the open case, on Ctrl+Alt+Z: its widget is `covers.history`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.gui.verbs import has_image
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.history import HistoryPart

    return HistoryPart(session, look)


PART = Part(
    id="history",
    text=mark("Edits of this case"),
    build=_build,
    topics=(Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.DOCUMENT),
    over_picture=True,
    small=True,
    entries={
        "menu.edit": (
            ActionSpec(
                *("edit.history", mark("Edits of this case"), ("Ctrl+Alt+Z",), lambda session, desk: desk.show_part("history")),
                tip=mark("All edits in a list; a click or Enter goes there, several steps at once"),
                enabled=has_image,
            ),
        )
    },
)
