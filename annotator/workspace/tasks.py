"""Where work runs: beside the window, or at once where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")
Cancel = Callable[[], None]


def unexpected(error: Exception) -> None:
    """What a job's `failed` is where nothing can go wrong but by a mistake of ours: the error goes on."""
    raise error


class Tasks(Protocol):
    """Runs jobs beside the main thread; `done`, `failed` and posted calls always run in the main thread."""

    def run(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` beside the main thread, then `done` with its result or `failed` with what it raised."""

    def unhurried(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` as `run` does, begun only when the main thread has done what it is about to do: what a person waits for comes first."""

    def surely(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` as `unhurried` does; it and what `done` begins in this way are also done where the window is closed at once.

        For what a person has decided: a verdict, the end of a pass.
        """

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` in the main thread soon; may be called from any thread, order is kept."""

    def give_way(self) -> None:
        """Let the main thread go first where it has something to do: said by a job of very many small pieces between two of them."""

    def later(self, milliseconds: int, call: Callable[[], None]) -> Cancel:
        """Run `call` in the main thread after a while; the returned function calls it off."""


class Immediate:
    """Tasks of a process without a window: a job runs at once, in place; what is put off waits for `elapse`."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def run(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` now."""
        try:
            result = job()
        except Exception as error:  # noqa: BLE001  # the caller's `failed` decides what an error means
            failed(error)
        else:
            done(result)

    def unhurried(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` now."""
        self.run(job, done, failed)

    def surely(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run `job` now."""
        self.run(job, done, failed)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` now."""
        call()

    def give_way(self) -> None:
        """Go on: nobody waits."""

    def later(self, milliseconds: int, call: Callable[[], None]) -> Cancel:
        """Keep `call` for `elapse`."""
        self._waiting.append(call)
        return lambda: self._waiting.remove(call) if call in self._waiting else None

    def elapse(self) -> None:
        """Run what was put off, as if its time had come."""
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()
