"""What a scan finds, as values: whoever only keeps them need not load what reads files."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.image import Image, Owner
from annotator.i18n import Message


@dataclass(frozen=True)
class Found:
    """The images of one file, and whose they are."""

    images: tuple[Image, ...]
    owner: Owner


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
