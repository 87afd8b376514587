"""How long the last frames and decodings took, for whoever wants to know why something is slow."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

LAST = 300
"""So many measurements are kept of each kind."""


@dataclass(frozen=True)
class Summary:
    """The last measurements in a few figures, milliseconds; all zero where there is none."""

    count: int = 0
    median: float = 0.0
    late: float = 0.0
    """The 95th percentile."""
    worst: float = 0.0


class Pace:
    """The last measurements of one kind; may be told from any thread."""

    def __init__(self, last: int = LAST) -> None:
        self._seconds: deque[float] = deque(maxlen=last)

    def took(self, seconds: float) -> None:
        """Note that one more took so long."""
        self._seconds.append(seconds)

    def forget(self) -> None:
        """Begin anew."""
        self._seconds.clear()

    def summary(self) -> Summary:
        """Return the last measurements in a few figures (nearest rank)."""
        known = sorted(1000.0 * seconds for seconds in tuple(self._seconds))
        if not known:
            return Summary()
        return Summary(len(known), known[(len(known) - 1) // 2], known[-(-len(known) * 95 // 100) - 1], known[-1])


FRAMES = Pace()
"""The program's paintings of a picture with everything on it."""
DECODINGS = Pace()
"""The program's decodings of an image, from its file to pixels."""


def resident() -> int | None:
    """Return the bytes that this process holds in memory (Linux: VmRSS); None where the system does not say it in a file."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return None
    return next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS")), None)
