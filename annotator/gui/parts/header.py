"""The DICOM header of the shown image: its widget is `covers.header`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.gui.verbs import has_image
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.header import HeaderPart

    return HeaderPart(session, look)


PART = Part(
    id="header",
    text=mark("DICOM header"),
    build=_build,
    topics=(Topic.IMAGE, Topic.SERIES, Topic.PROJECT),
    over_picture=True,
    entries={
        "menu.view": (
            ActionSpec(
                *("view.header", mark("DICOM header"), ("Ctrl+H",), lambda session, desk: desk.show_part("header")),
                tip=mark("Every element of the file's header, to search and to copy"),
                enabled=has_image,
            ),
        )
    },
)
