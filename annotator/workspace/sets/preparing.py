"""Make the files of one case of a set, in a process of its own: stack by stack, each whole or not there."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator.domain.annotation import Annotation
from annotator.domain.coverage import answering_pass
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Item
from annotator.domain.frozen_set import Member
from annotator.domain.recipe import Recipe, spoken
from annotator.domain.volume import numbered, stacks
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.format import CASE
from annotator.formats.listing import folder_of
from annotator.i18n import Message, message
from annotator.paths import contained, safe_name
from annotator.workspace.handover.carried import written
from annotator.workspace.labels import effective_annotations
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.revisions import Revision
from annotator.workspace.sets import forms
from annotator.workspace.sets.case_images import Placed, images_of, modality_of, places_of
from annotator.workspace.sets.forms import DICOM, NIFTI, PNG, Form
from annotator.workspace.sets.listing import Row
from annotator.workspace.sets.ready import Ready, ready
from annotator.workspace.sets.shelf import Left, revision_of

WORK = ".work"
"""The folder in which images lie while their annotations are written, where no DICOM files go out."""


@dataclass(frozen=True)
class Order:
    """How every case is made: the recipe, the forms, which planes go (none: all), and what files tell; `scheme` settles their UIDs."""

    recipe: Recipe
    forms: tuple[Form, ...]
    planes: tuple[str, ...]
    time: str
    software: str
    scheme: str

    @property
    def description(self) -> str:
        """What is done, in English, for the files."""
        return "; ".join(str(spoken(step)) for step in self.recipe)


@dataclass(frozen=True)
class Task:
    """A case to be made below `out`; `place` is the folder in which its images were seen last."""

    folder: ProjectFolder
    member: Member
    place: str
    out: Path
    order: Order


@dataclass
class Prepared:
    """What became of a case: path → (SHA-256, bytes), rows for the list, parts of formats by (form, part), and what was left out.

    `unwritten`: something could not be put on the disk, so the case is to be tried again.
    """

    case: str
    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    parts: list[tuple[str, str, bytes]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    images: int = 0
    annotations: int = 0
    unwritten: bool = False


class _Unwritten(Exception):
    """A file could not be put on the disk; the one argument is the cause."""


def prepare(task: Task) -> Prepared:
    """Make the files of a case; what stops it, or a part of it, is in the answer and never raised."""
    made, work = Prepared(task.member.case), task.out / WORK / hashlib.sha256(task.member.case.encode()).hexdigest()[:16]
    try:
        _prepare(task, made, work)
    except AnnotatorError as error:
        _leave(task, made, error.cause)
    except _Unwritten as error:
        made.unwritten = True
        _leave(task, made, error.args[0])
    except (OSError, MemoryError, ValueError) as error:
        _leave(task, made, _cause(error))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return made


def _prepare(task: Task, made: Prepared, work: Path) -> None:
    revision, whole = revision_of(task.folder.root, task.member), list[list[Item]]()
    for placed in images_of(task.folder, task.member, task.place):
        sheets = [replace(sheet, time=task.order.time, software=task.order.software)
                  for sheet in sheets_of(task.folder, task.member, placed, revision)]  # fmt: skip
        by_key, called = {sheet.image.key: sheet for sheet in sheets}, _stem(sheets[0])
        for index, stack in enumerate(stacks(sheet.image for sheet in sheets)):
            own = [by_key[image.key] for image in stack]
            stem = called if stack[0].plane is None else numbered(called)(index)
            _stack(task, made, work, own, stem, whole)
    cases = [form for form in task.order.forms if form.format is not None and form.format.unit == CASE]
    if whole and cases:
        with _together(task, made) as put:
            for form in cases:
                _kept(made, form, task.member.part, forms.annotation_files(form, whole, put))


def _stack(task: Task, made: Prepared, work: Path, sheets: Sequence[Sheet], stem: str, whole: list[list[Item]]) -> None:
    """Make the files of one stack; what is wrong with it leaves the others alone."""
    try:
        found = ready(sheets, stem, task.order.recipe, task.order.scheme)
        if isinstance(found, Message):
            _leave(task, made, found, sheets)
            return
        if task.order.planes and found.plane not in task.order.planes:
            _leave(task, made, message("its plane is not wanted: {plane}", plane=found.plane), sheets)
            return
        with _together(task, made) as put:
            whole.append(_files(task, made, found, work, put))
    except AnnotatorError as error:
        _leave(task, made, error.cause, sheets)


def _files(task: Task, made: Prepared, found: Ready, work: Path, put: forms.Put) -> list[Item]:
    """Write a stack in every form; returns its images as they are afterwards."""
    wanted, part, order = {form.id for form in task.order.forms}, task.member.part, task.order
    place = f"{DICOM}/{folder_of('images', part)}" if DICOM in wanted else ""
    items = list[Item]()
    used = [form for form in order.forms if form.format is not None and form.format.unit != CASE]
    needs_files = bool(place) or any(form.reads for form in order.forms)
    stored = forms.scale_for(found, signed=True) if needs_files else None
    flat = forms.scale_for(found, signed=False, upright=True) if PNG in wanted else None
    for number in range(found.count):
        item = found.item(number, "", part, order.scheme)
        path = f"{place}{item.stem}.dcm"
        at = contained(task.out, path) if place else work / f"{item.stem}.dcm"
        item = replace(item, sheet=replace(item.sheet, image=replace(item.sheet.image, path=str(at) if needs_files else "")))
        if stored is not None:
            content, remarks = forms.dicom_bytes(found, item, number, order.description, stored)
            made.remarks += [remark for remark in remarks if remark not in made.remarks]
            put(path, content) if place else _scratch(at, content)
        if place:
            for mask, content in forms.dicom_masks(item, f"{DICOM}/{folder_of('masks', part)}{item.stem}").items():
                put(mask, content)
        if flat is not None:
            put(f"{PNG}/{folder_of('images', part)}{item.stem}.png", forms.png_bytes(flat.stored(found.after.values(number))))
        items.append(item)
    if NIFTI in wanted:
        put(f"{NIFTI}/{folder_of('images', part)}{forms.nifti_name(items)}.nii.gz", forms.nifti_bytes(found, items))
    for form in used:
        _kept(made, form, part, forms.annotation_files(form, [items], put))
    drawn = sum(len(delivered(item.sheet)) for item in items)
    made.rows.append(Row.of(found, task.member, items, drawn, flat))
    made.images += len(items)
    made.annotations += drawn
    return items


def _kept(made: Prepared, form: Form, part: str, found: Sequence[object]) -> None:
    made.parts += [(form.id, part if form.apart else "", pickle.dumps(one)) for one in found]


def sheets_of(folder: ProjectFolder, member: Member, placed: Sequence[Placed], revision: Revision | None) -> list[Sheet]:
    """Return the sheets of a series with what was drawn when the set was frozen: no lines that were answered, no names, no notes."""
    modality, document = modality_of(folder, member), None if revision is None else revision.document
    sheets = list[Sheet]()
    for one in placed:
        drawn: tuple[Annotation, ...] = ()
        if document is not None:
            drawn = tuple(map(_nameless, effective_annotations(folder.root, folder.project, document, one.image.key)))
        sheets.append(Sheet(folder.project, modality, one.image, one.names, drawn, in_tree=one.in_tree,
                            regions_only=answering_pass(modality) is not None, facts=document.facts if document is not None else {},
                            uid_root=folder.salt))  # fmt: skip
    return [replace(sheet, annotations=delivered(sheet)) for sheet in sheets]


def _nameless(annotation: Annotation) -> Annotation:
    return replace(annotation, drawn=replace(annotation.drawn, author="", time=""), note="")


def _stem(sheet: Sheet) -> str:
    names = sheet.names
    return safe_name("_".join(part for part in (sheet.modality.prefix, names.patient, names.series) if part))


@contextmanager
def _together(task: Task, made: Prepared) -> Iterator[forms.Put]:
    """Let files be written that are all there afterwards, or none of them where something goes wrong."""
    before = dict(made.files), len(made.rows), len(made.parts), made.images, made.annotations
    there = dict[str, tuple[str, int]]()

    def put(path: str, content: bytes) -> None:
        if path in there or path in made.files:
            cause = message("two of its files would have the name {path}", path=path)
            raise AnnotatorError(message("Writing the image {image}", image=path), cause, message("The other images are not affected"))
        try:
            there[path] = written(contained(task.out, path), content)
        except OSError as error:
            place = contained(task.out, path)
            with suppress(OSError):
                place.with_name(f".{place.name}.half").unlink()
            raise _Unwritten(system_cause(error)) from error

    whole = False
    try:
        yield put
        made.files |= there
        whole = True
    finally:
        if not whole:
            made.files, made.rows[before[1] :], made.parts[before[2] :] = before[0], [], []
            made.images, made.annotations = before[3:]
            for path in there:
                with suppress(OSError):
                    contained(task.out, path).unlink()


def _scratch(place: Path, content: bytes) -> None:
    """Put an image down for as long as its annotations are written."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    except OSError as error:
        raise _Unwritten(system_cause(error)) from error


def _leave(task: Task, made: Prepared, why: Message, sheets: Sequence[Sheet] = ()) -> None:
    told = why if not sheets else message("series {series}: {why}", series=sheets[0].names.series, why=why)
    made.left.append(Left(task.member.case, task.member.patient, told))


def _cause(error: Exception) -> Message:
    if isinstance(error, OSError):
        return system_cause(error)
    if isinstance(error, MemoryError):
        return message("there is not enough memory for it")
    return message("{text}", text=str(error))


def stamp_of(folder: ProjectFolder, member: Member, place: str) -> str:
    """Return what is looked at to see whether the images of a case are still those that were prepared: names, sizes and times of files."""
    facts: list[Any] = [member.revision, member.part]
    with suppress(OSError):
        for top in places_of(folder, member, place):
            files = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]
            facts += [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()
