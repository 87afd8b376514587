"""Read a case from its delivered files where no revision speaks of it, or where others changed them since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.delivery import Names, Reading, Sheet
from annotator.domain.document import Document
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.raster import Mask, shape_mask
from annotator.i18n import Message, message
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Question
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register
from annotator.workspace.store import Delivered, Store
from annotator.workspace.work import Work, numbered

_CHOICES = {
    "json": message("Take the JSON"),
    "masks": message("Take the masks"),
    "record": message("Keep what was saved here"),
}
_SHOWN = 3


@dataclass(frozen=True)
class Disagreement:
    """Files that say different things; `documents` holds the case as each choice would have it."""

    text: Message
    documents: Mapping[str, Document]
    files: tuple[Delivered, ...]

    def question(self, answer: Callable[[str], None]) -> Question:
        """Put it to the person."""
        return Question(self.text, tuple((choice, _CHOICES[choice]) for choice in self.documents), answer)


@dataclass(frozen=True)
class Opened:
    """A case that was brought up, what was odd about it, and what must be decided."""

    work: Work
    remarks: tuple[Message, ...] = ()
    disagreement: Disagreement | None = None


def sheet_of(project: ProjectFolder, series: Series, image: Image, names: Names, *, in_tree: bool) -> Sheet:
    """Return the bare sheet of an image of a series that the project names."""
    if series.project_modality is None:
        raise ValueError("the project does not name this modality")
    return Sheet(project.project, series.project_modality, image, names, in_tree=in_tree, uid_root=project.salt)


def read_all(store: Store, register: Register, project: ProjectFolder, members: Sequence[Series], work: Work) -> Opened:
    """Read the delivered files of a case's images.

    Without a revision they are the case.  Where JSON and masks differ by a pixel, or differ from a revision that there is, the
    disagreement says where and the person chooses.
    """
    jsons, masks, remarks, where, files = dict[ImageKey, Reading](), dict[ImageKey, Reading](), list[Message](), list[Message](), []
    for series, image in ((s, i) for s in members if s.project_modality is not None for i in s.images):
        names = register.known(image)
        if names is None:
            continue
        delivered = store.read_delivered(sheet_of(project, series, image, names, in_tree=register.in_tree(image) is not None))
        if delivered.json is None and delivered.masks is None:
            continue
        files.append(delivered)
        for reading in (delivered.json, delivered.masks):
            remarks += reading.remarks if reading else ()
        jsons[image.key] = delivered.json or delivered.masks or Reading()
        masks[image.key] = delivered.masks or delivered.json or Reading()
        width = project.project.mask.line_width
        where += _differences(image, names, _masks(delivered.json, image, width), _masks(delivered.masks, image, width))
    documents = {"json": numbered(Document(), jsons), "masks": numbered(Document(), masks)}
    if not work.revision:
        document = documents["json"]
        filled = replace(work, history=History(document), saved=document)
        return Opened(filled, tuple(remarks), _disagreement(where, documents, files) if where else None)
    if not where:
        if _all_masks(documents["json"], members, project) == _all_masks(work.document, members, project):
            return Opened(work, tuple(remarks))
        where = [message("others changed the delivered files")]
        documents.pop("masks")
    return Opened(work, tuple(remarks), _disagreement(where, {**documents, "record": work.document}, files))


def _disagreement(where: Sequence[Message], documents: Mapping[str, Document], files: Sequence[Delivered]) -> Disagreement:
    more = message(" and {count} more", count=len(where) - _SHOWN) if len(where) > _SHOWN else message("")
    places = message(
        " · ".join(f"{{place{i}}}" for i in range(len(where[:_SHOWN]))), **{f"place{i}": m for i, m in enumerate(where[:_SHOWN])}
    )
    return Disagreement(message("Saved files disagree: {places}{more}. Which is right?", places=places, more=more), documents, tuple(files))


def _masks(reading: Reading | None, image: Image, width: float | None) -> dict[str, Mask] | None:
    if reading is None:
        return None
    found: dict[str, Mask] = {}
    for a in reading.annotations:
        own = shape_mask(a.shape, image.rows, image.columns, width)
        found[a.category] = found[a.category] | own if a.category in found else own
    return {category: own for category, own in found.items() if not own.empty}


def _all_masks(document: Document, members: Sequence[Series], project: ProjectFolder) -> Mapping[ImageKey, Mapping[str, Mask] | None]:
    return {
        image.key: _masks(Reading(document.on(image.key)), image, project.project.mask.line_width)
        for series in members
        for image in series.images
        if document.on(image.key)
    }


def _differences(image: Image, names: Names, a: dict[str, Mask] | None, b: dict[str, Mask] | None) -> list[Message]:
    """Where JSON and masks of an image differ; nothing where only one of them is there."""
    if a is None or b is None:
        return []
    found = []
    for category in sorted({*a, *b}):
        none = Mask.none(image.rows, image.columns)
        wrong = a.get(category, none) ^ b.get(category, none)
        if not wrong.empty:
            rows, columns = wrong.pixels()
            found.append(
                message(
                    "image {image}, {category}: {count} pixels within x {left}–{right}, y {top}–{low}",
                    image=names.image,
                    category=category,
                    count=wrong.count,
                    left=int(columns.min()) + 1,
                    right=int(columns.max()) + 1,
                    top=int(rows.min()) + 1,
                    low=int(rows.max()) + 1,
                )
            )
    return found
