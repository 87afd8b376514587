"""What is fuzzed: each reader of bytes from outside as a function that may only refuse, and the bytes of our own that fuzzing starts from.

A refusal is an `AnnotatorError`, or the exception that the reader's docstring names.  Anything else that is raised is a finding, and so
is an input that takes longer than `SLOW` seconds of processor time.  The first byte of an input chooses among the files of a target.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from annotator.dicom import phantom
from annotator.dicom.codecs import CODECS, NATIVE, announced_size
from annotator.dicom.elements import Malformed
from annotator.dicom.fragments import fragments_of, frame_bytes
from annotator.dicom.graphics import graphics_of
from annotator.dicom.header import images_of, owner_of
from annotator.dicom.header_rows import header_rows
from annotator.dicom.layout import layout_of
from annotator.dicom.pixels import picture
from annotator.dicom.source import read_source
from annotator.domain.category_table import decode_table
from annotator.domain.definition import parse_project
from annotator.domain.delivery import Sheet
from annotator.domain.edit import StaleEdit
from annotator.domain.exchange import Source
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats import (  # fmt: skip
    breast_json,
    coco,
    edit_text,
    label_reading,
    labelme,
    lung_json,
    nifti,
    nnunet,
    png,
    record,
    rtstruct,
    seg,
    voc,
    yolo,
)
from annotator.formats.clinical_sheet import read as read_sheet
from annotator.formats.clinical_workbook import pages as workbook_pages
from annotator.paths import local_folder, resources_folder
from annotator.settings import remember, settings_file
from annotator.workspace import amounts, appearance, definitions, hand, ids, views
from annotator.workspace.exchange import meanings
from annotator.workspace.projects import create, open_project
from tests.dicom.written import dataset, saved
from tests.faults.fuzz import sealed
from tests.formats import cases
from tests.formats.clinical_files import HEADINGS, ROWS, text, workbook
from tests.formats.exchanged import written
from tests.formats.sheets import HOLED, TWO_PARTS, sheet_of

SLOW = 5.0
_SMALL = 1 << 24
"""Bytes of pixels that a fuzzed file may announce and have decoded here."""


class TooSlow(AssertionError):
    """An input took longer than `SLOW` seconds of processor time."""


@dataclass(frozen=True)
class Target:
    """A reader under fuzzing."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    refusals: tuple[type[Exception], ...] = ()

    def __call__(self, content: bytes) -> None:
        """Read `content`; raises whatever is no refusal."""
        begin = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what a library says of damaged bytes is no finding; what it raises is
                self.run(content)
        except (AnnotatorError, *self.refusals):
            pass
        if time.process_time() - begin > SLOW:
            raise TooSlow(f"{time.process_time() - begin:.1f} s for {len(content)} bytes")


class Place:
    """Where the targets put files: a folder that whoever fuzzes gives."""

    folder = Path()


def _path(content: bytes) -> str:
    path = Place.folder / "fuzzed.dcm"
    path.write_bytes(content)
    return str(path)


@cache
def _sheet() -> Sheet:
    truth = phantom.write_study(Place.folder / "phantoms", ("chest-ct",), small=True)[3]
    return sheet_of(truth.path, ("CCT3", HOLED), ("CCT1", Region.box(3, 4, 50, 60.5)), ("CCT9", TWO_PARTS))


@cache
def _sets() -> tuple[tuple[object, dict[str, bytes]], ...]:
    """Data sets of every exchange format that works image by image."""
    yolos = ((yolo, {"task": "detect"}), (yolo, {"task": "segment"}))
    kinds = ((coco, {}), (labelme, {}), (voc, {}), *yolos, (png, {}), (png, {"kind": "index"}))
    return tuple((module.EXCHANGE, written(module.EXCHANGE, _sheet(), **values)) for module, values in kinds)


@cache
def _volumes() -> tuple[tuple[object, dict[str, bytes]], ...]:
    return tuple((module.EXCHANGE, written(module.EXCHANGE, _sheet())) for module in (nifti, nnunet, seg, rtstruct))


def _numbered(sets: Sequence[tuple[object, Mapping[str, bytes]]]) -> list[bytes]:
    return [bytes((number,)) + content for number, content in enumerate(content for _, files in sets for content in files.values())]


def _read_one_of(sets: Sequence[tuple[object, Mapping[str, bytes]]], content: bytes) -> None:
    """Read the data set of which one file is replaced."""
    names = [(exchange, files, name) for exchange, files in sets for name in files]
    exchange, files, name = names[(content[0] if content else 0) % len(names)]
    there = {**files, name: content[1:]}
    assert exchange.read is not None  # type: ignore[attr-defined]
    for page in exchange.read(Source(tuple(sorted(there)), there.__getitem__, (_sheet().image,), _sheet().project)):  # type: ignore[attr-defined]
        str(page)


