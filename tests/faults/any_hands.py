"""Hands that know nothing work the real window: a process of its own, started by `test_any_hands`.

They press, drag, type and run whatever command there is, as the dice fall.  What must hold is looked at after each deed: no exception, no
sentence about a fault, no area without a pixel or beyond the image, no id twice, and the history leads from its beginning to the document.
The document as it is in the end is written down; the process then ends without putting anything down.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog

from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.formats import record
from annotator.gui import app
from annotator.gui.unexpected import SENTENCE
from annotator.workspace.notice import Topic

_Mod = Qt.KeyboardModifier
MODIFIERS = [_Mod.NoModifier] * 6 + [_Mod.ControlModifier, _Mod.ShiftModifier, _Mod.AltModifier, _Mod.ControlModifier | _Mod.ShiftModifier]
LEFT, NOBODY = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
BUTTONS = [LEFT] * 8 + [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton]
PLAIN = [
    *(Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Space, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_Home, Qt.Key.Key_End),
]
NOT_MEANT = ("quit", "open", "folder", "file.new", "report", "browser")
"""Parts of the names of commands that leave the window or ask the system."""
_LONG = 2.0
"""Seconds that a deed may take."""


class AnyHands:
    """One window, dice, and what was done so far."""

    def __init__(self, project: str, images: str, seed: int) -> None:
        self.dice, self.wrong, self.done = random.Random(seed), list[str](), list[str]()
        sys.excepthook = self._took
        _, self.window = app.start(["--project", project, "--user", "김판독", images])
        self.session, self.view = self.window.session, self.window.view
        self.session.subscribe(self._hear)
        self.window.resize(1300, 820)
        self.at, self.held, self.modifiers = QPointF(400.0, 300.0), NOBODY, _Mod.NoModifier
        self.names = [name for name in self.window.commands.actions if not any(part in name for part in NOT_MEANT)]
        self._closing = QTimer(interval=30)
        self._closing.timeout.connect(close_what_waits)
        self._closing.start()
        self.until_open(images)
        self.deeds: list[tuple[int, Callable[[], object]]] = [
            (25, self.stroke), (14, self.press), (22, self.release), (30, self.move), (3, self.double), (5, self.wheel), (22, self.key_of),
            (6, self.plain_key), (6, self.command), (5, self.tool), (25, self.change_some), (12, self.anew), (4, self.hold), (1, self.blur),
            (3, self.view.setFocus), (1, self.resize), (3, self.session.undo), (2, self.session.redo), (1, self.jump), (3, self.choose),
            (1, self.session.save), (4, self.wait), (1, self.view.fit), (1, self.another_series),
        ]  # fmt: skip

    def work(self, steps: int, images: str) -> None:
        """Do so many deeds; raises AssertionError where something does not hold, with the last of them."""
        for number in range(steps):
            deed = self.dice.choices([deed for _, deed in self.deeds], [weight for weight, _ in self.deeds])[0]
            begun = time.perf_counter()
            try:
                deed()
            except Exception:  # noqa: BLE001  # whatever it is, it is what is looked for
                self.wrong.append(traceback.format_exc())
            if self.dice.random() < 0.7:
                QApplication.processEvents()
            took = time.perf_counter() - begun
            self.done.append(getattr(deed, "__name__", str(deed)))
            if took > _LONG:
                self.wrong.append(f"{took:.1f} s with {self.session.tool.id}")
            self.look(whole=number % 50 == 0)
            if self.session.image is None and number % 10 == 0:
                self.until_open(images)
            assert not self.wrong, f"deed {number} after {self.done[-12:]}: " + "\n".join(self.wrong)

    def look(self, *, whole: bool) -> None:
        """See that all is as it must be."""
        session, sizes = self.session, {image.key: (image.rows, image.columns) for image in self.session.case_images}
        for key, found in session.document.annotations.items():
            if len({a.id for a in found}) != len(found):
                self.wrong.append(f"an id twice on {key}")
            for shape in (a.shape for a in found if isinstance(a.shape, Region) and key in sizes):
                (x1, y1, x2, y2), (rows, columns) = shape.bounds, sizes[key]
                if region_mask(shape, rows, columns).empty or min(x1, y1) < -1e-6 or x2 > columns + 1e-6 or y2 > rows + 1e-6:
                    self.wrong.append(f"an area without a pixel or outside: {shape.bounds} on {rows} × {columns}")
        if not session.selection <= {a.id for a in session.annotations}:
            self.wrong.append("something is selected that is not there")
        history = session.history
        if whole and history.at(0).at(history.place).document.annotations != history.document.annotations:
            self.wrong.append("the history does not lead to the document")

    def until_open(self, images: str) -> None:
        """Open the folder where nothing is open, and wait for its first picture."""
        if self.session.image is None and self.session.scanning is None:
            self.window.open_paths([Path(images)])
        end = time.monotonic() + 30
        while (self.session.scanning is not None or self.session.picture is None) and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def _took(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.wrong.append("".join(traceback.format_exception(kind, error, trace)))

    def _hear(self, topic: Topic) -> None:
        if topic is Topic.MESSAGE and self.session.said is not None and self.session.said.message.text == SENTENCE.text:
            self.wrong.append(str(self.session.said.message))

    # mouse -----------------------------------------------------------------------------------------------------------------------------

    def _mouse(self, kind: QEvent.Type, button: Qt.MouseButton = NOBODY) -> None:
        event = QMouseEvent(kind, self.at, self.view.mapToGlobal(self.at), button, self.held, self.modifiers)
        QApplication.sendEvent(self.view, event)

    def press(self, button: Qt.MouseButton | None = None) -> None:
        button = button or self.dice.choice(BUTTONS)
        self.held |= button
        self._mouse(QEvent.Type.MouseButtonPress, button)

    def release(self) -> None:
        for button in [one for one in set(BUTTONS) if self.held & one][:1]:
            self.held &= ~button
            self._mouse(QEvent.Type.MouseButtonRelease, button)

    def move(self) -> None:
        for _ in range(self.dice.choice([1, 1, 2, 5, 20])):
            self._go(self.at + QPointF(self.dice.uniform(-40, 40), self.dice.uniform(-40, 40)))
        if self.dice.random() < 0.1:
            self._go(self._somewhere())

    def _go(self, to: QPointF) -> None:
        spare = 200.0
        self.at = QPointF(min(max(to.x(), -spare), self.view.width() + spare), min(max(to.y(), -spare), self.view.height() + spare))
        self._mouse(QEvent.Type.MouseMove)

    def _somewhere(self) -> QPointF:
        image = self.session.image
        if image is None:
            return QPointF(self.dice.uniform(0, self.view.width()), self.dice.uniform(0, self.view.height()))
        return QPointF(self.view.image_to_widget(self.dice.uniform(-2, image.columns + 2), self.dice.uniform(-2, image.rows + 2)))

    def stroke(self) -> None:
        if self.held:
            return
        self._go(self._somewhere())
        self.press(LEFT)
        for _ in range(self.dice.choice([1, 3, 8, 25])):
            self._go(self.at + QPointF(self.dice.uniform(-60, 60), self.dice.uniform(-60, 60)))
        self.release()
        if self.dice.random() < 0.4:
            self._key(Qt.Key.Key_Return, _Mod.NoModifier)

    def double(self) -> None:
        self._mouse(QEvent.Type.MouseButtonDblClick, LEFT)
        self._mouse(QEvent.Type.MouseButtonRelease, LEFT)

    def wheel(self) -> None:
        turned, modifiers = QPoint(0, self.dice.choice([-120, 120, -360, 15])), self.dice.choice(MODIFIERS)
        where = self.view.mapToGlobal(self.at)
        QApplication.sendEvent(
            self.view, QWheelEvent(self.at, where, QPoint(), turned, self.held, modifiers, Qt.ScrollPhase.NoScrollPhase, False)
        )

    # keys and commands -----------------------------------------------------------------------------------------------------------------

    def _key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            text = chr(key.value).lower() if key.value < 128 else ""
            QApplication.sendEvent(QApplication.focusWidget() or self.view, QKeyEvent(kind, key, modifiers, text))

    def plain_key(self) -> None:
        self._key(self.dice.choice(PLAIN), self.dice.choice(MODIFIERS))

    def key_of(self) -> None:
        keys = self.window.commands.keys_of(self.dice.choice(self.names))
        sequence = QKeySequence.fromString(keys[0], QKeySequence.SequenceFormat.PortableText) if keys else QKeySequence()
        if not sequence.isEmpty():
            self._key(sequence[0].key(), sequence[0].keyboardModifiers())

    def command(self, *begins: str) -> None:
        action = self.window.commands.actions[self.dice.choice([name for name in self.names if name.startswith(begins or ("",))])]
        if action.isEnabled():
            action.trigger()

    def tool(self) -> None:
        self.command("tool.", "mode.")

    def anew(self) -> None:
        self.window.commands.actions["mode.new"].trigger()

    def change_some(self) -> None:
        self.choose()
        self.command("edit.", "retouch.", "lesion.", "shape.")

    def choose(self) -> None:
        there = [a.id for a in self.session.annotations]
        self.session.select(self.dice.sample(there, min(len(there), self.dice.choice([0, 1, 1, 2, 3]))))

    def hold(self) -> None:
        self.modifiers = self.dice.choice(MODIFIERS)

    def jump(self) -> None:
        self.session.go_to_step(self.dice.randint(0, len(self.session.history.steps)))

    def blur(self) -> None:
        QApplication.sendEvent(self.view, QFocusEvent(QEvent.Type.FocusOut))

    def resize(self) -> None:
        self.window.resize(self.dice.randint(900, 1500), self.dice.randint(600, 950))

    def another_series(self) -> None:
        found = self.session.catalogue.in_order
        if found:
            self.session.open_series(self.dice.choice(found).uid)

    def wait(self) -> None:
        end = time.monotonic() + self.dice.choice([0.005, 0.05])
        while time.monotonic() < end:
            QApplication.processEvents()


def close_what_waits() -> None:
    """Close the menu or the question that waits for an answer, as somebody does who did not mean it."""
    waiting = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    if isinstance(waiting, QDialog):
        waiting.reject()
    elif waiting is not None:
        waiting.close()


def main(project: str, images: str, seed: str, steps: str, into: str) -> None:
    """Work, write down what there is in the end, and die."""
    hands = AnyHands(project, images, int(seed))
    hands.work(int(steps), images)
    work = hands.session._works.get(hands.session._case)
    told = {"case": "", "edits": 0} if work is None else {
        "case": work.id, "edits": len(work.history.steps), "document": record.encode_document(work.document)}  # fmt: skip
    Path(into).write_text(json.dumps(told), "utf-8")
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
