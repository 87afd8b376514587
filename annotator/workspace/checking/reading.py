"""Read what was saved of the images of one lot: newest revisions, delivered files, and what their formats find in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from annotator.checks.check import Saved
from annotator.dicom.elements import Malformed
from annotator.dicom.header_facts import facts_of
from annotator.dicom.mask_file import open_mask
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.header_facts import HeaderFacts
from annotator.domain.image import ImageKey
from annotator.domain.project import Modality
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.format import CASE, Format
from annotator.i18n import Message
from annotator.paths import contained, nfc
from annotator.workspace.checking.chain import Case, case_of, record_of
from annotator.workspace.checking.members import Member
from annotator.workspace.delivering import read_order
from annotator.workspace.labels import effective_annotations
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of

Siblings = Mapping[ImageKey, tuple[Sheet, ...]]
"""All sheets of the case that an image belongs to, where files belong to cases."""


@dataclass
class Room:
    """What is at hand while one lot is looked at."""

    project: ProjectFolder
    there: Mapping[str, str] | None = None
    """Composed path → path, of the files of a folder; None: the disk is asked for each."""
    cases: dict[str, Case] = field(default_factory=dict)
    _delivered: dict[str, frozenset[ImageKey]] = field(default_factory=dict)
    _listed: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def case(self, member: Member, modality: Modality) -> Case:
        """The case of an image, read once."""
        name = member.image.study_uid if modality.case == "study" else member.image.series_uid
        if name not in self.cases:
            self.cases[name] = case_of(self.project.root, name)
        return self.cases[name]

    def path(self, wanted: str) -> str | None:
        """The path of a file as the system writes it; None where it is not there."""
        if self.there is not None:
            return self.there.get(wanted)
        folder, _, name = wanted.rpartition("/")
        if folder not in self._listed:
            with suppress(OSError):
                self._listed[folder] = {nfc(entry): entry for entry in os.listdir(contained(self.project.root, folder))}
        found = self._listed.get(folder, {}).get(name)
        return None if found is None else f"{folder}/{found}"

    def delivered(self, case: str) -> frozenset[ImageKey]:
        """The images of which a finished delivery of a case left files."""
        if case not in self._delivered:
            order = read_order(self.project.root, case)
            done = order.images if order is not None and order.done else {}
            self._delivered[case] = frozenset(key for key, entry in done.items() if entry.files)
        return self._delivered[case]


def saved_of(room: Room, members: Sequence[Member]) -> Iterator[Saved]:
    """Yield each image as it was saved; images that are view only are left out."""
    formats = formats_of(room.project.project)
    siblings = _siblings(room, formats, members)
    for member in members:
        saved = _saved(room, formats, member, siblings)
        if saved is not None:
            yield saved


def _modalities(room: Room, member: Member) -> tuple[Modality, ...]:
    """What an image may be: that of its place in the tree; of one used in place first what its header says."""
    if member.in_tree:
        return (member.modality,) if member.modality is not None else ()
    own = (member.modality,) if member.modality is not None else ()
    return (*own, *(one for one in room.project.project.modalities if one not in own))


def _sheet(room: Room, member: Member, modality: Modality) -> Sheet:
    project, case = room.project, room.case(member, modality)
    annotations, only = case.document.on(member.image.key), case.revision is not None and case.revision.regions_only
    with suppress(AnnotatorError):  # told of the case
        annotations = effective_annotations(project.root, project.project, case.document, member.image.key) if case.there else ()
    return Sheet(project.project, modality, member.image, member.names, annotations, member.in_tree, only, facts=case.document.facts,
                 uid_root=project.salt)  # fmt: skip


def _siblings(room: Room, formats: Sequence[Format], members: Sequence[Member]) -> Siblings:
    whole = [used for used in formats if used.unit == CASE]
    found: dict[tuple[str, ...], list[Sheet]] = {}
    for member in members if whole else ():
        if member.modality is not None:
            sheet = _sheet(room, member, member.modality)
            found.setdefault(tuple(path for used in whole for path in used.paths(sheet)), []).append(sheet)
    return {sheet.image.key: tuple(case) for case in found.values() for sheet in case}


def _saved(room: Room, formats: Sequence[Format], member: Member, siblings: Siblings) -> Saved | None:
    """An image as what it is: the first modality of which there are files or a drawing, else what its header says."""
    first: Saved | None = None
    for modality in _modalities(room, member):
        sheet = replace(_sheet(room, member, modality), siblings=siblings.get(member.image.key, ()))
        saved = _with_files(room, formats, member, sheet)
        drawn = bool(sheet.annotations) and sheet.annotations[0].category.startswith(modality.supercategory)
        if member.in_tree or saved.files or drawn or any(reading.annotations for reading in saved.readings.values()):
            return saved
        first = first or (saved if modality == member.modality else None)
    return first


def _with_files(room: Room, formats: Sequence[Format], member: Member, sheet: Sheet) -> Saved:
    """The image with its files; those of a whole case come with its first image, and what they say of each image with that."""
    files, readings = dict[str, bytes](), dict[str, Reading]()
    unread, masks, expected = dict[str, Message](), dict[str, HeaderFacts](), tuple[str, ...]()
    case, key = room.case(member, sheet.modality), sheet.image.key
    left = record_of(case, key)
    for used in formats:
        if used.unit == CASE and not any(one.image.key == key and one.modality == sheet.modality for one in sheet.siblings):
            continue
        own, failed = _contents(room, used, sheet)
        if used.at_done:
            expected += used.paths(sheet) if key in room.delivered(case.name) else ()
            if not own:
                continue
        first = used.unit != CASE or sheet.siblings[0].image.key == key
        files |= own if first else {}
        unread |= failed if first else {}
        masks |= _headers(own)
        if not own and not left.files.keys().isdisjoint(used.paths(sheet)):
            continue  # what is gone says nothing; that it is gone is told
        try:
            readings[used.id] = (used.read(sheet, own) if own else Reading()).of(key)
        except AnnotatorError as error:
            unread |= {next(iter(own), ""): error.message} if first else {}
    return _by_files_alone(Saved(
        sheet=sheet, files=files, readings=readings, owner=member.owner, expected=expected, drawn_on=left.pixels, pixels=member.pixels,
        header=member.header, masks=masks, unread=unread, left=tuple(left.files), recorded=case.there, blank=member.blank,
        case=case.name,
    ))  # fmt: skip


def _by_files_alone(saved: Saved) -> Saved:
    """Where no revision speaks of an image, the drawing is what the first of its files says."""
    if saved.recorded:
        return saved
    told = next((reading for reading in saved.readings.values() if reading.annotations and reading.values is None), Reading())
    facts = next((reading.facts for reading in saved.readings.values() if reading.facts is not None), {})
    return replace(saved, sheet=replace(saved.sheet, annotations=told.annotations, facts=facts))


def _contents(room: Room, used: Format, sheet: Sheet) -> tuple[dict[str, bytes], dict[str, Message]]:
    """The files of an image that are there, and why some cannot be read."""
    found, failed = dict[str, bytes](), dict[str, Message]()
    for wanted in used.paths(sheet):
        path = room.path(wanted)
        if path is not None:
            try:
                found[wanted] = contained(room.project.root, path).read_bytes()
            except OSError as error:
                failed[wanted] = system_cause(error)
    return found, failed


def _headers(files: Mapping[str, bytes]) -> dict[str, HeaderFacts]:
    """The headers of DICOM files; one that cannot be read has none, and is told where it is read."""
    found = {}
    for path, content in files.items():
        if path.lower().endswith(".dcm"):
            with suppress(Malformed):
                found[path] = facts_of(open_mask(content).header)
    return found
