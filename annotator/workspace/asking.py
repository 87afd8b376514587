"""Ask at a point of an image, and answer: a case with an open question is parked, and nobody calls it done before the answer."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from annotator.domain import asking
from annotator.domain.asking import Pin, pins_of
from annotator.domain.course import Standing
from annotator.domain.image import ImageKey
from annotator.domain.person import Role
from annotator.i18n import Message, message
from annotator.workspace.notice import Topic
from annotator.workspace.place import Place
from annotator.workspace.repeating import Repeating
from annotator.workspace.tasks import Tasks


@dataclass(frozen=True)
class Draft:
    """A question that is being written: where it is pinned, and what it says so far."""

    image: ImageKey
    x: float
    y: float
    text: str = ""


class Asking(Repeating, ABC):
    """The part of a session that asks and answers."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._questions_begun: dict[str, Draft] = {}
        self._pinned: tuple[Standing | None, tuple[Pin, ...]] = None, ()

    @property
    def draft(self) -> Draft | None:
        """The question that is being written of the open case."""
        return self._questions_begun.get(self._case)

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The questions of the open case, as far as how it stands is known; of one that is drawn once more only those asked since."""
        standing = self.standing
        if self._pinned[0] is not standing:
            self._pinned = standing, pins_of(standing) if standing is not None else ()
        aside = self._again(self._case)
        since = aside.again.number if aside is not None and aside.again is not None else 0
        return tuple(pin for pin in self._pinned[1] if pin.number > since) if since else self._pinned[1]

    @property
    def pin_numbers(self) -> Mapping[int, int]:
        """What each question is called on the screen: its place among those of the case, from 1."""
        return {pin.number: place for place, pin in enumerate(self.pins, 1)}

    def pins_at(self, place: Place) -> tuple[Pin, ...]:
        """Return the questions pinned to the image of a view."""
        return tuple(pin for pin in self.pins if pin.image == place.key)

    @property
    def parked(self) -> bool:
        """Whether the open case waits for an answer."""
        return any(pin.open for pin in self.pins)

    @property
    def addressees(self) -> tuple[str, ...]:
        """Whom a question may be put to, the usual one first: the other roles (their values), then the project's people by name."""
        mine = self.pass_role or (self.acting.role.value if self.acting is not None and self.acting.role is not None else "")
        roles = [role.value for role in (Role.SPECIALIST, Role.ANNOTATOR, Role.REVIEWER, Role.MANAGER) if role.value != mine]
        own = self.acting.name if self.acting is not None else ""
        return (*roles, *(person.name for person in self.people if not person.gone and person.name != own))

    def draft_at(self, x: float, y: float) -> None:
        """Begin a question at a point of the chosen image; one that was begun in this case is asked there instead."""
        if self._key is not None:
            self._questions_begun[self._case] = Draft(self._key, x, y, self.draft.text if self.draft is not None else "")
            self._tell(Topic.COURSE)

    def write_draft(self, text: str) -> None:
        """Keep what is written of the question so far, until it is asked or dropped, also while other cases are open."""
        if self.draft is not None:
            self._questions_begun[self._case] = replace(self.draft, text=text)

    def drop_draft(self) -> None:
        """Write no question after all."""
        if self._questions_begun.pop(self._case, None) is not None:
            self._tell(Topic.COURSE)

    def ask(self, text: str, to: str) -> bool:
        """Ask what was begun; the case is parked then.  False where there is nothing to ask."""
        draft = self._questions_begun.pop(self._case, None)
        if draft is None or not text.strip():
            self._tell(Topic.COURSE)
            return False

        def asked(_: Standing) -> None:
            self.say(message("Asked: the case waits for the answer, go on with the next one"))

        self.take_step(asking.question(self._case, draft.image, draft.x, draft.y, text, to), asked)
        return True

    def answer_question(self, pin: Pin, given: str, text: str = "") -> None:
        """Answer a question of the open case by one of `asking.ANSWERS`, with a text where the person likes."""
        if not pin.open:
            self.refuse(message("This question is answered already"))
            return
        rest = sum(other.open for other in self.pins) - 1

        def answered(_: Standing) -> None:
            if rest:
                self.say(message("Answered; open questions of this case: {count}", count=rest))
            else:
                self.say(message("Answered: the case is worked on again"))

        self.take_step(asking.answer(self._case, pin.number, given, text), answered)

    def leave_pass(self, facts: Mapping[str, str] | None = None) -> None:
        """A case that waits for an answer stays in its pass."""
        if not self.parked:
            super().leave_pass(facts)

    def _lacks(self) -> Message | None:
        """A case that waits for an answer may be left as it is: it comes back."""
        return None if self.parked else super()._lacks()

    def _says_nothing_seen(self) -> bool:
        return self.parked or super()._says_nothing_seen()
