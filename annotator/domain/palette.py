"""Colours that colour-blind people can tell apart, to show categories in on the screen in place of the project's own; no file has them.

The colours were sought so that any two of them are far apart (`annotator.domain.colours`) for normal eyes and for each of the three kinds
of colour-blindness, at full severity, and are bright enough for a dark picture; the first few of them are the farthest apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.category import Category
from annotator.domain.colours import proposal

SAFE = ("#dd3300", "#33ffbb", "#bb00ff", "#ffff00", "#7799bb", "#ffbb55", "#bb5555", "#bbddff", "#9977dd", "#00bb99")


def safe_colours(categories: Iterable[Category]) -> Mapping[str, str]:
    """Return a colour for each category by its key: within a modality by the order of the project; more than ten get what is left over."""
    colours: dict[str, str] = {}
    used: dict[str, list[str]] = {}
    for category in categories:
        there = used.setdefault(category.supercategory, [])
        there.append(SAFE[len(there)] if len(there) < len(SAFE) else proposal(there))
        colours[category.key] = there[-1]
    return colours
