"""What stands under the pointer, in words: position, value and zoom."""

from __future__ import annotations

import math

from annotator.domain.image import Image
from annotator.domain.orientation import place_in_patient
from annotator.domain.picture import Picture
from annotator.domain.suv import Suv
from annotator.i18n import mark, translate


def position_text(x: float, y: float) -> str:
    """Say an image point: column and row of the pixel, counted from 1 as DICOM viewers do."""
    return translate(mark("x {x}  y {y}"), x=math.floor(x) + 1, y=math.floor(y) + 1)


def patient_text(image: Image | None, x: float, y: float) -> str:
    """Say where an image point is in the patient: on which side of the origin and how far, in mm; empty where the image does not say."""
    if image is None or image.plane is None:
        return ""
    return "  ".join(f"{side} {far:.1f}" for side, far in place_in_patient(image.plane.to_patient(x, y), quadruped=image.quadruped)) + " mm"


def value_text(picture: Picture | None, x: float, y: float, *, source: bool = True) -> str:
    """Say the value of the pixel under an image point with its unit, an SUV with its `source`; empty outside the image."""
    value = picture.value_at(x, y) if picture else None
    if picture is None or value is None:
        return ""
    if isinstance(value, tuple):
        return "RGB {}, {}, {}".format(*value)
    said = f"{_number(value)} {picture.unit}".strip()
    if source and isinstance(picture.suv, Suv) and picture.suv.source != "g/ml":
        said += f" · {_number(float(f'{value / picture.suv.factor:.4g}'))} {picture.suv.source}"
    return said


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.4g}"


def zoom_text(zoom: float) -> str:
    """Say a zoom of `zoom` screen pixels per image pixel, in percent; nothing where it is 0 and there is no image."""
    return f"{zoom * 100:.0f} %" if zoom else ""


def place_text(index: int, count: int, view: str = "") -> str:
    """Say which image of how many is shown, with its view where the case is one of views."""
    head = f"{view} · " if view else ""
    return f"{head}{index + 1} / {count}" if index >= 0 else ""
