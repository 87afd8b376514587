"""What is drawn on the other series that are shown, as it lies in a view: dashed outlines and cuts that nobody can take hold of."""

from __future__ import annotations

from annotator.domain.annotation import Shape
from annotator.domain.carry import cuts, half_slice, opposite, outlined
from annotator.domain.image import Image
from annotator.domain.path import Polyline
from annotator.domain.region import Region
from annotator.i18n import Message
from annotator.present.overlay import Overlay
from annotator.workspace.catalogue import Series
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session


def shadows(session: Session, pane: Pane) -> tuple[Overlay, ...]:
    """Return the outlines of other series' annotations in a pane's image: of its slice where one is parallel, else of all it crosses."""
    image = pane.image
    if image is None or image.plane is None or pane.through is not None or pane.place.other is not None:
        return ()
    found: list[Overlay] = []
    for series in session.series_beside(pane):
        for drawn_on, half in _sources(session, image, series):
            for annotation in session.annotations_of(series, drawn_on.key):
                rings, closed = _rings(annotation.shape, drawn_on, image, half)
                if rings:
                    category = next((c for c in session.project.project.categories if c.key == annotation.category), None)
                    colour, label = (session.colours[category.key], str(category.id)) if category else ((255, 255, 255), "?")
                    found.append(Overlay(-1 - len(found), colour, rings, closed, False, True, f"{label} · {series.modality}"))
    return tuple(found)


def _sources(session: Session, image: Image, series: Series) -> list[tuple[Image, float | None]]:
    """The images of a series whose annotations show in an image; with half their thickness where they cross it."""
    place = opposite(image, series.images)
    if not isinstance(place, Message):
        return [(series.images[place], None)]
    drawn_on = session.drawn_on(series)
    return [(series.images[place], half_slice(series.images, place)) for place in drawn_on]


def _rings(shape: Shape, one: Image, other: Image, half: float | None) -> tuple[tuple[Polyline, ...], bool]:
    if half is not None:
        return (cuts(shape, one, other, half) if isinstance(shape, Region) else ()), True
    there = outlined(shape, one, other)
    if there is None:
        return (), False
    if isinstance(there, Region):
        return tuple((*ring, ring[0]) for ring in there.rings), False
    return there.parts, False
