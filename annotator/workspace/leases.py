"""Say who has which case open: a small file each, renewed by a heartbeat that counts.  Advisory: two may work on one case all the same.

`.annotator/leases/<case>.<run>.json`: who, on which machine, in which process, since when, and the number of the last beat.  Whether a
lease lives is never told from the clock of its machine: it lives while the watcher sees its beat go on.  Where the watcher is on the same
machine and the process is gone, the lease is dead at once.
"""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from annotator.formats import record
from annotator.paths import safe_name
from annotator.workspace import durable

BEAT = 15.0
"""Seconds between two beats."""
STILL = 5 * BEAT
"""Seconds without a beat, by the watcher's own clock, after which a lease counts as dead."""
_NAME = re.compile(r".+\.([0-9a-f]{16})\.json")


@dataclass(frozen=True)
class Lease:
    """One case that is open in one window; `run` is that window's own mark, `boot` that of the start of its machine (empty: not known)."""

    case: str
    who: str
    run: str
    machine: str
    process: int
    since: str
    boot: str = ""
    beat: int = 0

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{safe_name(self.case)}.{self.run}.json"

    @property
    def gone(self) -> bool:
        """Whether it is of this machine and its process is no more."""
        here = (self.machine, self.boot) == (socket.gethostname(), boot_mark()) and self.boot != ""
        return here and sys.platform != "win32" and not durable.alive(self.process)


def take(root: Path, lease: Lease) -> None:
    """Make a new lease known; raises OSError, FileExistsError where there is one of this run already."""
    durable.require_folder(root)
    durable.create_exclusive(_folder(root) / lease.name, _sealed(lease))


def beaten(root: Path, lease: Lease) -> Lease:
    """Let a lease beat once and return it; one that was taken over meanwhile is there again.  Raises OSError."""
    durable.require_folder(root)
    after = replace(lease, beat=lease.beat + 1)
    durable.write(_folder(root) / after.name, _sealed(after))
    return after


def let_go(root: Path, lease: Lease) -> None:
    """Take a lease away; raises OSError."""
    durable.remove(_folder(root) / lease.name)


def taken_over(root: Path, lease: Lease) -> bool:
    """Take a dead lease away; False where somebody else just did, so that only one of them tells it.  Raises OSError."""
    path = _folder(root) / lease.name
    aside = path.with_suffix(".dead")
    try:
        durable.move(path, aside)
    except FileNotFoundError:
        return False
    durable.remove(aside)
    return True


def leases(root: Path) -> tuple[Lease, ...]:
    """Return all leases of a project, by case and since when; what cannot be read is passed over.  Raises OSError."""
    try:
        paths = [path for path in _folder(root).iterdir() if _NAME.fullmatch(path.name)]
    except FileNotFoundError:
        return ()
    found = (lease for path in paths if (lease := _read(path)) is not None)
    return tuple(sorted(found, key=lambda lease: (lease.case, lease.since, lease.run)))


class Watch:
    """What one window has seen of the beats of others; `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[int, float]] = {}

    def dead(self, found: Iterable[Lease]) -> tuple[Lease, ...]:
        """Return those of the leases that are dead, as far as this watcher can tell by now; of the others it remembers the beat."""
        now, there = self._clock(), tuple(found)
        known = {lease.run: self._seen.get(lease.run) for lease in there}
        self._seen = {
            lease.run: old if (old := known[lease.run]) is not None and old[0] == lease.beat else (lease.beat, now) for lease in there
        }
        return tuple(lease for lease in there if lease.gone or now - self._seen[lease.run][1] > STILL)


@cache
def boot_mark() -> str:
    """Return what tells one start of this machine from every other; empty where the system does not say."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return socket.gethostname() if sys.platform == "win32" else ""


def _folder(root: Path) -> Path:
    return root / ".annotator" / "leases"


def _sealed(lease: Lease) -> bytes:
    return record.seal({
        "case": lease.case, "who": lease.who, "run": lease.run, "machine": lease.machine, "boot": lease.boot,
        "process": lease.process, "since": lease.since, "beat": lease.beat,
    })[0]


def _read(path: Path) -> Lease | None:
    try:
        found, _ = record.unseal(path.read_bytes())
        texts = {name: record.text(found, name) for name in ("case", "who", "run", "machine", "since", "boot")}
        lease = Lease(process=record.whole(found, "process"), beat=record.whole(found, "beat"), **texts)
    except (OSError, record.Damaged):  # let go just now, or half a file of another program: nobody is kept from anything by it
        return None
    return lease if lease.name == path.name else None
