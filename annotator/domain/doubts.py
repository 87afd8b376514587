"""Ask what is doubtful about a picture as it is shown: what the header alone tells, and what only pixels and window tell."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from annotator.domain.honesty import Caution, Doubt
from annotator.domain.picture import Picture, Window
from annotator.i18n import message

_CORNER = 16
"""Pixels of a corner that are looked at, each way."""
_BRIGHT = 0.1
"""Share of the range of values that counts as its end."""
_AROUND: WeakKeyDictionary[Picture, tuple[Caution, ...]] = WeakKeyDictionary()
"""What was found around the edges of the pictures that there are."""


def cautions_of(picture: Picture, window: Window) -> tuple[Caution, ...]:
    """Return everything that may mislead about a picture under a window, most serious first.

    Looks through the pixels once a picture, as long as there is that picture.
    """
    around = _AROUND.get(picture)
    if around is None:
        around = _AROUND[picture] = _bright_around(picture)
    return (*_empty_window(picture, window), *around, *picture.honesty.cautions)


def _empty_window(picture: Picture, window: Window) -> tuple[Caution, ...]:
    """Whether the whole picture is black or white because its values lie beside the window."""
    if picture.colour:
        return ()
    low, high = picture.value_range
    bottom, top = window.center - window.width / 2, window.center + window.width / 2
    if low <= top and high >= bottom:
        return ()
    said = message("the window lies outside the values of this image ({low} to {high})", low=f"{low:.6g}", high=f"{high:.6g}")
    return (Caution(Doubt.WINDOW, said),)


def _bright_around(picture: Picture) -> tuple[Caution, ...]:
    """Whether all four corners of an X-ray projection are shown among its brightest: then black and white may be exchanged."""
    if picture.colour or not picture.honesty.dark_around or min(picture.rows, picture.columns) < _CORNER * 8:
        return ()
    coarse = picture.values((slice(None, None, picture.rows // 64), slice(None, None, picture.columns // 64)))
    low, high = np.percentile(coarse, (2, 98))
    ends = (slice(0, _CORNER), slice(-_CORNER, None))
    corners = np.array([np.median(picture.values((rows, columns))) for rows in ends for columns in ends])
    bright = corners <= low + _BRIGHT * (high - low) if picture.inverted else corners >= high - _BRIGHT * (high - low)
    if high <= low or not bright.all():
        return ()
    kind = picture.honesty.photometric
    said = message("the surroundings are bright, not dark: black and white may be exchanged ({photometric})", photometric=kind)
    return (Caution(Doubt.INVERSION, said),)
