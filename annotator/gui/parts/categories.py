"""The category editor: its widget is `covers.categories`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.categories import CategoryEditor

    return CategoryEditor(session, look)


PART = covering(
    "category_editor",
    mark("Category editor"),
    _build,
    (
        "project.categories",
        mark("Edit the categories…"),
        mark("Categories, their attributes and what excludes what, in tables that are checked while they are typed"),
    ),
)
