"""A small panel in the picture's corner: how long frames and decodings take, what is in memory and how much of it is allowed."""

from __future__ import annotations

import datetime
import json

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout

from annotator.errors import system_cause
from annotator.gui.part import PartWidget
from annotator.i18n import mark, message, translate
from annotator.paths import local_folder
from annotator.present.pace import figures, rows
from annotator.workspace import durable
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_EVERY = 500
"""Milliseconds between two looks."""
_LEAST, _MOST, _STEP = 64, 65_536, 256
"""Megabytes that may be allowed."""


class PacePart(PartWidget):
    """Figures that renew themselves while they are seen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "float")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._labels = [(QLabel(self), QLabel(self)) for _ in rows(session)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        for row, (name, value) in enumerate(self._labels):
            name.setProperty("role", "quiet")
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
        self.memory, self._allowed, self.keep = QSpinBox(self), QLabel(self), QPushButton(self)
        self.memory.setObjectName("pace.memory")
        self.memory.setRange(_LEAST, _MOST)
        self.memory.setSingleStep(_STEP)
        self.memory.setSuffix(" MB")
        self.memory.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.memory.setKeyboardTracking(False)
        self.memory.setValue(session.stock.most >> 20)
        self.memory.valueChanged.connect(self._allow)
        self._allowed.setBuddy(self.memory)
        self._allowed.setProperty("role", "quiet")
        self.keep.setObjectName("pace.keep")
        self.keep.clicked.connect(self._keep)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self._allowed)
        below.addWidget(self.memory)
        below.addStretch(1)
        below.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(grid)
        column.addLayout(below)
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY)
        self._clock.timeout.connect(self.look)

    def refresh(self, topic: Topic) -> None:
        """Show the figures as they are now."""
        self.look()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._allowed.setText(translate(mark("Images may take")))
        self.memory.setAccessibleName(translate(mark("Memory for decoded images")))
        self.keep.setText(translate(mark("Save")))
        self.keep.setToolTip(translate(mark("Write these figures to a file; it names no image and no patient")))
        self.look()

    def look(self) -> None:
        """Look at the figures again."""
        for (name, value), (label, figure) in zip(self._labels, rows(self._session), strict=True):
            name.setText(label)
            value.setText(figure)

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; what is not seen is not looked for."""
        super().hideEvent(event)
        self._clock.stop()

    def _allow(self, megabytes: int) -> None:
        try:
            self._session.allow_memory(megabytes)
        except OSError as error:
            self._session.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)
        self.look()

    def _keep(self) -> None:
        now = datetime.datetime.now().astimezone()
        path = local_folder() / f"speed-{now:%Y%m%d-%H%M%S}.json"
        try:
            durable.write(path, json.dumps(figures(self._session, now.isoformat(timespec="seconds")), indent=1).encode("ascii"))
        except OSError as error:
            self._session.say(message("The figures could not be written: {reason}", reason=system_cause(error)), Severity.ERROR)
            return
        self._session.say(message("The figures stand in {path}", path=path))
