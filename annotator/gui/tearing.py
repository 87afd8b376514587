"""Tear views and panels of a main window off into windows of their own, and bring them back; what stands where can be told and taken up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from annotator import settings
from annotator.gui.area import PaneArea
from annotator.gui.desktop import screens
from annotator.gui.side import Side
from annotator.gui.torn import TornWindow, box_in, box_of
from annotator.gui.torn_planes import PLANES, TornPlanes
from annotator.present.screens import Box, home, on_screen, torn_place
from annotator.workspace.session import Session

State = dict[str, settings.Value]
"""Box and whether maximised, by the number of a view or the name of a panel."""


class Tearing(QObject):
    """What of one main window stands elsewhere."""

    changed = Signal()
    """Something was torn off, brought back, moved, or changed its size."""

    def __init__(self, main: QWidget, session: Session, area: PaneArea, sides: Sequence[Side]) -> None:
        super().__init__(main)
        self._main, self._session, self._area = main, session, area
        self._sides = {name: side for side in sides for name in side.names}
        self._panels: dict[str, TornWindow] = {}
        self._planes = TornPlanes(main, area)
        self._planes.changed.connect(self.changed)
        area.planes_made.connect(self._hear_planes)
        area.tear_wanted.connect(self._toggle_view)
        area.torn_changed.connect(self._moved_view)
        for side in sides:
            side.tear_wanted.connect(self.tear_panel)
            side.folds_changed.connect(self.changed)

    @property
    def view_torn(self) -> bool:
        """Whether the view that is worked in has a window of its own."""
        return self._session.active in self._area.torn.numbers

    @property
    def any(self) -> bool:
        """Whether anything stands elsewhere."""
        return bool(self._panels or self._area.torn.numbers or self._planes.torn)

    @property
    def windows(self) -> tuple[TornWindow, ...]:
        """All windows that hold something."""
        views = (self._area.torn.window(number) for number in self._area.torn.numbers)
        return tuple(window for window in (*views, *self._panels.values(), self._planes.window) if window is not None)

    def tear_view(self) -> None:
        """Give the view that is worked in a window of its own, or bring it back."""
        self._toggle_view(self._session.active, None)

    def maximise_view(self) -> bool:
        """Let the window of the view that is worked in fill its screen, or stop that; False if it stands in the main window."""
        window = self._area.torn.window(self._session.active)
        if window is None:
            return False
        if window.isMaximized():
            window.showNormal()
        else:
            window.showMaximized()
        self._area.view.setFocus()
        return True

    @property
    def view_maximised(self) -> bool:
        """Whether the window of the view that is worked in fills its screen."""
        window = self._area.torn.window(self._session.active)
        return window is not None and window.isMaximized()

    def panel_torn(self, name: str) -> bool:
        """Whether a panel has a window of its own."""
        return self._planes.torn if name == PLANES else name in self._panels

    def tear_panel(self, name: str) -> None:
        """Give a panel a window of its own, or bring it back."""
        if name == PLANES:
            if self._planes.torn:
                self._planes.bring_back()
            else:
                self._planes.tear_off(self._boxes())
            return
        if name in self._panels:
            self._bring_panel(name)
            return
        section = self._sides[name].section(name)
        here = box_in(section)
        least = section.minimumSizeHint()
        wanted = Box(here.left, here.top, max(here.width, least.width()), max(here.height, least.height()))
        main = box_of(self._main)
        box, _ = torn_place(wanted, main, self._boxes(), [home(main, screens())])
        self._tear_panel(name, box, filling=False)

    def panel_folded(self, name: str) -> bool:
        """Whether only the heading of a panel is seen where it stands in its column."""
        return self._sides[name].is_folded(name)

    def fold_panel(self, name: str) -> None:
        """Fold a panel, or unfold it."""
        self._sides[name].fold(name, not self.panel_folded(name))
        self.changed.emit()

    def fold_only(self, names: Iterable[str]) -> None:
        """Fold these panels and unfold the others."""
        folded = set(names)
        for name, side in self._sides.items():
            side.fold(name, name in folded)

    def gather(self) -> None:
        """Bring everything back."""
        self._area.put_back(*self._area.torn.numbers)
        for name in tuple(self._panels):
            self._bring_panel(name)
        if self._planes.torn:
            self._planes.bring_back()
        self._area.view.setFocus()

    def close(self) -> None:
        """Let all windows go with the main window."""
        for window in self.windows:
            window.let_go()

    def state(self) -> State:
        """Tell what stands where."""
        views = {str(number): self._area.torn.window(number) for number in self._area.torn.numbers}
        told: State = {"folded": [name for name in self._sides if self.panel_folded(name)]}
        for kind, windows in (("views", views), ("panels", self._panels)):
            rows: dict[str, settings.Value] = {}
            for name, window in windows.items():
                if window is not None:
                    box = box_of(window)
                    rows[name] = [box.left, box.top, box.width, box.height, window.isMaximized()]
            told[kind] = rows
        place = self._planes.place
        if place is not None:
            rows[PLANES] = [place[0].left, place[0].top, place[0].width, place[0].height, place[1]]
        return told

    def take_up(self, state: Mapping[str, settings.Value]) -> None:
        """Let everything stand as it was told, wholly on the screens there are; what is not told of comes back."""
        views, panels = _rows(state.get("views")), _rows(state.get("panels"))
        shown = range(self._session.arrangement.count)
        self._area.put_back(*(number for number in self._area.torn.numbers if str(number) not in views))
        for name in [name for name in self._panels if name not in panels]:
            self._bring_panel(name)
        for number in shown:
            if str(number) in views:
                box, filling = views[str(number)]
                self._stand_view(number, on_screen(box, screens()), filling=filling)
        if PLANES in panels:
            self._planes.stand(*panels[PLANES])
        elif self._planes.torn:
            self._planes.bring_back()
        for name, (box, filling) in panels.items():
            if name in self._sides:
                self._tear_panel(name, on_screen(box, screens()), filling=filling)

    def _hear_planes(self) -> None:
        if self._area.planes is not None:
            self._area.planes.tear.clicked.connect(lambda: self.tear_panel(PLANES))

    def _boxes(self) -> list[Box]:
        return [box_of(window) for window in self.windows]

    def _toggle_view(self, number: int, dropped: QPoint | None) -> None:
        if number in self._area.torn.numbers:
            self._area.put_back(number)
        else:
            here, main = self._area.box_of(number), box_of(self._main)
            if dropped is None:
                box, filling = torn_place(here, main, self._boxes(), screens())
            else:
                box, filling = on_screen(Box(dropped.x() - here.width // 2, dropped.y(), here.width, here.height), screens()), False
            self._stand_view(number, box, filling=filling)
        if number == self._session.active:
            self._area.view.setFocus()

    def _stand_view(self, number: int, box: Box, *, filling: bool) -> None:
        window = self._area.torn.window(number)
        if window is None:
            window = TornWindow(self._main)
            window.stirred.connect(self.changed)
            self._area.tear_off(number, window)
        window.stand(box, filling=filling)
        window.show()

    def _moved_view(self) -> None:
        if self._main.isVisible():
            self._area.view.setFocus()
        self.changed.emit()

    def _tear_panel(self, name: str, box: Box, *, filling: bool) -> None:
        if name not in self._panels:
            window = self._panels[name] = TornWindow(self._main)
            side = self._sides[name]
            wanted = not side.section(name).isHidden()
            window.hold(side.take_out(name))
            window.closed.connect(lambda: self._bring_panel(name))
            window.stirred.connect(self.changed)
            side.section(name).setVisible(wanted)
        self._panels[name].stand(box, filling=filling)
        self._panels[name].setVisible(not self._sides[name].section(name).isHidden())
        self.changed.emit()

    def _bring_panel(self, name: str) -> None:
        window = self._panels.pop(name)
        self._sides[name].put_in(name)
        if window.isActiveWindow():
            self._area.view.setFocus()
        window.let_go()
        self.changed.emit()


def _rows(told: settings.Value) -> dict[str, tuple[Box, bool]]:
    """Read the rows that `state` wrote; what is damaged is left out."""
    found: dict[str, tuple[Box, bool]] = {}
    for name, row in told.items() if isinstance(told, dict) else ():
        box = box_from(row[:4]) if isinstance(row, list) and len(row) == 5 else None
        if box is not None and isinstance(row, list):
            found[name] = box, row[4] is True
    return found


def box_from(numbers: settings.Value) -> Box | None:
    """Read a box from four whole numbers; None for anything else."""
    found = [number for number in numbers if type(number) is int and abs(number) < 1 << 20] if isinstance(numbers, list) else []
    return Box(*found) if len(found) == 4 else None
