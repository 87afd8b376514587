"""Read Pascal VOC files, also as others write them: boxes under names, and the question from which pixel they count.

A file that says `<pixel_origin>` is believed.  One with the attribute `verified` or the element `<path>`, which VOC's own do not have, was
written by labelImg or a program after its model, which writes corners counted from 0.  For all others the data set decides: a coordinate
0 or a fraction can only be a corner counted from 0; without one they count as VOC's own do, pixels from 1, both ends inside.  Entities and
references to other files are refused, so that no file grows when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from annotator.domain.annotation import BOX
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.errors import AnnotatorError
from annotator.formats.foreign import Unclear, box_region, number, placed, side, whole
from annotator.formats.listing import decoded, file_named, key_of, stem_of, uid_in, unreadable
from annotator.i18n import Message, message
from annotator.paths import nfc

_LIMIT = 16 * 2**20
_MOST_BOXES = 20_000
_SPLIT_LISTS = ("train", "val", "test")
_NO_NAMES = ("", "unknow", "unknown", "unspecified")
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


@dataclass
class _File:
    """What a file says, while it is open from which pixel its boxes count."""

    name: str
    where: Reference
    origin: int | None
    boxes: list[tuple[Label, int | None, tuple[float, ...]]] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield a page for each VOC file, an AnnotatorError for each that is none or broken."""
    splits = _splits(source)
    undecided: list[_File] = []
    said: set[int] = set()
    for name in source.names:
        if not name.lower().endswith(".xml"):
            continue
        try:
            file = _file(name, source.read(name))
        except AnnotatorError as error:
            yield error
            continue
        if file.origin is None:
            undecided.append(file)
        else:
            yield _page(file, file.origin, splits, said)
    from_zero = any(min(box) < 0.5 or any(value % 1 for value in box) for file in undecided for _, _, box in file.boxes)
    for file in undecided:
        yield _page(file, 0 if from_zero else 1, splits, said, guessed=True)


def _splits(source: Source) -> dict[str, str]:
    """Stem → split, out of the lists of the data set."""
    found: dict[str, str] = {}
    for name in source.names:
        split = stem_of(name).lower()
        if not name.lower().endswith(".txt") or split not in _SPLIT_LISTS:
            continue
        try:
            content = source.read(name)
            lines = decoded(content).splitlines() if len(content) <= _LIMIT else []
        except (AnnotatorError, UnicodeDecodeError):
            continue  # a list that cannot be read takes nothing away from the boxes
        for line in lines:
            found.setdefault(nfc(line.split()[0]) if line.split() else "", split)
    return found


def _file(name: str, content: bytes) -> _File:
    remarks: list[Message] = []
    root = _root(name, content, remarks)
    if root.tag != "annotation":
        raise unreadable(name, message("it is no VOC annotation: its root is <{tag}>", tag=str(root.tag)[:40]))
    rows, columns = side(_said(root, "size/height")), side(_said(root, "size/width"))
    told = nfc(_said(root, "filename").replace("\\", "/").rsplit("/", 1)[-1])
    known = told if stem_of(told).lower() not in _NO_NAMES else nfc(stem_of(name))
    own = key_of(_said(root, "source/image")) if root.find("pixel_origin") is not None else None
    key = own or uid_in(stem_of(name)) or uid_in(nfc(stem_of(known))) or uid_in(known)
    drawn = "verified" in root.attrib or root.find("path") is not None
    origin = {"0": 0, "1": 1}.get(_said(root, "pixel_origin"), 0 if drawn else None)
    file = _File(name, Reference(key, file_named(known), rows, columns), origin, remarks=remarks)
    for place, thing in enumerate(root.findall("object"), 1):
        if place > _MOST_BOXES:
            remarks.append(message("{name} holds more than {count} boxes; the rest was left out", name=name, count=_MOST_BOXES))
            break
        try:
            file.boxes.append((_label(thing), whole(_said(thing, "id")), _corners(thing, place, name, remarks)))
        except Unclear as unclear:
            remarks.append(message("annotation {place} of {name} was left out: {why}", place=place, name=name, why=unclear.args[0]))
    return file


