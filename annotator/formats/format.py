"""What every annotation format offers: one frozen description with its writer and its reader.

A `Format` is what a project delivers: its files stand in the project's own tree, image by image.  An `Exchange` is what other programs
use: its files make a data set with a layout of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Page, Source, Written
from annotator.domain.losses import Trait
from annotator.domain.raster import Mask
from annotator.errors import AnnotatorError

IMAGE, SERIES, CASE = "image", "series", "case"


def cannot_say(sheet: Sheet, files: Mapping[str, bytes]) -> bool | None:
    """The answer of a format whose files do not tell which image they belong to."""
    return None


@dataclass(frozen=True)
class Format:
    """A format that projects deliver, as data; paths are relative to the project's folder, with `/`.

    `unit` says to what its files belong: to an image, or to a case.  Where it is CASE, every function gets a sheet with `siblings`, and
    the annotations of a reading are those of all images of the case (`Annotation.image` says whose each is).
    """

    id: str
    name: str
    cannot_hold: tuple[Trait, ...]
    """What a file of this format loses."""
    paths: Callable[[Sheet], tuple[str, ...]]
    """Every path that an image may have files at, whether or not anything is drawn."""
    write: Callable[[Sheet], Mapping[str, bytes]]
    """The files of an image, path → content; empty where nothing is drawn.  Strict: raises AnnotatorError before it writes a wrong one."""
    read: Callable[[Sheet, Mapping[str, bytes]], Reading]
    """Annotations out of the files that are there (a sheet without annotations says whose they are).  Lenient, and says what it did."""
    fits: Callable[[Sheet, Mapping[str, bytes]], bool | None] = cannot_say
    """Whether files are those of the sheet's image; None where they do not say."""
    traps: tuple[str, ...] = ()
    """Marked texts: what a reader of these files easily gets wrong."""
    at_done: bool = False
    """Its files are written once, when a case leaves its pass, and not with each save."""
    unit: str = IMAGE


def nothing_more(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """The files of a whole data set in a format that has none."""
    return {}


def nothing_before(items: Sequence[Item], chosen: Chosen) -> None:
    """What a format does before many images are written that takes each as it comes."""


@dataclass(frozen=True)
class Exchange:
    """A format that other programs use, as data; paths are relative to the data set's folder, with `/`.

    Reading: `read` yields a page for each image that its files speak of, and an AnnotatorError (not raised) for each file that cannot be
    used; it goes on after both.  Writing: `write` is called for each image, or each series with all of its images in spatial order
    (`unit`), perhaps in another process; what it returns as `part` (picklable) is handed to `finish`, in order, for the files of the whole
    data set.  Both raise AnnotatorError before they write something wrong.  Items without annotations are handed over, too.
    """

    id: str
    name: str
    cannot_hold: tuple[Trait, ...]
    write: Callable[[Sequence[Item], Chosen], Written]
    finish: Callable[[Sequence[object], Chosen], Mapping[str, bytes]] = nothing_more
    read: Callable[[Source], Iterator[Page | AnnotatorError]] | None = None
    """None: it is only written."""
    unit: str = IMAGE
    choices: tuple[Choice, ...] = ()
    traps: tuple[str, ...] = ()
    """Marked texts: what a reader of these files easily gets wrong."""
    needs_source: bool = False
    """Whether writing reads the headers of the source images, so that a data set without DICOM cannot be written."""
    cannot_hold_when: Callable[[Chosen], tuple[Trait, ...]] | None = None
    """What is lost where that hangs on what was chosen; `cannot_hold` tells of the usual choices."""
    splits: bool = False
    """Whether its own layout says which split an image is in; else each split needs a folder of its own."""
    held: Callable[[Sheet, Annotation, Chosen], Mask | None] | None = None
    """The pixels that a reader gets back for an annotation (None: none), where what the format cannot hold does not already say it."""
    ready: Callable[[Sequence[Item], Chosen], None] = nothing_before
    """Called with many images that are written next: what takes less time for many at once is found out here, and kept by the shapes."""
