"""A window of its own for a view or a panel that was torn off the main window; closing it brings that back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.gui.keys import TORN
from annotator.present.screens import Box


class TornWindow(QWidget):
    """Holds one widget at a time; keys that mean nothing to it, and files dropped on it, are the main window's."""

    closed = Signal()
    """A person closed it."""
    stirred = Signal()
    """It was moved, or its size changed."""

    def __init__(self, main: QWidget) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self.setObjectName(TORN)
        self._main = main
        self.setWindowIcon(main.windowIcon())
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setAcceptDrops(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.held: QWidget | None = None

    def hold(self, content: QWidget) -> None:
        """Take a widget in; its window title is the window's."""
        if content is self.held and content.parent() is self:
            return
        if self.held is not None:
            self.held.windowTitleChanged.disconnect(self.setWindowTitle)
        self.held = content
        content.windowTitleChanged.connect(self.setWindowTitle)
        self.setWindowTitle(content.windowTitle())
        self._column.addWidget(content)
        content.show()

    def stand(self, box: Box, *, filling: bool) -> None:
        """Go to a place of the desktop; `filling` that screen."""
        put(self, box, filling=filling)

    def let_go(self) -> None:
        """Go away without a word; what it held has another place by now, or goes with it."""
        self.closed.disconnect()
        self.close()
        self.setObjectName("")
        self.deleteLater()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(640, 480)

    def closeEvent(self, event: QCloseEvent) -> None:
        """See Qt."""
        super().closeEvent(event)
        self.closed.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        """See Qt."""
        super().moveEvent(event)
        self.stirred.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self.stirred.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        self._main.keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        self._main.keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt; what is held while this window comes or goes is let go in the main window too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self._main.changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See Qt."""
        self._main.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        self._main.dropEvent(event)


def box_of(window: QWidget) -> Box:
    """Return where a window is when it is neither maximised nor minimised: the corner of its frame, the size of what is in it."""
    normal = window.normalGeometry()
    if (window.isMaximized() or window.isFullScreen()) and normal.isValid():
        return Box(normal.x(), normal.y(), normal.width(), normal.height())
    return Box(window.x(), window.y(), window.width(), window.height())


def box_in(widget: QWidget) -> Box:
    """Return where a widget is on the desktop."""
    corner = widget.mapToGlobal(QPoint(0, 0))
    return Box(corner.x(), corner.y(), widget.width(), widget.height())


def put(window: QWidget, box: Box, *, filling: bool) -> None:
    """Put a window there; `filling`: maximised on the screen of that place."""
    if window.windowState() & Qt.WindowState.WindowMaximized:
        window.setWindowState(Qt.WindowState.WindowNoState)  # a desktop moves no window that fills a screen
    window.resize(box.width, box.height)
    window.move(box.left, box.top)
    if filling:
        window.setWindowState(Qt.WindowState.WindowMaximized)
