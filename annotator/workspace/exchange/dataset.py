"""A data set between two formats: the images in order, and where their annotations come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from annotator.domain.delivery import Names, Sheet
from annotator.domain.exchange import Item
from annotator.domain.image import Image
from annotator.domain.project import Modality, Project
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.paths import nfc, safe_name


@dataclass(frozen=True)
class Filled:
    """Items with their annotations, and what was odd or could not be read on the way."""

    items: tuple[Item, ...]
    remarks: tuple[Message, ...] = ()
    failures: tuple[AnnotatorError, ...] = ()


Series = tuple[Item, ...]
"""Images of one series in spatial order, without annotations."""


@dataclass(frozen=True)
class DataSet:
    """Images, series by series, and `fill`, which gives some of them their annotations.

    `portable`: `fill` reads files and may do that in another process.  `provenance`: who made what is there, as one sentence.
    """

    project: Project
    series: tuple[Series, ...]
    fill: Callable[[Sequence[Item]], Filled]
    portable: bool = False
    origin: str = ""
    """The id of the format that it was read from."""
    splits: tuple[str, ...] = ()
    remarks: tuple[Message, ...] = field(default=())

    @property
    def items(self) -> Iterable[Item]:
        """Every image, without annotations."""
        return (item for series in self.series for item in series)

    @property
    def count(self) -> int:
        """How many images there are."""
        return sum(map(len, self.series))


def stem_of(modality: Modality, names: Names) -> str:
    """Return the name, without ending, of everything that is written for an image of a project: ids only, nothing of the patient."""
    return safe_name("_".join(part for part in (modality.prefix, names.patient, names.series, names.image) if part))


def class_on(path: str, project: Project) -> str:
    """Return the class that the folder nearest to a file names, else the project's `unclassified`."""
    classes = {name.casefold(): name for name in project.classes}
    for component in reversed(nfc(path).replace("\\", "/").split("/")[:-1]):
        if component.casefold() in classes:
            return classes[component.casefold()]
    return project.unclassified


def item_of(project: Project, modality: Modality, image: Image, names: Names, *, in_tree: bool = False, stem: str = "",
            uid_root: str = "") -> Item:
    """Return an image on its way, without annotations."""
    sheet = Sheet(project, modality, image, names, in_tree=in_tree, uid_root=uid_root)
    return Item(sheet, stem or stem_of(modality, names))


def with_own_stems(series: Sequence[Series]) -> tuple[Series, ...]:
    """Return the same with stems that differ even where letters of both sizes count as one; the first of several keeps its name."""
    taken: set[str] = set()
    renamed: list[Series] = []
    for one in series:
        items = []
        for item in one:
            stem, number = item.stem, 2
            while stem.casefold() in taken:
                stem, number = safe_name(f"{item.stem}_{number}"), number + 1
            taken.add(stem.casefold())
            items.append(item if stem == item.stem else replace(item, stem=stem))
        renamed.append(tuple(items))
    return tuple(renamed)
