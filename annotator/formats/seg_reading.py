"""Read DICOM SEG files of any program: bit masks, fractions above one half, and label maps.

A frame means the image that it refers to, as long as it has that image's pixels; else where it lies says which image is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from annotator.dicom.elements import Malformed
from annotator.dicom.geometry import FRAME_GROUPS, SHARED_GROUPS, Place, places_of
from annotator.dicom.layout import MAX_FRAMES, Layout, layout_of
from annotator.dicom.native import native_frame
from annotator.dicom.source import Header, read_held
from annotator.dicom.stand_in import by_reference
from annotator.dicom.values import first, integer, items, numbers, text
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.image import Image, ImageKey
from annotator.domain.raster import Mask
from annotator.domain.shapes import trace
from annotator.domain.volume import same_lattice
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

SCHEME = "99ANNOTATOR"
"""The coding scheme of our own categories: a code is a category's key."""
MOST_ELEMENTS = 1_000_000
_CLASSES = {"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"}
_NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"}
_SEGMENTS, _IDENTIFICATION, _NUMBER, _REFERENCED = 0x00620002, 0x0062000A, 0x00620004, 0x0062000B
_DERIVATION, _SOURCE, _UID, _FRAME = 0x00089124, 0x00082112, 0x00081155, 0x00081160
_D65 = (0.95047, 1.0, 1.08883)
_FROM_XYZ = np.array([[3.2404542, -1.5371385, -0.4985314], [-0.969266, 1.8760108, 0.041556], [0.0556434, -0.2040259, 1.0572252]])
_TYPE, _PROPERTY, _LABEL, _LAB, _TRACKING = 0x00620001, 0x0062000F, 0x00620005, 0x0062000D, 0x00620020


@dataclass
class _Found:
    """What a file says of one image: the masks of its segments, and what was odd."""

    where: Reference
    masks: dict[int, Mask] = field(default_factory=dict)


