"""Let others know which case is open here, and say who else has it open; nobody is kept from anything."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from abc import ABC
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace import leases, log, revisions
from annotator.workspace.catalogue import Series
from annotator.workspace.leases import Lease, Watch
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.restoring import Restoring
from annotator.workspace.tasks import Cancel, Tasks

_STAYS = 1_000
"""Milliseconds that a case is open before others are told: who pages through cases writes nothing."""


@dataclass(frozen=True)
class _Met:
    """What one look found: the own lease as it is now, those of others on the case that live, and those that were taken over.

    `newest`: the number of the newest revision, looked up while there are others; `overtaken`: it goes on from what is open here.
    """

    own: Lease | None
    others: tuple[Lease, ...]
    dead: tuple[Lease, ...]
    newest: int = 0
    overtaken: bool = False


class Leasing(Restoring, ABC):
    """The part of a session that holds a lease of the open case."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._run = secrets.token_hex(8)
        self._beats_seen, self._leasing = Watch(), threading.Lock()
        self._term = 0
        self._beating: Cancel = _nothing
        self._lease: tuple[Path, Lease] | None = None
        self._met_there: dict[str, Lease] = {}
        self._newest_seen = 0

    @property
    def company(self) -> tuple[Lease, ...]:
        """Who else has the open case open, as far as is known."""
        return tuple(self._met_there.values())

    @property
    def _logged_role(self) -> str:
        """In which role somebody is at work, as the log writes it."""
        return self.acting.role.value if self.acting is not None and self.acting.role is not None else ""

    def _bring_up(self, series: Series) -> None:
        super()._bring_up(series)
        self._leave_company()
        self._look_around(renew=False)

    def _leave_company(self) -> None:
        """Let go of the lease that is held."""
        self._beating()
        self._term, self._beating, self._met_there, self._newest_seen = self._term + 1, _nothing, {}, 0
        held, self._lease = self._lease, None
        if held is not None:
            self._let_go(*held)

    def _let_go(self, root: Path, lease: Lease) -> None:
        def job() -> None:
            with self._leasing, suppress(OSError):  # who finds it there later takes it over
                leases.let_go(root, lease)

        self._tasks.unhurried(job, lambda _: None, _raised)

    def _end_leases(self) -> None:
        """Let go of everything before this returns."""
        self._beating()
        self._term, self._lease = self._term + 1, None
        with self._leasing, suppress(OSError):
            for lease in leases.leases(self.project.root):
                if lease.run == self._run:
                    leases.let_go(self.project.root, lease)

    def _look_around(self, *, renew: bool) -> None:
        """See who else has the case open; `renew`: let the own lease beat, or take it where there is none yet."""
        root, case, term, held = self.project.root, self._case, self._term, self._lease
        own = held[1] if held is not None else None
        keeping, work, known = self._keeping, self._works.get(case), self._newest_seen
        may_write, author, role = not self.project.read_only, self.author, self._logged_role
        since = self._clock() if renew and own is None else ""
        new = Lease(case, author, self._run, socket.gethostname(), os.getpid(), since, leases.boot_mark())

        def job() -> _Met | None:
            with self._leasing:
                if term != self._term:
                    return None
                kept = own
                if renew and may_write:
                    kept = leases.beaten(root, own or new)
                found = [lease for lease in leases.leases(root) if lease.run != self._run]
                dead = self._beats_seen.dead(found)
                over = tuple(lease for lease in dead if may_write and leases.taken_over(root, lease))
                if over:
                    log.append(root, author, role, self._clock(), *map(_row, over))
            others = tuple(lease for lease in found if lease.case == case and lease not in dead)
            newest = max(revisions.listed(root, case), default=0) if others else 0
            news = newest > known > 0 and work is not None and not work.saving
            return _Met(kept, others, over, newest, news and work is not None and keeping.overtaken(work))

        def done(met: _Met | None) -> None:
            if met is None or term != self._term:
                if met is not None and met.own is not None and (self._lease is None or self._lease[1].name != met.own.name):
                    self._let_go(root, met.own)
                return
            self._lease = (root, met.own) if met.own is not None else None
            self._meet(met)
            if self._works.get(case) is work:  # else what was found out of it may be true no more: the next look finds it again
                self._newest_seen = met.newest
                if met.overtaken:
                    self._see_news()
            again()

        def failed(error: Exception) -> None:
            if not isinstance(error, OSError | AnnotatorError):
                raise error
            again()  # a lease is a courtesy: where none can be written or read, saving says what is wrong

        def again() -> None:
            if term == self._term and case:
                self._beating = self._tasks.later(round(leases.BEAT * 1000) if renew else _STAYS, lambda: self._look_around(renew=True))

        self._tasks.unhurried(job, done, failed)

    def _meet(self, met: _Met) -> None:
        """Say who came, who left, and whose lease had ended without a word."""
        before, self._met_there = self._met_there, {lease.run: lease for lease in met.others}
        if before.keys() != self._met_there.keys():
            self._tell(Topic.GUARD)
        for lease in met.others:
            if lease.run not in before:
                self.say(self._presence(lease), Severity.WARNING)
        ended = {lease.run for lease in met.dead}
        for lease in (lease for run, lease in before.items() if run not in self._met_there and run not in ended):
            self.say(message("{who} has closed this case", who=lease.who))
        for lease in (lease for lease in met.dead if lease.case == self._case):
            self.say(message("{who} had this case open on {machine}, where the program ended without closing it", who=lease.who,
                             machine=lease.machine))  # fmt: skip

    def _see_news(self) -> None:
        """Somebody else saved the case meanwhile: show that, where nothing is unsaved here; else say what will become of it."""
        work, series = self._works.get(self._case), self.series
        who = ", ".join(dict.fromkeys(lease.who for lease in self.company)) or "?"
        if work is None or series is None:
            return
        if work.dirty:
            told = message("{who} saved this case meanwhile; what you save is kept beside it, and you choose then", who=who)
            self.say(told, Severity.WARNING)
            return
        super()._bring_up(series)
        self._tell(Topic.DOCUMENT, Topic.SELECTION, Topic.SAVED)
        self.say(message("{who} saved this case meanwhile: you see it as it is now", who=who))

    def _presence(self, lease: Lease) -> Message:
        since = lease.since[:16].replace("T", " ")
        if lease.who == self.author:
            return message("You have this case open in another window too, since {time} ({machine}); what both save is kept", time=since,
                           machine=lease.machine)  # fmt: skip
        return message("{who} has had this case open since {time} ({machine}); you can work on it too, what both save is kept", time=since,
                       who=lease.who, machine=lease.machine)  # fmt: skip


def _row(lease: Lease) -> log.Done:
    """What the log says of a lease that was taken over."""
    facts = {"who": lease.who, "machine": lease.machine, "run": lease.run, "since": lease.since, "beat": str(lease.beat)}
    return log.Done("lease.taken_over", lease.case, facts=facts)


def _nothing() -> None:
    pass


def _raised(error: Exception) -> None:
    raise error
