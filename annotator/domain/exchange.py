"""A data set on its way from one format to another: what a source says of an image, before and after it is known which image is meant.

Reading happens in two steps.  A format only says what stands in its files: pages, each about one image that it names in its own way
(`Reference`), with marks under labels that it names in its own way (`Label`).  Which image and which category are meant is found out in
one place for all formats.  Writing starts from sheets: images with names, a project and annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from annotator.domain.annotation import FREE, Drawn, Shape
from annotator.domain.delivery import Sheet
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.project import Project
from annotator.i18n import Message


@dataclass(frozen=True)
class Label:
    """How a source names a category: all that it says, the rest empty.  `key` is a category's key (`CCT1`) where it says that."""

    name: str = ""
    id: int | None = None
    supercategory: str = ""
    key: str = ""
    name_en: str = ""
    colour: str = ""
    """`#rrggbb`."""


@dataclass(frozen=True)
class Reference:
    """How a source names an image: all that it says, the rest empty.  Size in pixels; `plane` where it says where the image lies."""

    key: ImageKey | None = None
    file_name: str = ""
    rows: int = 0
    columns: int = 0
    plane: Plane | None = None
    frame_of_reference_uid: str = ""
    series_uid: str = ""
    modality: str = ""


@dataclass(frozen=True)
class Mark:
    """One annotation as a source has it, in image coordinates."""

    label: Label
    shape: Shape
    toolname: str = FREE
    id: int | None = None
    drawn: Drawn = Drawn()
    tool: str = ""
    parent: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Page:
    """What a source says of one image; `place` is the file (relative, with `/`) that says it, `remarks` what was odd."""

    where: Reference
    marks: tuple[Mark, ...] = ()
    remarks: tuple[Message, ...] = ()
    place: str = ""
    split: str = ""
    """`train`, `test`, `val`, where the source says so."""


@dataclass(frozen=True)
class Source:
    """What is to be read: the names of its files (relative, with `/`), their contents, and the images that they may be about.

    `project` is the definition whose categories are meant, None where the source's own categories are taken as they are.
    `read` returns a file's bytes and raises AnnotatorError.
    """

    names: tuple[str, ...]
    read: Callable[[str], bytes]
    images: tuple[Image, ...] = ()
    project: Project | None = None


@dataclass(frozen=True)
class Item:
    """An image on its way out: the sheet, the name of its files without ending (unique in the data set), and its split."""

    sheet: Sheet
    stem: str
    split: str = ""


@dataclass(frozen=True)
class Written:
    """Files of one unit (an image or a series), path → content, relative to the data set with `/`; `part` is for `Exchange.finish`.

    `holds`: the paths of the files in which each image's annotations stand, where that is not simply all `files`.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    part: object = None
    holds: Mapping[ImageKey, tuple[str, ...]] = field(default_factory=dict)
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A way in which a format can be written: `--with key=value`; the first value is the usual one.

    `text` and the words of each value (`(value, words)`) are marked; files and commands know the values alone.
    """

    key: str
    text: str
    words: tuple[tuple[str, str], ...]

    @cached_property
    def values(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(value for value, _ in self.words)


@dataclass(frozen=True)
class Chosen:
    """What was chosen for a whole data set: its project, and a value for each of the format's choices."""

    project: Project
    values: Mapping[str, str] = field(default_factory=dict)
    splits: tuple[str, ...] = ()
    """The splits in use, in order; empty: the data set is not split."""

    def value(self, choice: Choice) -> str:
        """Return what was chosen, else the usual value."""
        return self.values.get(choice.key, choice.values[0])
