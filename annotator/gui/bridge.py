"""Carry the session's topics to the panels: at once, except the catalogue, which grows too fast to redraw at every image."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

Listener = Callable[[Topic], None]
_CATALOGUE_EVERY = 80  # ms


class Bridge(QObject):
    """One window's ear on the session; listeners are called in the order in which they were added."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._listeners: list[tuple[frozenset[Topic], Listener, bool]] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_CATALOGUE_EVERY)
        self._soon.timeout.connect(self._catch_up)
        self._grown = False
        self._forget = session.subscribe(self._hear)

    def on(self, listener: Listener, *topics: Topic, once: bool = False) -> None:
        """Call `listener` for these topics (for every topic, if none is named).

        With `once` it is called for the last of several that are told in one go: it shows all there is, whatever has changed.
        """
        self._listeners.append((frozenset(topics or Topic), listener, once))

    def tell(self, topic: Topic) -> None:
        """Tell the listeners of a topic now."""
        self._tell(topic, self._session.to_come - {Topic.CATALOGUE})

    def tell_all(self) -> None:
        """Tell the listeners of every topic, in one go."""
        topics = tuple(Topic)
        for told, topic in enumerate(topics, 1):
            self._tell(topic, frozenset(topics[told:]))

    def close(self) -> None:
        """Hear nothing any more."""
        self._soon.stop()
        self._forget()

    def _tell(self, topic: Topic, to_come: frozenset[Topic]) -> None:
        for topics, listener, once in self._listeners:
            if topic in topics and not (once and topics & to_come):
                listener(topic)

    def _hear(self, topic: Topic) -> None:
        if topic is Topic.CATALOGUE and self._session.scanning is not None and self._soon.isActive():
            self._grown = True
            return
        if topic is Topic.CATALOGUE:
            self._grown = False
            self._soon.start()
        self.tell(topic)

    def _catch_up(self) -> None:
        if self._grown:
            self._hear(Topic.CATALOGUE)
