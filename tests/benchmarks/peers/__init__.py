"""One side of a comparison in a process of its own: each script does one thing and tells its figures, in seconds, as a line of JSON."""

from __future__ import annotations

import json
import os
import sys
import time


def tell(**figures: object) -> None:
    """Hand the figures to whoever started this process."""
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def since_start() -> float:
    """Seconds since somebody decided to start this process."""
    return time.monotonic() - float(os.environ["STARTED"])
