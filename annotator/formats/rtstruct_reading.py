"""Read DICOM RT Structure Sets of any program: contours in millimetres, laid on the images that they were drawn on.

A contour means the image that it refers to, as long as it lies in that image's plane; else the images of its frame of reference, and where
that is unknown all images, are tried by geometry.  Several closed contours of one structure on one image are combined by exclusive or, as
most programs do it: a contour within another is a hole, one within that an island.  A channel to a hole (keyhole) needs no rule of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pydicom.dataset import Dataset
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from annotator.dicom.elements import Malformed
from annotator.dicom.source import Header, read_held
from annotator.dicom.values import first, integer, items, numbers, text
from annotator.domain.annotation import FREE, LINE
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.path import Path, Point
from annotator.domain.raster import fill, region_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import unflat
from annotator.domain.shapes import exact
from annotator.domain.volume import to_image
from annotator.errors import AnnotatorError
from annotator.formats.contour_images import Contour, lay_out
from annotator.formats.seg_reading import MOST_ELEMENTS, SCHEME
from annotator.i18n import Message, message

_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
_STRUCTURES, _CONTOURS, _OBSERVATIONS = 0x30060020, 0x30060039, 0x30060080
_NUMBER, _REFERENCED, _NAME, _DESCRIPTION, _FRAME = 0x30060022, 0x30060084, 0x30060026, 0x30060028, 0x30060024
_COLOUR, _CONTOUR, _KIND, _DATA, _IMAGES, _CODE = 0x3006002A, 0x30060040, 0x30060042, 0x30060050, 0x30060016, 0x30060086
_FRAMES, _STUDIES, _SERIES, _SERIES_UID = 0x30060010, 0x30060012, 0x30060014, 0x0020000E
_CLOSED, _OPEN = {"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"}, {"OPEN_PLANAR", "OPEN_NONPLANAR"}
_CORNER = 1e-6
_quietly = np.errstate(invalid="ignore")


@dataclass(frozen=True)
class _Roi:
    """A structure: what it is called, the number of the annotation that it is (ours only), and its frame of reference."""

    label: Label
    id: int | None
    frame: str


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield what each structure set says of the images; files that are other DICOM objects are passed over."""
    for name in source.names:
        dicom = name.lower().endswith((".dcm", ".dicom"))
        if not dicom and "." in name.rsplit("/", 1)[-1].lstrip(".0123456789"):
            continue
        try:
            content = source.read(name)
            if dicom or content[128:132] == b"DICM":
                yield from _pages(content, name, source.images)
        except AnnotatorError as error:
            yield error
        except Malformed as error:
            yield _unusable(name, error.cause)


def points_of(plane: Plane, values: Sequence[float]) -> tuple[list[Point], float]:
    """Return x y z x y z … in millimetres as image points, and how far they are from the plane, in mm.

    What is within a millionth of a pixel's corner is put on it: that is what decimal texts leave of it.
    """
    found, off = to_image(plane, np.array(values, dtype=np.float64).reshape(-1, 3))
    whole = np.rint(found)
    found = np.where(np.abs(found - whole) < _CORNER, whole, found)
    return [(float(x), float(y)) for x, y in found], off


def _unusable(name: str, cause: Message) -> AnnotatorError:
    remedy = message("Open the images that it was drawn on; the file stays as it is")
    return AnnotatorError(message("Reading the structure set {name}", name=name), cause, remedy)


def _pages(content: bytes, name: str, images: Sequence[Image]) -> Iterator[Page]:
    header = read_held(content, MOST_ELEMENTS)
    if text(header, 0x00080016) != _CLASS:
        return
    rois = _rois(header)
    contours, remarks = _contours(header, rois)
    found, said = lay_out(contours, images, _series(header))
    if contours and not any(found):
        raise Malformed(message("its contours lie on none of the images"))
    on: dict[ImageKey, dict[int, list[Contour]]] = {}
    for contour, image in zip(contours, found, strict=True):
        if image is not None:
            on.setdefault(image.key, {}).setdefault(contour.roi, []).append(contour)
    known = {image.key: image for image in images}
    remarks += said
    for key, by_roi in on.items():
        marks: list[Mark] = []
        own: list[Message] = []
        for number, group in by_roi.items():
            marks += _marks(known[key], rois[number], group, own)
        yield Page(Reference(key=key), tuple(marks), tuple(dict.fromkeys((*remarks, *own))), name)


