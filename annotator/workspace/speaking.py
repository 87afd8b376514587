"""Tell listeners what changed and the person what happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeVar

from annotator.i18n import Message
from annotator.workspace.notice import Question, Said, Severity, Topic

Heard = TypeVar("Heard", bound="Speaking")
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Speaking:
    """The part of a session that is heard."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Topic], None]] = []
        self.said: Said | None = None
        self.question: Question | None = None
        self.to_come: frozenset[Topic] = frozenset()
        """What is told soon, before the person can do anything: right after the topic that is being told, or at the end of a verb."""

    def subscribe(self, listener: Callable[[Topic], None]) -> Callable[[], None]:
        """Tell `listener` of every change; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def say(self, sentence: Message, severity: Severity = Severity.INFO, *, undo: bool = False, asks: bool = False) -> None:
        """Say something to the person."""
        self.said = Said(sentence, severity, undo, asks)
        self._tell(Topic.MESSAGE)

    def refuse(self, why: Message) -> None:
        """Say why what the person just wanted was not done."""
        self.said = Said(why, Severity.WARNING, refusal=True)
        self._tell(Topic.MESSAGE)

    def _tell(self, *topics: Topic) -> None:
        outer = self.to_come
        try:
            for told, topic in enumerate(topics, 1):
                for listener in tuple(self._listeners):
                    self.to_come = outer.union(topics[told:])
                    listener(topic)
        finally:
            self.to_come = outer


def together(verb: Callable[Concatenate[Heard, Arguments], Answer]) -> Callable[Concatenate[Heard, Arguments], Answer]:
    """Let a verb that tells much tell the selection last: whoever shows everything at once waits for that and does so once."""

    def told(self: Heard, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        outer, self.to_come = self.to_come, self.to_come | {Topic.SELECTION}
        try:
            return verb(self, *arguments, **named)
        finally:
            self.to_come = outer
            self._tell(Topic.SELECTION)

    update_wrapper(told, verb)
    return told
