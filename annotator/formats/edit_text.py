"""The text of an edit for this computer's journal and history: a fraction of the record of it, made and read in a fraction of the time.

An outline is written as the bytes of its numbers.  Where many annotations change and keep their outlines, only what becomes another is
written, before and after, and a digest of what they were: the rest is in the document that the edit is read for (`there`), which is as it
was before the edit, or after it where the edit is read to be taken back.  The history's text (`beside`) says a large outline that an edit
changes by the one that is there, each way.  Whatever `record.encode_edit` says is read too.
"""

from __future__ import annotations

import hashlib
import json
import math
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from operator import attrgetter, is_not
from typing import Any

from annotator.domain.annotation import FREE, Annotation, Shape
from annotator.domain.edit import Change, Edit, StaleEdit
from annotator.domain.image import ImageKey
from annotator.domain.marks import flat, unflat
from annotator.domain.path import Path, Point
from annotator.domain.region import Region
from annotator.formats import record
from annotator.formats.outline_difference import difference, with_difference
from annotator.formats.record import Damaged

FEW = 16
"""An edit of not more changes says everything, and can be read without a document."""
_RUN = 256
"""So many changes are written in one piece."""
_LARGE = 24
"""Corners of an outline from which on it is said by another."""
_MOST, _SHORT = 16, 50_000
_written: dict[int, tuple[Annotation, str]] = {}
"""The texts of a few annotations, none of them longer than so many characters, by identity: journal, history and draft write the same
annotation one after the other, and taking back and doing again writes it anew each time."""
There = Callable[[ImageKey, int], Annotation | None]
"""What the document has of an image under an id."""
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_CHANGES, _SHAPE = '"changes": []', '"shape": null'
"""Where the changes and an outline go: within a text each quotation mark has a backslash before it, so that no text says this."""
_FIELDS = "category", "toolname", "tool", "parent", "lesion", "locked", "attributes", "note", "answers"
_OPTIONAL = frozenset({"lesion", "attributes", "note", "answers"})
"""What a record leaves out of an annotation that has none."""
_values = attrgetter(*_FIELDS)
_SOMETHING = Annotation(1, ImageKey("1"), "", FREE, Path((((0.0, 0.0), (1.0, 1.0)),)))
_ANY = record.encode_annotation(_SOMETHING)
Patch = tuple[tuple[str, ...], tuple[Any, ...], tuple[Any, ...]]
"""The names of what becomes another, and what it was and is."""


def edit_json(edit: Edit) -> bytes:
    """Return the JSON of an edit.  Raises ValueError for NaN and infinity."""
    return "".join(edit_pieces(edit)).encode("utf-8", "surrogatepass")


def edit_pieces(edit: Edit, *, beside: bool = False) -> Iterator[str]:
    """Return the same piece by piece, each made in little more than a millisecond at most; `beside` a document, it cannot be read alone."""
    head, tail = _encoded(record.encode_edit(replace(edit, changes=()))).split(_CHANGES, 1)
    yield f'{head}"changes": ['
    patches, marks, lead = dict[Patch, int](), hashlib.sha256(), ""
    for run in _runs(edit.changes, patches):
        if isinstance(run, Change):
            yield lead + ((_both(run) if beside else None) or f"[{_annotation(run.before)}, {_annotation(run.after)}]")
        else:
            image, own, numbers = run
            marks.update(b"".join([annotation.mark for annotation in own]))
            yield lead + _encoded({"image": str(image), "ids": [annotation.id for annotation in own], "patches": numbers})
        lead = ", "
    yield "]"
    if patches:
        yield f', "patches": [{", ".join(map(_patch, patches))}], "were": "{marks.hexdigest()}"'
    yield tail


def sealed_edit(edit: Edit) -> tuple[bytes, str]:
    """Return an edit sealed, and the digest of it."""
    return record.seal_pieces([edit_json(edit)])


