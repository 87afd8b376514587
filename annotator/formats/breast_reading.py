"""Read the breast project's JSON as others write it too: what can be understood is taken, and what was odd about it is said."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely.geometry import Polygon

from annotator.domain.annotation import FREE, Annotation, Drawn
from annotator.domain.category import Category
from annotator.domain.coordinates import Coordinates
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.facts import DISCARD
from annotator.domain.grid import snapped
from annotator.domain.mammography import sightings
from annotator.domain.path import Point
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import clipped, wound_area
from annotator.errors import AnnotatorError
from annotator.formats.json_text import broken, load
from annotator.i18n import Message, message
from annotator.paths import nfc
from annotator.strict_json import SIZE_LIMIT

LESION = "lesion_id"
"""The attribute that keeps the id of a lesion whose time of drawing does not tell it."""
_MOST_POINTS, _MOST_CROSSING = 100_000, 10_000
_FARTHEST = 1e7
_TIME = re.compile(r"[0-9]{13,14}")
_VIEW_SLIPS = {"rmlc": "rmlo", "lmlc": "lmlo"}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])|[A-Za-z_][A-Za-z0-9_]*(?=\s*:)', re.DOTALL)


class _Unclear(ValueError):
    """A contour that cannot be understood; its one argument is the message that says why."""


@dataclass
class _Found:
    """What was read so far: annotations by image, and what was odd."""

    name: str
    annotations: list[Annotation] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)

    def leave_out(self, place: str, why: Message) -> None:
        self.remarks.append(message("{place} of {name} was left out: {why}", place=place, name=self.name, why=why))


def kind_of(category: Category) -> str:
    """Return the key under which a category's contours stand: its English name in small letters (`cancer`)."""
    return nfc(category.name_en or category.name).strip().lower().replace(" ", "_")


def reading(sheet: Sheet, name: str, content: bytes) -> Reading:
    """Return the annotations in a JSON called `name`, its discard mark, and remarks on what was odd.

    Raises AnnotatorError where the file is no JSON, or has no list of contours.
    """
    found = _Found(name)
    value = _loaded(name, content, found.remarks)
    listed = value.get("contour_list", {}) if isinstance(value, dict) else None
    if isinstance(listed, str):
        found.remarks.append(message("the contours in {name} stand as a text; they were read all the same", name=name))
        listed = _loaded(name, listed.encode("utf-8", "replace"), found.remarks) if listed.strip() else {}
    if not isinstance(value, dict) or not isinstance(listed, dict):
        raise broken(name, message("it has no list of contours"))
    case = str(value.get("case_id", sheet.names.patient))
    if case != sheet.names.patient:
        found.remarks.append(message("{name} was written for the case {said}, not {own}", name=name, said=case, own=sheet.names.patient))
    author = value.get("user_id", "")
    _read_contours(sheet, listed, str(author) if isinstance(author, str | int) else "", found)
    discarded = str(value.get("discard_yn", 0)).strip().lower() in ("1", "1.0", "y", "yes", "true")
    return Reading(tuple(found.annotations), tuple(found.remarks), {DISCARD: ""} if discarded else {})


def _loaded(name: str, content: bytes, remarks: list[Message]) -> Any:
    """The value in a file; where it is not strict JSON, its bare keys are quoted and its spare commas left out, and that is said."""
    try:
        return load(content, name)
    except AnnotatorError as error:
        if len(content) > SIZE_LIMIT:
            raise
        try:
            mended = _TOKEN.sub(_mended, content.decode("utf-8-sig"))
            value = load(mended.encode("utf-8"), name)
        except (UnicodeDecodeError, AnnotatorError):
            raise error from None
        remarks.append(message("{name} is not strict JSON (bare keys or spare commas); it was read all the same", name=name))
        return value


def _mended(token: re.Match[str]) -> str:
    text = token[0]
    return text if text.startswith('"') else "" if text == "," else f'"{text}"'


