"""The images that a saved reading drew on, as small pictures: which, what is on each, and what came, went or changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Point
from annotator.domain.region import Region
from annotator.i18n import mark, translate
from annotator.present.history import GREY, Places, place_text, places
from annotator.workspace.appearing import Colours
from annotator.workspace.session import Session
from annotator.workspace.unfolding import Compared

MOST = 60
"""More images than this are counted, not shown."""


class Fate(Enum):
    """What became of an annotation."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Outline:
    """One annotation as a small picture shows it: `rings` in image coordinates."""

    rings: tuple[tuple[Point, ...], ...]
    closed: bool
    colour: tuple[int, int, int]
    fate: Fate


@dataclass(frozen=True)
class DrawnImage:
    """One image: `image` is None where it is not among the open ones; `text` says which it is, `note` what changed on it."""

    key: ImageKey
    image: Image | None
    text: str
    note: str
    outlines: tuple[Outline, ...]


def drawn_images(session: Session, found: Compared) -> tuple[tuple[DrawnImage, ...], int]:
    """Return the images of two readings, those that differ first, and how many more there are."""
    where, there = places(session.case_series), {image.key: image for image in session.case_images}
    differ = frozenset(change.subject.image for change in found.edit.changes)
    drawn = {key for document in (found.before, found.after) for key, annotations in document.annotations.items() if annotations}

    def order(key: ImageKey) -> tuple[bool, tuple[int, int], ImageKey]:
        return key not in differ, where.images.get(key, (1 << 30, 0)), key

    keys = sorted(drawn, key=order)
    return tuple(_drawn(found, key, there.get(key), session.colours, where) for key in keys[:MOST]), len(keys[MOST:])


def _drawn(found: Compared, key: ImageKey, image: Image | None, colours: Colours, where: Places) -> DrawnImage:
    before, after = ({a.id: a for a in document.on(key)} for document in (found.before, found.after))
    outlines, counts = list[Outline](), dict.fromkeys(Fate, 0)
    for number in sorted({*before, *after}):
        was, now = before.get(number), after.get(number)
        fate = Fate.NEW if was is None else Fate.GONE if now is None else Fate.SAME if was == now else Fate.CHANGED
        if fate is Fate.CHANGED and was is not None and now is not None and was.shape != now.shape:
            outlines.append(_outline(was, colours, Fate.GONE))
        subject = now or was
        if subject is not None:
            outlines.append(_outline(subject, colours, fate))
        counts[fate] += 1
    outlines.sort(key=lambda outline: list(Fate).index(outline.fate))
    signs = (("+", Fate.NEW), ("±", Fate.CHANGED), ("−", Fate.GONE))
    note = " ".join(f"{sign}{counts[fate]}" for sign, fate in signs if counts[fate])
    return DrawnImage(key, image, place_text([key], where) or translate(mark("not open")), note, tuple(outlines))


def _outline(annotation: Annotation, colours: Colours, fate: Fate) -> Outline:
    shape, colour = annotation.shape, colours.get(annotation.category, GREY)
    if isinstance(shape, Region):
        return Outline(tuple(shape.rings), True, colour, fate)
    return Outline(shape.parts, False, colour, fate)
