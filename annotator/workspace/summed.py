"""JSON that says its own check sum, so that a file in which a single bit turned is not taken for another one.

Version 2 of a file has a `sum`, the SHA-256 of the rest; files of version 1 were written without and are still read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from annotator.formats import record

VERSION = 2


def dumps(content: Mapping[str, object]) -> bytes:
    """Return an object as ASCII (escapes keep paths that are no valid Unicode), with its version and check sum."""
    told = {"version": VERSION, **content}
    return json.dumps({**told, "sum": _sum(told)}, indent=1).encode("ascii")


def loads(content: bytes) -> dict[str, Any]:
    """Return the object in a file, without its sum; raises record.Damaged where it is not as it was written, and for a later version."""
    found = record.entries(record.loads(content))
    version, told = record.whole(found, "version"), found.pop("sum", None)
    if version not in (1, VERSION) or (told is None and version > 1) or (told is not None and told != _sum(found)):
        raise record.Damaged("content and sum do not agree")
    return found


def _sum(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()