def _json(content: bytes) -> None:
    rest = content[1:]
    for module, sheet in ((lung_json, _sheet()), (breast_json, cases.case())):
        paths = module.FORMAT.paths(replace(sheet, annotations=()))
        files = dict.fromkeys(paths, rest)
        for ask in (module.FORMAT.fits, module.FORMAT.read):
            try:
                ask(sheet, files)
            except AnnotatorError as error:
                str(error)


def _json_seeds() -> list[bytes]:
    lung = lung_json.FORMAT.write(replace(_sheet(), time="2026-11-20T12:30:45+09:00", author="김판독", software="a"))
    breast = breast_json.FORMAT.write(cases.case(cases.lesion(1, "RCC", HOLED), cases.lesion(1, "LMLO", TWO_PARTS)))
    return [b"0" + content for content in (*lung.values(), *breast.values())] + [b'0{"annotations": [{"id": 1, "points": [[1e5, -2]]}]}']


def _record(content: bytes) -> None:
    rest = content[1:]
    for attempt in (record.unseal, _decoded_document, _decoded_edit, _decoded_edit_text):
        try:
            attempt(rest)
        except (record.Damaged, record.Newer, StaleEdit):
            continue


def _decoded_document(content: bytes) -> None:
    found = record.loads(content)
    for read in (record.decode_document, record.count_document):
        try:
            read(found)
        except (record.Damaged, record.Newer):
            continue


def _decoded_edit(content: bytes) -> None:
    record.decode_edit(record.loads(content))


def _decoded_edit_text(content: bytes) -> None:
    there = {(one.image, one.id): one for one in _sheet().annotations}
    edit_text.decode_edit(record.loads(content), lambda image, number: there.get((image, number)))


def _record_seeds() -> list[bytes]:
    from annotator.domain.document import Document
    from annotator.domain.edit import Change, Edit
    from annotator.i18n import message

    drawn = _sheet().annotations
    document = Document({_sheet().image.key: drawn}, {_sheet().image.key: 9}, {"discard": "사유"})
    edit = Edit(message("draw {n}", n=1), tuple(Change(None, one) for one in drawn))
    encoded = record.encode_document(document)
    noted = Edit(message("note"), tuple(Change(one, replace(one, note="x")) for one in drawn) * edit_text.FEW)  # enough to be left out
    texts = edit_text.edit_json(edit), edit_text.edit_json(noted)
    return [b"0" + one for one in (record.dumps(encoded), record.seal(encoded)[0], record.dumps(record.encode_edit(edit)), *texts)]


def _project(content: bytes) -> None:
    toml, _, table = content[1:].partition(b"\0")
    parse_project(decode_table(toml, "project.toml"), decode_table(table, "categories.csv"))


def _project_seeds() -> list[bytes]:
    folders = sorted(path.parent for path in (resources_folder() / "projects").glob("*/project.toml"))
    return [b"0" + (folder / "project.toml").read_bytes() + b"\0" + (folder / "categories.csv").read_bytes() for folder in folders]


