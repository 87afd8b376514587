"""The rows of the annotation list: what each annotation of the painted image is, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import BOX, FREE, LINE, Annotation
from annotator.domain.attribute import lacking
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
    lacks: int
    """How many required attributes are not answered."""

    annotation: Annotation
    image: Image | None

    @property
    def size(self) -> str:
        """Its main figure, measured on its saved pixels."""
        return main_figure(self.annotation, self.image) if self.image is not None else ""


def rows(session: Session) -> tuple[Row, ...]:
    """Return the rows for the chosen image, by id."""
    image, annotations, selection, colours = session.image, session.annotations, session.selection, session.colours
    seen = {a.id for a in session.seen(annotations)}
    known = {c.key: c for c in session.project.project.categories}
    required = [attribute for attribute in session.project.project.attributes if attribute.required]
    names = {key: category_name(known[key]) if key in known else key for key in {a.category for a in annotations}}
    tools = {name: translate(_TOOL_TEXTS.get(name, name)) for name in {a.toolname for a in annotations}}
    return tuple(
        Row(
            a.id,
            colours.get(a.category, (255, 255, 255)),
            names[a.category],
            tools[a.toolname],
            a.id in selection,
            a.locked,
            a.id not in seen,
            len(lacking(required, a, known[a.category])) if required and a.category in known and not session.is_reference(a) else 0,
            a,
            image,
        )
        for a in annotations
    )


def category_name(category: Category) -> str:
    """Return a category's name in the current language, with spaces for its underscores."""
    name = category.name_en if language() == "en" and category.name_en else category.name
    return name.replace("_", " ")