@dataclass(frozen=True)
class _Segment:
    label: Label
    id: int | None


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield what each segmentation says of the images; files that are other DICOM objects are passed over."""
    images = by_reference(source.images)
    for name in source.names:
        dicom = name.lower().endswith((".dcm", ".dicom"))
        if not dicom and "." in name.rsplit("/", 1)[-1].lstrip(".0123456789"):
            continue
        try:
            content = source.read(name)
            if dicom or content[128:132] == b"DICM":
                yield from _pages(content, name, images)
        except AnnotatorError as error:
            yield error
        except Malformed as error:
            yield unusable(name, error.cause)


def unusable(name: str, cause: Message) -> AnnotatorError:
    """Say that a segmentation cannot be used, and why."""
    remedy = message("The file stays as it is; save it again in the program that made it")
    return AnnotatorError(message("Reading the segmentation {name}", name=name), cause, remedy)


def _pages(content: bytes, name: str, images: Mapping[ImageKey, Image]) -> Iterator[Page]:
    header = read_held(content, MOST_ELEMENTS)
    if text(header, 0x00080016) not in _CLASSES:
        return
    layout = layout_of(header)
    if header.transfer_syntax not in _NATIVE:
        raise Malformed(message("its pixels are stored in a way that is not supported"))
    if not layout.values or layout.samples != 1 or layout.allocated not in (1, 8, 16):
        raise Malformed(message("it holds no pixels"))
    if layout.frames > MAX_FRAMES:
        raise Malformed(message("it announces more than {count} frames", count=MAX_FRAMES))
    segments = {integer(item, _NUMBER) or 0: _segment(item) for item in items(header, _SEGMENTS)}
    found, remarks = _frames(header, layout, name, images)
    for one in found:
        marks = [
            Mark(segment.label, trace(mask), id=segment.id)
            for number, mask in sorted(one.masks.items())
            for segment in [segments.get(number) or _Segment(Label(id=number), None)]
        ]
        yield Page(one.where, tuple(marks), tuple(remarks), name)


def _frames(header: Header, layout: Layout, name: str, images: Mapping[ImageKey, Image]) -> tuple[list[_Found], list[Message]]:
    """The masks on each image; a frame that is cut off ends the reading, and what came before it stays."""
    groups, shared = items(header, FRAME_GROUPS), first(header, SHARED_GROUPS) or Dataset()
    places, remarks = places_of(header, layout.frames), list[Message]()
    kind, most = text(header, _TYPE), integer(header, 0x0062000E) or 255
    if kind == "FRACTIONAL":
        remarks.append(message("it holds fractions: a pixel counts where it is more than one half"))
    found: dict[object, _Found] = {}
    for index in range(layout.frames):
        group = groups[index] if index < len(groups) else Dataset()
        try:
            values = native_frame(header, layout, index)
        except Malformed:
            if not found:
                raise
            remarks.append(message("{name} ends after {count} of {total} frames", name=name, count=index, total=layout.frames))
            break
        masks = _masks(values, kind, most, _segment_number(group, shared))
        if masks:
            where = _where(header, layout, places[index], _referred(group, shared), images, f"{name}#{index + 1}")
            one = found.setdefault(_identity(where), _Found(where))
            for number, mask in masks.items():
                one.masks[number] = one.masks[number] | mask if number in one.masks else mask
    return list(found.values()), remarks


def _masks(values: NDArray[Any], kind: str, most: int, number: int) -> dict[int, Mask]:
    """The masks of a frame by segment: one, or in a label map one for each number but 0 (the background)."""
    if not values.any():
        return {}
    if kind == "LABELMAP":
        return {int(label): Mask.of(values == label) for label in np.unique(values) if label}
    mask = Mask.of(values * 2.0 > most if kind == "FRACTIONAL" else values > 0)
    return {} if mask.empty else {number: mask}


def _segment_number(group: Dataset, shared: Dataset) -> int:
    item = first(group, _IDENTIFICATION) or first(shared, _IDENTIFICATION)
    return (integer(item, _REFERENCED) if item is not None else None) or 1


def _referred(group: Dataset, shared: Dataset) -> list[ImageKey]:
    """The images that a frame was made from."""
    derived = items(group, _DERIVATION) or items(shared, _DERIVATION)
    return [
        ImageKey(uid, integer(item, _FRAME) or 1) for one in derived for item in items(one, _SOURCE) for uid in [text(item, _UID)] if uid
    ]


def _where(
    header: Header, layout: Layout, place: Place, referred: list[ImageKey], images: Mapping[ImageKey, Image], name: str
) -> Reference:
    """The one image that a frame refers to, if it has its pixels; else where the frame lies."""
    key = referred[0] if len(referred) == 1 else None
    image = images.get(key) if key is not None else None
    rows, columns, plane = layout.rows, layout.columns, place.plane
    if key is None and layout.frames == 1 and plane is None:
        only = [item for item in items(header, _SOURCE) if text(item, _UID)]
        key = ImageKey(text(only[0], _UID), integer(only[0], _FRAME) or 1) if len(only) == 1 else None
        image = images.get(key) if key is not None else None
    if image is not None and ((image.rows, image.columns) != (rows, columns) or _elsewhere(image, place)):
        key = None
    if image is not None and key is not None:
        return Reference(key=image.key)
    return Reference(key, name, rows, columns, plane, text(header, 0x00200052))


def _elsewhere(image: Image, place: Place) -> bool:
    if image.plane is None or place.plane is None:
        return False
    return same_lattice(place.plane, image.plane, image.rows, image.columns) is None


def _identity(where: Reference) -> object:
    """What the frames of one image have in common."""
    if where.key is not None:
        return where.key
    plane = where.plane
    return where.file_name if plane is None else tuple(round(v, 3) for v in (*plane.position, *plane.row, *plane.column))


def _segment(item: Dataset) -> _Segment:
    """What a segment is called: our own code is a category's key; of others the label is the name and the coded type the English name."""
    kind = first(item, _PROPERTY)
    own = kind is not None and text(kind, 0x00080102) == SCHEME
    code = (text(kind, 0x00080100) or text(kind, 0x00080119)) if kind is not None else ""
    meaning = text(kind, 0x00080104) if kind is not None else ""
    tracking = re.search(r" (\d{1,9})$", text(item, _TRACKING)) if own else None
    label = Label(
        name=text(item, _LABEL) or meaning,
        id=None if own else integer(item, _NUMBER),
        key=code if own else "",
        name_en=meaning,
        colour=_colour(numbers(item, _LAB)),
    )
    return _Segment(label, int(tracking[1]) if tracking else None)


def _colour(coded: tuple[float, ...]) -> str:
    """A colour as `#rrggbb` of three 16-bit CIELab numbers (PS3.3 C.10.7.1.1; white D65, sRGB as in IEC 61966-2-1); empty for none."""
    if len(coded) != 3:
        return ""
    y = (coded[0] / 65535 * 100 + 16) / 116
    x, z = y + (coded[1] / 65535 * 255 - 128) / 500, y - (coded[2] / 65535 * 255 - 128) / 200
    cubes = [v**3 if v > 6 / 29 else (v - 16 / 116) * 3 * (6 / 29) ** 2 for v in (x, y, z)]
    linear = _FROM_XYZ @ (np.array(_D65) * cubes)
    shades = [12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in linear.tolist()]
    return "#" + "".join(f"{round(min(max(shade, 0.0), 1.0) * 255):02x}" for shade in shades)
