"""Keep where the windows stood, for each person and set of monitors, and how the picture was looked at; no window stays off the screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMainWindow, QWidget

from annotator import settings
from annotator.gui.canvas.view import ImageView
from annotator.gui.desktop import screen_of, screens
from annotator.gui.layout import Columns
from annotator.gui.tearing import Tearing, box_from
from annotator.gui.torn import box_of, put
from annotator.present.screens import first_place, on_screen, set_name
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.session import Session

_ARRANGEMENTS = "window.arrangements"
_SIZE = (1280, 800)
_CALM = 400
"""Milliseconds without a move after which the windows are where a person wants them, not where a monitor that goes throws them."""
_SETTLED = 60
"""Milliseconds after the last news of a monitor: by then Qt has moved what was on it."""
_LOW, _FOLDED = 850, ("window_level",)
"""On a screen of fewer lines, in logical pixels, these panels are folded until a person unfolds them."""
Known = dict[str, settings.Value]


class Places(QObject):
    """The places of one main window and of what was torn off it."""

    def __init__(self, main: QMainWindow, columns: Columns, torn: Tearing, session: Session) -> None:
        super().__init__(main)
        self._main, self._columns, self._torn, self._session = main, columns, torn, session
        self._set, self._calm = set_name(screens()), Known()
        self._resting = QTimer(self, singleShot=True, interval=_CALM)
        self._resting.timeout.connect(self._note)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settling.timeout.connect(self._settle)
        torn.changed.connect(self.stir)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._come)
            application.screenRemoved.connect(self._turn)
        for screen in QGuiApplication.screens():
            self._watch(screen)

    def restore(self) -> None:
        """Put the main window and its columns where they were on these monitors, or in their usual size on this screen."""
        person = _person(self._session.author)
        known = _known(person, self._set)
        layout = known.get("layout")
        if person.get("last") != self._set and isinstance(layout, str):
            self._session.arrange(Arrangement.parse(layout))
        self._take_up(known)

    def restore_torn(self) -> None:
        """Tear off what was torn off on these monitors."""
        self._torn.take_up(_known(_person(self._session.author), self._set))
        self.stir()

    def stir(self) -> None:
        """Something moves; when it has come to rest, that is where it belongs."""
        if not self._settling.isActive():
            self._resting.start()

    def keep(self) -> None:
        """Remember where everything is.  Raises OSError."""
        if not self._settling.isActive():
            self._note()
        self._write()

    def close(self) -> None:
        """Take no notice of monitors any more."""
        self._resting.stop()
        self._settling.stop()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.disconnect(self._come)
            application.screenRemoved.disconnect(self._turn)

    def _note(self) -> None:
        """Take what is now for what a person wants on these monitors."""
        if set_name(screens()) != self._set:
            return
        box = box_of(self._main)
        self._calm = {
            "window": [box.left, box.top, box.width, box.height],
            "maximised": self._main.isMaximized(),
            "columns": list(self._columns.wanted),
            "layout": str(self._session.arrangement),
            **self._torn.state(),
        }

    def _write(self) -> None:
        if not self._calm:
            return
        people = settings.read(_ARRANGEMENTS, Known())
        person = _person(self._session.author)
        sets = person.get("sets")
        known = sets if isinstance(sets, dict) else Known()
        settings.remember({_ARRANGEMENTS: {**people, self._session.author: {"last": self._set, "sets": {**known, self._set: self._calm}}}})

    def _take_up(self, known: Mapping[str, settings.Value]) -> None:
        box = box_from(known.get("window"))
        place = first_place(screen_of(self._main.screen()), _SIZE) if box is None else on_screen(box, screens())
        put(self._main, place, filling=known.get("maximised") is True)
        widths = known.get("columns")
        found = [width for width in widths if type(width) is int] if isinstance(widths, list) else []
        if len(found) == self._columns.count():
            self._columns.want(*found)
        folded = known.get("folded")
        low = self._main.screen().availableGeometry().height() < _LOW
        self._torn.fold_only([name for name in folded if isinstance(name, str)] if isinstance(folded, list) else _FOLDED if low else ())

    def _watch(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._turn)
        screen.availableGeometryChanged.connect(self._turn)

    def _come(self, screen: QScreen) -> None:
        self._watch(screen)
        self._turn()

    def _turn(self) -> None:
        """Monitors come, go or turn: what was at rest until now belongs to those there were."""
        self._resting.stop()
        self._settling.start()

    def _settle(self) -> None:
        """Stand as on these monitors before; on new ones stay, but wholly on the screens there are."""
        now = set_name(screens())
        if now != self._set:
            self._keep_quietly()
            self._set = now
            known = _known(_person(self._session.author), now)
            if known:
                self._take_up(known)
                self._torn.take_up(known)
        for window in (self._main, *self._torn.windows):
            _bring_on_screen(window)
        self.stir()

    def _keep_quietly(self) -> None:
        try:
            self._write()
        except OSError:
            return  # closing the window says it


def look_again(session: Session, view: ImageView) -> None:
    """Look at the open series as it was looked at when the window was closed, once."""
    place, series = session.view, session.series
    if series is not None and place.zoom > 0 and place.series == series.uid:
        view.look_at(place.zoom, place.center_x, place.center_y)
        session.view = replace(place, zoom=0.0)


def keep_look(session: Session, view: ImageView) -> None:
    """Tell the session how the picture is looked at, for what it remembers; a fitted picture will be fitted again."""
    centre = view.centre
    if centre is None or view.fitted:
        session.view = replace(session.view, zoom=0.0)
    else:
        session.view = replace(session.view, zoom=view.zoom, center_x=centre[0], center_y=centre[1])


def _bring_on_screen(window: QWidget) -> None:
    box = box_of(window)
    there = on_screen(box, screens())
    if there == box:
        return
    put(window, there, filling=window.isMaximized())


def _person(name: str) -> Known:
    """What is remembered for a person; nothing where that is damaged."""
    found = settings.read(_ARRANGEMENTS, Known()).get(name)
    return found if isinstance(found, dict) else {}


def _known(person: Mapping[str, settings.Value], monitors: str) -> Known:
    sets = person.get("sets")
    found = sets.get(monitors) if isinstance(sets, dict) else None
    return found if isinstance(found, dict) else {}
