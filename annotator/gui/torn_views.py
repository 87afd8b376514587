"""Which views stand in windows of their own.

A view is known by its place in the session, which goes with it when views move up because another one was closed.
"""

from __future__ import annotations

from dataclasses import dataclass

from annotator.gui.torn import TornWindow
from annotator.workspace.pane import Pane
from annotator.workspace.place import Place
from annotator.workspace.session import Session


@dataclass(frozen=True)
class _Torn:
    place: Place
    window: TornWindow


class TornViews:
    """The torn windows of the views of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._torn: list[_Torn] = []

    def add(self, pane: Pane, window: TornWindow) -> None:
        """A view stands in a window of its own from now on."""
        self._torn.append(_Torn(pane.place, window))

    def window(self, number: int) -> TornWindow | None:
        """Return the window of a view that is shown; None if it stands in the main window."""
        place = self._session.panes[number].place if number < self._session.arrangement.count else None
        return next((torn.window for torn in self._torn if torn.place is place), None)

    def number(self, window: TornWindow) -> int:
        """Return which view a window holds, −1: none that is shown."""
        place = next((torn.place for torn in self._torn if torn.window is window), None)
        return next((pane.number for pane in self._session.shown_panes if pane.place is place), -1)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The views that stand in windows of their own, in their order."""
        return tuple(pane.number for pane in self._session.shown_panes if self.window(pane.number) is not None)

    def forget(self, window: TornWindow) -> None:
        """The view of this window stands in the main window again."""
        self._torn = [torn for torn in self._torn if torn.window is not window]

    def gone(self) -> tuple[TornWindow, ...]:
        """Return the windows whose views are not shown any more; they are forgotten."""
        gone = tuple(torn.window for torn in self._torn if self.number(torn.window) < 0)
        for window in gone:
            self.forget(window)
        return gone
