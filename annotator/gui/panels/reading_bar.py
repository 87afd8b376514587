"""The bar above a view that shows another reading: how its annotations are drawn, what differs on the image, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QTransform
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from annotator.gui.canvas import look
from annotator.gui.panels.elided import Elided
from annotator.i18n import mark, translate
from annotator.present.readings import differing_text
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

_NEWS = frozenset({Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT, Topic.LAYOUT, Topic.PROJECT})


class ReadingBar(QWidget):
    """The bar of one view; hidden while that shows the own reading."""

    def __init__(self, session: Session, pane: Pane, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._pane = session, pane
        self.setObjectName("reading_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sample, self.text, self.close_button = _Sample(self), Elided(Qt.TextElideMode.ElideRight, self), QToolButton(self)
        self.text.setObjectName("reading.differences")
        self.close_button.setObjectName("reading.away")
        self.close_button.setText("×")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button.clicked.connect(session.close_reading)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(2)
        row.addWidget(self._sample)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self.destroyed.connect(pane.subscribe(self._hear))
        self.refresh()

    def refresh(self) -> None:
        """Say what is true of the shown image, in the current language."""
        found = self._session.difference(self._pane) if self._pane.place.other is not None else None
        self.setVisible(self._pane.place.other is not None)
        self.text.say(differing_text(found) if found is not None else "")
        self._sample.setToolTip(translate(mark("The other reading is drawn dotted and without a wash")))
        self.close_button.setAccessibleName(translate(mark("Close the other reading")))
        self.close_button.setToolTip(translate(mark("Close the other reading")))

    def _hear(self, topic: Topic) -> None:
        if topic in _NEWS:
            self.refresh()


class _Sample(QWidget):
    """A line as the other reading's are drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(24, 18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter, path = QPainter(self), QPainterPath(QPointF(2, self.height() / 2))
        path.lineTo(self.width() - 2, self.height() / 2)
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        look.trace(painter, path, QTransform(), colour, look.OUTLINE * self.devicePixelRatioF(), dotted=True)
        painter.end()


def reading_menu(session: Session, parent: QWidget) -> QMenu:
    """Return what may be done with another reading, and with the annotation of it that the pointer is on."""
    menu, aimed = QMenu(parent), session.aimed
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    take = menu.addAction(translate(mark("Take this one over")))
    take.setObjectName("reading.take_this")
    take.setEnabled(aimed is not None)
    take.triggered.connect(lambda: session.take_over(aimed))
    menu.addSeparator()
    menu.addAction(translate(mark("Close the other reading"))).triggered.connect(session.close_reading)
    return menu
