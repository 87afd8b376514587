"""Write what a case delivers when it leaves its pass: once, image by image, so that a killed process goes on where it was.

`.annotator/deliveries/<case>.json` is the order and its state: whose work, of which revision, when, and for each image the digest of what
its files were made from and the files themselves.  Files follow from the order alone, so a second run writes the same bytes; an image that
did not change since the last delivery is left alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator import __version__
from annotator.domain.delivery import Sheet
from annotator.domain.document import Document
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.labels import LabelVolume, judged_facts
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.formats.format import Format
from annotator.i18n import message
from annotator.paths import contained, safe_name
from annotator.progress import Report
from annotator.workspace import durable, publish, revisions
from annotator.workspace.catalogue import Series
from annotator.workspace.labels import effective_annotations, volume_of
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register

POINTS = ("deliver.before_order", "deliver.before_file", "deliver.before_state", "deliver.before_end")
"""Places of this module at which `durable.fault` may end the process."""
_EVERY = 20
"""Images after which the state is brought to the disk."""


@dataclass(frozen=True)
class Entry:
    """One image of an order: where it lies, its place in its series (from 1), what was delivered of it, and from what that was made."""

    path: str
    number: int
    inputs: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """A delivery of one case: `modality` is the project's code; `done` says that every image was delivered."""

    case: str
    modality: str
    author: str
    time: str
    done: bool
    images: Mapping[ImageKey, Entry]


@dataclass(frozen=True)
class Delivered:
    """What a delivery did: images whose files were written, images left as they were, files of others that were left alone."""

    case: str
    written: int = 0
    kept: int = 0
    foreign: tuple[str, ...] = ()


def formats_at_done(project: ProjectFolder) -> tuple[Format, ...]:
    """Return the project's formats that are written when a case leaves its pass."""
    return tuple(used for used in publish.formats_of(project.project) if used.at_done)


def order(project: ProjectFolder, case: str, series: Series, images: Sequence[Image], author: str, time: str) -> Order:
    """Bring the wish to deliver `images` of a series to the disk and return it; what was delivered before stays known.  Raises OSError."""
    before = read_order(project.root, case)
    known = before.images if before else {}
    entries = {
        image.key: replace(known.get(image.key, Entry("", 0)), path=image.path, number=series.places[image.key] + 1) for image in images
    }
    modality = series.project_modality.code if series.project_modality else ""
    made = Order(case, modality, author, time, False, {**known, **entries})
    durable.fault("deliver.before_order")
    _write(project.root, made)
    return made


