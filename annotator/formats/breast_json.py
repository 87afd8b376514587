"""Write the breast project's JSON, one file a case with the contours of all its views; the reader is in `breast_reading`.

The layout is that of the published data set: whole numbers from the centre of the image, the first point repeated at the end, each
lesion under the time of its drawing in milliseconds since 1970.  An id that was read is kept; of two lesions of one time the later one's
is raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from shapely.geometry import Polygon

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.coordinates import Coordinates
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.facts import DISCARD
from annotator.domain.grid import exactly
from annotator.domain.losses import Trait
from annotator.domain.mammography import sightings
from annotator.domain.raster import region_mask
from annotator.domain.region import Region, Ring
from annotator.domain.simple import without_holes
from annotator.errors import AnnotatorError
from annotator.formats.breast_reading import LESION, kind_of, reading
from annotator.formats.format import CASE, Format
from annotator.formats.json_text import dump
from annotator.i18n import Message, mark, message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Contours = dict[str, dict[str, dict[str, list[dict[str, int]]]]]


def paths(sheet: Sheet) -> tuple[str, ...]:
    """Return the one path that a case's JSON may have."""
    return (sheet.path("json"),)


def write(sheet: Sheet) -> Mapping[str, bytes]:
    """Return the JSON of a case; nothing where nothing is drawn on it and it is not discarded.

    Raises AnnotatorError where a category is not one of the image's modality, or a contour would cross itself.
    """
    contours, newest = _contours(sheet), ("", "")
    for own in sheet.case:
        newest = max([newest, *((a.drawn.time, a.drawn.author) for a in delivered(own) if a.drawn.author)])
    if not any(contours.values()) and DISCARD not in sheet.facts:
        return {}
    blocks = {
        "user_id": newest[1] or sheet.author,
        "case_id": sheet.names.patient,
        "contour_list": contours,
        "discard_yn": int(DISCARD in sheet.facts),
    }
    return {sheet.path("json"): dump(blocks)}


def read(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    """Return the annotations of all images of a case and its discard mark; an empty reading where there is no file."""
    path = sheet.path("json")
    return reading(sheet, path.rsplit("/", 1)[-1], files[path]) if path in files else Reading()


def _contours(sheet: Sheet) -> Contours:
    """Contours by category, view and id; categories in the project's order, views by name."""
    sheets = {own.image.key: own for own in sheet.case}
    seen = sightings([own.image for own in sheet.case], sheet.facts)
    taken = {said for own in sheet.case for a in own.annotations if (said := dict(a.attributes).get(LESION))}
    found = Contours()
    for category in sheet.categories:
        found[kind_of(category)] = {}
    for key in sorted(seen, key=lambda key: seen[key].code):
        own = sheets[key]
        for annotation in delivered(own):
            if isinstance(annotation.shape, Region):
                views = found[kind_of(_category(own, annotation))]
                lesions, names = views.setdefault(seen[key].code.lower(), {}), _names(annotation)
                for ring in _rings(own, annotation.shape):
                    lesions[_free(names, annotation, lesions, taken)] = _points(own, ring)
    return {kind: views for kind, views in found.items() if views} or {kind_of(sheet.categories[0]): {}}


def _category(sheet: Sheet, annotation: Annotation) -> Category:
    for category in sheet.categories:
        if category.key == annotation.category:
            return category
    raise _refused(sheet, message("the project has no category {category} for this modality", category=annotation.category))


def _free(names: Iterator[str], annotation: Annotation, there: Mapping[str, object], taken: set[str]) -> str:
    """The next of a lesion's ids that is free: in the view, and where it is a time in the whole file."""
    own = dict(annotation.attributes).get(LESION)
    found = next(name for name in names if name not in there and (name == own or name not in taken))
    taken |= {found} if found.isdecimal() else set()
    return found


def _names(annotation: Annotation) -> Iterator[str]:
    """The ids that a lesion's contours may have, in order: its own, then further ones without end."""
    own, drawn = dict(annotation.attributes).get(LESION, ""), _milliseconds(annotation.drawn.time)
    first = own or f"lesion{annotation.id:02d}"
    if drawn is not None and not own:
        yield from map(str, count(drawn))
    yield first
    yield from (f"{first}-{number}" for number in count(2))


def _milliseconds(time: str) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 time; None for none, and for a time before 2001, which would be no such id."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    return since // timedelta(milliseconds=1) if since > timedelta(milliseconds=10**12) else None


def _rings(sheet: Sheet, region: Region) -> Iterator[Ring]:
    """Closed contours without holes that hold exactly the pixels of a region, at positions of whole numbers."""
    rows, columns = sheet.image.rows, sheet.image.columns
    found = without_holes(exactly(region, region_mask(region, rows, columns), coordinates_of(sheet)))
    for part in found.parts:
        if region_mask(Region((part,)), rows, columns).empty:
            continue
        if not Polygon(part[0]).is_valid:
            raise _refused(sheet, message("a contour on the image {image} would cross itself", image=sheet.names.image))
        yield part[0]


def _points(sheet: Sheet, ring: Ring) -> list[dict[str, int]]:
    whole = [coordinates_of(sheet).whole(point, sheet.image.rows, sheet.image.columns) for point in (*ring, ring[0])]
    return [{"y": y, "x": x} for x, y in whole]


def coordinates_of(sheet: Sheet) -> Coordinates:
    """Return how the project writes positions; as the published data set where it does not say."""
    return sheet.project.coordinates or Coordinates()


def _refused(sheet: Sheet, cause: Message) -> AnnotatorError:
    doing = message("Writing the JSON of {name}", name=sheet.path("json").rsplit("/", 1)[-1])
    return AnnotatorError(doing, cause, message("Correct the project's definition; nothing that was drawn is lost"))


FORMAT = Format(
    id="breast-json",
    name=mark("Breast JSON"),
    cannot_hold=(
        *(Trait.HOLES, Trait.PARTS, Trait.LINES, Trait.BOXES, Trait.SUBPIXEL),
        *(Trait.ATTRIBUTES, Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    ),
    paths=paths,
    write=write,
    read=read,
    traps=(
        mark("One JSON holds all four views of a case; a view without a contour has no key"),
        mark("Points are whole numbers from the centre of the image (columns / 2, rows / 2), x right, y down, cut towards zero"),
        mark("A lesion with holes or in several parts stands as several contours, each under an id of its own"),
        mark("discard_yn 1: an image of the case is faulty and the case must not be used; the reason stands in the project only"),
    ),
    unit=CASE,
)
