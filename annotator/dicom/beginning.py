"""Choose the file with which a scan begins: that of the lowest slice, also where the first file is the highest one.

What is shown first stays on the screen while the rest is read, so a series that is numbered from head to foot would be opened at its end.
Its other end is looked for before anything is shown, with few headers: files of one series usually follow one another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from annotator.dicom.header import images_of
from annotator.dicom.source import read_source
from annotator.domain.image import Image
from annotator.domain.series import PARALLEL, cosine
from annotator.errors import AnnotatorError

_TRIED = 4
"""So many files are tried for a first image: a folder may begin with something else."""


def beginning(count: int, image_at: Callable[[int], Image | None]) -> int:
    """Return which of `count` files in order should be read first; `image_at` gives the first image of a file, None where it has none."""
    start, first = next(((n, image) for n in range(min(count, _TRIED)) if (image := image_at(n)) is not None), (0, None))
    if first is None or first.plane is None:
        return 0
    end = _end_of_series(start, count - 1, first, image_at)
    last = image_at(end)
    return end if last is not None and _below(last, first) else 0


def lowest_first(entries: Sequence[os.DirEntry[str]]) -> Sequence[os.DirEntry[str]]:
    """Return what lies in a folder with the file first that a scan should begin with; what cannot be read changes nothing."""
    files = [entry for entry in entries if _is_file(entry)]
    place = beginning(len(files), lambda number: first_image(files[number].path))
    if place == 0:
        return entries
    return [files[place], *(entry for entry in entries if entry is not files[place])]


def first_image(path: str) -> Image | None:
    """Return the first image of a file as its header has it; None where there is none."""
    with suppress(AnnotatorError):
        images = images_of(read_source(path), path)
        return images[0] if images else None
    return None


def _end_of_series(start: int, end: int, first: Image, image_at: Callable[[int], Image | None]) -> int:
    """The last file of the first one's series, if its files follow one another; found by halving."""

    def same(number: int) -> bool:
        image = image_at(number)
        return image is not None and image.series_uid == first.series_uid

    if same(end):
        return end
    while end - start > 1:
        middle = (start + end) // 2
        start, end = (middle, end) if same(middle) else (start, middle)
    return start


def _below(one: Image, other: Image) -> bool:
    """Whether an image lies before another one of its series in the order in space."""
    if one.series_uid != other.series_uid or one.plane is None or other.plane is None:
        return False
    return cosine(one.plane.normal, other.plane.normal) > PARALLEL and one.plane.distance() < other.plane.distance()


def _is_file(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        return entry.is_file()
    return False
