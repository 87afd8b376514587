"""The gallery of lesions: its widget is `covers.gallery`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.gui.verbs import has_image
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.gallery import GalleryPart

    return GalleryPart(session, look)


PART = Part(
    id="gallery",
    text=mark("Gallery of lesions"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.review": (
            ActionSpec(
                *("review.gallery", mark("Gallery of lesions"), ("Ctrl+Alt+G",), lambda session, desk: desk.show_part("gallery")),
                tip=mark("All lesions that wait for your verdict as tiles on one scale; Enter passes a page except what is flagged"),
                enabled=wants(mark("open images first"))(lambda session, desk: has_image(session, desk) or session.passes_tiles),
            ),
        )
    },
)
