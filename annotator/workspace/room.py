"""Know before a disk is full: say how little is left, and hold some of it back for the journal."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

from annotator.i18n import Message, mark, message
from annotator.silence import STORAGE
from annotator.workspace import durable

RESERVE = 4 << 20
"""Bytes that are held back on this computer's disk; a stroke takes a few thousand."""
LOCAL, PROJECT = 200 << 20, 500 << 20
"""So little room is said: on this computer's disk, and on the disk of the project."""
_SERIOUS = 4
_NAME = "reserve.bin"


class Room(IntEnum):
    """How much room a disk has."""

    ENOUGH = 0
    LITTLE = 1
    HARDLY_ANY = 2


def keep_reserve(folder: Path) -> bool:
    """Hold room back in the journal's folder, where the disk has plenty; returns whether it is held.  Raises OSError."""
    place = folder / _NAME
    with suppress(FileNotFoundError):
        if place.stat().st_size >= RESERVE:
            return True
    if shutil.disk_usage(folder).free < _SERIOUS * RESERVE:
        return False
    durable.write(place, os.urandom(RESERVE))  # not zeros: a disk that packs its files would hold back nothing
    return True


def give_up_reserve(folder: Path) -> bool:
    """Give the room that is held back to the journal; returns whether there was any."""
    try:
        (folder / _NAME).unlink()
    except OSError:
        return False
    return True


@STORAGE.asked()
def left(folder: Path) -> int:
    """Return how many bytes may still be written to the disk of a folder, or of the nearest one above that is there; raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def judged(free: int, little: int) -> Room:
    """Return what so many free bytes mean where `little` is little."""
    return Room.HARDLY_ANY if free < little // _SERIOUS else Room.LITTLE if free < little else Room.ENOUGH


def local_warning(free: int) -> Message:
    """Say that this computer's disk is nearly full."""
    text = mark("This computer's disk has only {size} MB left, and what you draw is kept on it until it is saved: make room")
    return message(text, size=free >> 20)


def project_warning(free: int) -> Message:
    """Say that the disk of the project is nearly full."""
    return message("The disk of the project has only {size} MB left: make room there before saving fails", size=free >> 20)
