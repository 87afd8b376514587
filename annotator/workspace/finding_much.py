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
def much(*, stays: bool = True) -> Iterator[None]:
    """While very much is being found; afterwards, where it `stays`, later looks leave it out.

    What is left out is never thrown away where it refers to itself, not even what nobody needs any more: so only a scan says that it
    stays, and nothing that is done again for each case.
    """
    _begin()
    try:
        yield
    finally:
        _end(stays)


def _begin() -> None:
    global _under_way
    with _lock:
        if not _under_way:
            gc.set_threshold(*_USUAL[:2], _NEVER)
        _under_way += 1


def _end(stays: bool) -> None:
    global _under_way
    with _lock:
        _under_way -= 1
        if stays:
            gc.freeze()
        if not _under_way:
            gc.set_threshold(*_USUAL)
