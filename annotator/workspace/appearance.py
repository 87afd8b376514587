"""Say how a person wants annotations to look: width of outlines, strength of the wash, size of vertices, and in which colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from annotator import settings

_SETTING = "appearance"
LINE, FILL, VERTEX = (1.0, 4.0), (0, 60), (4, 14)
"""The least and the most of each."""


@dataclass(frozen=True)
class Appearance:
    """A person's choices."""

    line: float = 1.75
    """Width of an outline in logical pixels."""
    fill: int = 20
    """How much of its colour washes an area, in percent."""
    vertex: int = 7
    """Side of the square on a vertex in logical pixels."""
    safe: bool = False
    """Show categories in colours that colour-blind people can tell apart, in place of the project's own."""


def recall() -> Appearance:
    """Return the choices a person made before, the usual ones where there are none or they cannot be understood."""
    stored: Mapping[str, settings.Value] = settings.read(_SETTING, {})
    line, fill, vertex = (stored.get(name) for name in ("line", "fill", "vertex"))
    usual = Appearance()
    return Appearance(
        min(max(float(line), LINE[0]), LINE[1]) if isinstance(line, int | float) else usual.line,
        min(max(fill, FILL[0]), FILL[1]) if isinstance(fill, int) else usual.fill,
        min(max(vertex, VERTEX[0]), VERTEX[1]) if isinstance(vertex, int) else usual.vertex,
        stored.get("safe") is True,
    )


def remember(appearance: Appearance) -> None:
    """Remember the choices; raises OSError."""
    settings.remember({_SETTING: asdict(appearance)})
