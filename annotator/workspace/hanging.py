"""Say which series belongs where when the case changes, and which images are wanted next.  Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.image import Image
from annotator.workspace.catalogue import Series
from annotator.workspace.work import case_of

_CASES, _IMAGES = 3, 8
"""So many cases are decoded ahead, and so many images of each."""


def following(order: Sequence[Series], here: Series, cases: int = _CASES) -> tuple[tuple[Series, ...], ...]:
    """Return the next cases after the one of `here`, the series of each in order."""
    place = next((n for n, series in enumerate(order) if series.uid == here.uid), len(order))
    coming: dict[str, list[Series]] = {}
    for series in order[place + 1 :]:
        case = case_of(series)
        if series.project_modality is None or case == case_of(here):
            continue
        if case not in coming and len(coming) == cases:
            break
        coming.setdefault(case, []).append(series)
    return tuple(tuple(members) for members in coming.values())


def first_images(coming: Sequence[Sequence[Series]]) -> tuple[Image, ...]:
    """Return the first images of some cases: of each series its first, then more of the first series; they are built where need be."""
    return tuple(image for members in coming for image in _first(members))


def counterpart(shown: Series, order: Sequence[Series], study: str) -> Series | None:
    """Return the series of another study that is to its study what `shown` is to its own; None where there is none.

    The one of the same modality and description, else the one of the same modality and place among those.
    """
    there = [series for series in order if series.study_uid == study and series.modality == shown.modality and series.count]
    alike = [series for series in there if series.description == shown.description]
    if len(alike) == 1:
        return alike[0]
    own = [series.uid for series in order if series.study_uid == shown.study_uid and series.modality == shown.modality]
    place = own.index(shown.uid) if shown.uid in own else 0
    return there[place] if place < len(there) else None


def _first(members: Sequence[Series]) -> tuple[Image, ...]:
    firsts = [series.images[0] for series in members if series.count][:_IMAGES]
    return (*firsts, *members[0].images[1 : 1 + _IMAGES - len(firsts)])
