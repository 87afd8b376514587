"""Look a few times a second whether a disk or a share has stopped to answer, and tell when it does and when it answers again."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.silence import STORAGE, Storage

_AFTER = 2.0
"""Seconds without an answer that are no longer usual."""
_EVERY = 500  # ms


class Silence(QObject):
    """Watches the storage; `seconds` is how long it has not answered, 0 while it does."""

    changed = Signal()

    def __init__(self, parent: QObject, storage: Storage = STORAGE, after: float = _AFTER) -> None:
        super().__init__(parent)
        self._storage, self._after = storage, after
        self.seconds = 0
        self._watch = QTimer(self, interval=_EVERY)
        self._watch.timeout.connect(self._look)
        self._watch.start()

    def _look(self) -> None:
        silent = self._storage.silent()
        seconds = max(int(silent), 1) if silent >= self._after else 0
        if seconds != self.seconds:
            self.seconds = seconds
            self.changed.emit()
