"""Give the other planes of a series a window of their own, which is there as long as they are shown, and bring them back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from annotator.gui.area import PaneArea
from annotator.gui.desktop import screens
from annotator.gui.torn import TornWindow, box_in, box_of
from annotator.present.screens import Box, on_screen, torn_place

PLANES = "planes"
"""The name of the column among the panels that are torn off."""
Place = tuple[Box, bool]
"""Where a window stands, and whether it fills its screen."""


class TornPlanes(QObject):
    """Where the other planes of one main window stand: beside its views, or elsewhere, also while none are shown."""

    changed = Signal()
    """They were torn off, brought back, moved, or changed their size."""

    def __init__(self, main: QWidget, area: PaneArea) -> None:
        super().__init__(main)
        self._main, self._area = main, area
        self._wanted: Place | None = None
        self.window: TornWindow | None = None
        area.planes_made.connect(self._take_in_made)

    @property
    def torn(self) -> bool:
        """Whether they have a window of their own, or will have one when they are shown."""
        return self.window is not None or self._wanted is not None

    @property
    def place(self) -> Place | None:
        """Where their window stands, or will stand; None: they are in the main window."""
        return self._wanted if self.window is None else (box_of(self.window), self.window.isMaximized())

    def tear_off(self, others: list[Box]) -> None:
        """Give them a window of their own; `others`: where other windows of ours stand."""
        column = self._area.planes
        if column is not None:
            self.stand(*torn_place(box_in(column), box_of(self._main), others, screens()))

    def stand(self, box: Box, filling: bool) -> None:  # two parts of one place
        """Let them stand there, wholly on the screens there are, as soon as they are shown."""
        self._wanted = on_screen(box, screens()), filling
        self._take_up()
        self.changed.emit()

    def bring_back(self) -> None:
        """Let them stand beside the views again."""
        window, self.window, self._wanted = self.window, None, None
        column = self._area.planes
        if window is not None and column is not None:
            column.stand(torn=False)
            column.appear(column.wanted, alone=self._area.solo)
            if window.isActiveWindow():
                self._main.activateWindow()
                self._area.view.setFocus()
            window.let_go()
        self.changed.emit()

    def _take_in_made(self) -> None:
        """They are there from now on."""
        column = self._area.planes
        if column is not None:
            column.appeared.connect(self._appear)
            self._take_up()

    def _take_up(self) -> None:
        column = self._area.planes
        if self._wanted is None or column is None:
            return
        if self.window is None:
            self.window = TornWindow(self._main)
            self.window.closed.connect(self.bring_back)
            self.window.stirred.connect(self.changed)
            column.stand(torn=True)
            self.window.hold(column)
        (box, filling), self._wanted = self._wanted, None
        self.window.stand(box, filling=filling)
        column.appear(column.wanted, alone=self._area.solo)

    def _appear(self, wanted: bool) -> None:  # a signal's argument
        if self.window is not None and self.window.isHidden() is wanted:
            self.window.setVisible(wanted)
