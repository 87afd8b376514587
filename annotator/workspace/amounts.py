"""Remember by how much a person grows, shrinks and smooths outlines, which islands are small, and how freely outlines are simplified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator import settings

AMOUNTS = "retouching"
"""The setting that holds a person's own amounts."""
LENGTHS = (0.1, 50.0)
ISLANDS = (0.1, 10_000.0)
TOLERANCES = (0.0, 20.0)
"""Least and most, each with itself."""


@dataclass(frozen=True)
class Amounts:
    """Lengths in mm and an area in mm², in images without a spacing in pixels; the tolerance is in pixels always."""

    grow: float = 1.0
    smooth: float = 1.0
    islands: float = 10.0
    tolerance: float = 0.0
    """How far a vertex that goes may lie from the outline; 0: no pixel may change."""


LIMITS: Mapping[str, tuple[float, float]] = {"grow": LENGTHS, "smooth": LENGTHS, "islands": ISLANDS, "tolerance": TOLERANCES}


def recall() -> Amounts:
    """Return the amounts a person chose before, the usual ones where there are none or they make no sense."""
    stored: Mapping[str, settings.Value] = settings.read(AMOUNTS, {})
    own = {}
    for name, (least, most) in LIMITS.items():
        value = stored.get(name)
        if isinstance(value, float) and least <= value <= most:
            own[name] = value
    return Amounts(**own)


def remember(amounts: Amounts) -> None:
    """Remember the amounts; raises OSError."""
    settings.remember({AMOUNTS: {name: float(getattr(amounts, name)) for name in LIMITS}})
