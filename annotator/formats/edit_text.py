"""The JSON of an edit as text, the same that `record.dumps` writes of it, in a fraction of the time where thousands of annotations change.

What changes of an annotation is seldom its outline, which is most of the text: one that is the same before and after is written once.
"""

from __future__ import annotations

import json
from dataclasses import replace

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.edit import Change, Edit
from annotator.formats import record

_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_CHANGES, _HOLE = '"changes": []', '"shape": null'
"""Where the changes and an outline go: within a text each quotation mark has a backslash before it, so that no text says this."""


def edit_json(edit: Edit) -> bytes:
    """Return the JSON of an edit, what `record.dumps` makes of `record.encode_edit`.  Raises ValueError for NaN and infinity."""
    changes = ", ".join(map(_pair, edit.changes))
    head, tail = _encoded(record.encode_edit(replace(edit, changes=()))).split(_CHANGES, 1)
    return f'{head}"changes": [{changes}]{tail}'.encode("utf-8", "surrogatepass")


def sealed_edit(edit: Edit) -> tuple[bytes, str]:
    """Return an edit sealed, and the digest of it: what `record.seal` makes of `record.encode_edit`."""
    return record.seal_json(edit_json(edit))


def _pair(change: Change) -> str:
    known = dict[int, tuple[Shape, str]]()
    return f"[{_annotation(change.before, known)}, {_annotation(change.after, known)}]"


def _annotation(annotation: Annotation | None, known: dict[int, tuple[Shape, str]]) -> str:
    if annotation is None:
        return "null"
    shape = annotation.shape
    if id(shape) not in known:
        known[id(shape)] = shape, _encoded(record.encode_shape(shape))
    head, tail = _encoded(record.encode_annotation(annotation, bare=True)).split(_HOLE, 1)
    return f'{head}"shape": {known[id(shape)][1]}{tail}'
