"""What every annotation format offers: one frozen description with its writer and its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotator.domain.delivery import Reading, Sheet


@dataclass(frozen=True)
class Format:
    """A format as data; paths are relative to the project's folder, with `/`."""

    id: str
    name: str
    cannot_hold: tuple[str, ...]
    """Marked texts: what a file of this format loses."""
    paths: Callable[[Sheet], tuple[str, ...]]
    """Every path that an image may have files at, whether or not anything is drawn."""
    write: Callable[[Sheet], Mapping[str, bytes]]
    """The files of an image, path → content; empty where nothing is drawn.  Strict: raises AnnotatorError rather than write a wrong file."""
    read: Callable[[Sheet, Mapping[str, bytes]], Reading]
    """Annotations out of the files that are there (a sheet without annotations says whose they are).  Lenient, and says what it did."""
