"""The native record: documents, edits and annotations as JSON without any loss, sealed so that damage shows.

It holds everything the program knows about an annotation, floats exactly (`repr`), and is read strictly: what is not as written here is
damaged.  Coordinates are image coordinates as everywhere in the program; a ring or a polyline is a flat list `x1, y1, x2, y2, …`.
A sealed file is one JSON object, `{"sha256": …, "length": …, "content": …}`, whose first two entries speak of the bytes of the third.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annotator import strict_json
from annotator.domain.annotation import Annotation, Drawn, Shape
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import ImageKey
from annotator.domain.path import Path, Point
from annotator.domain.region import Region
from annotator.i18n import Message

VERSION = 4
"""Of the record; a reader refuses records of a later one instead of losing what it does not know."""

_LARGEST = 512 * 2**20
"""Bytes of a record: a case of many thousand outlines has some ten million."""
_SEAL = re.compile(rb'\{"sha256": "([0-9a-f]{64})", "length": (\d{1,12}), "content": ')
_END = b"}\n"
_plain = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_DEPTH = 4
"""So deep lie the annotations of an edit and of a document; each is encoded in one go."""


class Damaged(ValueError):
    """The content is not a record, or not all of it."""


class Newer(ValueError):
    """The record was written by a later version of the program."""


def seal(content: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the bytes of a sealed file and their digest (SHA-256 of the inner JSON, hex).  Raises ValueError for NaN and infinity."""
    return seal_pieces([dumps(content)])


def seal_pieces(pieces: Iterable[bytes]) -> tuple[bytes, str]:
    """Return the same for the JSON, as `dumps` writes it, that these pieces make; they come one by one."""
    kept, digest = list[bytes](), hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        kept.append(piece)
    head = b'{"sha256": "%s", "length": %d, "content": '
    return b"".join([head % (digest.hexdigest().encode(), sum(map(len, kept))), *kept, _END]), digest.hexdigest()


def unseal(sealed: bytes) -> tuple[dict[str, Any], str]:
    """Return content and digest of a sealed file; raises Damaged if a single bit is not as it was written."""
    inner, digest = _opened(sealed)
    return entries(loads(inner)), digest


def unseal_head(sealed: bytes, key: str, but: str) -> tuple[dict[str, Any], str]:
    """Return of a sealed file the entries that stand before the one called `key`, which may be large, and the digest of all of it.

    Everything is read where there is no such entry, or where one called `but` stands after it.  Raises Damaged as `unseal` does.
    """
    inner, digest = _opened(sealed)
    end = inner.find(b', "%s": ' % key.encode())  # within a text each quotation mark has a backslash before it
    if end < 0 or inner.find(b', "%s": ' % but.encode(), end) >= 0:
        return entries(loads(inner)), digest
    return entries(loads(inner[:end] + b"}")), digest


def _opened(sealed: bytes) -> tuple[bytes, str]:
    head = _SEAL.match(sealed)
    if head is None:
        raise Damaged("no seal at the start")
    inner, end = sealed[head.end() : head.end() + int(head[2])], sealed[head.end() + int(head[2]) :]
    if len(inner) != int(head[2]) or end != _END or hashlib.sha256(inner).hexdigest().encode() != head[1]:
        raise Damaged("content and seal do not agree")
    return inner, head[1].decode()


def dumps(content: object) -> bytes:
    """Return JSON as UTF-8 in one line; the same content gives the same bytes.  Raises ValueError for NaN and infinity."""
    return "".join(_pieces(content, _DEPTH)).encode("utf-8", "surrogatepass")


def _pieces(value: object, depth: int) -> Iterator[str]:
    """JSON piece by piece: the encoder lets no other thread run, and the window must not wait for hundreds of outlines."""
    if depth and isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
        lead = "{"
        for key, held in value.items():
            yield f"{lead}{_plain(key)}: "
            yield from _pieces(held, depth - 1)
            lead = ", "
        yield "}"
    elif depth and isinstance(value, list) and value and isinstance(value[0], dict | list):
        lead = "["
        for held in value:
            yield lead
            yield from _pieces(held, depth - 1)
            lead = ", "
        yield "]"
    else:
        yield _plain(value)


