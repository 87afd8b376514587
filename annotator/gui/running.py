"""A line that follows long work beside the window: what is being done, how far it is, how long it still takes, and Cancel."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from annotator.i18n import mark, translate
from annotator.workspace.exchanging import Run

_EVERY = 120
"""Milliseconds between two looks at the work."""
_SOON = 1.0
"""Seconds before which nobody can say how long it takes."""


class RunLine(QWidget):
    """The line; hidden while nothing runs."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self.text, self.bar, self.stop = QLabel(self), QProgressBar(self), QPushButton(self)
        self.bar.setProperty("role", "wide")
        self.bar.setTextVisible(False)
        self.stop.setObjectName(f"{name}.cancel")
        self.stop.setAutoDefault(True)
        self.stop.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.text)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY)
        self._clock.timeout.connect(self.look)
        self.hide()

    def follow(self, run: Run | None) -> None:
        """Follow a piece of work; None: there is none."""
        self._run = run
        self.setVisible(run is not None)
        if run is None:
            self._clock.stop()
        else:
            self._clock.start()
            self.look()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.stop.setText(translate(mark("Cancel")))
        self.bar.setAccessibleName(translate(mark("Progress")))
        self.look()

    def look(self) -> None:
        """Show how far the work is now."""
        run = self._run
        if run is None:
            return
        done, total = run.report.done, run.report.total
        self.stop.setEnabled(not run.report.cancelled)
        said = translate(mark("Stopping…")) if run.report.cancelled else translate(run.doing)
        self.bar.setRange(0, total or 0)
        self.bar.setValue(min(done, total or 0))
        passed = time.monotonic() - run.begun
        if total:
            said += f"  {done} / {total}"
            if done and passed > _SOON and not run.report.cancelled:
                left = int(passed / done * (total - done))
                said += "  " + translate(mark("{time} left"), time=f"{left // 60}:{left % 60:02d}")
        elif done:
            said += f"  {done}"
        self.text.setText(said)

    def _cancel(self) -> None:
        if self._run is not None:
            self._run.cancel()
            self.look()
