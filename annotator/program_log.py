"""Write down what the program did, for whoever looks for a fault: times, sentences without their values, places in the source.

`log/program.log` in the person's local folder, at most half a megabyte, and the one before it.  What a value holds may name a patient (a
file, a folder, a header), so none is written: a sentence stands there with its braces, an exception with its kind and where it was raised.
What cannot be written is not written: nothing here is worth an error.
"""

from __future__ import annotations

import datetime
import faulthandler
import os
import platform
import re
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO

from annotator.i18n import Message
from annotator.paths import local_folder

MOST = 1 << 19
_ROOT = str(Path(__file__).resolve().parent.parent) + os.sep
_turn = threading.Lock()


def path() -> Path:
    """Return where the log stands."""
    return local_folder() / "log" / "program.log"


def note(kind: str, text: str) -> None:
    """Add a line; `text` must hold nothing from outside."""
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    with suppress(OSError), _turn:
        target = path()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.stat().st_size > MOST:
            os.replace(target, target.with_name("program.1.log"))
        with open(os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as stream:
            stream.write(f"{now} {kind} {_plain(text)}\n")


def said(kind: str, sentence: Message) -> None:
    """Note what the person was told, without its values."""
    note(kind, pattern(sentence))


def pattern(sentence: Message) -> str:
    """Return the source text of a sentence and of those inside it; other values stay braces: `Reading {name}: no permission`."""
    inner = {name: pattern(value) for name, value in sentence.values if isinstance(value, Message)}
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: inner.get(found[1], found[0]), sentence.text)


def failed(error: BaseException) -> None:
    """Note an exception that nobody expected: its kind and the way to it, and not what it says."""
    frames = traceback.extract_tb(error.__traceback__)
    way = " < ".join(f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    note("UNEXPECTED", f"{type(error).__name__} at {way}")
    if error.__cause__ is not None:
        failed(error.__cause__)


def begin(version: str) -> IO[str] | None:
    """Note that the program starts, and let a crash in a library say where; returns the open file of that, which must stay open."""
    note("START", f"annotator {version}, Python {platform.python_version()}, {platform.system()} {platform.release()} {platform.machine()}")
    with suppress(OSError):
        stream = path().with_name("crash.log").open("a", encoding="ascii")
        faulthandler.enable(stream)
        return stream
    return None


def read() -> str:
    """Return all that stands in the log, the oldest first; empty where there is none."""
    found = []
    for name in ("program.1.log", "program.log", "crash.log"):
        with suppress(OSError):
            found.append(path().with_name(name).read_text("utf-8", "replace")[-MOST:])
    return "".join(found)


def _place(filename: str) -> str:
    """A file of the program by its place in it, one of a library by its last two names."""
    inside = filename.removeprefix(_ROOT)
    return Path(inside).as_posix() if inside != filename else "/".join(Path(filename).parts[-2:])


def _plain(text: str) -> str:
    """A line is one line: control characters are spelt out."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
