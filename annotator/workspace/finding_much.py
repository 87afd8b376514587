"""Keep Python from looking through all that was found for what can be thrown away, again and again, while very much is being found.

Each such look (the third generation of the collector of reference cycles) holds every thread up, the window's too: a fifth of a second
where some ten thousand images are there already, and more the more there are.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL, _NEVER = gc.get_threshold(), 1 << 30
_lock = threading.Lock()
_under_way = 0


@contextmanager
def much() -> Iterator[None]:
    """While very much is being found; afterwards it stays, and later looks leave it out."""
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _under_way
    with _lock:
        if not _under_way:
            gc.unfreeze()
            gc.set_threshold(*_USUAL[:2], _NEVER)
        _under_way += 1


def _end() -> None:
    global _under_way
    with _lock:
        _under_way -= 1
        gc.freeze()
        if not _under_way:
            gc.set_threshold(*_USUAL)
