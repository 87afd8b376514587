"""Say what was measured: lengths and areas in millimetres where the image knows them, values in the picture's unit.

What is said of annotations is measured on the pixels that are saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.image import Image
from annotator.domain.mask_measures import MaskMeasures, mask_measures, region_measures
from annotator.domain.measure import BOXES, Figure, Spacing, angle, covered, length, sides, statistics
from annotator.domain.path import Path, Polyline
from annotator.domain.picture import Picture
from annotator.domain.raster import fill
from annotator.domain.region import Region
from annotator.i18n import mark, translate

AT_ONCE = 400_000
"""So many pixels are worked through while the hand still moves; more of them wait for its end."""
_MANY_POINTS, _MANY_ROWS = 6_000, 100_000
"""An outline of more vertices, or that goes through more rows of pixels, takes longer to fill than the hand waits."""
_CM2 = 1000.0
"""mm² from which on an area is said in cm²."""
_ML = 1000
"""mm³ of a millilitre, in which a volume of that size is said."""
_LENGTH = mark("{length:.1f} mm")
_LENGTH_AT_DETECTOR = mark("{length:.1f} mm at the detector")
_LENGTH_IN_PIXELS = mark("{length:.1f} px")
_SIZE = mark("{width:.1f} × {height:.1f} mm")
_SIZE_AT_DETECTOR = mark("{width:.1f} × {height:.1f} mm at the detector")
_SIZE_IN_PIXELS = mark("{width:.1f} × {height:.1f} px")
_AREA = mark("{area} {unit}")
_AREA_AT_DETECTOR = mark("{area} {unit} at the detector")


def length_text(points: Polyline, image: Image) -> str:
    """Say how long a line is."""
    text = _by_spacing(image, _LENGTH_IN_PIXELS, _LENGTH, _LENGTH_AT_DETECTOR)
    return translate(text, length=length(points, image.spacing))


def size_text(points: Polyline, image: Image) -> str:
    """Say how wide and high the box between the first and the last point is."""
    width, height = sides((points[0], points[-1]), image.spacing)
    return translate(_by_spacing(image, _SIZE_IN_PIXELS, _SIZE, _SIZE_AT_DETECTOR), width=width, height=height)


def lines_of(figure: Figure, points: Polyline, image: Image, picture: Picture, *, moving: bool = False) -> tuple[str, ...]:
    """Return what a measurement says, a line each; `moving`: while the hand moves, so that large ones say only their size."""
    if figure is Figure.RULER:
        return (length_text(points, image),)
    if figure is Figure.ANGLE:
        return (f"{angle(points, image.spacing):.1f}°",)
    width, height = sides(points, None)
    if moving and width * height > AT_ONCE:
        return (size_text(points, image),)
    return (*_values(figure, points, picture), _area(figure, points, image, picture))


def _values(figure: Figure, points: Polyline, picture: Picture) -> tuple[str, ...]:
    if picture.colour or figure not in BOXES:
        return ()
    found, count = statistics(picture, figure, points), int(covered(figure, points, picture.rows, picture.columns)[1].sum())
    if found is None:
        return (translate(mark("no pixel with a value (padding)")),) if count else ()
    mean = translate(mark("mean {mean} {unit}"), mean=number(found.mean), unit=picture.unit).strip()
    spread = translate(mark("σ {deviation}"), deviation=number(found.deviation))
    ends = translate(mark("min {least}  max {most}"), least=number(found.least), most=number(found.most))
    if found.count == count:
        return f"{mean}  {spread}", ends
    left_out = translate(mark("{count} px without a value (padding) left out"), count=f"{count - found.count:,}")
    return f"{mean}  {spread}", ends, left_out


def _area(figure: Figure, points: Polyline, image: Image, picture: Picture) -> str:
    count = int(covered(figure, points, picture.rows, picture.columns)[1].sum())
    if image.spacing is None:
        return area_text(count, None)
    return area_text(count, image.spacing, at_detector=image.spacing_at_detector) + f" · {area_text(count, None)}"


def area_text(count: int, spacing: Spacing, *, at_detector: bool = False, beside: int = 0) -> str:
    """Say the area of so many pixels with (row, column) spacing in mm; without one, their number.

    `beside`: pixels of the largest area that is said with it; both are said in one unit.
    """
    if spacing is None:
        return translate(mark("{count} px"), count=f"{count:,}".replace("-", "−"))
    pixel = spacing[0] * spacing[1]
    area, large = count * pixel, max(abs(count), beside) * pixel >= _CM2
    said, unit = (f"{area / 100:.2f}", "cm²") if large else (f"{area:.1f}", "mm²")
    said = said.replace("-", "−")
    return translate(_AREA_AT_DETECTOR if at_detector else _AREA, area=said, unit=unit)


def volume_text(volume: float) -> str:
    """Say a volume of so many mm³, in ml where it is a large one: to three figures, no mask is truer than that."""
    if volume < _ML:
        return f"{volume:.0f} mm³"
    return f"{volume / _ML:.{2 if volume < 10_000 else 1 if volume < 100_000 else 0}f} ml"


def line_text(points: Polyline, image: Image) -> str:
    """Say how long a line is that is being drawn, and of one with corners how long its last stretch is."""
    said = length_text(points, image)
    if len(points) < 3:
        return said
    last = long_text(length(points[-2:], image.spacing), image.spacing)
    return translate(mark("{length} · last {last}"), length=said, last=last)


@dataclass(frozen=True)
class Drafted:
    """The pixels that an area would set if it ended now; `found` is None where there are none."""

    found: MaskMeasures | None
    box: bool

    @property
    def count(self) -> int:
        """How many pixels."""
        return self.found.count if self.found else 0

    def said(self, image: Image, beside: int = 0) -> str:
        """Say how large it is; `beside` as `area_text` takes it."""
        text = mask_text(self.found, image.spacing, box=self.box, beside=beside)
        return translate(mark("{size} at the detector"), size=text) if image.spacing and image.spacing_at_detector else text


def drafted_box(points: Polyline, image: Image) -> Drafted:
    """Return the pixels that a box between the first and the last point would set."""
    return _drafted(tuple(Region.box(*points[0], *points[-1]).rings), image, box=True)


def drafted_outline(points: Polyline, image: Image) -> Drafted | None:
    """Return the pixels that an outline would set if it were closed now; None of a very long one."""
    if not 2 < len(points) <= _MANY_POINTS or sum(abs(by - ay) for (_, ay), (_, by) in pairwise(points)) > _MANY_ROWS:
        return None
    return _drafted((points,), image)


def _drafted(rings: tuple[Polyline, ...], image: Image, *, box: bool = False) -> Drafted:
    return Drafted(mask_measures(fill(rings, image.rows, image.columns), image.spacing), box)


def main_figure(annotation: Annotation, image: Image) -> str:
    """Say how large an annotation is: length of a line; sides of a box, long axis of another region, and area."""
    shape = annotation.shape
    if isinstance(shape, Path):
        return long_text(shape.length(image.spacing or (1.0, 1.0)), image.spacing)
    found = region_measures(shape, image.rows, image.columns, image.spacing)
    return mask_text(found, image.spacing, box=annotation.toolname == BOX)


def mask_text(found: MaskMeasures | None, spacing: Spacing, *, box: bool = False, beside: int = 0) -> str:
    """Say how large a mask is: `12.3 × 8.1 mm · 77.0 mm²` for a box, `⌀ 14.2 mm · 77.0 mm²` with the long axis of another one.

    `beside` as `area_text` takes it.
    """
    if found is None:
        return area_text(0, spacing, beside=beside)
    size = pair_text(found.width, found.height, spacing) if box else f"⌀ {long_text(found.long.length, spacing)}"
    return f"{size} · {area_text(found.count, spacing, beside=beside)}"


def long_text(length: float, spacing: Spacing) -> str:
    """Say a length that was measured with (row, column) spacing in mm, in pixels without one."""
    return translate(_LENGTH if spacing else _LENGTH_IN_PIXELS, length=length)


def pair_text(one: float, other: float, spacing: Spacing) -> str:
    """Say two lengths that belong together, `22.4 × 11.2 mm`."""
    return translate(_SIZE if spacing else _SIZE_IN_PIXELS, width=one, height=other)


def number(value: float) -> str:
    """Write a value with as many digits as it is worth."""
    if value and abs(value) < 10:
        return f"{value:.3g}".replace("-", "−")
    return f"{value:.1f}".removesuffix(".0").replace("-", "−")


def _by_spacing(image: Image, in_pixels: str, in_millimetres: str, at_detector: str) -> str:
    if image.spacing is None:
        return in_pixels
    return at_detector if image.spacing_at_detector else in_millimetres
