"""Give cases to somebody once more from the window, for practice or blindly, and know what came of it; a manager's work."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Sequence
from functools import partial

from annotator.domain.person import Role
from annotator.domain.rereading import REPEAT, Result, sampled
from annotator.i18n import Message, message
from annotator.workspace.barring import Barring
from annotator.workspace.notice import Severity, Topic


class GivingAgain(Barring, ABC):
    """The part of a session that gives cases once more."""

    def find_results(self, told: Callable[[tuple[Result, ...]], None]) -> None:
        """Look for what came of the cases that were drawn once more; `told` hears it."""
        root = self.project.root

        def job() -> tuple[Result, ...]:
            from annotator.workspace import again

            return again.results(root)

        self._aside(job, lambda found: told(found) if root == self.project.root else None, lambda said: self.say(said, Severity.ERROR))

    def give_again(self, cases: Sequence[str], to: str, mode: str, role: Role | None, then: Callable[[], None]) -> None:
        """Give cases to somebody once more; `then` is called when the worklist knows it."""
        self._give_again(lambda: tuple(cases), to, mode, role, then)

    def give_sample_again(self, share: float, to: str, mode: str, role: Role | None, then: Callable[[], None]) -> None:
        """Give a share of the drawn cases once more, chosen by the day: for a blind repeat those that the person drew."""
        root, seed = self.project.root, int("".join(filter(str.isdecimal, self._clock()[:10])) or 0)

        def choose() -> tuple[str, ...]:
            from annotator.workspace import again

            return sampled(again.drawn_cases(root, to if mode == REPEAT else ""), share, seed)

        self._give_again(choose, to, mode, role, then)

    def _give_again(self, choose: Callable[[], tuple[str, ...]], to: str, mode: str, role: Role | None, then: Callable[[], None]) -> None:
        acting, project, time, worklist = self.acting, self.project, self._clock(), self.worklist
        if acting is None:
            return

        def job() -> tuple[int, int, tuple[Message, ...]]:
            from annotator.workspace import again

            cases = choose()
            given, told = again.give(project, cases, to, mode, acting, time, role)
            worklist.refresh(only=given)
            return len(given), len(cases), told

        def ended(found: tuple[int, int, tuple[Message, ...]]) -> None:
            given, every, told = found
            self.say(message("{count} of {all} cases given to {name} once more", count=given, all=every, name=to))
            for sentence in told[:1]:
                self.say(sentence, Severity.WARNING)
            self._tell(Topic.COURSE)
            then()

        self._aside(job, ended, partial(self.say, severity=Severity.ERROR))
