"""Carry a series, or an image of it, from where it is listed to the view that shall show it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

_KIND = "application/x-annotator-series"


def dragged(uid: str, place: int | None = None) -> QMimeData:
    """Return what a drag carries: the series, and the place of its image where one is meant."""
    data = QMimeData()
    data.setData(_KIND, f"{uid}\n{'' if place is None else place}".encode())
    return data


def carries_series(data: QMimeData) -> bool:
    """Whether a drag carries a series."""
    return data.hasFormat(_KIND)


def dropped_series(data: QMimeData) -> tuple[str, int | None]:
    """Return the series' uid and the place of the image, None for wherever it was left."""
    uid, _, place = bytes(data.data(_KIND).data()).decode("utf-8", "replace").partition("\n")
    return uid, int(place) if place.isdecimal() else None
