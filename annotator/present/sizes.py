"""What the selected annotations measure, in words and as a table: always of the pixels that are saved."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.image import Image
from annotator.domain.lesion_measures import LesionMeasures
from annotator.domain.mask_measures import Sized, sized
from annotator.domain.measure import Statistics
from annotator.domain.suv import Suv
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.present.measures import area_text, long_text, number, pair_text, volume_text
from annotator.workspace.session import Session
from annotator.workspace.sizing import Sizing

UNSPACED = mark("The image does not say how large its pixels are")


@dataclass(frozen=True)
class Sizes:
    """The measures of what is selected and of the lesion that it belongs to: a name and a value for each; and what is to be said of all."""

    rows: tuple[tuple[str, str], ...]
    lesion: tuple[tuple[str, str], ...] = ()
    note: str = ""


def selected(session: Session) -> tuple[Annotation, ...]:
    """Return the selected annotations of the chosen image."""
    return tuple(a for a in session.annotations if a.id in session.selection)


def sizes(session: Session, sizing: Sizing) -> Sizes | None:
    """Return the measures of what is selected, None where nothing is; an ellipsis stands for what is still being measured."""
    about, image, picture = selected(session), session.image, session.picture
    if not about or image is None:
        return None
    project = session.project.project
    found = sizing.of([a.shape for a in about], image, project.mask.line_width, picture)
    unit = picture.unit if picture is not None else ""
    return Sizes(tuple(_rows(found, image, unit, about)), tuple(_of_lesion(session, sizing, about)), _note(image))


def _note(image: Image) -> str:
    if image.spacing is None:
        return translate(UNSPACED)
    return translate(mark("Lengths and areas are those at the detector")) if image.spacing_at_detector else ""


def _rows(found: Sized | None, image: Image, unit: str, about: tuple[Annotation, ...]) -> Iterator[tuple[str, str]]:
    if found is None:
        yield translate(mark("Area")), "…"
        return
    if found.length is not None:
        yield translate(mark("Length")), long_text(found.length, image.spacing)
    m = found.measures
    if m is not None:
        pixels = f" · {area_text(m.count, None)}" if image.spacing else ""
        yield translate(mark("Area")), area_text(m.count, image.spacing) + pixels
    if m is not None and len(about) == 1:
        yield translate(mark("Perimeter")), long_text(m.perimeter, image.spacing)
        yield translate(mark("Long × short axis")), pair_text(m.long.length, m.short.length, image.spacing)
        if about[0].toolname == BOX:
            yield translate(mark("Width × height")), pair_text(m.width, m.height, image.spacing)
    if found.values is not None:
        yield from _of_values(found.values, unit)


def _of_values(values: Statistics, unit: str) -> Iterator[tuple[str, str]]:
    yield translate(mark("Mean ± σ")), f"{number(values.mean)} ± {number(values.deviation)} {unit}".strip()
    yield translate(mark("Lowest … highest")), f"{number(values.least)} … {number(values.most)} {unit}".strip()


def _of_lesion(session: Session, sizing: Sizing, about: tuple[Annotation, ...]) -> Iterator[tuple[str, str]]:
    """Measures of the lesion that all of what is selected belongs to, if it is on several slices of the open series."""
    numbers = {a.lesion for a in about}
    number, images = next(iter(numbers)), session.images
    if number is None or len(numbers) > 1:
        return
    members = [a for image in images for a in session.document.on(image.key) if a.lesion == number]
    if len({a.image for a in members}) < 2:
        return
    seen = {a.image: session.picture_of(a.image) for a in members}
    pictures = {key: picture for key, picture in seen.items() if picture is not None}
    found = sizing.lesion(members, images, pictures)
    if found is not None:
        picture = next(iter(pictures.values()), None)
        yield from _lesion_rows(found, images, picture.unit if picture else "", uptake=picture is not None and isinstance(picture.suv, Suv))


def _lesion_rows(found: LesionMeasures, images: Sequence[Image], unit: str, *, uptake: bool) -> Iterator[tuple[str, str]]:
    yield translate(mark("Lesion")), translate(mark("{count} slices"), count=found.slices)
    if found.volume is not None:
        yield translate(mark("Metabolic volume (MTV)") if uptake else mark("Volume")), volume_text(found.volume)
    places = [abs(image.plane.distance() - found.longest_at) if image.plane else math.inf for image in images]
    where = translate(mark("image {number}"), number=places.index(min(places)) + 1)
    yield translate(mark("Longest diameter")), f"{found.longest.length:.1f} mm · {where}"
    if found.values is not None:
        yield translate(mark("Mean · highest")), f"{number(found.values.mean)} · {number(found.values.most)} {unit}".strip()
    if uptake and found.glycolysis is not None:
        yield translate(mark("Total glycolysis (TLG)")), f"{number(found.glycolysis)} {unit}·ml"


def table_rows(session: Session) -> str:
    """Return the measures of what is selected, a line each with tabs between the cells.

    The cells are number, category, area, perimeter, long and short axis, width, height, length, unit of these (mm, else px), mean, σ,
    lowest and highest value, unit of these.  Numbers have a point and stand alone; what there is not is empty.
    """
    image, picture, project = session.image, session.picture, session.project.project
    categories = {category.key: category for category in project.categories}
    if image is None:
        return ""
    lines = []
    for a in selected(session):
        found = sized([a.shape], image, project.mask.line_width, picture)
        name = category_name(categories[a.category]) if a.category in categories else a.category
        m, v = found.measures, found.values
        sides = (m.area, m.perimeter, m.long.length, m.short.length, m.width, m.height) if m else (None,) * 6
        values = (v.mean, v.deviation, v.least, v.most) if v else (None,) * 4
        units = "mm" if image.spacing else "px", picture.unit if picture is not None and v else ""
        cells = (str(a.id), name, *map(_cell, (*sides, found.length)), units[0], *map(_cell, values), units[1])
        lines.append("\t".join(cells))
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.7g}"
