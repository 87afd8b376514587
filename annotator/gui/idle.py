"""Hide the pictures when nobody has touched keyboard or mouse for a while; a key, and the person's PIN where there is one, bring them back.

A curtain is drawn over every window of the program, and what is typed or clicked reaches nothing but the curtain.  What runs goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from shiboken6 import isValid

from annotator import settings
from annotator.domain.person import Acting, known
from annotator.errors import AnnotatorError
from annotator.gui.keys import OWN_KEYS, Keys
from annotator.i18n import mark, say, translate
from annotator.workspace import people
from annotator.workspace.session import Session

MINUTES, USUAL_MINUTES, MOST_MINUTES = "idle_minutes", 10, 240
"""The setting, its usual value, the longest; 0: never."""
_LOOK = 5_000
"""Milliseconds between two looks at the clock."""
_Type = QEvent.Type
_TOUCHES = {_Type.KeyPress, _Type.MouseButtonPress, _Type.MouseMove, _Type.Wheel, _Type.TouchBegin, _Type.TabletPress, _Type.Drop}
_HELD_BACK = _TOUCHES | {
    _Type.KeyRelease, _Type.ShortcutOverride, _Type.Shortcut, _Type.MouseButtonRelease, _Type.MouseButtonDblClick, _Type.ContextMenu,
    _Type.DragEnter, _Type.DragMove, _Type.TouchUpdate, _Type.TouchEnd, _Type.TabletMove, _Type.TabletRelease, _Type.InputMethod,
}  # fmt: skip
_WAKING = {_Type.KeyPress, _Type.MouseButtonPress}
_WIDTH = 360


class Curtain(QWidget):
    """What stands over one window; the one of the window in front asks for the PIN."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("curtain")
        self.setProperty("role", "curtain")
        self.setProperty(OWN_KEYS, True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title, self.told, self.pin, self.wrong = QLabel(self), QLabel(self), QLineEdit(self), QLabel(self)
        self.title.setProperty("role", "title")
        self.wrong.setProperty("role", "wrong")
        self.pin.setObjectName("curtain.pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        for widget in (self.title, self.told, self.pin, self.wrong):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
                widget.setWordWrap(True)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter if widget is self.pin else Qt.AlignmentFlag(0))
        column.addStretch(1)
        self.setGeometry(over.rect())
        over.installEventFilter(self)

    def say(self, acting: Acting | None, *, asks: bool) -> None:
        """Show what brings the pictures back."""
        self.title.setText(translate(mark("The pictures are hidden")))
        name = acting.name if acting is not None else ""
        words = translate(mark("{name}: type your PIN and press Enter"), name=name) if asks else translate(mark("Press any key to go on"))
        self.told.setText(words)
        self.pin.setAccessibleName(translate(mark("PIN")))
        self.pin.setVisible(asks)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; the curtain is as large as its window."""
        if event.type() is _Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self.raise_()


class IdleLock(QObject):
    """Watches one program's keyboard and mouse; `clock` returns seconds."""

    def __init__(self, window: QMainWindow, keys: Keys, session: Session, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(window)
        self._window, self._session, self._clock = window, session, clock
        self._touched, self._pointer = clock(), QPointF()
        self._before: QWidget | None = None
        self.curtains: list[Curtain] = []
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        keys.first(_HELD_BACK, self._hear)

    @property
    def locked(self) -> bool:
        """Whether the pictures are hidden."""
        return bool(self.curtains)

    def look(self) -> None:
        """Hide the pictures where nobody was here for long enough."""
        minutes = settings.read(MINUTES, USUAL_MINUTES)
        if minutes > 0 and not self.locked and self._clock() - self._touched >= 60 * minutes:
            self.lock()

    def lock(self) -> None:
        """Draw a curtain over each window, now."""
        if self.locked:
            return
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._before = QApplication.focusWidget()
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible() and top.width() > 1]
        self.curtains = [Curtain(top) for top in tops]
        for curtain in self.curtains:
            curtain.say(self._session.acting, asks=self._asks and curtain.parentWidget() is self._window)
            curtain.show()
        own = self._own
        if own is not None:
            own.pin.returnPressed.connect(self._try)
            (own.pin if self._asks else own).setFocus()

    def unlock(self) -> None:
        """Take the curtains away."""
        curtains, self.curtains = self.curtains, []
        self._touched, self._asking = self._clock(), False
        for curtain in curtains:
            curtain.hide()
            curtain.deleteLater()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus()

    def _hear(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is here; while the pictures are hidden, keys and clicks reach the curtain alone."""
        kind = event.type()
        if kind in _TOUCHES and (kind is not _Type.MouseMove or self._moved(event)):
            self._touched = self._clock()
        if not self.locked or not isinstance(watched, QWidget | QAction):
            return False
        if isinstance(watched, QWidget) and any(curtain is watched or curtain.isAncestorOf(watched) for curtain in self.curtains):
            if kind in _WAKING and not self._asks:
                self.unlock()
                return True
            return False
        if kind is _Type.ShortcutOverride:
            event.accept()  # else Qt looks for a shortcut, and no key comes that could bring the pictures back
        elif kind in _WAKING and not self._asks:
            self.unlock()
        elif kind in _WAKING and self._own is not None:
            self._own.pin.setFocus()
        return True

    @property
    def _own(self) -> Curtain | None:
        return next((curtain for curtain in self.curtains if curtain.parentWidget() is self._window), None)

    @property
    def _asks(self) -> bool:
        """Whether a PIN is needed: the project has people, and the one at work has chosen one."""
        acting = self._session.acting
        person = known(self._session.people, acting.name) if acting is not None else None
        return person is not None and bool(person.pin)

    def _moved(self, event: QEvent) -> bool:
        """Whether the pointer is elsewhere; Qt sends moves also because something moved under it.  The event knows, the screen is slow."""
        if not isinstance(event, QMouseEvent):
            return False
        before, self._pointer = self._pointer, event.globalPosition()
        return self._pointer != before

    def _try(self) -> None:
        acting, own = self._session.acting, self._own
        if acting is None or own is None or self._asking:
            return
        self._asking = True
        pin, root, role = own.pin.text(), self._session.project.root, acting.role.value if acting.role else ""
        own.pin.clear()
        own.wrong.clear()

        def ended(found: Acting) -> None:
            self.unlock()

        def failed(error: Exception) -> None:
            self._asking = False
            if not isinstance(error, AnnotatorError):
                raise error
            if self._own is not None:
                self._own.wrong.setText(say(error.message))
                self._own.pin.setFocus()

        self._session.tasks.run(lambda: people.sign_in(root, acting.name, role, pin), ended, failed)
