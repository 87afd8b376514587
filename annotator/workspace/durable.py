"""Put a file on the disk so that it stays there: the one way in which the program saves anything.

Temporary file in the same folder → write → fsync → rename → fsync of the folder.  Under a final name there is the whole old content or the
whole new one, whatever happens in between; after the call has returned, the new one, also after a power cut.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import signal
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.silence import STORAGE

POINTS = ("write.begin", "write.half", "write.before_fsync", "write.before_rename", "write.before_folder",
          "create.before_link", "create.after_link", "append.before_fsync", "remove.before", "remove.before_folder")
"""Places of this module at which `fault` may end the process."""
MANY_POINTS = ("create_all.before_names", "create_all.after_name")
"""The same where many files are made at once."""

_BUSY = (5, 32, 33)  # Windows: access denied, sharing violation, lock violation: another program has the file open
_TRIES, _PAUSE = 40, 0.05
_FLUSHED_AT_ONCE = 16
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}
_TEMPORARY = re.compile(r"\.annotator-([0-9a-f]{8})-(\d+)-\d+\.tmp")


@dataclass(frozen=True)
class Calls:
    """The system calls that saving is made of, so that a test can let any of them fail."""

    open: Callable[..., int] = os.open
    write: Callable[[int, Any], int] = os.write
    fsync: Callable[[int], None] = os.fsync
    close: Callable[[int], None] = os.close
    replace: Callable[[Path, Path], None] = os.replace
    link: Callable[[Path, Path], None] = os.link
    rename: Callable[[Path, Path], None] = os.rename
    unlink: Callable[[Path], None] = os.unlink
    mkdir: Callable[[Path], None] = os.mkdir
    sleep: Callable[[float], None] = time.sleep


_calls = Calls()
_numbers = itertools.count(1)
_passes: dict[str, int] = {}


@contextlib.contextmanager
def calling(calls: Calls) -> Iterator[None]:
    """Let `calls` stand in for the system's own while the block runs."""
    global _calls  # one process has one operating system; only tests exchange it
    before, _calls = _calls, calls
    try:
        yield
    finally:
        _calls = before


def fault(name: str) -> None:
    """End the process like kill -9 where `ANNOTATOR_FAULT` says so: `name`, or `name:n` for the n-th pass."""
    wanted, _, count = os.environ.get("ANNOTATOR_FAULT", "").partition(":")
    if wanted != name:
        return
    _passes[name] = _passes.get(name, 0) + 1
    if _passes[name] < int(count or 1):
        return
    if sys.platform == "win32":
        os._exit(137)
    os.kill(os.getpid(), signal.SIGKILL)


@STORAGE.asked()
def write(path: Path, content: bytes) -> None:
    """Make `content` the whole of the file at `path`, replacing what is there; missing folders are made.  Raises OSError."""
    fault("write.begin")
    temporary = _filled(path.parent, content)
    fault("write.before_rename")
    with _discarding(temporary):
        _patiently(_calls.replace, temporary, path)
    fault("write.before_folder")
    sync_folder(path.parent)


@STORAGE.asked()
def create_exclusive(path: Path, content: bytes) -> None:
    """Make a new file with the whole of `content`; raises FileExistsError if the name is taken, and other OSErrors."""
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    temporary = _filled(path.parent, content)
    fault("create.before_link")
    with _discarding(temporary):
        _name_once(temporary, path)
    fault("create.after_link")
    sync_folder(path.parent)


@STORAGE.asked()
def append(path: Path, content: bytes) -> None:
    """Put `content` at the end of the file at `path`, made with its folders where it is missing; on disk when this returns.

    A power cut may leave a part of it.  One at a time: the caller holds a lock.  Raises OSError.
    """
    make_folder(path.parent)
    new = not path.exists()
    descriptor = _calls.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        _write_all(descriptor, content)
        fault("append.before_fsync")
        _calls.fsync(descriptor)
    finally:
        _calls.close(descriptor)
    if new:
        sync_folder(path.parent)