def _root(name: str, content: bytes, remarks: list[Message]) -> Element:
    """Parse a file; without an encoding that it can be read in, it is tried as UTF-8 and as cp949."""
    if len(content) > _LIMIT:
        raise unreadable(name, message("it is larger than {size} MB", size=_LIMIT // 2**20))
    if not content.strip():
        raise unreadable(name, message("the file is empty"))
    try:
        return fromstring(_as_text(content))
    except DefusedXmlException:
        raise unreadable(name, message("it defines entities or refers to other files, which is not safe to follow")) from None
    except ParseError as error:
        line, column = error.position
        raise unreadable(name, message("it is not valid XML at line {line}, column {column}", line=line, column=column)) from None
    except (UnicodeError, LookupError):
        raise unreadable(name, message("it is not written in UTF-8")) from None
    except (ValueError, RecursionError):
        raise unreadable(name, message("it is not valid XML")) from None


def _as_text(content: bytes) -> str | bytes:
    """The text without its declaration, in the encoding that it declares, else UTF-8 or cp949; UTF-16 is left to the parser."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    encoding = declared[1].decode() if declared else "utf-8"
    try:
        text = decoded(content) if encoding.lower() in ("utf-8", "utf8") else content.decode(encoding)
    except LookupError:
        text = decoded(content)
    return _DECLARED.sub("", text, count=1)


def _label(thing: Element) -> Label:
    category_id, supercategory = whole(_said(thing, "category_id")), nfc(_said(thing, "supercategory"))
    key = f"{supercategory}{category_id}" if supercategory and category_id is not None else ""
    return Label(nfc(_said(thing, "name")), category_id, supercategory, key)


def _corners(thing: Element, place: int, name: str, remarks: list[Message]) -> tuple[float, ...]:
    """The four numbers of a box, the smaller ones first."""
    box = thing.find("bndbox")
    if box is None:
        raise Unclear(message("it has no box"))
    found = [number(_said(box, edge)) for edge in _EDGES]
    if any(value is None for value in found):
        raise Unclear(message("its box is no four numbers"))
    x1, y1, x2, y2 = (value for value in found if value is not None)
    if x1 > x2 or y1 > y2:
        remarks.append(message("annotation {place} of {name} has its corners the wrong way round", place=place, name=name))
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _page(file: _File, origin: int, splits: dict[str, str], said: set[int], *, guessed: bool = False) -> Page:
    marks, remarks = [], list(file.remarks)
    for place, (label, identity, (x1, y1, x2, y2)) in enumerate(file.boxes, 1):
        try:
            region = box_region(x1 - origin, y1 - origin, x2, y2)
        except Unclear as unclear:
            remarks.append(message("annotation {place} of {name} was left out: {why}", place=place, name=file.name, why=unclear.args[0]))
            continue
        mark, told = placed(Mark(label, region, BOX, identity), file.where.rows, file.where.columns)
        if told is not None:
            remarks.append(message("annotation {place} of {name}: {what}", place=place, name=file.name, what=told))
        if mark is not None:
            marks.append(mark)
    if guessed and file.boxes and origin not in said:
        said.add(origin)
        remarks.append(_GUESS[origin])
    stem = nfc(stem_of(file.name))
    split = splits.get(stem) or splits.get(stem_of(file.where.file_name), "")
    return Page(file.where, tuple(marks), tuple(remarks), file.name, split)


_GUESS = (
    message("The boxes do not say how they count; a 0 or a fraction among them shows that they are corners counted from 0"),
    message("The boxes do not say how they count; they are taken as VOC's own: pixels from 1, both ends inside"),
)


def _said(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()[:1000]
