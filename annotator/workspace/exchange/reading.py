"""Read files of an exchange format as a data set: what they say is brought together with the images and categories that are meant."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotator.dicom.header import derived_uid
from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.delivery import Names
from annotator.domain.exchange import Item, Label, Mark, Page, Reference, Source
from annotator.domain.image import Image, ImageKey
from annotator.domain.project import Project
from annotator.domain.region import Region
from annotator.domain.shapes import clipped
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.i18n import Message, message
from annotator.paths import nfc, safe_name
from annotator.progress import Report
from annotator.workspace.exchange.dataset import DataSet, Filled, Series, class_on, item_of, stem_of, with_own_stems
from annotator.workspace.exchange.labels import meant, modality_for, own_project, shown
from annotator.workspace.exchange.matching import Images, Match, Way
from annotator.workspace.exchange.meanings import Meanings, Said

_MOST_PIXELS = 1 << 28


@dataclass
class Findings:
    """What reading came upon: how many pages were matched in which way, what could not be used and why, and what was odd."""

    ways: Counter[Way] = field(default_factory=Counter)
    unmatched: list[tuple[str, Message]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    labels: Counter[Said] = field(default_factory=Counter)
    """How many annotations of matched pages bear each label."""
    taken: dict[Said, str] = field(default_factory=dict)
    """What each label was taken as: the key of a category; empty: left out."""
    failures: list[AnnotatorError] = field(default_factory=list)
    remarks: Counter[Message] = field(default_factory=Counter)
    outside: int = 0
    repeated: int = 0
    annotations: int = 0

    @property
    def pages(self) -> int:
        """How many pages found their image."""
        return sum(self.ways.values())


@dataclass(frozen=True)
class FromPages:
    """Fills items with what was read before."""

    drawn: Mapping[ImageKey, tuple[Annotation, ...]]

    def __call__(self, items: Sequence[Item]) -> Filled:
        """Look up what was read for some images."""
        return Filled(tuple(replace(i, sheet=replace(i.sheet, annotations=self.drawn.get(i.sheet.image.key, ()))) for i in items))


ImagesOf = Callable[[Project], Sequence[Series]]
"""Gives the images that a source may mean, seen with a project's eyes."""


def read_data_set(used: Exchange, source: Source, project: Project | None, plain: Project, images_of: ImagesOf,
                  report: Report, meanings: Meanings | None = None) -> tuple[DataSet, Findings]:
    """Return what files of an exchange format say, as a data set, and what reading it came upon.

    `project`: whose categories are meant; None: the source's own labels become a project, laid out as `plain` is.  Where `images_of` gives
    no image at all, images are made of what the source says of them.  `meanings`: what a person chose for labels; the others are taken as
    what they say.  Raises AnnotatorError where the format is only written.
    """
    findings = Findings()
    pages = _pages(used, source, findings, report)
    own = own_project(pages, plain) if project is None else project
    series = with_own_stems(images_of(own))
    if any(series):
        matched = _match(pages, series, findings)
    else:
        matched = _made(pages, own, findings)
        series = _as_series(item for item, _ in matched)
    drawn, items = _drawn(matched, own, project is None, meanings or {}, findings)
    splits = {item.sheet.image.key: page.split for item, page in matched if page.split}
    names = {item.sheet.image.key: _stem(page) for item, page in matched if not item.sheet.image.path or page.where.file_name}
    renamed = _renamed(series, items, splits, names)
    used_splits = tuple(split for split in ("train", "test", "val") if split in splits.values())
    return DataSet(own, renamed, FromPages(drawn), origin=used.id, splits=used_splits), findings


def _pages(used: Exchange, source: Source, findings: Findings, report: Report) -> list[Page]:
    if used.read is None:
        remedy = message("Choose another format to read")
        raise AnnotatorError(message("Reading {format}", format=used.id), message("this format is only written"), remedy)
    pages: list[Page] = []
    for entry in used.read(source):
        report.advance()
        if isinstance(entry, AnnotatorError):
            findings.failures.append(entry)
        else:
            pages.append(entry)
            findings.remarks.update(_at(entry.place, remark) for remark in entry.remarks)
    return pages


def _match(pages: Sequence[Page], series: Sequence[Series], findings: Findings) -> list[tuple[Item, Page]]:
    images = Images((item for one in series for item in one), lambda item: item.sheet.image.path)
    found: list[tuple[Item, Page]] = []
    for page in pages:
        match = images.find(page.where)
        if isinstance(match, Match):
            findings.ways[match.way] += 1
            found.append((match.item, page))
        else:
            findings.unmatched.append((page.where.file_name or page.place or str(page.where.key), match))
    return found


def _made(pages: Sequence[Page], project: Project, findings: Findings) -> list[tuple[Item, Page]]:
    """Make an image for each page that says its size; pages of one name are about one image."""
    known: dict[str, Item] = {}
    found: list[tuple[Item, Page]] = []
    for page in pages:
        where = page.where
        name = str(where.key) if where.key else nfc(where.file_name) or page.place
        if not where.rows or not where.columns or where.rows * where.columns > _MOST_PIXELS:
            findings.unmatched.append((where.file_name or page.place, message("nothing says how large the image is")))
            continue
        item = known.get(name)
        if item is None:
            item = known[name] = _image_of(where, name, page, project, len(known) + 1)
        image = item.sheet.image
        if (image.rows, image.columns) != (where.rows, where.columns):
            findings.unmatched.append((where.file_name or page.place, message("another file gives the image another size")))
            continue
        findings.ways[Way.MADE] += 1
        found.append((item, page))
    return found


