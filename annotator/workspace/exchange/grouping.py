"""Put images into the units in which they are written, and into the groups that a split keeps together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Item
from annotator.formats.format import CASE, SERIES
from annotator.workspace.exchange.dataset import Series

Unit = tuple[Item, ...]


def case_of(sheet: Sheet) -> tuple[str, ...]:
    """Return what names the case of an image: its study or its series, as the project says."""
    image = sheet.image
    return (sheet.names.patient, image.study_uid if sheet.modality.case == "study" else image.series_uid)


def units(series: Iterable[Series], unit: str) -> tuple[Unit, ...]:
    """Return the images in units of a format: each alone, or series, or cases; in order."""
    if unit == SERIES:
        return tuple(one for one in series if one)
    if unit != CASE:
        return tuple((item,) for one in series for item in one)
    cases: dict[tuple[str, ...], list[Item]] = {}
    for one in series:
        for item in one:
            cases.setdefault(case_of(item.sheet), []).append(item)
    return tuple(map(tuple, cases.values()))


def chunks(found: Sequence[Unit], images: int) -> tuple[tuple[Unit, ...], ...]:
    """Return units put together so that each chunk has about so many images, in order."""
    packed: list[tuple[Unit, ...]] = []
    current: list[Unit] = []
    for unit in found:
        if current and sum(map(len, current)) + len(unit) > images:
            packed.append(tuple(current))
            current = []
        current.append(unit)
    return (*packed, tuple(current)) if current else tuple(packed)
