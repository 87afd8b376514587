"""Say which way an image lies in the patient: the letters at its four edges, and where its slice is, as PS3.3 C.7.6.1.1.1 words it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.domain.image import Image, Plane, Vector

LEAST = 0.1
"""A direction that leans less than this (the cosine, 5.7°) towards an axis does not bear its letter."""
STEEP = 0.8
"""Cosine to an axis of the patient from which a plane is called after it (37°)."""
PLANES = ("sagittal", "coronal", "axial")
"""What a plane is called that stands on the x, y or z of the patient; any other is `OBLIQUE`."""
OBLIQUE = "oblique"
_BIPED = (("L", "R"), ("P", "A"), ("H", "F"))
_QUADRUPED = (("LE", "RT"), ("D", "V"), ("CR", "CD"))
"""The letters of the positive and negative x, y and z of the patient (C.7.6.2.1.1): left, posterior or dorsal, head or cranial."""
_OPPOSITES = {a: b for pair in _BIPED for a, b in (pair, pair[::-1])}
_QUADRUPED_OPPOSITES = {
    **{a: b for pair in _QUADRUPED for a, b in (pair, pair[::-1])},
    "R": "CD", "M": "L", "L": "M", "PR": "DI", "DI": "PR", "PA": "D", "PL": "D",
}
"""Rostral lies against caudal, medial against lateral, proximal against distal; palmar and plantar against dorsal."""
_SIGNS = {False: re.compile("[LRPAHF]"), True: re.compile("LE|RT|CR|CD|PR|DI|PA|PL|[DVRML]")}


@dataclass(frozen=True)
class Edges:
    """What lies beyond each edge of an image: up to three letters, the main direction first; empty where it is not known."""

    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""

    def turned(self, *, mirrored: bool, upended: bool) -> Edges:
        """Return what lies beyond the edges as shown, of an image whose left is shown at the right, its top at the bottom."""
        across = (self.right, self.left) if mirrored else (self.left, self.right)
        down = (self.bottom, self.top) if upended else (self.top, self.bottom)
        return Edges(across[0], down[0], across[1], down[1])


def edges(image: Image) -> Edges:
    """Return the letters of an image: from its plane (ImageOrientationPatient), else from its PatientOrientation, else none."""
    quadruped = image.quadruped
    if image.plane is not None:
        row, column = image.plane.row, image.plane.column
        return Edges(
            letters(_turned(row), quadruped=quadruped), letters(_turned(column), quadruped=quadruped),
            letters(row, quadruped=quadruped), letters(column, quadruped=quadruped),
        )  # fmt: skip
    across, down = (_read(direction, quadruped=quadruped) for direction in image.directions)
    return Edges(_against(across, quadruped=quadruped), _against(down, quadruped=quadruped), "".join(across), "".join(down))


def letters(direction: Vector, *, quadruped: bool = False) -> str:
    """Return the letters of a direction in the patient (x to the left, y to the back, z to the head): most of it first, at most three.

    An animal's (AnatomicalOrientationType QUADRUPED) are LE, RT, D, V, CR and CD.
    """
    axes = _QUADRUPED if quadruped else _BIPED
    parts = sorted((part for part in zip(direction, axes, strict=True) if abs(part[0]) >= LEAST), key=lambda part: -abs(part[0]))
    return "".join(negative if much < 0 else positive for much, (positive, negative) in parts)


def plane_of(plane: Plane | None) -> str:
    """Return what a plane is called by the axis of the patient that it stands on; empty where there is none."""
    if plane is None:
        return ""
    steepness = [abs(part) for part in plane.normal]
    most = max(range(3), key=lambda axis: steepness[axis])
    return PLANES[most] if steepness[most] >= STEEP else OBLIQUE


def slice_place(plane: Plane, rows: int, columns: int, *, quadruped: bool = False) -> tuple[str, float]:
    """Return where the middle of a slice is along the axis that it is cut across: on which side of the origin, and how far (mm)."""
    axis = max(range(3), key=lambda number: abs(plane.normal[number]))
    return place_in_patient(plane.to_patient(columns / 2, rows / 2), quadruped=quadruped)[axis]


def place_in_patient(point: Vector, *, quadruped: bool = False) -> tuple[tuple[str, float], ...]:
    """Return a point (mm, x to the left, y to the back, z to the head) as its side of the origin and its distance, for each axis."""
    axes = _QUADRUPED if quadruped else _BIPED
    return tuple((negative if much < 0 else positive, abs(much)) for much, (positive, negative) in zip(point, axes, strict=True))


def _turned(direction: Vector) -> Vector:
    return -direction[0], -direction[1], -direction[2]


def _read(direction: str, *, quadruped: bool) -> tuple[str, ...]:
    """Take a value of PatientOrientation apart; nothing where it says what the standard does not know."""
    found = tuple(_SIGNS[quadruped].findall(direction))
    return found if "".join(found) == direction and len(found) <= 3 else ()


def _against(direction: tuple[str, ...], *, quadruped: bool) -> str:
    return "".join((_QUADRUPED_OPPOSITES if quadruped else _OPPOSITES)[sign] for sign in direction)
