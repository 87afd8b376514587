"""End in order when the system asks for it (SIGTERM, SIGHUP, Ctrl+C in a terminal): all is put down as when the window is closed."""

from __future__ import annotations

import signal
from types import FrameType

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK") if hasattr(signal, name))
_LISTEN = 250
"""Milliseconds after which a signal is heard at the latest."""


class Ending(QObject):
    """Closes a window and ends the event loop at a signal; belongs to the main thread, where Python's handlers run.

    Qt's event loop never comes back to Python by itself where nothing happens: a clock that calls Python lets the handlers run, on every
    system and without a socket.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._clock = QTimer(self, interval=_LISTEN)
        self._clock.timeout.connect(self._listen)
        self._clock.start()
        self._before = {number: signal.signal(number, self._end) for number in SIGNALS}

    def stop(self) -> None:
        """Let signals do what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._clock.stop()

    def _listen(self) -> None:
        """Back in Python: its handlers run now."""

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._window.close()
        QApplication.quit()
