"""Read the images of a lot: what their headers say, how they are called, what their pixels' digest is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from annotator.checks.check import Oddness, Stray
from annotator.dicom.digest import pixel_digest
from annotator.dicom.header import images_of, owner_of, read_header
from annotator.dicom.header_facts import facts_of
from annotator.domain.delivery import Names
from annotator.domain.finding import Finding, Severity
from annotator.domain.header_facts import HeaderFacts
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.patterns import fields_of
from annotator.domain.project import Modality, Project
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.workspace import ids
from annotator.workspace.checking.lots import Lot
from annotator.workspace.checking.tree import IMAGE, Named, Tree, is_junk
from annotator.workspace.projects import ProjectFolder


@dataclass(frozen=True)
class Member:
    """An image of a lot; `modality` is None for one that is view only."""

    image: Image
    owner: Owner
    names: Names
    in_tree: bool
    modality: Modality | None
    header: HeaderFacts
    pixels: str
    blank: bool


def of_tree(project: ProjectFolder, tree: Tree) -> tuple[tuple[Member, ...], tuple[Stray, ...]]:
    """Return the images among the files of a folder, and the files that belong to none."""
    members, strays = list[Member](), [_stray(path) for path in tree.others]
    for named in tree.named:
        if named.pattern == IMAGE:
            found = _in_tree(project, named)
            if isinstance(found, Member):
                members.append(found)
            else:
                strays.append(found)
    called = _called(project.project, members)
    for named in tree.named:
        if named.pattern != IMAGE and not _has_image(project, named, called):
            strays.append(Stray(named.path, Oddness.ALONE))
    return tuple(members), tuple(strays)


def of_place(project: ProjectFolder, lot: Lot) -> tuple[tuple[Member, ...], tuple[Finding, ...]]:
    """Return the images that are used in place, and a finding for each that is not there; raises AnnotatorError for damaged ids."""
    patient, _, only = lot.name.partition("/")
    entry = _patients(project.root).get(patient)
    members, gone = list[Member](), list[Finding]()
    for series in (only,) if only else tuple(entry.series) if entry else ():
        for number, place in ids.read_images(ids.images_path(project.root, patient, series)).items():
            names = Names(patient, series, number, entry.class_folder if entry else project.project.unclassified)
            try:
                header = read_header(place.path)
                image = next(image for image in images_of(header, place.path) if image.key == ImageKey.parse(place.key))
            except (AnnotatorError, StopIteration, ValueError):
                told = message("the image {path} is not there, or is another one now", path=place.path)
                gone.append(Finding("image-is-there", Severity.REMARK, told, f"{patient}/{series}/{number}"))
                continue
            modality = project.project.modality_of(image.modality)
            members.append(Member(image, owner_of(header), names, False, modality, facts_of(header), *pixel_digest(image, header)))
    return tuple(members), tuple(gone)


def _in_tree(project: ProjectFolder, named: Named) -> Member | Stray:
    path = str(Path(project.root, named.path))
    said = named.fields
    modality = next((m for m in project.project.modalities if (said.get("folder", m.folder), said.get("prefix", m.prefix)) == (
        m.folder, m.prefix)), None)  # fmt: skip
    if modality is None:
        return Stray(named.path, Oddness.MISPLACED)
    try:
        header = read_header(path)
        images = images_of(header, path)
    except AnnotatorError as error:
        return Stray(named.path, Oddness.UNREADABLE, error.message)
    if not images:
        return Stray(named.path, Oddness.UNREADABLE)
    if images[0].frames != 1:
        return Stray(named.path, Oddness.MISPLACED, message("a file of several frames; the rule names single images"))
    names = _names(project.project, said)
    limit = project.project.id_limit
    long = next((name for name in (names.patient, names.series, names.image) if not 0 < len(name) <= limit), None)
    if long is not None:
        told = message("the id “{text}” does not have 1 to {limit} characters", text=long, limit=limit)
        return Stray(named.path, Oddness.MISPLACED, told)
    if "folder" not in said and "prefix" not in said:
        modality = project.project.modality_of(images[0].modality)
    return Member(images[0], owner_of(header), names, True, modality, facts_of(header), *pixel_digest(images[0], header))


def _names(project: Project, said: Mapping[str, str]) -> Names:
    first = project.id_patterns["series"].format(number=1)
    return Names(said["patient"], said.get("series", first), said["image"], said.get("class", project.unclassified))


def _stray(path: str) -> Stray:
    return Stray(path, Oddness.JUNK if is_junk(path) else Oddness.MISPLACED)


Called = Mapping[tuple[str, ...], frozenset[tuple[str, ...]]]
"""Fields of a pattern → the values that the images have for them."""


def _called(project: Project, members: list[Member]) -> Called:
    said = [_fields(member) for member in members]
    found: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = {}
    for kind, pattern in project.patterns.items():
        if kind != IMAGE:
            fields = _own(pattern)
            found[fields] = frozenset(tuple(one[field] for field in fields) for one in said)
    return found


def _own(pattern: str) -> tuple[str, ...]:
    return tuple(sorted(set(fields_of(pattern)) - {"category"}))


def _fields(member: Member) -> dict[str, str]:
    names, modality = member.names, member.modality
    return {
        "patient": names.patient,
        "series": names.series,
        "image": names.image,
        "class": names.class_folder,
        "folder": modality.folder if modality else "",
        "prefix": modality.prefix if modality else "",
    }


def _has_image(project: ProjectFolder, named: Named, called: Called) -> bool:
    """Whether an image of these names is in the lot, or used in place under them and in this class."""
    fields = tuple(sorted(set(named.fields) - {"category"}))
    if tuple(named.fields[field] for field in fields) in called.get(fields, ()):
        return True
    said = named.fields
    entry = _patients(project.root).get(said["patient"])
    if entry is None or said.get("class", entry.class_folder) != entry.class_folder:
        return False
    every = (said["series"],) if "series" in said else tuple(entry.series)
    return "image" not in said or any(said["image"] in _images(project.root, said["patient"], series) for series in every)


def _patients(root: Path) -> ids.Patients:
    path = ids.ids_path(root)
    return _read_patients(path, _stamp(path))


def _images(root: Path, patient: str, series: str) -> ids.Images:
    path = ids.images_path(root, patient, series)
    return _read_images(path, _stamp(path))


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(2)
def _read_patients(path: Path, stamp: int) -> ids.Patients:
    return ids.read_patients(path)


@lru_cache(8)
def _read_images(path: Path, stamp: int) -> ids.Images:
    return ids.read_images(path)
