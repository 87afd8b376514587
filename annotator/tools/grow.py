"""Find an area from one click: what hangs together with the clicked place and looks like it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any

from numpy.typing import NDArray

from annotator.domain.annotation import FREE
from annotator.domain.growing import UPTAKE_SHARE, Reach, around, grown_from, uptake_from
from annotator.domain.path import Point
from annotator.domain.proposal import SIGHT, Proposal, proposed
from annotator.domain.raster import Mask
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Ground, Kind, Makes, Option, Tool
from annotator.tools.press import DRAG, begin, near

AUTO, UPTAKE, TOLERANCE, RANGE = "auto", "uptake", "tolerance", "range"
_E_FOLD = 80.0
"""Screen pixels that the pointer moves to the right for a reach e times as wide."""
_ROOM = 4
"""Pixels beyond the limit that are looked at."""
_PET = "PT"


def converse() -> Conversation:
    """A press grows from there; while the button is held, right reaches further and left less far; the release takes what is seen.

    Where nothing is found the stroke is empty: that is said.
    """
    press = yield from begin()
    spot = _Spot.at(press.ground, press.point) if press.ground is not None else None
    if spot is None:
        return None
    last, wider, dragged = press, 1.0, False
    while last.kind is not Kind.RELEASE:
        found = spot.grown(wider)
        last = yield None if found.empty else Draft(Makes.PIXELS, (press.point,), mask=found)
        dragged = dragged or not near(press.point, last, DRAG)
        wider = math.exp((last.x - press.x) / press.pixel / _E_FOLD) if dragged else 1.0
    found = spot.grown(wider)
    return Draft(Makes.PIXELS, (press.point,), mask=found).ended(control=last.control)


@dataclass(frozen=True)
class _Spot:
    """The neighbourhood of a click: its values, where it begins in the image, and the clicked pixel in it (row, column)."""

    ground: Ground
    values: NDArray[Any]
    corner: tuple[int, int]
    seed: tuple[int, int]

    @staticmethod
    def at(ground: Ground, point: Point) -> _Spot | None:
        """Return the spot at an image point; None outside of the image."""
        picture, (row, column) = ground.picture, (math.floor(point[1]), math.floor(point[0]))
        if not (0 <= row < picture.rows and 0 <= column < picture.columns):
            return None
        limit, sides = _limit(ground), ground.image.spacing or (1.0, 1.0)
        reach = [math.ceil(limit * SIGHT / side) + _ROOM if limit else max(picture.rows, picture.columns) for side in sides]
        top, left = max(row - reach[0], 0), max(column - reach[1], 0)
        values = picture.brightness((slice(top, row + reach[0] + 1), slice(left, column + reach[1] + 1)))
        return _Spot(ground, values, (top, left), (row - top, column - left))

    def grown(self, wider: float) -> Mask:
        """Return the pixels of the image that are found, by a reach so many times as wide as the options say."""
        limit, spacing = _limit(self.ground), self.ground.image.spacing or (1.0, 1.0)
        if self.ground.options.get("how") == UPTAKE:
            found = uptake_from(self.values, self.seed, spacing, min(UPTAKE_SHARE / wider, 1.0))
        elif self.guess is not None:
            found = self.guess.grown(wider)
        else:
            found = grown_from(self.values, self.seed, self._wider(self.reach, wider), limit=limit or None, spacing=spacing)
        return found.laid((self.ground.picture.rows, self.ground.picture.columns), self.corner)

    @cached_property
    def guess(self) -> Proposal | None:
        """What the click alone finds, if it is left to guess and there is anything to go by."""
        if self.ground.options.get("how", AUTO) != AUTO:
            return None
        image, limit = self.ground.image, _limit(self.ground)
        return proposed(self.values, self.seed, image.spacing or (1.0, 1.0), limit=limit or None, bright=image.modality == _PET)

    @cached_property
    def reach(self) -> Reach:
        """How far to grow as the options say."""
        options = self.ground.options
        if options.get("how") == RANGE:
            ends = float(options.get("low", 0.0)), float(options.get("high", 0.0))
            return Reach(min(ends), max(ends))
        tolerance = float(options.get("tolerance", 100.0))
        return replace(around(self.values, self.seed, tolerance, tolerance), guard=float(options.get("guard", 0.0)) / 2)

    def _wider(self, reach: Reach, wider: float) -> Reach:
        value = min(max(float(self.values[self.seed]), reach.low), reach.high)
        return replace(reach, low=value - (value - reach.low) * wider, high=value + (reach.high - value) * wider)


def _limit(ground: Ground) -> float:
    return float(ground.options.get("limit", 0.0))


TOOL = Tool(
    id="tool.grow",
    toolname=FREE,
    text=mark("Region grow"),
    key="Y",
    icon="tool.grow.svg",
    order=80,
    start=converse,
    hint=mark("Press on a lesion; hold and move right for more, left for less; Esc drops"),
    options=(
        Option("how", mark("Reach"), AUTO, choices=(
            (AUTO, mark("automatic")), (UPTAKE, mark("41 % of the maximum")),
            (TOLERANCE, mark("by tolerance")), (RANGE, mark("by range")),
        )),
        Option(
            *("tolerance", mark("Tolerance ±"), 100.0, 0.1, 10_000.0),
            tip=mark("In the unit of the image; Shift and the wheel change it too"),
            when=("how", TOLERANCE),
        ),
        Option(
            *("guard", mark("Gap width"), 0.0, 0.0, 50.0, "mm"),
            unspaced="px",
            tip=mark("It does not leak through a gap as narrow as this; 0: through every gap"),
            when=("how", TOLERANCE),
        ),
        Option("low", mark("from"), -1000.0, -100_000.0, 100_000.0, when=("how", RANGE)),
        Option("high", mark("to"), 3000.0, -100_000.0, 100_000.0, when=("how", RANGE)),
        Option("limit", mark("Within"), 60.0, 0.0, 1000.0, "mm", tip=mark("0: as far as it goes"), unspaced="px"),
    ),  # fmt: skip
    stepped="tolerance",
    prepare=lambda: import_module("scipy.ndimage"),
)