def decode_edit(content: object, there: There | None = None, *, back: bool = False) -> Edit:
    """Return the edit of a text; raises Damaged, and StaleEdit where the document is not as it was before it (`back`: after it)."""
    found = record.entries(content)
    patches = [_decode_patch(patch) for patch in record.items(found, "patches")] if "patches" in found else []
    changes, marks = list[Change](), hashlib.sha256()
    for entry in record.items(found, "changes"):
        if isinstance(entry, list):
            changes.append(_decode_pair(entry))
            continue
        if isinstance(entry, dict) and "were" in entry:
            changes.append(_decode_both(entry, there, back))
            continue
        run = _decode_run(record.entries(entry), patches, there, back)
        marks.update(b"".join([change.before.mark for change in run if change.before is not None]))
        changes += run
    if patches and marks.hexdigest() != record.text(found, "were"):
        raise StaleEdit("the annotations are not what the edit expects")
    rest = {name: value for name, value in found.items() if name not in ("patches", "were")}
    return replace(record.decode_edit({**rest, "changes": []}), changes=tuple(changes))


def _runs(changes: Sequence[Change], patches: dict[Patch, int]) -> Iterator[Change | tuple[ImageKey, Sequence[Annotation], Sequence[int]]]:
    """The changes in order: of those that keep their outline what they were, by image, with the number of what becomes another of each."""
    own, numbers, image, all_in_full = list[Annotation](), list[int](), None, len(changes) <= FEW
    for change in changes:
        before, patch = change.before, None if all_in_full else _patch_of(change)
        if own and image is not None and (before is None or patch is None or before.image != image or len(own) >= _RUN):
            yield image, own, numbers
            own, numbers = [], []
        if before is None or patch is None:
            yield change
            continue
        image = before.image
        own.append(before)
        numbers.append(patches.setdefault(patch, len(patches)))
    if own and image is not None:
        yield image, own, numbers


def _patch_of(change: Change) -> Patch | None:
    """What becomes another; None where that is more, or nothing at all."""
    before, after = change.before, change.after
    if before is None or after is None or before.shape is not after.shape or before.drawn is not after.drawn:
        return None
    if before.id != after.id or before.image != after.image:
        return None
    were, are = _values(before), _values(after)
    others = tuple(map(is_not, were, are))
    return (tuple(compress(_FIELDS, others)), tuple(compress(were, others)), tuple(compress(are, others))) if any(others) else None


def _patch(patch: Patch) -> str:
    names, was, now = patch
    told = []
    for values in (was, now):
        bare = record.encode_annotation(_patched(_SOMETHING, names, values), bare=True)
        told.append({name: bare.get(name) for name in names})
    return _encoded(told)


def _decode_patch(content: object) -> Patch:
    if not isinstance(content, list) or len(content) != 2:
        raise Damaged("a patch is what was and what is")
    was, now = map(record.entries, content)
    if not was or list(was) != list(now) or not set(was) <= set(_FIELDS):
        raise Damaged("a patch of something else")
    return tuple(was), _decode_values(was), _decode_values(now)


def _decode_values(told: Mapping[str, Any]) -> tuple[Any, ...]:
    content = {**_ANY, **{name: value for name, value in told.items() if value is not None or name not in _OPTIONAL}}
    found = record.decode_annotation(content)
    return tuple(getattr(found, name) for name in told)


def _decode_run(found: Mapping[str, Any], patches: Sequence[Patch], there: There | None, back: bool) -> list[Change]:
    image, ids, numbers = record.image_of(found), record.items(found, "ids"), record.items(found, "patches")
    if not ids or len(ids) != len(numbers):
        raise Damaged("not as many changes as annotations")
    changes = []
    for number, place in zip(ids, numbers, strict=True):
        if type(number) is not int or type(place) is not int or not 0 <= place < len(patches):
            raise Damaged("no number of an annotation or of a patch")
        names, was, now = patches[place]
        known, other = (now, was) if back else (was, now)
        subject = there(image, number) if there is not None else None
        if subject is None or tuple(getattr(subject, name) for name in names) != known:
            raise StaleEdit(f"annotation {number} of {image} is not what the edit expects")
        made = _patched(subject, names, other)
        changes.append(Change(made, subject) if back else Change(subject, made))
    return changes


def _patched(annotation: Annotation, names: Sequence[str], values: Sequence[Any]) -> Annotation:
    said: dict[str, Any] = dict(zip(names, values, strict=True))
    return replace(annotation, **said)


