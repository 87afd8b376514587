"""The rows of the annotation list: what each annotation of the painted image is, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import BOX, FREE, LINE, Annotation
from annotator.domain.category import Category
from annotator.domain.image import Image
from annotator.i18n import language, mark, translate
from annotator.present.measures import main_figure
from annotator.workspace.session import Session

_TOOL_TEXTS = {LINE: mark("Line"), FREE: mark("Free"), BOX: mark("Box")}


@dataclass(frozen=True)
class Row:
    """One annotation as a list shows it."""

    id: int
    colour: tuple[int, int, int]
    category: str
    tool: str
    selected: bool
    locked: bool
    hidden: bool

    annotation: Annotation
    image: Image | None

    @property
    def size(self) -> str:
        """Its main figure, measured on its saved pixels."""
        return main_figure(self.annotation, self.image) if self.image is not None else ""


def rows(session: Session) -> tuple[Row, ...]:
    """Return the rows for the chosen image, by id."""
    categories = {c.key: c for c in session.project.project.categories}
    image = session.image
    seen = {a.id for a in session.seen(session.annotations)}
    return tuple(
        Row(
            a.id,
            session.colours.get(a.category, (255, 255, 255)),
            category_name(categories[a.category]) if a.category in categories else a.category,
            translate(_TOOL_TEXTS.get(a.toolname, a.toolname)),
            a.id in session.selection,
            a.locked,
            a.id not in seen,
            a,
            image,
        )
        for a in session.annotations
    )


def category_name(category: Category) -> str:
    """Return a category's name in the current language, with spaces for its underscores."""
    name = category.name_en if language() == "en" and category.name_en else category.name
    return name.replace("_", " ")
