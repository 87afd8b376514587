"""Ask what is doubtful about a picture as it is shown: what the header alone tells, and what only pixels and window tell."""

from __future__ import annotations

from annotator.domain.honesty import Caution, Doubt
from annotator.domain.picture import Picture, Window
from annotator.i18n import message


def cautions_of(picture: Picture, window: Window) -> tuple[Caution, ...]:
    """Return everything that may mislead about a picture under a window, most serious first.

    Looks through the pixels once a picture (for their range); a caller that paints often keeps the answer per picture and window.
    """
    found = _empty_window(picture, window)
    return (*found, *picture.honesty.cautions)


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
