"""A pen, or its other end, over a widget: the events that Qt sends for a tablet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT, NOBODY, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
TIP, ERASER = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
_LONG = 5_000
"""Milliseconds after which a tap is no second one."""


class Stylus:
    """Places are those of the widget, fractions allowed; `time` is the pen's clock in milliseconds."""

    def __init__(self, view: QWidget, kind: QPointingDevice.PointerType = TIP) -> None:
        capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
        self.device = QPointingDevice("pen", 7, QInputDevice.DeviceType.Stylus, kind, capabilities, 1, 3)
        self.view, self.held, self.time, self.modifiers = view, NOBODY, 1000, NONE

    def send(self, kind: QEvent.Type, place: tuple[float, float], button: Qt.MouseButton, pressure: float = 0.5) -> None:
        at = QPointF(*place)
        event = QTabletEvent(
            kind, self.device, at, self.view.mapToGlobal(at), pressure, 0.0, 0.0, 0.0, 0.0, 0, self.modifiers, button, self.held
        )
        event.setTimestamp(self.time)
        self.time += 10
        QApplication.sendEvent(self.view, event)
        assert event.isAccepted()

    def press(self, place: tuple[float, float], button: Qt.MouseButton = LEFT, pressure: float = 0.5) -> None:
        self.held = button
        self.send(QEvent.Type.TabletPress, place, button, pressure)

    def move(self, *places: tuple[float, float], pressure: float = 0.5) -> None:
        for place in places:
            self.send(QEvent.Type.TabletMove, place, NOBODY, pressure)

    def release(self, place: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
        self.held = NOBODY
        self.send(QEvent.Type.TabletRelease, place, button)

    def drag(self, *places: tuple[float, float], button: Qt.MouseButton = LEFT, pressure: float = 0.5) -> None:
        self.press(places[0], button, pressure)
        self.move(*places[1:], pressure=pressure)
        self.release(places[-1], button)

    def tap(self, *places: tuple[float, float], twice: bool = False) -> None:
        """Tap each place, long after the last tap, and the last place twice if `twice`."""
        for place in places:
            self.time += _LONG
            self.drag(place)
        if twice:
            self.drag(places[-1])
