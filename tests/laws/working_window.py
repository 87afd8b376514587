"""The real window, drawing by itself until it is killed: a process of its own, started by `test_window_kill`.

Every line on standard output is an acknowledgement: it is written when what it says has happened, and not before.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Qt

from annotator.formats import record
from annotator.gui import app
from annotator.gui.demo.hands import Hands
from annotator.i18n import say
from annotator.workspace.notice import SavedState, Topic

SIZE = 64
_FOR_EVER = 600.0


@dataclass(frozen=True)
class Orders:
    """Where to work, how the dice fall, and how it ends: after `steps` steps, in the middle of a stroke, between two, at a fault point."""

    project: str
    images: str
    seed: int
    steps: int
    ending: str
    """`stroke`, `between`, `never`, or a fault point with the number of the pass, as `write.half:2`; with `start@` it is armed at once."""


class Worker:
    """Hands on a window, and dice."""

    def __init__(self, orders: Orders) -> None:
        self.orders, self.dice, self.heard = orders, random.Random(orders.seed), list[str]()
        at, _, point = orders.ending.rpartition("@")
        if at == "start":
            os.environ["ANNOTATOR_FAULT"] = point
        _, self.window = app.start(["--project", orders.project, "--user", "김판독", "--language", "en"])
        self.session, self.hands = self.window.session, Hands(self.window)
        self.session.subscribe(self._hear)
        self.window.resize(1000, 700)
        self.window.open_paths([Path(orders.images)])
        self._until(lambda: self.session.scanning is None, "the folder is read")
        self._until_painted()
        self._until(lambda: self.session.saved_state is SavedState.SAVED, "what came back is saved")
        self.number = 0
        self.tell("opened", heard=self.heard)

    def tell(self, what: str, **more: object) -> None:
        """Acknowledge, with the document as it is."""
        line = {"what": what, "document": record.encode_document(self.session.document), **more}
        os.write(1, json.dumps(line).encode() + b"\n")

    def work(self) -> None:
        """Follow the orders; returns only where a fault point is never reached."""
        for _ in range(self.orders.steps):
            self.step(self.dice.choice(self.usual))
        if self.orders.ending == "stroke":
            self.step(self.draw_something_new)
            self._stop_in_the_middle()
        elif self.orders.ending == "between":
            self.step(self.draw_something_new)
            self.tell("waiting")
            self._until(lambda: False, "death")
        elif self.orders.ending != "never" and not self.orders.ending.startswith("start@"):
            os.environ["ANNOTATOR_FAULT"] = self.orders.ending
        while self.orders.ending == "never" or self.number < self.orders.steps + 80:
            for action in (self.draw, self.dice.choice(self.usual), self.save, self.delete, self.save):
                self.step(action)

    @property
    def usual(self) -> list[Callable[[], None]]:
        """What people do, as often as they do it."""
        return [*[self.draw] * 6, self.undo, self.redo, self.page, self.delete, self.save, self.save]

    def step(self, action: Callable[[], None]) -> None:
        """Do one thing and acknowledge it."""
        self.number += 1
        self.tell("begun")
        action()
        self.tell("done")

    def draw(self) -> None:
        """One stroke with any tool, mode and category."""
        self.hands.do(self.dice.choice(("mode.new", "mode.new", "mode.add", "mode.sub")))
        tool = self.dice.choice(("tool.free", "tool.box", "tool.line"))
        self.hands.do(tool)
        digit = self.dice.randint(1, 3)
        self.hands.key(Qt.Key(Qt.Key.Key_0 + digit), str(digit))
        outline = self._outline()
        self.hands.drag(outline if tool == "tool.free" else [outline[2], outline[9]])

    def draw_something_new(self) -> None:
        """A stroke that is never refused."""
        self.hands.do("mode.new")
        self.hands.do("tool.free")
        self.hands.drag(self._outline())

    def delete(self) -> None:
        """Delete everything on the image."""
        self.session.select([a.id for a in self.session.annotations])
        self.hands.do("edit.delete")

    def undo(self) -> None:
        """Take one step back."""
        self.hands.do("edit.undo")
        self._until_painted()

    def redo(self) -> None:
        """Do it again."""
        self.hands.do("edit.redo")
        self._until_painted()

    def page(self) -> None:
        """Turn the wheel."""
        self.hands.wheel(self.dice.choice((-1, 1)))
        self._until_painted()

    def save(self) -> None:
        """Save, and wait until the window says that it is done."""
        self.hands.do("file.save")
        self._until(lambda: self.session.saved_state is SavedState.SAVED, "everything is saved")

    def _stop_in_the_middle(self) -> None:
        self.hands.do("mode.new")
        self.hands.do("tool.free")
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        places = [self.hands.view.image_to_widget(x, y) for x, y in self._outline()]
        self.hands._mouse(QEvent.Type.MouseButtonPress, places[0], left, left, none)
        for place in places[1:]:
            self.hands._mouse(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, left, none)
        if not self.hands.view.drawing:
            raise RuntimeError("the stroke did not begin")
        self.tell("waiting")
        self._until(lambda: False, "death")

    def _outline(self) -> list[tuple[float, float]]:
        x, y, size = (self.dice.uniform(*ends) for ends in ((5, SIZE - 5), (5, SIZE - 5), (3, 15)))
        turns = [2 * math.pi * i / 14 for i in range(14)]
        return [(x + size * self.dice.uniform(0.8, 1.2) * math.cos(t), y + size * math.sin(t)) for t in turns]

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        self.hands.wait(holds, what, _FOR_EVER)

    def _until_painted(self) -> None:
        self._until(lambda: self.session.picture is not None and self.hands.view.property("image_uid") == self.session.image.key.uid,
                    "the image is painted")

    def _hear(self, topic: Topic) -> None:
        if topic is Topic.MESSAGE and self.session.said is not None:
            self.heard.append(say(self.session.said.message))


if __name__ == "__main__":
    Worker(Orders(**json.loads(sys.argv[1]))).work()
    sys.exit(f"{json.loads(sys.argv[1])['ending']} was never reached")
