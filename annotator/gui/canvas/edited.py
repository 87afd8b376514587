"""See where on the screen the annotations differ after edits, before it is painted: an undo need not paint all of a large picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect
from PySide6.QtWidgets import QWidget

from annotator.gui.canvas.model import Overlay, Overlays
from annotator.workspace.notice import Topic

EDITS = frozenset({Topic.DOCUMENT, Topic.SELECTION, Topic.SAVED, Topic.MESSAGE})
"""What changes nothing on a picture but annotations, and what stands on it because of them."""
_LOOK = QEvent.Type(QEvent.registerEventType())
_Differing = Callable[[tuple[Overlay, ...]], QRect | None]


class Edited(QObject):
    """Of one view: notes that something was edited, looks once all is told, and lets be painted what is another on the screen.

    `differing` says in which area of the view (logical pixels) other annotations are seen; None: all is to be painted.  One area around
    all of them: many small ones take longer on their way to the screen.
    """

    def __init__(self, view: QWidget, overlays: Overlays, differing: _Differing) -> None:
        super().__init__(view)
        self._view, self._overlays, self._differing = view, overlays, differing
        self._due = False
        self._found: tuple[Overlay, ...] | None = None

    def note(self) -> None:
        """Annotations may be others; one looks when whoever tells it is done, and before anything is painted."""
        if not self._due:
            self._due = True
            QCoreApplication.postEvent(self, QEvent(_LOOK))

    def forget(self) -> None:
        """Something else is another too, or everything was just painted: nothing is to be looked for."""
        self._due = False

    def other(self) -> None:
        """What was found before may not hold any more."""
        self._found = None

    def overlays(self) -> tuple[Overlay, ...]:
        """Return the annotations that are to be painted now: those that were found when one looked, if nothing has happened since."""
        found, self._found = self._found, None
        return self._overlays() if found is None else found

    def event(self, event: QEvent) -> bool:
        """See Qt."""
        if event.type() != _LOOK:
            return super().event(event)
        if self._due:
            self._due = False
            self._found = self._overlays()
            area = self._differing(self._found)
            if area is None:
                self._view.update()
            elif not area.isEmpty():
                self._view.update(area)
        return True
