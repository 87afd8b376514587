"""Keep what other programs' JSON has no word for under keys of our own, the same in every such format, so that nothing is lost on the way.

Of an image: `sop_instance_uid`, `frame` (from 1), `series_uid`, `patient`, `series`, `image`, `class`, `modality`.  Of an annotation:
`annotation_id` (from 1 in its image), `toolname`, `attributes`, `note`, `author`, `time`, `tool`, `parent` and `window` (center, width,
zoom, slice); what is not known is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Drawn, Shape
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Mark, Reference
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.formats.foreign import number, side, whole, words

_TOOLNAMES = {name.lower(): name for name in (FREE, BOX)}
_MOST_ATTRIBUTES = 1000
_NO_WINDOW = (Drawn.center, Drawn.width, Drawn.zoom, Drawn.slice)


def image_keys(sheet: Sheet) -> dict[str, object]:
    """Which image it is: by its UIDs, and by its pseudonymous names."""
    image, names = sheet.image, sheet.names
    return {
        "sop_instance_uid": image.key.uid,
        "frame": image.key.frame,
        "series_uid": image.series_uid,
        "patient": names.patient,
        "series": names.series,
        "image": names.image,
        "class": names.class_folder,
        "modality": sheet.modality.code,
    }


def reference(entry: Mapping[str, Any], file_name: str, rows: Any, columns: Any) -> Reference:
    """Which image is meant, by the keys of our own and what the format itself says."""
    uid, frame = words(entry.get("sop_instance_uid") or entry.get("SOPInstanceUID")), whole(entry.get("frame"))
    return Reference(
        key=ImageKey(uid, frame if frame is not None and frame > 0 else 1) if uid else None,
        file_name=file_name,
        rows=side(rows),
        columns=side(columns),
        series_uid=words(entry.get("series_uid") or entry.get("series_instance_uid")),
        modality=words(entry.get("modality")),
    )


def said_of(annotation: Annotation) -> dict[str, object]:
    """What else is known of an annotation."""
    drawn = annotation.drawn
    found: dict[str, object] = {
        "annotation_id": annotation.id,
        "toolname": annotation.toolname,
        "attributes": dict(annotation.attributes),
        "note": annotation.note,
        "author": drawn.author,
        "time": drawn.time,
        "tool": annotation.tool,
        "parent": annotation.parent,
    }
    if (drawn.center, drawn.width, drawn.zoom, drawn.slice) != _NO_WINDOW:
        found["window"] = {"center": drawn.center, "width": drawn.width, "zoom": drawn.zoom, "slice": drawn.slice}
    return {key: value for key, value in found.items() if value not in ("", None, {})}


def with_said(mark: Mark, entry: Mapping[str, Any]) -> Mark:
    """The mark with what `said_of` has written of it."""
    return replace(
        mark,
        id=_counted(entry.get("annotation_id")),
        drawn=_drawn(entry),
        tool=words(entry.get("tool")),
        parent=_counted(entry.get("parent")),
        attributes=_attributes(entry.get("attributes")),
        note=words(entry.get("note")),
    )


def toolname_of(shape: Shape, entry: Mapping[str, Any]) -> str:
    """How a shape's points are to be read: as it was said, where the shape is such a one."""
    if isinstance(shape, Path):
        return LINE
    return _TOOLNAMES.get(words(entry.get("toolname")).lower(), BOX) if shape.is_box else FREE


def _drawn(entry: Mapping[str, Any]) -> Drawn:
    window = entry.get("window")
    said = window if isinstance(window, dict) else {}
    center, width, zoom, place = (number(said.get(key)) for key in ("center", "width", "zoom", "slice"))
    shown = (center or 0.0, width or 0.0, zoom if zoom and zoom > 0 else 1.0, whole(place) or 0)
    return Drawn(words(entry.get("author")), words(entry.get("time")), *shown)


def _attributes(value: Any) -> tuple[tuple[str, str], ...]:
    """Attributes as CVAT writes them, an object of texts, numbers and yes or no; in order of attribute."""
    if not isinstance(value, dict):
        return ()
    texts = {key: ("true" if one else "false") if isinstance(one, bool) else words(one) for key, one in value.items()}
    return tuple(sorted((key, text) for key, text in texts.items() if text))[:_MOST_ATTRIBUTES]


def _counted(value: Any) -> int | None:
    found = whole(value)
    return found if found is not None and found > 0 else None
