"""Find the images of a case with their names: in the project's tree, or where they lie, whole series whether they were drawn on or not."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.dicom.found import Found
from annotator.dicom.scan import scan
from annotator.domain.delivery import Names
from annotator.domain.frozen_set import Member
from annotator.domain.image import Image
from annotator.domain.patterns import fields_of
from annotator.domain.project import Modality
from annotator.domain.series import spatial_order
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import ids
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register


@dataclass(frozen=True)
class Placed:
    """An image of a case, its names, and whether it lies in the project's tree."""

    image: Image
    names: Names
    in_tree: bool


def images_of(folder: ProjectFolder, member: Member, place: str) -> tuple[tuple[Placed, ...], ...]:
    """Return the images of a case, series by series in spatial order; `place` is the folder in which one of them was seen last.

    An image in place that was never saved on gets the number of its place in the series.  Raises AnnotatorError where there are none.
    """
    register, found = Register(folder), dict[str, dict[str, Image]]()
    for one in scan(places_of(folder, member, place), Report()):
        for image in one.images if isinstance(one, Found) else ():
            if member.case in (image.series_uid, image.study_uid) and not image.labels and not register.is_mask(image.path):
                found.setdefault(image.series_uid, {})[str(image.key)] = image
    series = [_named(folder, register, member, spatial_order(images.values())) for _, images in sorted(found.items())]
    listed = tuple(one for one in series if one)
    if not listed:
        doing = message("Looking for the images of the case {case}", case=member.case)
        raise AnnotatorError(doing, message("they are not where they were"), message("Open their folder once, and export again"))
    return tuple(sorted(listed, key=lambda one: one[0].names.series))


def modality_of(folder: ProjectFolder, member: Member) -> Modality:
    """Return the modality of a case; raises AnnotatorError where the project names it no longer."""
    for modality in folder.project.modalities:
        if modality.code == member.modality:
            return modality
    doing = message("Reading the case {case}", case=member.case)
    raise AnnotatorError(doing, message("the project does not name its modality"), message("See the project's definition"))


def places_of(folder: ProjectFolder, member: Member, place: str) -> list[Path]:
    """Return where the images of a case are looked for: the patient's folders in the tree, and the files beside those used in place.

    `place` is a folder in which one of them was seen last, empty where nobody knows one.
    """
    beside = {path for path in (*_in_place(folder, member), *([Path(place)] if place else [])) if path.is_dir()}
    inside = sorted(set(_in_tree(folder, member)))
    outside = sorted(path for path in beside if not any(path.is_relative_to(top) for top in inside))
    return [*inside, *sorted(Path(entry.path) for top in outside for entry in os.scandir(top) if entry.is_file())]


def _in_tree(folder: ProjectFolder, member: Member) -> Iterator[Path]:
    """What the project's rule calls the patient's folder, in whatever class it is now."""
    project, parts = folder.project, folder.project.patterns["image"].split("/")
    depth = next((number for number, part in enumerate(parts, 1) if "patient" in fields_of(part)), len(parts))
    head = "/".join(parts[:depth])
    for modality in project.modalities:
        for name in (*project.classes, project.unclassified):
            known = {"class": name, "folder": modality.folder, "prefix": modality.prefix, "patient": glob.escape(member.patient)}
            yield from folder.root.glob(head.format(**known, series="*", image="*", category="*"))


def _in_place(folder: ProjectFolder, member: Member) -> Iterator[Path]:
    with suppress(OSError, KeyError):
        patient = ids.read_patients(ids.ids_path(folder.root))[member.patient]
        for series in patient.series:
            for image in ids.read_images(ids.images_path(folder.root, member.patient, series)).values():
                yield Path(image.path).parent


def _named(folder: ProjectFolder, register: Register, member: Member, images: tuple[Image, ...]) -> tuple[Placed, ...]:
    """The images of a series with their names; nothing of a series of which no image has any."""
    known = [register.known(image, again=False) for image in images]
    first = next((names for names in known if names is not None), None)
    if first is None:
        return ()
    taken = {names.image for names in known if names is not None}
    found = []
    for place, (image, names) in enumerate(zip(images, known, strict=True), start=1):
        own = names or replace(first, image=_free(folder, place, taken))
        in_tree = register.in_tree(image) is not None
        found.append(Placed(image, replace(own, class_folder=member.class_folder or own.class_folder), in_tree))
    return tuple(found)


def _free(folder: ProjectFolder, number: int, taken: set[str]) -> str:
    pattern = folder.project.id_patterns.get("image", "{number}")
    while (name := pattern.format(number=number)) in taken:
        number += 1
    taken.add(name)
    return name
