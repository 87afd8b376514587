"""The rows of the annotation list: what each annotation of the painted image is, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import BOX, FREE, LINE
from annotator.domain.category import Category
from annotator.domain.lesion import Extent, extent
from annotator.i18n import language, mark, translate
from annotator.workspace.session import Session

_TOOL_TEXTS = {LINE: mark("Line"), FREE: mark("Free"), BOX: mark("Box")}


@dataclass(frozen=True)
class Row:
    """One annotation as a list shows it."""

    id: int
    colour: tuple[int, int, int]
    category: str
    tool: str
    size: str
    selected: bool
    locked: bool
    hidden: bool

    @property
    def text(self) -> str:
        """The row as one line, as a screen reader says it."""
        return f"{self.id}  {self.category}  {self.tool}  {self.size}"


def rows(session: Session) -> tuple[Row, ...]:
    """Return the rows for the chosen image, by id."""
    categories = {c.key: c for c in session.project.project.categories}
    spacing = session.image.spacing if session.image else None
    seen = {a.id for a in session.seen(session.annotations)}
    return tuple(
        Row(
            a.id,
            categories[a.category].rgb if a.category in categories else (255, 255, 255),
            category_name(categories[a.category]) if a.category in categories else a.category,
            translate(_TOOL_TEXTS.get(a.toolname, a.toolname)),
            size_text(extent(a.shape, spacing)),
            a.id in session.selection,
            a.locked,
            a.id not in seen,
        )
        for a in session.annotations
    )


def category_name(category: Category) -> str:
    """Return a category's name in the current language, with spaces for its underscores."""
    name = category.name_en if language() == "en" and category.name_en else category.name
    return name.replace("_", " ")


def size_text(found: Extent) -> str:
    """Say a size: `12.3 mm` for a line, `12.3 × 8.1 mm · 77 mm²` for a region; pixels where there is no spacing."""
    unit = translate(mark("mm")) if found.in_mm else translate(mark("px"))
    if found.length is not None:
        return f"{found.length:.1f} {unit}"
    return f"{found.width:.1f} × {found.height:.1f} {unit} · {found.area or 0:.0f} {unit}²"