def _rois(header: Header) -> dict[int, _Roi]:
    codes = {integer(item, _REFERENCED) or 0: first(item, _CODE) for item in items(header, _OBSERVATIONS)}
    colours = {integer(item, _REFERENCED) or 0: numbers(item, _COLOUR) for item in items(header, _CONTOURS)}
    found: dict[int, _Roi] = {}
    for item in items(header, _STRUCTURES):
        number = integer(item, _NUMBER) or 0
        code, rgb = codes.get(number), colours.get(number, ())
        own = code is not None and text(code, 0x00080102) == SCHEME
        meaning = text(code, 0x00080104) if code is not None else ""
        label = Label(
            name=meaning if own else text(item, _NAME),
            key=text(code, 0x00080100) if own and code is not None else "",
            name_en="" if own else meaning,
            colour="#" + "".join(f"{int(v):02x}" for v in rgb) if len(rgb) == 3 and all(0 <= v <= 255 for v in rgb) else "",
        )
        tracking = re.search(r" (\d{1,9})$", text(item, _DESCRIPTION)) if own else None
        found[number] = _Roi(label, int(tracking[1]) if tracking else None, text(item, _FRAME))
    return found


def _series(header: Header) -> list[str]:
    """The series that a structure set says it was drawn on."""
    return [
        uid
        for frame in items(header, _FRAMES)
        for study in items(frame, _STUDIES)
        for series in items(study, _SERIES)
        for uid in [text(series, _SERIES_UID)]
        if uid
    ]


def _contours(header: Header, rois: dict[int, _Roi]) -> tuple[list[Contour], list[Message]]:
    """Every contour that can be understood, and what was left out."""
    found: list[Contour] = []
    left: dict[Message, int] = {}
    for item in items(header, _CONTOURS):
        number = integer(item, _REFERENCED) or 0
        roi = rois.setdefault(number, _Roi(Label(id=number), None, ""))
        for contour in items(item, _CONTOUR):
            kind, values = text(contour, _KIND) or "CLOSED_PLANAR", numbers(contour, _DATA)
            why = _why_not(kind, len(values))
            if why is not None:
                left[why] = left.get(why, 0) + 1
                continue
            points = np.array(values, dtype=np.float64).reshape(-1, 3)
            found.append(Contour(number, kind, points, _named(contour), roi.frame or text(header, 0x00200052)))
    return found, [message("{count} contours were left out: {why}", count=count, why=why) for why, count in left.items()]


def _why_not(kind: str, count: int) -> Message | None:
    if kind not in _CLOSED | _OPEN:
        return message("points cannot be kept")
    if count % 3 or not count:
        return message("its coordinates are no numbers in threes")
    if count < (9 if kind in _CLOSED else 6):
        return message("an outline needs three points") if kind in _CLOSED else message("a line needs two points")
    return None


def _named(contour: Dataset) -> ImageKey | None:
    image = first(contour, _IMAGES)
    uid = text(image, 0x00081155) if image is not None else ""
    return ImageKey(uid, integer(image, 0x00081160) or 1) if image is not None and uid else None


def _marks(image: Image, roi: _Roi, contours: Sequence[Contour], remarks: list[Message]) -> list[Mark]:
    """What one structure has on one image: a region, and its lines."""
    plane = image.plane
    if plane is None:
        return []
    closed = [points_of(plane, c.points.ravel().tolist())[0] for c in contours if c.kind in _CLOSED]
    lines = [points_of(plane, c.points.ravel().tolist())[0] for c in contours if c.kind in _OPEN]
    distinct = list({tuple(ring): ring for ring in closed}.values())
    if len(distinct) < len(closed):
        remarks.append(message("contours that stand twice were taken once"))
    marks: list[Mark] = []
    region = region_of(distinct, image.rows, image.columns) if distinct else Region(())
    if not region.empty:
        marks.append(Mark(roi.label, region, FREE, id=roi.id))
    elif distinct:
        remarks.append(message("contours that set no pixel of the image were left out"))
    if lines:
        marks.append(Mark(roi.label, Path(tuple(tuple(line) for line in lines)), LINE, id=roi.id if region.empty else None))
    return marks


@_quietly
def region_of(rings: Sequence[Sequence[Point]], rows: int, columns: int) -> Region:
    """Return the region of closed contours by the even-odd rule, with exactly the mask that this gives; empty where it sets no pixel."""
    wanted = fill(rings, rows, columns, even_odd=True)
    if wanted.empty:
        return Region(())
    parts = [unflat([value for point in ring for value in point]) for ring in rings]
    apart = all(shapely.intersection(a.geometry, b.geometry).area == 0 for n, a in enumerate(parts) for b in parts[:n])
    drawn = Region(tuple(part for region in parts for part in region.parts))
    if apart and drawn.geometry.is_valid and region_mask(drawn, rows, columns) == wanted:
        return drawn
    area: BaseGeometry = Polygon()
    for ring in rings:
        area = shapely.symmetric_difference(area, shapely.make_valid(Polygon(ring)))
    return exact(area, wanted)