def loads(content: bytes | str) -> Any:
    """Read JSON; raises Damaged for anything that `dumps` would not have written: NaN, a key twice, endless nesting, another encoding."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8", "surrogatepass")
        return strict_json.loads(text, _LARGEST)
    except ValueError as error:
        raise Damaged(str(error) or type(error).__name__) from error


def encode_document(document: Document) -> dict[str, Any]:
    """Return a document as JSON values."""
    images = sorted({*document.annotations, *document.issued})
    facts = {"facts": {fact: document.facts[fact] for fact in sorted(document.facts)}} if document.facts else {}
    return {
        "version": VERSION,
        **facts,
        "images": [
            {"image": str(i), "issued": document.issued.get(i, 0), "annotations": [encode_annotation(a) for a in document.on(i)]}
            for i in images
        ],
    }


def decode_document(content: object) -> Document:
    """Return the document that `encode_document` wrote; raises Damaged or Newer."""
    found = entries(content)
    version = whole(found, "version")
    if version > VERSION:
        raise Newer(f"record version {version}")
    annotations: dict[ImageKey, tuple[Annotation, ...]] = {}
    issued: dict[ImageKey, int] = {}
    for entry in map(entries, items(found, "images")):
        image = image_of(entry)
        drawn = tuple(map(decode_annotation, items(entry, "annotations")))
        numbers = [a.id for a in drawn]
        if image in issued or numbers != sorted(set(numbers)) or any(a.image != image for a in drawn):
            raise Damaged(f"annotations of {image} are not in order")
        issued[image] = whole(entry, "issued")
        if drawn:
            annotations[image] = drawn
    facts = entries(found.get("facts", {}))
    return Document(annotations, {image: number for image, number in issued.items() if number}, {f: text(facts, f) for f in facts})


def count_document(content: object) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """Return how many annotations of each category a document has, and its facts, without making shapes; raises Damaged or Newer."""
    found = entries(content)
    if whole(found, "version") > VERSION:
        raise Newer(f"record version {found['version']}")
    drawn = (entries(a) for entry in items(found, "images") for a in items(entries(entry), "annotations"))
    facts = entries(found.get("facts", {}))
    return Counter(text(a, "category") for a in drawn), {f: text(facts, f) for f in facts}


def encode_edit(edit: Edit) -> dict[str, Any]:
    """Return an edit as JSON values."""
    pairs = ((c.before, c.after) for c in edit.changes)
    facts = {"facts": [[f.fact, f.before, f.after] for f in edit.facts]} if edit.facts else {}
    return {"name": _encode_message(edit.name), "changes": [[a and encode_annotation(a) for a in pair] for pair in pairs], **facts}


def decode_edit(content: object) -> Edit:
    """Return the edit that `encode_edit` wrote; raises Damaged."""
    found = entries(content)
    changes = []
    for pair in items(found, "changes"):
        if not isinstance(pair, list) or len(pair) != 2 or pair == [None, None]:
            raise Damaged("a change is a pair of annotations")
        before, after = (None if a is None else decode_annotation(a) for a in pair)
        changes.append(Change(before, after))
    facts = tuple(map(_decode_fact, items(found, "facts"))) if "facts" in found else ()
    return Edit(_decode_message(found.get("name")), tuple(changes), facts)


def encode_annotation(annotation: Annotation, *, bare: bool = False) -> dict[str, Any]:
    """Return an annotation as JSON values; the shape of a `bare` one is null."""
    drawn = annotation.drawn
    return {
        "id": annotation.id,
        "image": str(annotation.image),
        "category": annotation.category,
        "toolname": annotation.toolname,
        "shape": None if bare else encode_shape(annotation.shape),
        "drawn": {"author": drawn.author, "time": drawn.time, "center": float(drawn.center), "width": float(drawn.width),
                  "zoom": float(drawn.zoom), "slice": drawn.slice},  # fmt: skip
        "tool": annotation.tool,
        "parent": annotation.parent,
        **({"lesion": annotation.lesion} if annotation.lesion is not None else {}),
        "locked": annotation.locked,
        **({"attributes": [list(pair) for pair in annotation.attributes]} if annotation.attributes else {}),
        **({"note": annotation.note} if annotation.note else {}),
        **({"answers": [str(annotation.answers[0]), annotation.answers[1]]} if annotation.answers is not None else {}),
    }


def decode_annotation(content: object, shape: Shape | None = None) -> Annotation:
    """Return the annotation that `encode_annotation` wrote, of this shape where it was read already; raises Damaged."""
    found = entries(content)
    drawn, locked = entries(found.get("drawn")), found.get("locked")
    if not isinstance(locked, bool):
        raise Damaged("locked is neither true nor false")
    return Annotation(
        id=whole(found, "id"),
        image=image_of(found),
        category=text(found, "category"),
        toolname=text(found, "toolname"),
        shape=shape or _decode_shape(entries(found.get("shape"))),
        drawn=Drawn(text(drawn, "author"), text(drawn, "time"), _number(drawn.get("center")), _number(drawn.get("width")),
                    _number(drawn.get("zoom")), whole(drawn, "slice")),  # fmt: skip
        tool=text(found, "tool"),
        parent=None if found.get("parent") is None else whole(found, "parent"),
        lesion=whole(found, "lesion") if "lesion" in found else None,
        locked=locked,
        attributes=tuple(map(_decode_attribute, items(found, "attributes"))) if "attributes" in found else (),
        note=text(found, "note") if "note" in found else "",
        answers=_decode_member(found["answers"]) if "answers" in found else None,
    )


def entries(content: object) -> dict[str, Any]:
    """Return a JSON object; raises Damaged for anything else."""
    if not isinstance(content, dict):
        raise Damaged("an object is missing")
    return content


def items(found: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list at `key`; raises Damaged."""
    value = found.get(key)
    if not isinstance(value, list):
        raise Damaged(f"{key} is no list")
    return value


