"""Which slices of a view's series carry what: the colours of what was drawn and of what was made between, and how far a lesion reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.image import Image, ImageKey
from annotator.domain.slices import PROJECTIONS
from annotator.domain.spanning import MADE
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

Colour = tuple[int, int, int]
_UNKNOWN: Colour = (255, 255, 255)
_MOST = 1_000
"""So many different marks are known at most."""


@dataclass(frozen=True)
class SliceMark:
    """What one slice carries: colours of categories in the order of the project, and whether a hand drew any of each.

    A reader gives the same object for the same, so that slices can be compared by what they are.
    """

    colours: tuple[tuple[Colour, bool], ...] = ()
    count: int = 0


NOTHING = SliceMark()
_Read = tuple[Document | None, tuple[Image, ...], tuple[SliceMark, ...]]


@dataclass(frozen=True)
class SliceMarks:
    """The marks of all slices, and the first and last place of the lesion that is meant with its colour."""

    marks: tuple[SliceMark, ...] = ()
    reach: tuple[int, int, Colour] | None = None


class SliceReader:
    """Reads the marks of one view; what did not change on an image is not looked at again."""

    def __init__(self) -> None:
        self._known: dict[ImageKey, tuple[tuple[Annotation, ...], SliceMark]] = {}
        self._colours: Mapping[str, Colour] = {}
        self._alike: dict[SliceMark, SliceMark] = {}
        self._read: _Read = None, (), ()
        self._earlier: _Read = None, (), ()
        """What was read before: an edit that is taken back leads to the same document again."""
        self._places: tuple[tuple[Image, ...], Mapping[ImageKey, int]] = (), {}

    def read(self, session: Session, pane: Pane) -> SliceMarks:
        """Return the marks of the series that a view shows; none where it is no series of slices."""
        series, images = pane.series, pane.images
        if series is None or pane.through is not None or len(images) < 2 or images[0].modality in PROJECTIONS:
            return SliceMarks()
        colours = session.colours
        if colours != self._colours:
            self._colours, self._known, self._alike = colours, {}, {}
            self._read = self._earlier = None, (), ()
        document = session.drawn_in(pane)
        if self._read[0] is not document or self._read[1] is not images:
            self._read, self._earlier = self._earlier, self._read
        if self._read[0] is not document or self._read[1] is not images:
            if self._places[0] is not images:
                self._places = images, {image.key: place for place, image in enumerate(images)}
                self._known = {key: known for key, known in self._known.items() if key in self._places[1]}
            marks, places = [NOTHING] * len(images), self._places[1]
            for key, annotations in document.annotations.items():
                if annotations and (place := places.get(key)) is not None:
                    marks[place] = self._mark(key, annotations)
            self._read = document, images, tuple(marks)
        return SliceMarks(self._read[2], self._reach(session, pane))

    def _mark(self, key: ImageKey, annotations: tuple[Annotation, ...]) -> SliceMark:
        known = self._known.get(key)
        if known is None or known[0] is not annotations:
            made = self._made(annotations)
            if len(self._alike) > _MOST:
                self._alike = {}
            known = self._known[key] = annotations, self._alike.setdefault(made, made)
        return known[1]

    def _made(self, annotations: tuple[Annotation, ...]) -> SliceMark:
        by_hand: dict[str, bool] = {}
        for a in annotations:
            by_hand[a.category] = by_hand.get(a.category, False) or a.tool not in MADE
        order = [*self._colours, *(key for key in by_hand if key not in self._colours)]
        colours = tuple((self._colours.get(key, _UNKNOWN), by_hand[key]) for key in order if key in by_hand)
        return SliceMark(colours, len(annotations))

    def _reach(self, session: Session, pane: Pane) -> tuple[int, int, Colour] | None:
        lesion, series = session.chosen_lesion if pane.active else None, pane.series
        if lesion is None or series is None:
            return None
        places = [series.places[a.image] for a in lesion.members if a.image in series.places]
        if not places:
            return None
        ends = [place for place in session.ends_of(lesion) if place is not None]
        first, last = min([*places, *ends]), max([*places, *ends])
        return first, last, self._colours.get(lesion.category, _UNKNOWN)


def slice_text(session: Session, pane: Pane, place: int) -> str:
    """Say what one slice of a view's series carries: `Slice 12 of 80: malignant (2)`."""
    series, images = pane.series, pane.images
    if series is None or not 0 <= place < len(images):
        return ""
    number = translate(mark("Slice {place} of {count}"), place=place + 1, count=len(images))
    counts: dict[str, int] = {}
    for a in session.drawn_in(pane).on(images[place].key):
        counts[a.category] = counts.get(a.category, 0) + 1
    names = {category.key: category_name(category) for category in session.project.project.categories}
    told = ", ".join(names.get(key, key) + (f" ({count})" if count > 1 else "") for key, count in counts.items())
    return f"{number}: {told}" if told else number
