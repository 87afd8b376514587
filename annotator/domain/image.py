"""Say which image is meant and where it lies in the patient.

Image coordinates are continuous pixels: x right along a row, y down, origin at the top-left **corner** of the top-left pixel.
Patient coordinates are millimetres (DICOM LPS); ImagePositionPatient is the **centre** of the first pixel (PS3.3 C.7.6.2.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from annotator.i18n import Message

Vector = tuple[float, float, float]


class ImageKey(NamedTuple):
    """One image for life: SOPInstanceUID and frame number (from 1, as DICOM counts frames).

    A tuple, because it is looked up thousands of times at every edit, and tuples are hashed and compared without any Python.
    """

    uid: str
    frame: int = 1

    def __str__(self) -> str:
        return f"{self.uid}#{self.frame}"

    @staticmethod
    def parse(text: str) -> ImageKey:
        """Read what `str` wrote; raises ValueError for anything else."""
        uid, _, frame = text.partition("#")
        return ImageKey(uid, int(frame or 1))


@dataclass(frozen=True)
class Plane:
    """The image plane in the patient: centre of the first pixel, direction of rows and of columns, (row, column) spacing in mm.

    `row` is the direction in which the column index grows, `column` the one in which the row index grows, as ImageOrientationPatient
    gives them; `spacing` is PixelSpacing: the distance between rows first, between columns second (PS3.3 10.7.1.3).
    """

    position: Vector
    row: Vector
    column: Vector
    spacing: tuple[float, float]

    @property
    def normal(self) -> Vector:
        """Row × column, a unit vector."""
        (a, b, c), (d, e, f) = self.row, self.column
        return (b * f - c * e, c * d - a * f, a * e - b * d)

    def distance(self) -> float:
        """The plane's place along its own normal, in mm: what slices are ordered by."""
        return sum(p * n for p, n in zip(self.position, self.normal, strict=True))

    def to_patient(self, x: float, y: float) -> Vector:
        """Millimetres of the image point (x, y)."""
        right, down = (x - 0.5) * self.spacing[1], (y - 0.5) * self.spacing[0]
        p, r, c = self.position, self.row, self.column
        return (p[0] + r[0] * right + c[0] * down, p[1] + r[1] * right + c[1] * down, p[2] + r[2] * right + c[2] * down)


@dataclass(frozen=True)
class Image:
    """One single image (a frame of a file) as its header describes it; lengths in pixels, spacing in mm (row, column)."""

    key: ImageKey
    path: str
    frames: int
    rows: int
    columns: int
    modality: str
    sop_class_uid: str
    series_uid: str
    study_uid: str
    frame_of_reference_uid: str = ""
    plane: Plane | None = None
    spacing: tuple[float, float] | None = None
    spacing_at_detector: bool = False
    instance_number: int | None = None
    transfer_syntax: str = ""
    view: str = ""
    directions: tuple[str, str] = ("", "")
    """PatientOrientation: where rows run to and where columns run to, as letters; empty where the header does not say."""
    quadruped: bool = False
    """AnatomicalOrientationType: the letters are those of an animal."""
    thickness: float | None = None
    """SliceThickness in mm."""
    labels: bool = False
    """Its pixels say what belongs to the regions of another image: it is a segmentation, a mask or a label image."""
    problem: Message | None = None
    """Why its pixels cannot be shown, known from the header alone; None while nothing speaks against it."""
    contradiction: Message | None = None
    """What its header says of size and place in the patient that cannot be; such statements are not used."""


@dataclass(frozen=True)
class Owner:
    """Whose image it is and what took it, as the header says: for the screen only, never written into a delivered file."""

    patient_id: str = ""
    patient_name: str = ""
    study_description: str = ""
    study_date: str = ""
    series_number: int | None = None
    series_description: str = ""
    series_date: str = ""
    sex: str = ""
    age: int | None = None
    """In whole years."""
    device: str = ""
    """Maker and model."""
