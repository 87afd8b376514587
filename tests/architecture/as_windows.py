"""Be Windows as far as Python code can tell: `python -m tests.architecture.as_windows import|work [FOLDER]`, in a process of its own.

What others wrote is loaded first, as the system that this is; then `sys.platform` says `win32`, what only POSIX has is gone, and the
program is loaded anew.  Locks are those of Microsoft's C library (`msvcrt.locking`), made of POSIX ones; renaming refuses a name that is
taken, as MoveFileEx does.
"""

from __future__ import annotations

import errno
import fcntl
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.architecture.sources import modules

ABSENT = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "readline", "crypt", "nis", "spwd"}
"""Modules that Python on Windows does not have."""
NOT_IN_OS = (
    *("chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getgroups", "getloadavg", "getpgid"),
    *("getpgrp", "getpriority", "getsid", "getuid", "killpg", "lchown", "lockf", "major", "mkfifo", "mknod", "nice", "openpty"),
    *("posix_fadvise", "posix_fallocate", "posix_spawn", "pread", "preadv", "pwrite", "readv", "register_at_fork", "sched_getaffinity"),
    *("sched_setaffinity", "setpriority", "setsid", "setuid", "sync", "sysconf", "ttyname", "uname", "wait", "wait3", "wait4"),
    *("writev", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_SYNC", "O_DSYNC"),
)
NOT_IN_SIGNAL = (
    *("SIGKILL", "SIGALRM", "SIGHUP", "SIGCHLD", "SIGSTOP", "SIGCONT", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGQUIT", "alarm", "setitimer"),
    *("pthread_kill", "pthread_sigmask", "siginterrupt"),
)


_locked: list[int] = []
"""The modes that were asked for, in order."""


class _Missing(MetaPathFinder):
    """Finds none of the modules that are absent."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name in ABSENT:
            raise ModuleNotFoundError(f"there is no {name} on Windows", name=name)


def _locking(descriptor: int, mode: int, count: int) -> None:
    """Lock or unlock `count` bytes from where the file stands; a lock that somebody else has is refused as permission."""
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_UN if mode == 0 else fcntl.LOCK_EX | fcntl.LOCK_NB, count)
    except BlockingIOError as error:
        raise PermissionError(errno.EACCES, "Permission denied") from error
    _locked.append(mode)


def names() -> list[str]:
    """The modules of the program, packages first."""
    return sorted(modules())


def become() -> None:
    """Be Windows from now on; the program must be loaded anew."""
    for name in names():
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.split(".")[0] == "annotator"]:
        del sys.modules[name]
    library = ModuleType("msvcrt")
    library.__dict__.update(LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2, locking=_locking)
    sys.modules["msvcrt"] = library
    for name in ABSENT:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Missing())
    sys.platform = "win32"
    for place, gone in ((os, NOT_IN_OS), (signal, NOT_IN_SIGNAL)):
        for name in gone:
            if hasattr(place, name):
                delattr(place, name)


def _refusing(source: Path, target: Path) -> None:
    if os.path.exists(target):
        raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", str(target))
    os.rename(source, target)


def _no_such_call(*arguments: Any) -> None:
    raise AssertionError("Windows has no such call, or refuses it")


def work(folder: Path) -> None:
    """Draw, save, meet somebody else's save, draw on, and find it all again."""
    from annotator.workspace import durable, journal, lock, revisions
    from annotator.workspace.notice import SavedState
    from tests.workspace.study import box, lung_project, opened, small_ct

    small_ct(folder / "images", slices=2, size=32)
    root = lung_project(folder / "project").root
    opening = durable.Calls().open

    def open_file(path: Path, flags: int, mode: int = 0o777) -> int:
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "Windows opens no folder", str(path))
        return opening(path, flags, mode)

    with durable.calling(replace(durable.Calls(), open=open_file, rename=_refusing, link=_no_such_call)):
        one, other = opened(root, folder / "images")[0], opened(root, folder / "images")[0]
        for session, place in ((one, 5), (other, 15), (one, 2)):
            session.choose_tool("tool.box")
            session.perform(box(place, place, place + 8, place + 8))
            session.save()
            assert session.saved_state is SavedState.SAVED, session.said
        assert one.series is not None
        case, last = one.series.uid, one.document
        one.close()
        other.close()
        assert len(revisions.listed(root, case)) == 3
        assert len(revisions.heads(root, case, keep=True)[0]) == 2, "both are kept"
        kept = [revisions.decode(path.read_bytes()).document for path in revisions.listed(root, case).values()]
        assert last in kept
        durable.create_exclusive(folder / "once", b"first")
        try:
            durable.create_exclusive(folder / "once", b"second")
        except FileExistsError:
            assert (folder / "once").read_bytes() == b"first"
        else:
            raise AssertionError("a name that is taken was taken again")
        with lock.exclusively(folder / "lock", 0):
            pass
        with lock.exclusively(folder / "lock", 0):
            pass
        assert _locked.count(0) == _locked.count(2), "what was locked is unlocked before it is closed"
        run = journal.Journal(folder / "journal")
        run.close()
    assert not list(root.rglob("*.tmp")) and not list(root.rglob("*.claim"))


def main(words: Sequence[str]) -> None:
    """Be Windows and load everything, or also work there."""
    become()
    for name in names():
        importlib.import_module(name)
    if words[0] == "work":
        work(Path(words[1]))
    sys.stdout.write(f"{len(names())} modules\n")


if __name__ == "__main__":
    main(sys.argv[1:])
