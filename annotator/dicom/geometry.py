"""Find where each frame lies in the patient and how large its pixels are (PS3.3 C.7.6.2, C.7.6.16.2, 10.7.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset

from annotator.dicom.values import first, items, numbers, text
from annotator.domain.image import Plane, Vector

SHARED_GROUPS, FRAME_GROUPS = 0x52009229, 0x52009230
_PLANE_POSITION, _PLANE_ORIENTATION, _PIXEL_MEASURES = 0x00209113, 0x00209116, 0x00289110
_POSITION, _ORIENTATION, _PIXEL_SPACING, _IMAGER_SPACING = 0x00200032, 0x00200037, 0x00280030, 0x00181164
_CALIBRATION_TYPE, _DOSE_OFFSETS, _THICKNESS = 0x00280A02, 0x3004000C, 0x00180050
_PROJECTIONS = {"CR", "DX", "MG", "RF", "XA", "IO", "PX"}


@dataclass(frozen=True)
class Place:
    """A frame's plane in the patient (None if unknown), its spacing in mm (row, column), which may be at the detector, its thickness."""

    plane: Plane | None
    spacing: tuple[float, float] | None
    at_detector: bool
    thickness: float | None = None


def places_of(dataset: Dataset, frames: int) -> Sequence[Place]:
    """Return the place of each frame; enhanced images say it per frame, all others once."""
    per_frame = items(dataset, FRAME_GROUPS)
    shared = first(dataset, SHARED_GROUPS)
    if not per_frame and shared is None:
        return _of_classic(dataset, frames)
    places = []
    for index in range(frames):
        own = per_frame[index] if index < len(per_frame) else None
        groups = [group for group in (own, shared) if group is not None]
        position = _in_groups(groups, _PLANE_POSITION, _POSITION) or numbers(dataset, _POSITION)
        orientation = _in_groups(groups, _PLANE_ORIENTATION, _ORIENTATION) or numbers(dataset, _ORIENTATION)
        measured = _in_groups(groups, _PIXEL_MEASURES, _PIXEL_SPACING) or numbers(dataset, _PIXEL_SPACING)
        spacing, at_detector = _spacing(dataset, measured)
        thickness = _thickness(_in_groups(groups, _PIXEL_MEASURES, _THICKNESS) or numbers(dataset, _THICKNESS))
        places.append(Place(plane_of(position, orientation, spacing), spacing, at_detector, thickness))
    return places


def _of_classic(dataset: Dataset, frames: int) -> Sequence[Place]:
    spacing, at_detector = _spacing(dataset, numbers(dataset, _PIXEL_SPACING))
    plane = plane_of(numbers(dataset, _POSITION), numbers(dataset, _ORIENTATION), spacing)
    offsets, thickness = numbers(dataset, _DOSE_OFFSETS), _thickness(numbers(dataset, _THICKNESS))
    if plane is None or len(offsets) != frames or frames < 2:
        alone = Place(plane if frames == 1 else None, spacing, at_detector, thickness)
        return [alone] * frames
    return [Place(_shifted(plane, offset - offsets[0]), spacing, at_detector, thickness) for offset in offsets]


def _shifted(plane: Plane, distance: float) -> Plane:
    (x, y, z), (a, b, c) = plane.position, plane.normal
    return Plane((x + a * distance, y + b * distance, z + c * distance), plane.row, plane.column, plane.spacing)


def _in_groups(groups: Sequence[Dataset], sequence: int, tag: int) -> tuple[float, ...]:
    for group in groups:
        item = first(group, sequence)
        found = numbers(item, tag) if item is not None else ()
        if found:
            return found
    return ()


def _spacing(dataset: Dataset, measured: tuple[float, ...]) -> tuple[tuple[float, float] | None, bool]:
    """Return the spacing and whether it is that of the detector rather than of the patient (PS3.3 10.7.1.1)."""
    detector = _positive_pair(numbers(dataset, _IMAGER_SPACING))
    spacing = _positive_pair(measured)
    if spacing is None:
        return detector, detector is not None
    projected = text(dataset, 0x00080060) in _PROJECTIONS
    return spacing, projected and spacing == detector and not text(dataset, _CALIBRATION_TYPE)


def _thickness(values: tuple[float, ...]) -> float | None:
    return values[0] if len(values) == 1 and values[0] > 0 else None


def _positive_pair(values: tuple[float, ...]) -> tuple[float, float] | None:
    return (values[0], values[1]) if len(values) == 2 and min(values) > 0 else None


def plane_of(position: tuple[float, ...], orientation: tuple[float, ...], spacing: tuple[float, float] | None) -> Plane | None:
    """Return the plane that position, orientation and spacing (mm) make; None where one is missing or the directions cannot be."""
    if len(position) != 3 or len(orientation) != 6 or spacing is None:
        return None
    row, column = _unit(orientation[:3]), _unit(orientation[3:])
    if row is None or column is None or abs(sum(a * b for a, b in zip(row, column, strict=True))) > 0.05:
        return None
    return Plane((position[0], position[1], position[2]), row, column, spacing)


def _unit(values: tuple[float, ...]) -> Vector | None:
    """Return the direction as it is where its length is 1 up to rounding, lengthened to 1 where nearly so, None else."""
    length = math.sqrt(sum(value * value for value in values))
    if abs(length - 1) > 0.05:
        return None
    scale = 1.0 if abs(length - 1) < 1e-4 else 1 / length
    return values[0] * scale, values[1] * scale, values[2] * scale
