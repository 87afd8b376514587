"""Make the files of one case for a delivery: its images as they lie in the project's tree, masks and JSON anew, without lines or names.

What is written is made from the accepted revision and read back before it counts, exactly as at a save; who drew is told as a reader's
code.  Images that lie outside the tree were not de-identified by an intake, so their case cannot go.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.annotation import Annotation
from annotator.domain.course import State
from annotator.domain.coverage import answering_pass
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Names, Sheet
from annotator.domain.document import Document
from annotator.domain.facts import DISCARD
from annotator.domain.image import Image
from annotator.domain.project import Modality
from annotator.domain.queue import Entry
from annotator.domain.series import spatial_order
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.format import CASE, Format
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.progress import Report
from annotator.silence import STORAGE
from annotator.workspace import durable, publish, revisions, steps
from annotator.workspace.labels import effective_annotations
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of
from annotator.workspace.register import Register

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Carried:
    """What was made of a case: path → (SHA-256, bytes), and what it holds; `why` it could not go, then nothing is there."""

    case: str
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    patient: str = ""
    modality: str = ""
    class_folder: str = ""
    images: int = 0
    annotated: int = 0
    categories: Mapping[str, int] = field(default_factory=dict)
    why: Message | None = None
    lost: bool = False
    """Whether nobody knows why: the process that was at it ended."""


def stamp(folder: ProjectFolder, entry: Entry) -> str:
    """Return what the files of a case are made from, in short: its newest revision, its step, and its place; raises OSError."""
    heads, _ = revisions.heads(folder.root, entry.case, keep=True)
    standing = steps.standing(folder.root, entry.case)
    told = (*(head.digest for head in heads), standing.digest, entry.place, entry.class_folder)
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def carry(folder: ProjectFolder, entry: Entry, out: Path, readers: Mapping[str, str], time: str) -> Carried:
    """Write the files of a case below `out`; `readers`: name → code.  What stops it is in the answer, never raised."""
    try:
        return _carry(folder, entry, out, readers, time)
    except AnnotatorError as error:
        return Carried(entry.case, why=error.message)
    except (OSError, ValueError) as error:
        cause = system_cause(error) if isinstance(error, OSError) else message("{text}", text=str(error))
        return Carried(entry.case, why=message("Delivering the case {case}: {cause}", case=entry.case, cause=cause))


def _carry(folder: ProjectFolder, entry: Entry, out: Path, readers: Mapping[str, str], time: str) -> Carried:
    doing = message("Delivering the case {case}", case=entry.case)
    document = _accepted(folder, entry, doing)
    modality = next(m for m in folder.project.modalities if m.code == entry.modality)
    images = images_of(folder, entry, doing)
    if any(names.class_folder == folder.project.unclassified for _, names in images):
        remedy = message("Choose the class in the window, or import the clinical sheet")
        raise AnnotatorError(doing, message("its class is not known"), remedy)
    sheets = _sheets(folder, modality, images, document, readers, time)
    made = dict(_made(folder, sheets))
    for image, names in images:
        path = Sheet(folder.project, modality, image, names, in_tree=True).path("image")
        made[path] = Path(image.path)
    there = {}
    for path, content in sorted(made.items()):
        durable.require_folder(out)  # one that has gone away with its share is not made again
        there[path] = written(contained(out, path), content)
    counted = Counter(annotation.category for sheet in sheets for annotation in delivered(sheet))
    drawn = sum(1 for sheet in sheets if delivered(sheet))
    return Carried(entry.case, there, images[0][1].patient, modality.code, images[0][1].class_folder, len(images), drawn, dict(counted))


def _accepted(folder: ProjectFolder, entry: Entry, doing: Message) -> Document:
    """The document of the accepted revision."""
    standing = steps.standing(folder.root, entry.case)
    if standing.state is not State.ACCEPTED:
        raise AnnotatorError(doing, message("it is not accepted any more"), message("Deliver again"))
    heads, _ = revisions.heads(folder.root, entry.case, keep=True)
    if len(heads) > 1:
        raise AnnotatorError(doing, message("it was saved in several versions"), message("Open the case and choose one"))
    document = heads[0].document if heads else Document()
    if DISCARD in document.facts:
        cause = message("it is discarded: {reason}", reason=document.facts[DISCARD])
        raise AnnotatorError(doing, cause, message("Take it out of the accepted cases"))
    return document


def images_of(folder: ProjectFolder, entry: Entry, doing: Message) -> list[tuple[Image, Names]]:
    """Return the images of a case in spatial order, with the names that the tree gives them; raises AnnotatorError where there are none."""
    from annotator.dicom.found import Found
    from annotator.dicom.scan import scan  # loads what reads DICOM: only now is it needed

    register, found = Register(folder), dict[str, tuple[Image, Names]]()
    for one in scan([Path(entry.place)], Report()) if entry.place else ():
        for image in one.images if isinstance(one, Found) else ():
            names = register.in_tree(image) if entry.case in (image.series_uid, image.study_uid) else None
            if names is not None:
                found[image.key.uid] = image, names
    if not found:
        cause = message("its images are not in the project's tree")
        raise AnnotatorError(doing, cause, message("Take them in by an intake, which de-identifies them"))
    return [found[image.key.uid] for image in spatial_order(image for image, _ in found.values())]


def _sheets(folder: ProjectFolder, modality: Modality, images: Iterable[tuple[Image, Names]], document: Document,
            readers: Mapping[str, str], time: str) -> list[Sheet]:
    """The sheets of a case's images, with what is delivered: no lines that were answered, no names, no notes."""
    made = []
    answered = answering_pass(modality) is not None
    for image, names in images:
        drawn = effective_annotations(folder.root, folder.project, document, image.key)
        nameless = tuple(_nameless(annotation, readers) for annotation in drawn)
        made.append(Sheet(folder.project, modality, image, names, nameless, in_tree=True, regions_only=answered, time=time,
                          facts=document.facts, uid_root=folder.salt))  # fmt: skip
    return made


