"""Say what is odd about a series before anybody works on it: one line a rule, with the images that it concerns.

A place is the number of an image in its series as the tree counts it, from 1.  Every rule is silent about a regular series.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.series import SAME_PLACE, along_normal, cosine, image_number, orientations
from annotator.i18n import Message, mark, message

GAP = 1.5
"""A step of so many usual steps is a gap."""
UNEVEN = 1.1
"""Steps that differ by more than this factor are uneven."""
TILT, TURNED = 0.5, 60.0
"""Degrees between which a stack counts as tilted."""
_SPACING = 1e-3
"""Relative difference above which two pixel spacings count as different."""
_SECTIONAL = {"CT", "MR", "PT"}
_RANGES = 5


class Weight(Enum):
    """How much an oddity weighs: what is seen or measured may be wrong, or it is to be known."""

    WRONG = "wrong"
    ODD = "odd"


@dataclass(frozen=True)
class Oddity:
    """One thing that is odd about a series, and the images it concerns in their order."""

    rule: str
    weight: Weight
    text: Message
    images: tuple[ImageKey, ...] = ()


def oddities_of(images: Sequence[Image], undecodable: Mapping[ImageKey, Message] | None = None,
                twins: Mapping[ImageKey, Message] | None = None) -> tuple[Oddity, ...]:
    """Return what is odd about a series, what weighs most first; nothing about a regular one.

    `images` in the order in which they are counted.  `undecodable`: images that could not be decoded, and why.  `twins`: images of which
    another file has the UID and other pixels, and what differs.
    """
    places, total = {image.key: place for place, image in enumerate(images, 1)}, len(images)
    groups = orientations(sorted(images, key=image_number))
    found = [
        *_twins(places, {key: told for key, told in (twins or {}).items() if key in places}),
        *_broken(images, undecodable or {}, places, total),
        *_contradictions(images, places),
        *(_slices(groups[0], places) if groups else ()),
        *_directions(groups, places),
        *_sizes(images, places),
        *_spacings(images, places, total),
    ]
    return tuple(sorted(found, key=lambda oddity: oddity.weight is not Weight.WRONG))


def spoken_places(numbers: Iterable[int]) -> str:
    """Return numbers as people write them: `3, 7–9, 12`; after five ranges `…`."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    written = [str(low) if low == high else f"{low}–{high}" for low, high in ranges[:_RANGES]]
    return ", ".join(written) + (" …" if len(ranges) > _RANGES else "")


Places = Mapping[ImageKey, int]


def _of(rule: str, weight: Weight, text: str, concerned: Iterable[ImageKey], places: Places, /, **values: object) -> Oddity:
    keys = tuple(sorted(concerned, key=lambda key: places[key]))
    return Oddity(rule, weight, message(text, images=spoken_places(places[key] for key in keys), **values), keys)


def _twins(places: Places, twins: Mapping[ImageKey, Message]) -> Iterator[Oddity]:
    if twins:
        text = mark("Another file bears the same UID and is another image ({difference}): image {images}")
        first = min(twins, key=lambda key: places[key])
        yield _of("twins", Weight.WRONG, text, twins, places, difference=twins[first])


def _broken(images: Sequence[Image], undecodable: Mapping[ImageKey, Message], places: Places, total: int) -> Iterator[Oddity]:
    broken = [image.key for image in images if image.problem is not None or image.key in undecodable]
    if broken:
        text = mark("Images that cannot be shown, {count} of {total}: {images}")
        yield _of("broken", Weight.WRONG, text, broken, places, count=len(broken), total=total)


def _contradictions(images: Sequence[Image], places: Places) -> Iterator[Oddity]:
    """What headers say of the place in the patient and cannot be, and several frames of reference in one series."""
    said: defaultdict[Message, list[ImageKey]] = defaultdict(list)
    for image in images:
        if image.contradiction is not None:
            said[image.contradiction].append(image.key)
    for reason, keys in said.items():
        yield _of("contradiction", Weight.WRONG, mark("Contradictory geometry, {reason}: image {images}"), keys, places, reason=reason)
    frames = Counter(image.frame_of_reference_uid for image in images if image.frame_of_reference_uid and image.plane is not None)
    if len(frames) > 1:
        usual = frames.most_common(1)[0][0]
        others = [image.key for image in images if image.plane is not None and image.frame_of_reference_uid not in ("", usual)]
        text = mark("Images of another frame of reference, whose positions cannot be compared: {images}")
        yield _of("reference", Weight.WRONG, text, others, places)


