"""Say whether an image is the one that was drawn on, and what differs if it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Image, ImageKey
from annotator.i18n import Message, message

_DIGITS = 12
Extent = tuple[float, ...]
"""Rows and columns, then the spacing of rows and of columns in mm where it is known."""


@dataclass(frozen=True)
class Foreign:
    """An annotated image whose pixels are not those that were drawn on: both digests (SHA-256, hex), and what differs, a line each."""

    image: ImageKey
    before: str
    now: str
    differences: tuple[Message, ...] = ()


def extent_of(image: Image) -> Extent:
    """Return the size of an image and of its pixels, as a record keeps it."""
    return (float(image.rows), float(image.columns), *(image.spacing or ()))


def differences(image: Image, before: str, now: str, extent: Extent, old: NDArray[Any] | None = None,
                new: NDArray[Any] | None = None) -> tuple[Message, ...]:
    """Return what differs between the image that was drawn on and the one that is there, what matters most first.

    `extent` of the former, empty where it was not recorded; `old` and `new`: the stored values of both, where the former is still there.
    """
    found, there = list[Message](), extent_of(image)
    if extent and extent[:2] != there[:2]:
        found.append(message("size {before} → {now}", before=_size(extent), now=_size(there)))
    if extent and extent[2:] != there[2:]:
        found.append(message("pixel spacing {before} → {now}", before=_spacing(extent), now=_spacing(there)))
    if old is not None and new is not None and old.shape == new.shape:
        found.extend(_values(old, new))
    found.append(message("digest {before} → {now}", before=f"{before[:_DIGITS]}…", now=f"{now[:_DIGITS]}…"))
    return tuple(found)


def _values(old: NDArray[Any], new: NDArray[Any]) -> tuple[Message, ...]:
    apart = old != new
    places = np.argwhere(apart.any(axis=2) if apart.ndim == 3 else apart)
    if not len(places):
        return (message("the values are the same, stored in another way"),)
    row, column = (int(place) for place in places[0])
    most = float(np.abs(old.astype(np.float64) - new.astype(np.float64)).max())
    return (message("other values at {count} pixels, by up to {most}, first at x {x}, y {y}",
                    count=len(places), most=f"{most:g}", x=column + 1, y=row + 1),)  # fmt: skip


def _size(extent: Extent) -> str:
    return f"{extent[1]:g} × {extent[0]:g}"


def _spacing(extent: Extent) -> Message:
    return message("{row} × {column} mm", row=f"{extent[2]:.4g}", column=f"{extent[3]:.4g}") if len(extent) == 4 else message("unknown")