def _both(change: Change) -> str | None:
    """A change of a large outline, each of both by the other; None where it is none, or that would not be shorter."""
    before, after = change.before, change.after
    if before is None or after is None or (before.image, before.id) != (after.image, after.id):
        return None
    if not isinstance(before.shape, Region) or not isinstance(after.shape, Region) or sum(map(len, before.shape.rings)) < _LARGE:
        return None
    back, forth = difference(before.shape, after.shape), difference(after.shape, before.shape)
    if back is None or forth is None:
        return None
    were, are = ({**record.encode_annotation(a, bare=True), "shape": told} for a, told in ((before, back), (after, forth)))
    return _encoded({"before": were, "after": are, "were": before.mark.hex(), "are": after.mark.hex()})


def _decode_both(found: Mapping[str, Any], there: There | None, back: bool) -> Change:
    told = record.entries(found.get("before" if back else "after"))
    subject = there(record.image_of(told), record.whole(told, "id")) if there is not None else None
    known, other = (record.text(found, name) for name in (("are", "were") if back else ("were", "are")))
    if subject is None or not isinstance(subject.shape, Region) or subject.mark.hex() != known:
        raise StaleEdit("the outline is not what the edit expects")
    made = record.decode_annotation(told, with_difference(record.entries(told.get("shape")), subject.shape))
    if made.mark.hex() != other:
        raise Damaged("an outline is not what it was")
    return Change(made, subject) if back else Change(subject, made)


def _annotation(annotation: Annotation | None) -> str:
    if annotation is None:
        return "null"
    known = _written.get(id(annotation))
    if known is not None:  # what is kept keeps its identity
        return known[1]
    head, tail = _encoded(record.encode_annotation(annotation, bare=True)).split(_SHAPE, 1)
    text = f'{head}"shape": {_encoded(_shape(annotation.shape))}{tail}'
    if len(text) <= _SHORT:
        if len(_written) >= _MOST:
            _written.clear()
        _written[id(annotation)] = annotation, text
    return text


def _shape(shape: Shape) -> dict[str, object]:
    packed = flat(shape.rings if isinstance(shape, Region) else shape.parts)
    if not all(map(math.isfinite, unflat(packed))):
        raise ValueError("an outline of numbers that are none")
    xy = b64encode(packed).decode("ascii")
    if isinstance(shape, Region):
        return {"region": [[len(ring) for ring in part] for part in shape.parts], "xy": xy}
    return {"path": [len(part) for part in shape.parts], "xy": xy}


def _decode_pair(pair: list[Any]) -> Change:
    if len(pair) != 2 or pair == [None, None]:
        raise Damaged("a change is a pair of annotations")
    before, after = (None if a is None else _decode_annotation(record.entries(a)) for a in pair)
    return Change(before, after)


def _decode_annotation(found: Mapping[str, Any]) -> Annotation:
    told = record.entries(found.get("shape"))
    if "xy" not in told:
        return record.decode_annotation(found)
    return record.decode_annotation(found, _decode_shape(told))


def _decode_shape(told: Mapping[str, Any]) -> Shape:
    try:
        numbers = unflat(a2b_base64(record.text(told, "xy"), strict_mode=True))
    except ValueError as error:  # of which binascii's are
        raise Damaged("no numbers of an outline") from error
    if len(numbers) % 2 or not all(map(math.isfinite, numbers)):
        raise Damaged("a number is missing")
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    names = [name for name in told if name != "xy"]
    if names == ["path"]:
        return Path(_lines(points, record.items(told, "path"), 2))
    if names != ["region"]:
        raise Damaged("neither a region nor a path")
    parts = record.items(told, "region")
    if not all(isinstance(part, list) and part for part in parts):
        raise Damaged("a part of a region has no ring")
    rings = iter(_lines(points, [count for part in parts for count in part], 3))
    return Region(tuple(tuple(next(rings) for _ in part) for part in parts))


def _lines(points: Sequence[Point], counts: Sequence[object], least: int) -> tuple[tuple[Point, ...], ...]:
    """Part points into lines of so many each."""
    found, begin = list[tuple[Point, ...]](), 0
    for count in counts:
        if type(count) is not int or count < least:
            raise Damaged("an outline has too few points")
        found.append(tuple(points[begin : begin + count]))
        begin += count
    if begin != len(points):
        raise Damaged("an outline has more points or less")
    return tuple(found)
