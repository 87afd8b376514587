"""Judge the colours of categories: whether they can be told apart, also by the colour-blind, and seen on a dark picture; propose one.

Colours are `#rrggbb`.  Differences are distances in CIE L*a*b* (CIE 1976, D65), as seen normally and with the two common kinds of
colour-blindness (matrices of Machado, Oliveira and Fernandes 2009, at full severity, on linear light).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import cache

ALIKE = 15.0
"""Two colours that differ less than this are hard to tell apart in thin lines."""
FAINT = 3.0
"""A contrast (WCAG) against black below this is hard to see on a picture."""
_Triple = tuple[float, float, float]
_NORMAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_PROTAN = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
_DEUTAN = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
_EYES = (_NORMAL, _PROTAN, _DEUTAN)
_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)
_STEPS = (0x22, 0x66, 0xAA, 0xDD, 0xFF)


def is_colour(text: str) -> bool:
    """Whether a text is a colour."""
    return re.fullmatch(r"#[0-9A-Fa-f]{6}", text) is not None


def difference(one: str, other: str) -> float:
    """Return how far two colours are apart for the eye that tells them apart worst."""
    pairs = zip(_seen(one.lower()), _seen(other.lower()), strict=True)
    return min(math.dist(x, y) for x, y in pairs)


def contrast(colour: str) -> float:
    """Return the contrast of a colour against black, from 1 to 21 (WCAG 2)."""
    luminance = sum(weight * part for weight, part in zip(_TO_XYZ[1], _linear(colour), strict=True))
    return (luminance + 0.05) / 0.05


def proposal(taken: Iterable[str]) -> str:
    """Return the colour, bright enough for a dark picture, that is farthest from all that are taken."""
    there = [colour for colour in taken if is_colour(colour)]
    return max(_candidates(), key=lambda colour: (min((difference(colour, other) for other in there), default=0.0), contrast(colour)))


def nearest(colour: str, others: Iterable[str]) -> tuple[str, float] | None:
    """Return the colour of `others` that is most like `colour`, and how far it is."""
    return min(((other, difference(colour, other)) for other in others if is_colour(other)), key=lambda found: found[1], default=None)


def _candidates() -> Iterator[str]:
    for red in _STEPS:
        for green in _STEPS:
            for blue in _STEPS:
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                if contrast(colour) >= FAINT and max(red, green, blue) - min(red, green, blue) >= 0x44:
                    yield colour


@cache
def _seen(colour: str) -> tuple[_Triple, ...]:
    """A colour in L*a*b* for each kind of eye."""
    linear = _linear(colour)
    return tuple(_lab(_times(eye, linear)) for eye in _EYES)


def _linear(colour: str) -> _Triple:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def _times(matrix: tuple[_Triple, ...], vector: _Triple) -> _Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _lab(linear: _Triple) -> _Triple:
    clipped = tuple(min(max(part, 0.0), 1.0) for part in linear)
    scaled = [part / white for part, white in zip(_times(_TO_XYZ, (clipped[0], clipped[1], clipped[2])), _WHITE, strict=True)]
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
