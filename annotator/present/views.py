"""Which views a case has, where that is known from, and what is drawn on each, as plain values for a panel."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.facts import view
from annotator.domain.image import Image, ImageKey
from annotator.domain.mammography import Sighting, sightings
from annotator.i18n import mark, say, translate
from annotator.workspace.session import Session


@dataclass(frozen=True)
class ViewRow:
    """One image of the case: its code (`RCC`), what the person chose (empty: nothing), and what is said if nothing is chosen."""

    key: ImageKey
    code: str
    chosen: str
    otherwise: str
    count: int
    shown: bool


def has_views(session: Session) -> bool:
    """Whether the open case is one of views."""
    modality = session.series.project_modality if session.series else None
    return modality is not None and bool(modality.views)


def view_rows(session: Session) -> tuple[ViewRow, ...]:
    """Return the images of the open case, in the order of the views."""
    images, facts = {image.key: image for image in session.case_images}, session.document.facts
    found = sightings(images.values(), facts)
    shown = session.image.key if session.image else None
    return tuple(
        ViewRow(key, _code(sighting), _stated(session, key), _otherwise(images[key]), len(session.document.on(key)), key == shown)
        for key, sighting in found.items()
    )


def shown_view(session: Session) -> str:
    """Return the code of the chosen image; empty where the case is none of views."""
    if session.image is None or not has_views(session):
        return ""
    found = sightings(session.case_images, session.document.facts).get(session.image.key)
    return _code(found) if found else ""


def view_remarks(session: Session) -> str:
    """Return what speaks against the views, a line each."""
    found = sightings(session.case_images, session.document.facts)
    return "\n".join(dict.fromkeys(say(remark) for sighting in found.values() for remark in sighting.remarks))


def _code(sighting: Sighting) -> str:
    return sighting.code if sighting.view else "?"


def _stated(session: Session, key: ImageKey) -> str:
    return session.document.facts.get(view(key), "")


def _otherwise(image: Image) -> str:
    """What the image is taken for without a person's word."""
    alone = sightings([image], {})[image.key]
    if not alone.view:
        return translate(mark("not known"))
    return translate(mark("{view} ({source})"), view=alone.view, source=translate(alone.source))