def _image_of(where: Reference, name: str, page: Page, project: Project, number: int) -> Item:
    modality = modality_for((m.label for m in page.marks), project, where.modality)
    own = re.fullmatch(rf"{re.escape(modality.prefix)}_([^_]+)_([^_]+)_([^_]+)", _stem(page))
    fresh = project.id_patterns.get("patient", "P{number:06d}").format(number=number), "S001", "0001"
    patient, series, image_id = own.groups() if own else fresh
    names = Names(patient, series, image_id, class_on(where.file_name, project))
    key = where.key or ImageKey(derived_uid(name.encode("utf-8", "surrogatepass")))
    uid = where.series_uid or derived_uid(f"series\n{patient}\n{series}".encode())
    image = Image(key, "", 1, where.rows, where.columns, where.modality, "", uid, derived_uid(f"study\n{patient}".encode()),
                  where.frame_of_reference_uid, where.plane, where.plane.spacing if where.plane else None)
    return item_of(project, modality, image, names, stem=_stem(page) or stem_of(modality, names))


def _as_series(items: Iterable[Item]) -> tuple[Series, ...]:
    found: dict[str, dict[ImageKey, Item]] = {}
    for item in items:
        found.setdefault(item.sheet.image.series_uid, {})[item.sheet.image.key] = item
    return with_own_stems([tuple(one.values()) for one in found.values()])


def _drawn(matched: Sequence[tuple[Item, Page]], project: Project, own: bool, meanings: Meanings,
           findings: Findings) -> tuple[dict[ImageKey, tuple[Annotation, ...]], dict[ImageKey, Item]]:
    """The annotations of each image: what several pages say of it is united, twins are taken once.  And items whose modality was chosen."""
    pages: dict[ImageKey, tuple[Item, list[Page]]] = {}
    for item, page in matched:
        pages.setdefault(item.sheet.image.key, (item, []))[1].append(page)
    drawn: dict[ImageKey, tuple[Annotation, ...]] = {}
    items: dict[ImageKey, Item] = {}
    for key, (item, own_pages) in pages.items():
        if own:
            modality = modality_for((m.label for page in own_pages for m in page.marks), project, "")
            item = items[key] = replace(item, sheet=replace(item.sheet, modality=modality))
        taken: list[Annotation] = []
        for page in own_pages:
            read = [found for found in (_annotation(entry, item, meanings, findings) for entry in page.marks) if found is not None]
            for annotation in read:
                if any((a.category, a.shape) == (annotation.category, annotation.shape) for a in taken) and len(own_pages) > 1:
                    findings.repeated += 1
                else:
                    taken.append(annotation)
        drawn[key] = _numbered(taken)
        findings.annotations += len(taken)
    return drawn, items


def _annotation(entry: Mark, item: Item, meanings: Meanings, findings: Findings) -> Annotation | None:
    sheet = item.sheet
    category = _category(entry.label, item, meanings, findings)
    if category is None:
        return None
    shape = entry.shape
    if isinstance(shape, Region):
        shape = clipped(shape, sheet.image.rows, sheet.image.columns) if not shape.empty else shape
        if shape.empty:
            findings.outside += 1
            return None
    return Annotation(entry.id or 0, sheet.image.key, category.key, entry.toolname, shape, entry.drawn, entry.tool, entry.parent,
                      attributes=entry.attributes, note=entry.note)


def _category(label: Label, item: Item, meanings: Meanings, findings: Findings) -> Category | None:
    """What a label is taken as on an image: what a person chose, else what it says; None: it is left out."""
    sheet, said = item.sheet, Said(item.sheet.modality.code, nfc(shown(label)))
    findings.labels[said] += 1
    chosen = meanings.get(said)
    category = next((one for one in sheet.categories if one.key == chosen), None)
    if category is None and chosen != "":  # a category that was chosen once may be gone
        found = meant(label, sheet.project, sheet.modality)
        if found is None:
            findings.unknown[shown(label)] += 1
        elif found.remark is not None:
            findings.remarks[found.remark] += 1
        category = found.category if found else None
    findings.taken[said] = category.key if category is not None else findings.taken.get(said, "")
    return category


def _numbered(annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
    """Keep the ids that are given once and are ids; the others go on after the highest."""
    counts = Counter(annotation.id for annotation in annotations)
    highest = max((a.id for a in annotations if a.id > 0 and counts[a.id] == 1), default=0)
    numbered: list[Annotation] = []
    for annotation in annotations:
        if annotation.id < 1 or counts[annotation.id] > 1:
            highest += 1
            annotation = replace(annotation, id=highest, parent=None)
        numbered.append(annotation)
    return tuple(sorted(numbered, key=lambda a: a.id))


def _renamed(series: Sequence[Series], items: Mapping[ImageKey, Item], splits: Mapping[ImageKey, str],
             names: Mapping[ImageKey, str]) -> tuple[Series, ...]:
    """The images with their chosen modality, their split, and the name that the source gave them, unless a project names them."""
    renamed = []
    for one in series:
        made = []
        for item in one:
            key, sheet = item.sheet.image.key, items.get(item.sheet.image.key, item).sheet
            foreign = not sheet.uid_root and bool(names.get(key))
            stem = names[key] if foreign else stem_of(sheet.modality, sheet.names)
            made.append(Item(sheet, stem, splits.get(key, "")))
        renamed.append(tuple(made))
    return with_own_stems(renamed)


def _stem(page: Page) -> str:
    """The name, without ending, that a source gives an image."""
    last = page.where.file_name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rpartition(".")[0] or last
    return safe_name(stem) if stem else ""


def _at(place: str, remark: Message) -> Message:
    return message("{place}: {remark}", place=place, remark=remark) if place else remark


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()