def _directions(groups: Sequence[Sequence[Image]], places: Places) -> Iterator[Oddity]:
    if len(groups) < 2:
        return
    others = [image.key for group in groups[1:] for image in group]
    if len(others) <= max(3, len(groups[0]) // 10) and len(others) < len(groups[0]):
        text = mark("Images in another direction, as localizers are: {images}")
        yield _of("localizer", Weight.ODD, text, others, places)
    else:
        text = mark("The images lie in {count} different directions; these not in the usual one: {images}")
        yield _of("directions", Weight.ODD, text, others, places, count=len(groups))


def _sizes(images: Sequence[Image], places: Places) -> Iterator[Oddity]:
    sizes = Counter((image.columns, image.rows) for image in images)
    if len(sizes) > 1:
        (usual, _), *_ = sizes.most_common(1)
        others = [image.key for image in images if (image.columns, image.rows) != usual]
        spoken = ", ".join(f"{columns} × {rows}" for (columns, rows), _ in sizes.most_common())
        text = mark("The images differ in size ({sizes}); not of the usual one: {images}")
        yield _of("sizes", Weight.ODD, text, others, places, sizes=spoken)


def _spacings(images: Sequence[Image], places: Places, total: int) -> Iterator[Oddity]:
    without = [image.key for image in images if image.spacing is None and image.contradiction is None]
    if without:
        text = mark("Images without pixel spacing, measured in pixels, {count} of {total}: {images}")
        yield _of("no-spacing", Weight.ODD, text, without, places, count=len(without), total=total)
    spacings = Counter(image.spacing for image in images if image.spacing is not None)
    if len(spacings) > 1:
        usual = spacings.most_common(1)[0][0]
        others = [image.key for image in images if image.spacing is not None and usual is not None and _differs(image.spacing, usual)]
        if others:
            text = mark("The pixel spacing differs; not the usual one: {images}")
            yield _of("spacings", Weight.ODD, text, others, places)
    lost = [i.key for i in images if i.plane is None and i.spacing is not None and i.contradiction is None and i.modality in _SECTIONAL]
    if lost and total > 1:
        text = mark("Images that do not say where they lie in the patient, {count} of {total}: {images}")
        yield _of("no-place", Weight.ODD, text, lost, places, count=len(lost), total=total)


def _differs(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return any(abs(p - q) > _SPACING * q for p, q in zip(a, b, strict=True))


def _slices(group: Sequence[Image], places: Places) -> Iterator[Oddity]:
    """Look at the steps between neighbours: places that occur twice, gaps, uneven steps, a tilted gantry."""
    ordered = [(image.key, image.plane) for image in along_normal(group) if image.plane is not None]
    apart: list[tuple[ImageKey, Plane]] = []
    repeated: list[ImageKey] = []
    for key, plane in ordered:
        if apart and math.dist(apart[-1][1].position, plane.position) < SAME_PLACE:
            repeated.append(key)
        else:
            apart.append((key, plane))
    if repeated:
        text = mark("Images at a place where another one lies already, {count}: {images}")
        yield _of("same-place", Weight.ODD, text, repeated, places, count=len(repeated))
    normal = ordered[0][1].normal
    heights = [cosine(plane.position, normal) for _, plane in apart]
    steps = [(apart[n][0], high - low) for n, (low, high) in enumerate(zip(heights, heights[1:], strict=False)) if high - low >= SAME_PLACE]
    if len(steps) >= 2:
        yield from _steps(steps, places)
    if steps:
        yield from _tilt([plane for _, plane in apart], normal)


def _steps(steps: Sequence[tuple[ImageKey, float]], places: Places) -> Iterator[Oddity]:
    """`steps`: each image with the distance to the next, in mm."""
    usual, lengths = median(step for _, step in steps), [step for _, step in steps]
    gaps = [(key, round(step / usual) - 1) for key, step in steps if step > GAP * usual]
    if gaps:
        text = mark("Slices are missing, about {missing} at {step} mm each, after image {images}")
        missing = sum(count for _, count in gaps)
        yield _of("gaps", Weight.WRONG, text, [key for key, _ in gaps], places, missing=missing, step=_spoken(usual))
    elif max(lengths) > UNEVEN * min(lengths):
        uneven = [key for key, step in steps if not usual / math.sqrt(UNEVEN) <= step <= usual * math.sqrt(UNEVEN)]
        text = mark("The distance between slices varies from {least} to {most} mm, after image {images}")
        least, most = _spoken(min(lengths)), _spoken(max(lengths))
        yield _of("uneven", Weight.ODD, text, uneven or [steps[0][0]], places, least=least, most=most)


def _spoken(millimetres: float) -> str:
    return f"{millimetres:.2f}".rstrip("0").rstrip(".")


def _tilt(places: Sequence[Plane], normal: tuple[float, float, float]) -> Iterator[Oddity]:
    """A stack whose positions do not move along the normal is sheared: the gantry was tilted."""
    length = math.dist(places[0].position, places[-1].position)
    along = cosine(places[-1].position, normal) - cosine(places[0].position, normal)
    angle = math.degrees(math.acos(max(-1.0, min(1.0, along / length))))
    if TILT < angle < TURNED:
        text = message("The slices are shifted against one another by {angle}°, as with a tilted gantry", angle=round(angle, 1))
        yield Oddity("tilt", Weight.ODD, text)
