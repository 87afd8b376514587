"""The dashboard over the picture: what there is, who did what, how well readers agree; a number opens the cases behind it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QTabBar, QVBoxLayout, QWidget

from annotator.domain.queue import Narrowing, Wanted
from annotator.gui.cover import Cover
from annotator.gui.plot import Plot
from annotator.gui.theme import Theme
from annotator.i18n import Message, language, mark, say, translate
from annotator.present.chart import Chart, Spot
from annotator.present.dashboard import PAGES, charts, headline, manages
from annotator.workspace.barring import Stand
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.summary import Told

_COLUMN = 300
"""Pixels that a column of charts needs at least."""
_Rows = tuple[tuple[str, ...], ...]
_ORDERS: Mapping[str, Mapping[int, _Rows]] = {
    "holdings": {
        1: (("there",), ("amounts",), ("persons",), ("states",), ("plane",), ("sex",), ("age",), ("device",)),
        2: (("there",), ("amounts", "persons"), ("states", "age"), ("plane", "sex"), ("device",)),
        3: (("there",), ("amounts", "persons", "states"), ("plane", "sex", "age"), ("device",)),
    },
    "work": {
        1: (("work",), ("agreement",), ("readers",), ("confused",), ("reasons",), ("categories",), ("minutes",)),
        2: (("work",), ("agreement", "readers"), ("confused",), ("reasons", "categories"), ("minutes",)),
        3: (("work", "minutes"), ("agreement", "readers", "confused"), ("reasons", "categories")),
    },
}
"""The charts of each page row by row for so many columns; the first of a row that is not full is wider."""
_PAUSE = 1000
"""Milliseconds in which changes gather before the project is counted again."""


class DashboardPart(Cover):
    """Charts in columns, each a panel with its title; the numbers are counted beside the window."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("Dashboard"))
        self._session, self._look, self._busy, self._anew = session, look, False, False
        self._shown: tuple[str, str, tuple[Chart, ...]] = "", "", ()
        """The language, the headline and the charts that are shown."""
        self._panels: dict[str, _Panel] = {}
        self._across: tuple[str, int] = "", 0
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("dashboard.tabs")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _ in PAGES:
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(lambda _place: self._turn())
        self.said = QLabel(self)
        self.said.setObjectName("dashboard.said")
        self._within = QWidget()
        self._grid = QGridLayout(self._within)
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setSpacing(12)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._within)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.said)
        self.body.addWidget(self.area, 1)
        self.bar = self.button()
        self.bar.setObjectName("dashboard.bar")
        self.bar.hide()
        self.bar.clicked.connect(lambda: self.elsewhere.emit("bar", Narrowing("", Wanted())))
        self._wait = QTimer(self, singleShot=True, interval=_PAUSE)
        self._wait.timeout.connect(self._ask)

    def refresh(self, topic: Topic) -> None:
        """Count anew while the dashboard is shown; it goes where whoever is at work may not see it."""
        if self.isHidden():
            return
        if not manages(self._session):
            self.put_away.emit()
            return
        if topic is Topic.PROJECT:
            self._ask()
        elif not self._wait.isActive():
            self._wait.start()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        for place, text in enumerate(PAGES.values()):
            self.tabs.setTabText(place, translate(text))
        self._say_keys()
        if self._shown[0] != language() and not self.isHidden():
            self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._arrange()

    def _ask(self) -> None:
        if self._busy:
            self._anew = True
            return
        self._busy, folder = True, self._session.project
        if not self._panels:
            self.said.setText(translate(mark("Counting …")))
            self.said.show()

        def shown(found: Told) -> tuple[str, str, tuple[Chart, ...], bool]:
            return language(), headline(found), charts(folder.project, found), found.readings.left > 0

        def told(found: tuple[str, str, tuple[Chart, ...], bool]) -> None:
            self._busy = False
            if folder is self._session.project:
                self._show(found[:3])
                self._anew = self._anew or found[3]
            else:
                self._anew = True
            self._go_on()

        def refused(why: Message) -> None:
            self._busy = False
            self.said.setText(say(why))
            self._go_on()

        self._session.find_figures(shown, told, refused)
        self._session.find_bar(self._say_below)

    def _say_below(self, found: Stand) -> None:
        """Say how many cases lie below the bar, on the button that leads to them."""
        count = len({case.case for one in found.people for case in one.below})
        self.bar.setText(translate(mark("{count} cases below the agreement bar…"), count=count))
        self.bar.setVisible(count > 0)

    def _go_on(self) -> None:
        again, self._anew = self._anew, False
        if again and not self.isHidden():
            self._wait.start()

    def _show(self, found: tuple[str, str, tuple[Chart, ...]]) -> None:
        self._shown = found
        self.said.setText(found[1])
        self.said.setVisible(bool(found[1]))
        for chart in found[2]:
            if chart.name not in self._panels:
                self._panels[chart.name] = panel = _Panel(chart.name, self._look, self._within)
                panel.plot.opened.connect(self._open)
                panel.plot.pointed.connect(partial(self._tell, panel.plot))
            self._panels[chart.name].put(chart)
        self._arrange()
        if self.hasFocus():
            shown = [self._panels[name] for row in _ORDERS[self._across[0]][self._across[1]] for name in row]
            next((panel.plot for panel in shown if panel.plot.chart.spots), self._close).setFocus()

    @property
    def page(self) -> str:
        """Which page is shown, one of `PAGES`."""
        return list(PAGES)[max(0, self.tabs.currentIndex())]

    def _turn(self) -> None:
        self._arrange()
        self.area.verticalScrollBar().setValue(0)
        self._say_keys()

    def _arrange(self) -> None:
        """Put the panels of the page into as many columns as there is room for, and hide the others."""
        across = max(1, min(3, self.width() // _COLUMN))
        if not self._panels or (self.page, across) == self._across:
            return
        self._across = self.page, across
        order = _ORDERS[self.page][across]
        for name, panel in self._panels.items():
            self._grid.removeWidget(panel)
            panel.setVisible(any(name in names for names in order))
        before: QWidget = self.tabs
        for row, names in enumerate(order):
            wider = across - len(names)
            for place, name in enumerate(names):
                panel = self._panels[name]
                self._grid.addWidget(panel, row, place + (wider if place else 0), 1, 1 + (0 if place else wider))
                self.setTabOrder(before, panel.plot)
                before = panel.plot
        for column in range(3):
            self._grid.setColumnStretch(column, int(column < across))

    def _say_keys(self) -> None:
        self.foot.setText(translate(mark("Tab: next chart · arrows: choose a number · Enter or a click: its cases in the worklist")))

    def _tell(self, plot: Plot, tip: str) -> None:
        """Explain the number that the keyboard is at, and bring it into sight."""
        self.foot.setText(tip.replace("\n", " · "))
        place = plot.place(plot.at)
        middle = plot.mapTo(self._within, place.center())
        self.area.ensureVisible(middle.x(), middle.y(), 0, place.height())

    def _open(self, spot: Spot) -> None:
        if spot.behind is not None:
            self.elsewhere.emit("worklist", spot.behind)


class _Panel(QFrame):
    """A chart with its title and a line that says what it counts."""

    def __init__(self, name: str, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"dashboard.panel.{name}")
        self.setStyleSheet(f"QFrame[objectName='{self.objectName()}'] {{ background: {look.colours['panel']}; border-radius: 6px; }}")
        self._title, self._hint, self.plot = QLabel(self), QLabel(self), Plot(look, self)
        self._title.setStyleSheet("font-weight: 600;")
        self._hint.setProperty("role", "quiet")
        self._hint.setWordWrap(True)
        self.plot.setObjectName(f"dashboard.{name}")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addSpacing(4)
        column.addWidget(self.plot)
        column.addStretch(1)

    def put(self, chart: Chart) -> None:
        """Show another chart."""
        self._title.setText(chart.title)
        self._hint.setText(chart.hint)
        self.plot.put(chart)
