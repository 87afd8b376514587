"""End in order when the system asks for it (SIGTERM, SIGHUP, Ctrl+C in a terminal): all is put down as when the window is closed."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication, QWidget

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK") if hasattr(signal, name))


class Ending(QObject):
    """Closes a window and ends the event loop at a signal; belongs to the main thread, where Python's handlers run.

    Qt's event loop never comes back to Python by itself: a socket that the system's handler writes to wakes it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._heard, self._told = socket.socketpair()
        for end in (self._heard, self._told):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)
        self._woke_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._end) for number in SIGNALS}

    def stop(self) -> None:
        """Let signals do what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woke_before)
        self._notifier.setEnabled(False)
        for end in (self._heard, self._told):
            end.close()

    def _wake(self) -> None:
        """Back in Python: its handlers run now, and the socket is emptied."""
        self._heard.recv(64)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._window.close()
        QApplication.quit()
