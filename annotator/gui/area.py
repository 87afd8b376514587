"""The middle of the window: all views as they are arranged, of which exactly one is the image view that is worked in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from annotator.gui import shares
from annotator.gui.canvas.legend import Legend
from annotator.gui.canvas.pyramid import prepare
from annotator.gui.layout import stacked
from annotator.gui.linking import Linking
from annotator.gui.panels.pane import PaneFrame
from annotator.gui.panels.reading_bar import reading_menu
from annotator.gui.panels.vacant import Vacant
from annotator.gui.shares import splitter
from annotator.gui.theme import Theme
from annotator.gui.torn import TornWindow, box_in
from annotator.gui.torn_views import TornViews
from annotator.gui.words_below import height_below
from annotator.i18n import mark, translate
from annotator.present.screens import Box
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

if TYPE_CHECKING:
    from annotator.gui.four_views import FourViews
    from annotator.gui.planes.column import PlanesColumn

NAME = "image_view"


class PaneArea(QWidget):
    """The views of one window; what they tell is told once, with the pane where that matters."""

    activated = Signal()
    """Another view is worked in now."""
    pointed = Signal(object, float, float)
    """The pointer is at this image point of this pane."""
    pointer_left = Signal()
    repainted = Signal()
    """The view that is worked in was painted."""
    zoom_changed = Signal(float)
    said = Signal(str)
    maximise_requested = Signal()
    reading_changed = Signal()
    """Clicks mean something else in mammograms now, or nothing else any more."""
    menu_requested = Signal(QPoint)
    """A context menu is wanted here, in global coordinates."""
    tear_wanted = Signal(int, object)
    """A view is to be torn off, or put back; with the place of the desktop to which it was dragged, or None."""
    torn_changed = Signal()
    """Other views than before stand in windows of their own."""
    planes_made = Signal()

    def __init__(self, session: Session, legend: Legend, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._legend, self._look = session, legend, look
        self._frames: list[PaneFrame] = []
        self._arrangement = session.arrangement
        session.prepare_pictures(prepare)
        self.linking = Linking(session, lambda: self.frames)
        self._lines = splitter(Qt.Orientation.Vertical)
        self.reading: FourViews | None = None
        """How mammograms are read; there from the first one on."""
        self.solo, self._hidden = False, False
        self.words: QWidget | None = None
        """What stands below the views and comes and goes."""
        self.torn, self._out = TornViews(session), tuple[int, ...]()
        self._vacant = Vacant(look, self)
        self._vacant.back_wanted.connect(lambda: self.put_back(*self._out))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._room = splitter(Qt.Orientation.Horizontal)
        self._room.addWidget(stacked((self._lines, 1), (self._vacant, 1)))
        column.addWidget(self._room)
        self.planes: PlanesColumn | None = None
        self._under: tuple[Pane, float, float] | None = None
        self._build()
        self.view = self._frames[session.active].view
        self._name_active()

    @property
    def frames(self) -> tuple[PaneFrame, ...]:
        """The frames of the views that are arranged, in their order."""
        return tuple(self._frames[: self._arrangement.count])

    @property
    def all_frames(self) -> tuple[PaneFrame, ...]:
        """All frames that were ever needed, by the number of their pane."""
        return tuple(self._frames)

    def put_above(self, widget: QWidget) -> None:
        """Put a bar above the views."""
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(0, widget)
            column.setStretch(column.count() - 1, 1)

    def settle(self) -> None:
        """Give the views the sizes that their arrangement asks for, now."""
        for each in self._splitters():
            QCoreApplication.sendPostedEvents(each, QEvent.Type.LayoutRequest)

    def refresh(self, topic: Topic) -> None:
        """Stand as the session says, and name the view that is worked in; it keeps the keyboard, which a view loses that moves."""
        had, gone = self.view.hasFocus(), self.torn.gone()
        if self._session.arrangement != self._arrangement or self.torn.numbers != self._out:
            self.keep_shares()
            self.solo = False
            self._build()
        for window in gone:
            window.let_go()
        self._name_active()
        if had and not self.view.hasFocus():
            self.view.setFocus()
        self._show_planes()
        self.linking.show()
        if self.solo:
            self.show_alone(True)
        self.read(topic)

    def read(self, topic: Topic) -> None:
        """Let mammograms be read as such, from the first one on."""
        image = self._session.image
        if self.reading is None and image is not None and image.modality == "MG":
            from annotator.gui.four_views import FourViews  # loads what only mammograms need

            self.reading = FourViews(self._session, self)
        elif self.reading is not None:
            self.reading.refresh(topic)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._vacant.retranslate()
        for frame in self._frames:
            frame.view.setAccessibleName(translate(mark("Picture")))
            frame.retranslate()
            frame.view.update()
        if self.reading is not None:
            self.reading.retranslate()
        if self.planes is not None:
            self.planes.retranslate()

    def set_overlays_hidden(self, hidden: bool) -> None:
        """Hide the annotations in all views, or show them again."""
        self._hidden = hidden
        for frame in self._frames:
            frame.view.set_overlays_hidden(hidden)
        if self.planes is not None:
            self.planes.set_overlays_hidden(hidden)

    def show_alone(self, alone: bool) -> None:
        """Let the view that is worked in fill the area, or all stand where they belong; one in its own window changes nothing."""
        number = self._session.active
        self.solo = alone and self._arrangement.count > 1 and number not in self._out
        docked = [frame for frame in self.frames if frame.pane.number not in self._out]
        for frame in docked:
            frame.setVisible(not self.solo or frame.pane.number == number)
        for line in self._splitters()[1:]:
            line.setVisible(any(frame.parent() is line and not frame.isHidden() for frame in docked))
        if self.planes is not None:
            self.planes.appear(self._session.planes is not None, alone=self.solo)

    def tear_off(self, number: int, window: TornWindow) -> None:
        """Let a view stand in a window from now on; what is begun in it is kept."""
        self.keep_shares()
        self.torn.add(self._session.panes[number], window)
        window.closed.connect(lambda: self._take_back(window))
        self._build()
        self.torn_changed.emit()

    def put_back(self, *numbers: int) -> None:
        """Let views stand in the main window again."""
        for window in [self.torn.window(number) for number in numbers]:
            if window is not None:
                self._take_back(window)

    def box_of(self, number: int) -> Box:
        """Return where a view is on the desktop."""
        return box_in(self._frames[number])

    def _take_back(self, window: TornWindow) -> None:
        self.torn.forget(window)
        self._build()
        self.torn_changed.emit()
        window.let_go()

    def keep_shares(self) -> None:
        """Remember how the room is shared; nothing is lost if that cannot be written."""
        if self.solo or self._arrangement.count - len(self._out) < 2:
            return
        shares.keep(self._shares_name, self._splitters())

    @property
    def _shares_name(self) -> str:
        """The arrangement, without the views that stand elsewhere."""
        return "-".join((str(self._arrangement), *map(str, self._out)))

    def _splitters(self) -> list[QSplitter]:
        """The one that holds the lines, and the lines."""
        lines = [self._lines.widget(place) for place in range(self._lines.count())]
        return [self._lines, *(line for line in lines if isinstance(line, QSplitter))]

    def _build(self) -> None:
        """Put the frames into lines; those that are not arranged are kept for later, out of sight."""
        self._arrangement = arrangement = self._session.arrangement
        self._out = self.torn.numbers
        for pane in self._session.panes[len(self._frames) :]:
            self._frames.append(self._framed(PaneFrame(self._session, pane, self._look)))
        along, across = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        if arrangement.upright:
            along, across = across, along
        before, number = self._splitters()[1:], 0
        self._lines.setOrientation(across)
        for count in arrangement.counts:
            line = splitter(along)
            for frame in self._frames[number : number + count]:
                window = self.torn.window(frame.pane.number)
                if window is None:
                    line.addWidget(frame)
                else:
                    window.hold(frame)
                frame.stand(alone=arrangement.count == 1, torn=window is not None)
                frame.show()
            number += count
            self._lines.addWidget(line)
            line.setVisible(line.count() > 0)
        self._vacant.setVisible(len(self._out) == arrangement.count)
        self._lines.setVisible(self._vacant.isHidden())
        for frame in self._frames[arrangement.count :]:
            frame.setParent(self)
            frame.hide()
        for line in before:
            line.setParent(None)
            line.deleteLater()
        shares.give(self._shares_name, self._splitters())

    def _show_planes(self) -> None:
        """Show the other planes of the series beside its views, or take them away; what shows them is built when it is first asked for."""
        wanted = self._session.planes is not None
        if self.planes is None and wanted:
            from annotator.gui.planes.column import PlanesColumn  # only now is it needed

            self.planes = PlanesColumn(self._session, self._legend, self._look, self._room)
            self.planes.said.connect(self.said)
            self.planes.pointed.connect(self.pointed)
            self.planes.pointer_left.connect(self.pointer_left)
            self.planes.moved.connect(self.linking.show)
            self.planes.held.connect(self._meet)
            self.planes.set_overlays_hidden(self._hidden)
            self.linking.crossing = self.planes.cross_in
            self.planes_made.emit()
        if self.planes is not None:
            self.planes.refresh(wanted, alone=self.solo)

    def _framed(self, frame: PaneFrame) -> PaneFrame:
        view, pane = frame.view, frame.pane
        view.wanted.connect(lambda: self._work_in(frame))
        frame.tear_wanted.connect(lambda place: self.tear_wanted.emit(pane.number, place))
        frame.series_dropped.connect(lambda uid, place: self._take_in(frame, uid, place))
        view.pointer_moved.connect(lambda x, y: self._point(pane, x, y))
        view.pointer_left.connect(self._point_nowhere)
        view.looked.connect(lambda: self.linking.looked(view))
        view.turned.connect(self.linking.show)
        view.turned.connect(lambda: self._look_alike(frame))
        view.zoom_changed.connect(lambda _zoom: self._look_alike(frame))
        view.zoom_changed.connect(lambda zoom: self.zoom_changed.emit(zoom) if pane.active else None)
        view.said.connect(self.said)
        view.repainted.connect(lambda: self._was_painted(frame))
        view.bear(self._legend)
        view.lower_by = lambda: height_below(self.words, view, 1 if self.solo else self._arrangement.rows_at(pane.number))
        view.maximise_requested.connect(self.maximise_requested)
        view.context_menu_requested.connect(lambda place: self._ask_for_menu(frame, place))
        view.set_overlays_hidden(self._hidden)
        view.setAccessibleName(translate(mark("Picture")))
        return frame

    def _was_painted(self, frame: PaneFrame) -> None:
        if frame.pane.active:
            self.linking.painted(frame.view)
            self.repainted.emit()

    def _look_alike(self, frame: PaneFrame) -> None:
        """Let another reading look as the own view does, which has just found its size and zoom, or is about to."""
        if self._session.compared is not None and (frame.pane.active or frame.pane.place.other is not None):
            self.linking.looked(self.view)

    def _point(self, pane: Pane, x: float, y: float) -> None:
        self.linking.point(pane, x, y)
        if self.reading is not None:
            self.reading.point(pane, x, y)
        self._under = pane, x, y
        self._meet()
        self.pointed.emit(pane, x, y)

    def _meet(self) -> None:
        """Let the other planes meet under the pointer while the key is held."""
        planes = self._session.planes
        if planes is not None and planes.held and self._under is not None and self._under[0].active:
            planes.meet(*self._under[1:])

    def _point_nowhere(self) -> None:
        self._under = None
        self.linking.point_nowhere()
        if self.reading is not None:
            self.reading.point_nowhere()
        self.pointer_left.emit()

    def _work_in(self, frame: PaneFrame) -> bool:
        """Work in another view, unless a shape has been begun in this one; returns whether it is worked in."""
        if frame.pane.active:
            return True
        if self.view.drawing:
            self.view.keep_at_it()
            return False
        panning = self.view.panning
        self._session.activate(frame.pane.number)
        self.view.set_panning(panning)
        return frame.pane.active

    def _take_in(self, frame: PaneFrame, uid: str, place: int | None) -> None:
        if uid in self._session.catalogue.by_uid and self._work_in(frame) and not self.view.keeps_at_it():
            self._session.open_series(uid, place)

    def _ask_for_menu(self, frame: PaneFrame, place: QPoint) -> None:
        if frame.pane.place.other is not None:
            reading_menu(self._session, frame).popup(frame.view.mapToGlobal(place))
        elif self._work_in(frame):
            self.menu_requested.emit(frame.view.mapToGlobal(place))

    def _name_active(self) -> None:
        """Give the name to the view that is worked in, and to no other."""
        active = self._frames[self._session.active].view
        for frame in self._frames:
            view = frame.view
            view.wake(view is active)
            view.setObjectName(NAME if view is active else "")
            view.setFocusPolicy(Qt.FocusPolicy.StrongFocus if view is active else Qt.FocusPolicy.NoFocus)
        if active is not self.view:
            had = self.view.hasFocus() or active.window() is not self.view.window()
            self.view = active
            self.activated.emit()
            self.zoom_changed.emit(active.zoom)
            if had:
                active.setFocus()
