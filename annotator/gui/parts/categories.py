"""The category editor: its widget is `covers.categories`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.categories import CategoryEditor

    return CategoryEditor(session, look)


PART = Part(
    id="category_editor",
    text=mark("Category editor"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.categories", mark("Edit the categories…"), (), lambda session, desk: desk.show_part("category_editor")),
                tip=mark("Categories, their attributes and what excludes what, in tables that are checked while they are typed"),
            ),
        )
    },
)
