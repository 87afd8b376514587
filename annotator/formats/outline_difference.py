"""Say an outline by another one that it was made of, or that was made of it: the vertices they share by their places, the others in full.

A stroke into an outline of thousands of vertices leaves most of them, though it may begin elsewhere or fall into parts.
"""

from __future__ import annotations

import math
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

from annotator.domain.marks import flat, unflat
from annotator.domain.path import Point
from annotator.domain.region import Region
from annotator.formats import record
from annotator.formats.record import Damaged

_SHARE = 0.25
"""So many things are said at most for each vertex of the outline."""


def difference(region: Region, known: Region) -> dict[str, object] | None:
    """Return a region as JSON values that are read beside `known`; None where that would not be shorter, or not the same to the last bit.

    `runs`: how many vertices are new, from which place of `known` on vertices are taken, and how many; and so on.
    """
    there, places = list(chain.from_iterable(known.rings)), dict[Point, int]()
    for place, point in enumerate(there):
        places.setdefault(point, place)
    runs, fresh, count = [0, 0, 0], list[Point](), 0
    for point in chain.from_iterable(region.rings):
        count += 1
        expected = runs[-2] + runs[-1]
        if runs[-1] and expected < len(there) and there[expected] == point:
            runs[-1] += 1
            continue
        place = places.get(point, -1)
        if place < 0:
            if runs[-1]:
                runs += [0, 0, 0]
            runs[-3] += 1
            fresh.append(point)
        elif runs[-1]:
            runs += [0, place, 1]
        else:
            runs[-2:] = place, 1
    if len(runs) // 3 + len(fresh) > _SHARE * count:
        return None
    told: dict[str, object] = {
        "region": [[len(ring) for ring in part] for part in region.parts], "runs": runs, "xy": b64encode(flat([fresh])).decode("ascii")
    }  # fmt: skip
    return told if flat(with_difference(told, known).rings) == flat(region.rings) else None


def with_difference(told: Mapping[str, Any], known: Region) -> Region:
    """Return the region that `difference` said beside `known`; raises Damaged."""
    there, runs = list(chain.from_iterable(known.rings)), record.items(told, "runs")
    try:
        numbers = unflat(a2b_base64(record.text(told, "xy"), strict_mode=True))
    except ValueError as error:  # of which binascii's are
        raise Damaged("no numbers of an outline") from error
    if len(runs) % 3 or not all(type(number) is int and number >= 0 for number in runs):
        raise Damaged("no runs of vertices")
    if len(numbers) != 2 * sum(runs[::3]) or not all(map(math.isfinite, numbers)):
        raise Damaged("an outline has more points or less")
    fresh, points = iter(zip(numbers[::2], numbers[1::2], strict=True)), list[Point]()
    for new, place, kept in zip(runs[::3], runs[1::3], runs[2::3], strict=True):
        points += islice(fresh, new)
        if kept and place + kept > len(there):
            raise Damaged("a vertex that the other outline has not")
        points += there[place : place + kept]
    return Region(_parts(points, record.items(told, "region")))


def _parts(points: Sequence[Point], parts: Sequence[Any]) -> tuple[tuple[tuple[Point, ...], ...], ...]:
    """Part points into rings of so many each."""
    counts = [count for part in parts if isinstance(part, list) for count in part]
    if not all(isinstance(part, list) and part for part in parts) or not all(type(count) is int and count > 2 for count in counts):
        raise Damaged("a part of a region has no ring")
    if sum(counts) != len(points):
        raise Damaged("an outline has more points or less")
    left = iter(points)
    return tuple(tuple(tuple(islice(left, count)) for count in part) for part in parts)