def text(found: Mapping[str, Any], key: str) -> str:
    """Return the text at `key`; raises Damaged."""
    value = found.get(key)
    if not isinstance(value, str):
        raise Damaged(f"{key} is no text")
    return value


def whole(found: Mapping[str, Any], key: str) -> int:
    """Return the whole number at `key`; raises Damaged."""
    value = found.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Damaged(f"{key} is no whole number")
    return value


def image_of(found: Mapping[str, Any]) -> ImageKey:
    """Return the image at `image`; raises Damaged."""
    try:
        return ImageKey.parse(text(found, "image"))
    except ValueError as error:
        raise Damaged("an image has no name") from error


def _decode_fact(content: object) -> FactChange:
    if not isinstance(content, list) or len(content) != 3 or not isinstance(content[0], str):
        raise Damaged("a fact is a name and two texts")
    if content[1] == content[2] or not all(isinstance(value, str | None) for value in content[1:]):
        raise Damaged("a fact does not change")
    return FactChange(*content)


def _decode_attribute(content: object) -> tuple[str, str]:
    if not isinstance(content, list) or len(content) != 2 or not all(isinstance(value, str) for value in content):
        raise Damaged("an attribute is a name and a text")
    return content[0], content[1]


def _decode_member(content: object) -> tuple[ImageKey, int]:
    if not isinstance(content, list) or len(content) != 2:
        raise Damaged("a line is an image and a number")
    found = {"image": content[0], "id": content[1]}
    return image_of(found), whole(found, "id")


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < math.inf:
        raise Damaged("a number is missing")
    try:
        return float(value)
    except OverflowError as error:
        raise Damaged("a number is too large") from error


def encode_shape(shape: Shape) -> dict[str, Any]:
    """Return a shape as JSON values."""
    if isinstance(shape, Region):
        return {"region": [[_flat(ring) for ring in part] for part in shape.parts]}
    return {"path": [_flat(part) for part in shape.parts]}


def _decode_shape(found: Mapping[str, Any]) -> Shape:
    if list(found) == ["path"]:
        return Path(tuple(_points(part, 2) for part in items(found, "path")))
    if list(found) != ["region"]:
        raise Damaged("neither a region nor a path")
    parts = items(found, "region")
    if not all(isinstance(part, list) and part for part in parts):
        raise Damaged("a part of a region has no ring")
    return Region(tuple(tuple(_points(ring, 3) for ring in part) for part in parts))


def _flat(points: Iterable[Point]) -> list[float]:
    return [float(value) for point in points for value in point]


def _points(flat: object, least: int) -> tuple[Point, ...]:
    if not isinstance(flat, list) or len(flat) % 2 or len(flat) < 2 * least:
        raise Damaged("an outline has too few points")
    values = list(map(_number, flat))
    return tuple(zip(values[::2], values[1::2], strict=True))


def _encode_message(sentence: Message) -> dict[str, Any]:
    return {"text": sentence.text, "values": [[name, _encode_value(value)] for name, value in sentence.values]}


def _encode_value(value: object) -> object:
    if isinstance(value, Message):
        return _encode_message(value)
    return value if isinstance(value, str | int | float | None) else str(value)


def _decode_message(content: object) -> Message:
    found = entries(content)
    values = []
    for pair in items(found, "values"):
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or isinstance(pair[1], list):
            raise Damaged("a sentence without its values")
        values.append((pair[0], _decode_message(pair[1]) if isinstance(pair[1], dict) else pair[1]))
    return Message(text(found, "text"), tuple(values))
