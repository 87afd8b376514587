"""Put figures beside each other: what a person waits for, the product, a peer, the ratio and the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

HEADINGS = ("", "product", "peer", "ratio", "budget", "met")


@dataclass(frozen=True)
class Budget:
    """At most so many times the peer's figure (`ratio`), or at most so much (`most`); neither: no budget."""

    ratio: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        if self.ratio is not None:
            return f"≤ {self.ratio} ×"
        return "" if self.most is None else f"≤ {self.most:g}"

    def verdict(self, own: float, peer: float | None) -> str:
        """Say whether `own` keeps within it; a question mark where the peer is missing."""
        if self.ratio is not None:
            return "?" if peer is None else "yes" if own <= self.ratio * peer else "NO"
        return "" if self.most is None else "yes" if own <= self.most else "NO"


@dataclass(frozen=True)
class Row:
    """One line of the table; `own` and `peer` are milliseconds, unless `what` names another unit."""

    what: str
    own: float
    peer_name: str = ""
    peer: float | None = None
    budget: Budget = Budget()

    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        peer = f"{self.peer_name} {self.peer:.2f}" if self.peer is not None else f"{self.peer_name} missing" if self.peer_name else ""
        ratio = f"{self.own / self.peer:.3f}" if self.peer else ""
        return self.what, f"{self.own:.2f}", peer, ratio, str(self.budget), self.budget.verdict(self.own, self.peer)


def middle(seconds: Sequence[float]) -> float:
    """The median, in milliseconds."""
    return 1000.0 * median(seconds)


def late(seconds: Sequence[float], percent: float) -> float:
    """A percentile, in milliseconds."""
    return 1000.0 * float(np.percentile(seconds, percent))


def written(rows: Sequence[Row]) -> list[str]:
    """The table's lines."""
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
