"""One lesion on one image: what was drawn, by whom, as what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from annotator.domain.image import ImageKey
from annotator.domain.marks import Mark, mark_of
from annotator.domain.path import Path
from annotator.domain.region import Region

Shape = Region | Path

LINE, FREE, BOX = "Line", "Free", "Box"
LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Drawn:
    """The circumstances of a drawing: author, time (ISO 8601 with offset), window, zoom (screen pixels per image pixel), slice (from 0)."""

    author: str = ""
    time: str = ""
    center: float = 0.0
    width: float = 0.0
    zoom: float = 1.0
    slice: int = 0


@dataclass(frozen=True)
class Annotation:
    """An annotation of one image; `id` counts from 1 in the image and is never given twice."""

    id: int
    image: ImageKey
    category: str
    """The category's key, as `CCT1`."""
    toolname: str
    """`Line`, `Free` or `Box`: how the delivered points are to be read."""
    shape: Shape
    drawn: Drawn = Drawn()
    tool: str = ""
    """The tool that really drew it, as `tool.free`."""
    parent: int | None = None
    lesion: int | None = None
    """The lesion of the case that it shows a part of, where several annotations show one: its number, from 1."""
    locked: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    """What else is known of it, attribute → value, by the project's attributes; in order of attribute."""
    note: str = ""
    """Free text, of LONGEST_NOTE letters at most."""
    answers: tuple[ImageKey, int] | None = None
    """The line that it answers, where it was drawn in a second pass: the line's image and id."""

    @cached_property
    def mark(self) -> Mark:
        """See `annotator.domain.marks`; kept for whoever asks next."""
        drawn, numbers = self.drawn, (float(self.drawn.center), float(self.drawn.width), float(self.drawn.zoom))
        shown = self.id, *self.image, self.category, self.toolname, drawn.author, drawn.time, *numbers, drawn.slice, self.tool
        said = self.parent, self.lesion, self.locked, self.attributes, self.note, self.answers
        return mark_of([shown, said], self.shape.mark)
