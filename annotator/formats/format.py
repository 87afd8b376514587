"""What every annotation format offers: one frozen description with its writer and its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotator.domain.delivery import Reading, Sheet


def cannot_say(sheet: Sheet, files: Mapping[str, bytes]) -> bool | None:
    """The answer of a format whose files do not tell which image they belong to."""
    return None


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
    """The files of an image, path → content; empty where nothing is drawn.  Strict: raises AnnotatorError before it writes a wrong one."""
    read: Callable[[Sheet, Mapping[str, bytes]], Reading]
    """Annotations out of the files that are there (a sheet without annotations says whose they are).  Lenient, and says what it did."""
    fits: Callable[[Sheet, Mapping[str, bytes]], bool | None] = cannot_say
    """Whether files are those of the sheet's image; None where they do not say."""