@STORAGE.asked()
def create_all(folder: Path, files: Iterable[tuple[str, Sequence[bytes]]]) -> int:
    """Make new files in a folder, each whole under its name or not at all, all of them on disk when this returns; returns how many.

    `files` yields names that are free and the pieces of each file; what it raises, and every OSError, leaves none of those behind that had
    no name yet.  One call for many files asks the disk once for what `write` asks for each.
    """
    make_folder(folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    open_files: list[tuple[int, Path, Path]] = []
    with contextlib.ExitStack() as undone:
        for name, pieces in files:
            temporary = folder / f".annotator-{_machine()}-{os.getpid()}-{next(_numbers)}.tmp"
            undone.enter_context(_discarding(temporary))
            descriptor = _calls.open(temporary, flags, 0o666)
            undone.callback(_closed, descriptor, open_files)
            open_files.append((descriptor, temporary, folder / name))
            for piece in pieces:
                _write_all(descriptor, piece)
        with ThreadPoolExecutor(_FLUSHED_AT_ONCE) as threads:  # file systems answer many such questions with one write of their journal
            list(threads.map(_calls.fsync, [descriptor for descriptor, _, _ in open_files]))
        fault("create_all.before_names")
        named = list(open_files)
        while open_files:
            _calls.close(open_files.pop()[0])
        for _, temporary, path in named:
            _patiently(_calls.replace, temporary, path)
            fault("create_all.after_name")
    sync_folder(folder)
    return len(named)


def _closed(descriptor: int, open_files: list[tuple[int, Path, Path]]) -> None:
    """Close a file that is still open."""
    if any(held == descriptor for held, _, _ in open_files):
        open_files[:] = [entry for entry in open_files if entry[0] != descriptor]
        _calls.close(descriptor)


@STORAGE.asked()
def remove(path: Path) -> None:
    """Take the file at `path` away for good; one that is not there is no error.  Raises OSError."""
    fault("remove.before")
    try:
        _patiently(_calls.unlink, path)
    except FileNotFoundError:
        return
    fault("remove.before_folder")
    sync_folder(path.parent)


@STORAGE.asked()
def move(path: Path, to: Path) -> None:
    """Move a file, or a folder, to a name that is free, on the same disk; the caller has made sure that it is free.  Raises OSError."""
    make_folder(to.parent)
    _patiently(_calls.replace, path, to)
    sync_folder(to.parent)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents where they are missing, each of them on disk before the next.  Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):  # somebody else made it meanwhile; a file of this name fails at the next step
        _calls.mkdir(folder)
    sync_folder(folder.parent)


def require_folder(folder: Path) -> None:
    """Raise FileNotFoundError where a folder is not there: one that went away, with its share for instance, is not made again."""
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; where the system has no such call (Windows, some shares), nothing happens."""
    if sys.platform == "win32":
        return
    descriptor = _calls.open(folder, os.O_RDONLY)
    try:
        _calls.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        _calls.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove temporary files that a dead process of this machine left in `folder`; others may be in the middle of a save."""
    if sys.platform == "win32" or not folder.is_dir():
        return
    for path in folder.iterdir():
        found = _TEMPORARY.fullmatch(path.name)
        if found and found[1] == _machine() and not alive(int(found[2])):
            with contextlib.suppress(OSError):  # it does no harm where it is
                path.unlink()


def _filled(folder: Path, content: bytes) -> Path:
    """Write a complete temporary file, on disk when this returns."""
    make_folder(folder)
    temporary = folder / f".annotator-{_machine()}-{os.getpid()}-{next(_numbers)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = _calls.open(temporary, flags, 0o666)
    with _discarding(temporary):
        try:
            _write_all(descriptor, content)
            fault("write.before_fsync")
            _calls.fsync(descriptor)
        finally:
            _calls.close(descriptor)
    return temporary


def _write_all(descriptor: int, content: bytes) -> None:
    rest, half = memoryview(content), len(content) // 2
    for end in (half, len(content)):
        while len(content) - len(rest) < end:
            rest = rest[_calls.write(descriptor, rest[: end - (len(content) - len(rest))]) :]
        if end == half:
            fault("write.half")


def _name_once(temporary: Path, path: Path) -> None:
    """Give a complete file its final name unless that is taken."""
    if sys.platform == "win32":
        _patiently(_calls.rename, temporary, path)  # Windows never renames onto a file that is there
        return
    try:
        _calls.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _name_by_claim(temporary, path)
        return
    _calls.unlink(temporary)


def _name_by_claim(temporary: Path, path: Path) -> None:
    """The same where there are no links: whoever makes the claim file may rename.  A claim whose owner died takes the name for good."""
    claim = path.with_name(f".{path.name}.claim")
    _calls.close(_calls.open(claim, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        _calls.replace(temporary, path)
    finally:
        _calls.unlink(claim)


def _patiently(call: Callable[..., None], *paths: Path) -> None:
    """Call again for two seconds while Windows says that another program has the file open."""
    for attempt in range(_TRIES):
        try:
            call(*paths)
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in _BUSY or attempt == _TRIES - 1:
                raise
        _calls.sleep(_PAUSE)


@contextlib.contextmanager
def _discarding(temporary: Path) -> Iterator[None]:
    """Remove the temporary file if the block fails or is interrupted; the failure itself is what gets told."""
    whole = False
    try:
        yield
        whole = True
    finally:
        if not whole:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _machine() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def alive(process: int) -> bool:
    """Whether there is a process with this number on this machine; not to be asked on Windows."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