def unfinished(root: Path) -> tuple[str, ...]:
    """Return the cases whose delivery was ordered and not finished."""
    folder = _folder(root)
    found = (_read(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()
    return tuple(wanted.case for wanted in found if wanted is not None and not wanted.done)


def read_order(root: Path, case: str) -> Order | None:
    """Return the last order of a case; None where there is none (or it is damaged: then all is delivered anew)."""
    return _read(_path(root, case))


def deliver(project: ProjectFolder, case: str, report: Report) -> Delivered:
    """Carry the order of a case out, or go on with it; returns when all of it is on disk and was read back.

    `report` counts images.  Raises AnnotatorError, and Cancelled from the report; calling again goes on.  Nothing happens where another
    process is at it.
    """
    try:
        with publish.alone(project.root, f"{case}.delivery", 0):
            wanted = read_order(project.root, case)
            if wanted is None or wanted.done:
                return Delivered(case)
            document = _document(project.root, case)
            return _carry_out(project, wanted, document, report)
    except TimeoutError:
        return Delivered(case)
    except OSError as error:
        remedy = message("Put this right; the rest is written when the project is opened again")
        raise AnnotatorError(message("Delivering the case {case}", case=case), system_cause(error), remedy) from None


def delivered_images(root: Path) -> frozenset[ImageKey]:
    """Return the images of which a finished delivery left files."""
    folder = _folder(root)
    found = (_read(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()
    return frozenset(key for wanted in found if wanted is not None and wanted.done for key, entry in wanted.images.items() if entry.files)


def _document(root: Path, case: str) -> Document:
    heads, _ = revisions.heads(root, case, keep=True)
    if len(heads) != 1:
        cause = message("it was saved in several versions") if heads else message("it was never saved")
        raise AnnotatorError(message("Delivering the case {case}", case=case), cause, message("Open the case and finish it again"))
    return heads[0].document


def _carry_out(project: ProjectFolder, wanted: Order, document: Document, report: Report) -> Delivered:
    register, formats, root = Register(project), formats_at_done(project), project.root
    volume = volume_of(root, document)
    entries, foreign, written = dict(wanted.images), list[str](), 0
    report.total = (report.total or 0) + len(entries)
    for count, (key, entry) in enumerate(sorted(wanted.images.items(), key=lambda pair: pair[1].number), 1):
        sheet = _sheet(project, register, wanted, key, entry)
        entry = replace(entry, files=_here(sheet, formats, entry.files))
        inputs = _inputs(sheet, document, volume)
        if entry.inputs != inputs or any(publish.digest_at(contained(root, path)) != digest for path, digest in entry.files.items()):
            drawn = effective_annotations(root, project.project, document, key)
            files, others = _written(root, replace(sheet, annotations=drawn, facts=document.facts), formats, entry)
            foreign += others
            entries[key] = replace(entry, inputs="" if others else inputs, files=files)
            written += 1
        report.advance(subject=sheet.names.image)
        if count % _EVERY == 0:
            _write(root, replace(wanted, images=entries))
    durable.fault("deliver.before_end")
    _write(root, replace(wanted, images=entries, done=True))
    return Delivered(wanted.case, written, len(entries) - written, tuple(foreign))


def _sheet(project: ProjectFolder, register: Register, wanted: Order, key: ImageKey, entry: Entry) -> Sheet:
    image, owner = _image(entry.path, key)
    names = register.names(image, owner, entry.number)
    modality = next((m for m in project.project.modalities if m.code == wanted.modality), project.project.modalities[0])
    return Sheet(
        *(project.project, modality, image, names),
        in_tree=register.in_tree(image) is not None,
        author=wanted.author,
        time=wanted.time,
        software=f"annotator {__version__}",
        uid_root=project.salt,
    )


def _image(path: str, key: ImageKey) -> tuple[Image, Owner]:
    from annotator.dicom.header import images_of, owner_of, read_header  # loads what reads DICOM: only now is it needed

    header = read_header(path)
    image = next((image for image in images_of(header, path) if image.key == key), None)
    if image is None:
        doing = message("Delivering the image {name}", name=Path(path).name)
        raise AnnotatorError(doing, message("the file is another image now"), message("Open the folder again and finish the case again"))
    return image, owner_of(header)


def _here(sheet: Sheet, formats: Sequence[Format], files: Mapping[str, str]) -> dict[str, str]:
    """What was delivered of an image, by the paths that its files have now: they may have moved with the patient's class."""
    now = {tuple(path.split("/")[-2:]): path for used in formats for path in used.paths(sheet)}
    return {now.get(tuple(path.split("/")[-2:]), path): digest for path, digest in files.items()}


def _inputs(sheet: Sheet, document: Document, volume: LabelVolume | None) -> str:
    """The digest of what an image's files are made from, without outlines: regions, judgements, names, project."""
    own = None if volume is None else volume.on(sheet.image.key)
    drawn = [record.encode_annotation(a) for a in document.on(sheet.image.key)]
    marked = [name for name in document.facts if name == f"slice.{sheet.image.key}"]
    names = replace(sheet.names, class_folder="")  # a patient may be moved to another class, and its files with it
    bare = publish.fingerprint(replace(sheet, names=names, facts=judged_facts(document)))
    return publish.digest_of(record.dumps({"sheet": bare, "drawn": drawn, "marked": marked, "labels": publish.digest_of(
        None if own is None else own.tobytes())}))  # fmt: skip


def _written(root: Path, sheet: Sheet, formats: Sequence[Format], entry: Entry) -> tuple[dict[str, str], list[str]]:
    """Write the files of an image; returns what lies there now of ours, and the paths at which something of others lies."""
    contents: dict[str, bytes] = {}
    for used in formats:
        made = used.write(sheet)
        publish.compare(sheet, used, made)
        contents |= made
    files, foreign = dict[str, str](), list[str]()
    for path in sorted(contents.keys() | entry.files.keys(), key=lambda path: (path.endswith(".json"), path)):
        place, content = contained(root, path), contents.get(path)
        there, new = publish.digest_at(place), publish.digest_of(content)
        if there and there not in (new, entry.files.get(path)):
            foreign.append(path)
            continue
        if content is None:
            durable.remove(place)
            continue
        if there != new:
            durable.fault("deliver.before_file")
            durable.write(place, content)
            publish.read_back(place, content)
        files[path] = new
    return files, foreign


def _folder(root: Path) -> Path:
    return root / ".annotator" / "deliveries"


def _path(root: Path, case: str) -> Path:
    return _folder(root) / f"{safe_name(case)}.json"


def _write(root: Path, wanted: Order) -> None:
    durable.fault("deliver.before_state")
    images = [
        {"image": str(key), **dataclasses.asdict(replace(entry, files=dict(sorted(entry.files.items()))))}
        for key, entry in wanted.images.items()
    ]
    told = {name: getattr(wanted, name) for name in ("case", "modality", "author", "time", "done")}
    durable.write(_path(root, wanted.case), record.seal({**told, "images": images})[0])


def _read(path: Path) -> Order | None:
    with suppress(FileNotFoundError, record.Damaged, ValueError):
        found, _ = record.unseal(path.read_bytes())
        case, modality, author, time = (record.text(found, name) for name in ("case", "modality", "author", "time"))
        return Order(case, modality, author, time, found.get("done") is True, dict(_entries(record.items(found, "images"))))
    return None


def _entries(listed: Sequence[object]) -> Iterator[tuple[ImageKey, Entry]]:
    for one in map(record.entries, listed):
        files = dict[str, str](record.entries(one.get("files")))
        key = ImageKey.parse(record.text(one, "image"))
        yield key, Entry(record.text(one, "path"), record.whole(one, "number"), record.text(one, "inputs"), files)