def _header(content: bytes) -> None:
    path = _path(content[1:])
    header = read_source(path)
    owner_of(header)
    images, layout = images_of(header, path), layout_of(header)
    header_rows(path, 1)
    if not images or images[0].problem is not None or layout.total_bytes > _SMALL:
        return
    if header.transfer_syntax in NATIVE:
        picture(images[0])
        return
    graphics_of(header, layout, 0, native=False)
    frame = frame_bytes(header, fragments_of(header, layout.frames), layout.frames - 1, layout.frame_bits // 8)
    announced_size(CODECS[header.transfer_syntax], frame)


def _header_seeds() -> list[bytes]:
    folder = Place.folder / "headers"
    kinds = ("chest-ct", "pet-ct", "mammography")
    paths = [phantom.write_study(folder / kind, (kind,), small=True)[0].path for kind in kinds]
    made = [Path(path).read_bytes()[:6000] for path in paths]
    plain = saved(dataset(np.arange(16, dtype=np.uint16).reshape(4, 4)), folder / "plain.dcm").read_bytes()
    packed = plain.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0")
    nested = b"".join(b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" for _ in range(6))
    return [b"0" + one for one in (*made, plain, packed, plain[:132] + nested + plain[132:])]


def _frame(content: bytes) -> None:
    for codec in dict.fromkeys(CODECS.values()):
        announced_size(codec, content[1:])


def _frame_seeds() -> list[bytes]:
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xff"
    jpeg += b"\xff\xc0\x00\x11\x08\x00\x40\x00\x20\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    j2k = b"\xff\x4f\xff\x51\x00\x29\x00\x00" + (32).to_bytes(4) + (64).to_bytes(4) + bytes(24) + b"\x00\x01\x07\x01\x01"
    jls = b"\xff\xd8\xff\xf7\x00\x0b\x10\x00\x40\x00\x20\x01\x01\x11\x00\xff\xda"
    return [b"0" + one for one in (jpeg, j2k, jls, b"\0\0\0\x0cjP  \r\n\x87\n" + j2k)]


def _sheets(content: bytes) -> None:
    rest = content[1:]
    name = "시트.xlsx" if rest.startswith(b"PK") else "시트.csv"
    read_sheet(rest, name)
    if rest.startswith(b"PK"):
        workbook_pages(rest, name, 1000, 100)


def _sheet_seeds() -> list[bytes]:
    rows = (HEADINGS, *ROWS)
    return [b"0" + one for one in (workbook(("명단", rows)), text(rows), text(rows, "\t", "utf-16"), text(rows, ";", "cp949"))]


def _kept(content: bytes) -> None:
    """The files that a project, a person and this computer keep, each replaced by what is given."""
    root, rest = Place.folder / "kept", content[1:]
    local = local_folder() / "views"
    readers: tuple[tuple[Path, Callable[[], object]], ...] = (
        (ids.ids_path(root), lambda: ids.read_patients(ids.ids_path(root))),
        (ids.images_path(root, "P1", "S1"), lambda: ids.read_images(ids.images_path(root, "P1", "S1"))),
        (root / ".annotator" / "project.json", lambda: open_project(root, strict=False)),
        (root / ".annotator" / "import-labels.json", lambda: meanings.remembered(root)),
        (root / ".annotator" / definitions.LOG, lambda: definitions.logged(root)),
        (next(local.glob("*.json"), local / "none.json"), lambda: views.recall(root)),
        (settings_file(), lambda: (hand.recall(), appearance.recall(), amounts.recall())),
    )
    path, read = readers[(content[0] if content else 0) % len(readers)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(rest)
    read()


def _kept_seeds() -> list[bytes]:
    root = Place.folder / "kept"
    if not root.exists():
        create("lung-cancer", root)
    ids.write_patients(ids.ids_path(root), {"P000001": ids.Patient("a" * 64, "normal", {"S001": "1.2.3"})})
    ids.write_images(ids.images_path(root, "P1", "S1"), {"0001": ids.InPlace("1.2.3#1", "/a/b.dcm", "f")})
    meanings.remember(root, {meanings.Said("CCT", "nodule"): "CCT1"})
    definitions.log(root, {"time": "2026", "author": "a"})
    views.remember(root, views.View(("/a",), panes=(("1.2", "1.2#1"),), looks=(views.Look(1, "1.2"),)))
    remember({"hand": {"a": 1}, "appearance": {"line": 2}, "language": "ko"})
    paths = (
        ids.ids_path(root), ids.images_path(root, "P1", "S1"), root / ".annotator" / "project.json",
        root / ".annotator" / "import-labels.json", root / ".annotator" / definitions.LOG,
        next((local_folder() / "views").glob("*.json")), settings_file(),
    )  # fmt: skip
    return [bytes((number,)) + path.read_bytes() for number, path in enumerate(paths)]


@cache
def project_here() -> Path:
    """A project for what lies under seals."""
    return create("lung-cancer", Place.folder / "sealed").root


def _labels(content: bytes) -> None:
    label_reading.read_nifti(content[1:], "label.nii")


def _label_seeds() -> list[bytes]:
    return [b"0" + content for exchange, files in _volumes()[:2] for name, content in files.items() if ".nii" in name]


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target("json", _json, _json_seeds),
        Target("record", _record, _record_seeds),
        Target("kept", _kept, _kept_seeds),
        Target("sealed", lambda content: sealed.read(project_here(), content), lambda: sealed.seeds(project_here()), (record.Newer,)),
        Target("project", _project, _project_seeds),
        Target("header", _header, _header_seeds, (Malformed,)),
        Target("frame", _frame, _frame_seeds),
        Target("exchange", lambda content: _read_one_of(_sets(), content), lambda: _numbered(_sets())),
        Target("volumes", lambda content: _read_one_of(_volumes(), content), lambda: _numbered(_volumes())),
        Target("sheets", _sheets, _sheet_seeds),
        Target("labels", _labels, _label_seeds),
    )
}
