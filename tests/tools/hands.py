"""A hand for tests: holds a conversation with a tool and keeps what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from annotator.tools.gesture import Conversation, Event, Ground, Hit, Kind, Outcome, Preview, Tool


@dataclass
class Hand:
    """Sends events to a tool, starting a new conversation whenever one has ended, as the canvas does."""

    tool: Tool
    pixel: float = 1.0
    control: bool = False
    shift: bool = False
    hit: Hit | None = None
    alt: bool = False
    ground: Ground | None = None
    outcomes: list[Outcome | None] = field(default_factory=list)
    preview: Preview | None = None
    conversation: Conversation | None = None

    def send(self, event: Event) -> Hand:
        if self.conversation is None:
            self.conversation = self.tool.start()
            next(self.conversation)
        try:
            self.preview = self.conversation.send(event)
        except StopIteration as end:
            self.conversation, self.preview = None, None
            self.outcomes.append(end.value)
        return self

    def _event(self, kind: Kind, x: float, y: float, *, down: bool = False) -> Hand:
        return self.send(Event(kind, x, y, self.pixel, down, self.control, self.shift, self.hit, ground=self.ground, alt=self.alt))

    def press(self, x: float, y: float) -> Hand:
        return self._event(Kind.PRESS, x, y, down=True)

    def drag(self, *places: tuple[float, float]) -> Hand:
        for x, y in places:
            self._event(Kind.MOVE, x, y, down=True)
        return self

    def hover(self, x: float, y: float) -> Hand:
        return self._event(Kind.MOVE, x, y)

    def release(self, x: float, y: float) -> Hand:
        return self._event(Kind.RELEASE, x, y)

    def click(self, *places: tuple[float, float]) -> Hand:
        for x, y in places:
            self.press(x, y).release(x, y)
        return self

    def double(self, x: float, y: float) -> Hand:
        return self._event(Kind.DOUBLE, x, y, down=True).release(x, y)

    def enter(self, x: float = 0.0, y: float = 0.0) -> Hand:
        return self._event(Kind.CONFIRM, x, y)

    def back(self, x: float = 0.0, y: float = 0.0) -> Hand:
        return self._event(Kind.BACK, x, y)

    def escape(self) -> Hand:
        if self.conversation is not None:
            self.conversation.close()
        self.conversation, self.preview = None, None
        return self