def _nameless(annotation: Annotation, readers: Mapping[str, str]) -> Annotation:
    drawn = annotation.drawn
    return replace(annotation, drawn=replace(drawn, author=readers.get(drawn.author, "") if drawn.author else ""))


def _made(folder: ProjectFolder, sheets: list[Sheet]) -> Iterator[tuple[str, bytes | Path]]:
    """Yield the files that the project's formats make; those that are made when a case is done are taken as they were made."""
    formats = formats_of(folder.project)
    single = [used for used in formats if used.unit != CASE and not used.at_done]
    for sheet in sheets:
        if delivered(sheet):
            yield from publish.prepare(sheet, single).items()
        yield from _there(folder, sheet, [used for used in formats if used.at_done])
    whole = [used for used in formats if used.unit == CASE and not used.at_done]
    if whole and any(delivered(sheet) for sheet in sheets):
        yield from publish.prepare(replace(sheets[0], siblings=tuple(sheets)), whole).items()


def _there(folder: ProjectFolder, sheet: Sheet, formats: Iterable[Format]) -> Iterator[tuple[str, Path]]:
    for used in formats:
        yield from ((path, place) for path in used.paths(sheet) if (place := contained(folder.root, path)).is_file())


def written(place: Path, content: bytes | Path) -> tuple[str, int]:
    """Write or copy a file so that it is whole or not there; returns its SHA-256 and its size.  Raises OSError."""
    half, digest, size = place.with_name(f".{place.name}.half"), hashlib.sha256(), 0
    with STORAGE.asked():
        place.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as to:
            for piece in _pieces(content):
                with STORAGE.asked():
                    to.write(piece)
                digest.update(piece)
                size += len(piece)
        os.replace(half, place)
    return digest.hexdigest(), size


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            yield piece
