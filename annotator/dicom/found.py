"""What a scan finds, as values: whoever only keeps them need not load what reads files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from annotator.domain.image import Image, Owner
from annotator.i18n import Message


@dataclass(frozen=True)
class Found:
    """The images of one file, and whose they are."""

    images: tuple[Image, ...]
    owner: Owner


@dataclass(frozen=True, eq=False, slots=True)
class Lot:
    """Images of one series in one folder as an earlier scan found them; they are built when somebody looks at them.

    `frame` is the FrameOfReferenceUID of the first, `rank` where the first of a mammography's views stands among the views, 0 for all
    others; `names` are those of the files in `folder`.
    """

    series_uid: str
    study_uid: str
    modality: str
    labels: bool
    frame: str
    rank: int
    count: int
    folder: str
    names: Sequence[str]
    owner: Owner
    build: Callable[[], tuple[Image, ...]]

    @property
    def paths(self) -> Iterator[str]:
        """Where the files lie."""
        return (os.path.join(self.folder, name) for name in self.names)


@dataclass(frozen=True)
class Skipped:
    """A file or folder that adds nothing, and why."""

    path: str
    reason: Message


@dataclass(frozen=True)
class Twin(Skipped):
    """A file with the UID of an image that was found before: a copy of it, or another image under the same name."""

    uid: str
    first: str
    """The path of the file that was found before."""
