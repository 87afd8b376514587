"""Say in the corners of a picture which image it is and how it is shown: short lines, and whose image it is only where that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.image import Image, Owner
from annotator.domain.orientation import slice_place
from annotator.domain.picture import Picture, Window
from annotator.i18n import mark, translate
from annotator.present.readout import zoom_text

Lines = tuple[str, ...]
_MOST_SIGNS = 34


@dataclass(frozen=True)
class Corners:
    """The lines in the four corners of a picture, each from the top down."""

    top_left: Lines = ()
    top_right: Lines = ()
    bottom_left: Lines = ()
    bottom_right: Lines = ()


@dataclass(frozen=True)
class Looked:
    """How an image is looked at: its place among how many, the window, and the screen pixels per image pixel."""

    index: int
    count: int
    window: Window
    zoom: float


def corners(image: Image, picture: Picture, owner: Owner | None, looked: Looked, *, names: bool = False) -> Corners:
    """Return the lines in the current language; `names`: with the patient's name and number (on a photograph of the screen too)."""
    whose = Owner() if owner is None else owner
    number = "" if whose.series_number is None else f"{whose.series_number} · "
    head, date = " · ".join(part for part in (image.modality, image.view) if part), whose.series_date or whose.study_date
    return Corners(
        _said(number + whose.series_description if whose.series_description else number.removesuffix(" · "), head),
        _said(*((whose.patient_name.replace("^", " "), whose.patient_id) if names else ()), date_text(date)),
        _said(place_line(image, looked), *_cut(image)),
        _said("" if picture.colour else window_line(looked.window), zoom_text(looked.zoom)),
    )


def date_text(date: str) -> str:
    """Write a DICOM date (YYYYMMDD) as 2026-01-05; anything else as it is."""
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date


def place_line(image: Image, looked: Looked) -> str:
    """Say the number of the image in its series, and of the frame in its file."""
    place = f"{looked.index + 1} / {looked.count}" if looked.index >= 0 else ""
    frame = translate(mark("frame {number}"), number=image.key.frame) if image.frames > 1 and looked.count != image.frames else ""
    return " · ".join(part for part in (place, frame) if part)


def window_line(window: Window) -> str:
    """Say centre and width of the window, and its name where it has one."""
    said = translate(mark("C {center}  W {width}"), center=_number(window.center), width=_number(window.width))
    return f"{_short(translate(window.name) if window.name else '')}  {said}".strip()


def _cut(image: Image) -> list[str]:
    """Where the slice lies, and how thick it is."""
    parts = []
    if image.plane is not None:
        side, far = slice_place(image.plane, image.rows, image.columns, quadruped=image.quadruped)
        parts.append(f"{side} {far:.1f} mm")
    if image.thickness is not None:
        parts.append(translate(mark("thickness {thickness} mm"), thickness=_number(image.thickness)))
    return parts


def _number(value: float) -> str:
    return (f"{value:.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.4g}").replace("-", "−")


def _said(*lines: str) -> Lines:
    return tuple(_short(line.strip()) for line in lines if line.strip())


def _short(line: str) -> str:
    return line if len(line) <= _MOST_SIGNS else line[: _MOST_SIGNS - 1] + "…"