def _read_contours(sheet: Sheet, listed: Mapping[str, Any], author: str, found: _Found) -> None:
    kinds = {name: category for category in sheet.categories for name in (kind_of(category), nfc(category.name).lower())}
    seen = sightings([own.image for own in sheet.case], sheet.facts)
    views = {sighting.code.lower(): own for own in sheet.case for key, sighting in seen.items() if key == own.image.key}
    if listed and all(_view(key) in views for key in listed) and sheet.categories:
        listed = {kind_of(sheet.categories[0]): listed}  # the level of the categories was left out
    for kind, of_kind in listed.items():
        category = kinds.get(nfc(kind).strip().lower())
        if category is None:
            found.leave_out(kind, message("the project has no category of this name"))
            continue
        for view, lesions in of_kind.items() if isinstance(of_kind, dict) else ():
            own = views.get(_view(view))
            if own is None:
                found.leave_out(view, message("the case has no image of this view"))
                continue
            _read_view(own, view, category, lesions, author, found)


def _read_view(own: Sheet, view: str, category: Category, lesions: Any, author: str, found: _Found) -> None:
    number = sum(a.image == own.image.key for a in found.annotations)
    if isinstance(lesions, list):
        lesions = {f"lesion{place:02d}": points for place, points in enumerate(lesions, start=1)}
    for lesion, points in lesions.items() if isinstance(lesions, dict) else ():
        place = f"{view} {lesion}"[:60]
        try:
            shape = _shape(own, points, place, found)
        except _Unclear as unclear:
            found.leave_out(place, unclear.args[0])
            continue
        number += 1
        time, attributes = _named(lesion, number)
        drawn = Drawn(author, time)
        found.annotations.append(Annotation(number, own.image.key, category.key, FREE, shape, drawn, attributes=attributes))


def _named(lesion: str, number: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The time that a lesion's id says; else the id as an attribute, unless the number of the annotation says it."""
    if _TIME.fullmatch(lesion) and not lesion.startswith("0"):
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(lesion))
        return moment.isoformat(timespec="milliseconds"), ()
    return "", () if lesion == f"lesion{number:02d}" else ((LESION, lesion),)


def _shape(own: Sheet, points: Any, place: str, found: _Found) -> Region:
    """The region of a contour: as it stands where a file of ours could say it so, else mended, and that is said."""
    rows, columns = own.image.rows, own.image.columns
    coordinates = own.project.coordinates or Coordinates()
    if not isinstance(points, list) or len(points) > _MOST_POINTS:
        raise _Unclear(message("its points are no list, or too many"))
    ring = tuple(coordinates.position(x, y, rows, columns) for x, y in map(_point, points))
    ring = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
    if len(set(ring)) < 3:
        raise _Unclear(message("an outline needs three points"))
    region = Region(((ring,),))
    if not Polygon(ring).is_valid:
        if len(ring) > _MOST_CROSSING:
            raise _Unclear(message("its outline crosses itself and is too long to be mended"))
        region = Region.of(wound_area(ring))
        found.remarks.append(message("{place} of {name} crosses itself; it was taken as what it encloses", place=place, name=found.name))
    if region.empty:
        raise _Unclear(message("its outline encloses nothing"))
    x1, y1, x2, y2 = region.bounds
    if not (0 <= x1 and 0 <= y1 and x2 <= columns and y2 <= rows):
        found.remarks.append(message("{place} of {name} reaches beyond the image and was cut there", place=place, name=found.name))
        region = clipped(region, rows, columns)
    shape = None if region.empty else snapped(region, coordinates, rows, columns)
    if not isinstance(shape, Region) or region_mask(shape, rows, columns).empty:
        raise _Unclear(message("its outline sets no pixel of the image"))
    return shape


def _point(entry: Any) -> Point:
    x, y = (_number(entry.get(key)) if isinstance(entry, dict) else None for key in ("x", "y"))
    if x is None or y is None:
        raise _Unclear(message("its coordinates are no pairs of numbers"))
    return x, y


def _number(value: Any) -> float | None:
    """A finite number of a size that images have, also one that is written as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) <= _FARTHEST else None


def _view(key: str) -> str:
    plain = key.strip().lower().replace("_", "").replace("-", "").replace(" ", "")
    return _VIEW_SLIPS.get(plain, plain)
