"""The tree of patients, studies, series and images on the left: what is there, and what is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from annotator.domain.blindness import veiled
from annotator.domain.person import Role
from annotator.gui.panels.series_row import SERIES_ROLE, SeriesPainter
from annotator.gui.panels.tree_model import AnyIndex, CatalogueModel
from annotator.gui.theme import dark
from annotator.i18n import mark, translate
from annotator.paths import safe_name
from annotator.present.catalogue import series_words
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import unexpected
from annotator.workspace.thumbnails import Thumbnails, cases_with_work
from annotator.workspace.work import case_of

_INDENT = 12
_LEAST_HEIGHT = 190
"""Logical pixels: a patient, a study and three series."""
_MOST_OPENED = 2000
"""So many patients and studies are opened by themselves; of a tree with more the rest stays closed until it is shown."""
_REST = 250
"""Milliseconds without news after which thumbnails are made."""


class SeriesTree(QTreeView):
    """Choosing a series or an image shows it; what the session shows is the current row."""

    entered = Signal()
    """Enter on a row, or a click on what can be shown: it is shown and the picture is wanted, whose arrows go through the slices."""

    def __init__(self, session: Session, held: Callable[[], bool] = lambda: False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("series_tree")
        self._held = held
        """Asked before something else is shown: whether that has to wait for what is being drawn."""
        self._session = session
        self._model = CatalogueModel(self, session.oddities_in, lambda text: veiled(text, session.project.project))
        self._following = self._pressing = False
        self._opened = 0
        self.thumbnails = Thumbnails(session.tasks, self.viewport().update)
        self.destroyed.connect(self.thumbnails.stop)
        self._worked: frozenset[str] = frozenset()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST)
        self._soon.timeout.connect(self._look_at_visible)
        self.setModel(self._model)
        self.setItemDelegate(SeriesPainter(self, dark(), self.thumbnails.get, self._words, self._has_work, self._model.is_series))
        self.setHeaderHidden(True)
        self.setIndentation(_INDENT)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._model.fetched.connect(self._open_fresh, Qt.ConnectionType.QueuedConnection)
        self.selectionModel().currentChanged.connect(self._came_to)
        self.activated.connect(self._entered)
        self.clicked.connect(self._clicked)

    def refresh(self, topic: Topic) -> None:
        """Take in what was found, and make what is shown the current row."""
        if topic is Topic.CATALOGUE:
            self._grow()
        if topic is Topic.GUARD:
            self.viewport().update()
        self._follow()
        self._soon.start()

    def retranslate(self) -> None:
        """Say the rows in the current language."""
        self.setAccessibleName(translate(mark("Series")))
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """See Qt; some series at least, whatever stands below them."""
        return QSize(super().minimumSizeHint().width(), _LEAST_HEIGHT)

    def doItemsLayout(self) -> None:
        """See Qt, which would have more rows fetched each time."""
        before, self._model.busy = self._model.busy, True  # rows may be on their way in just now
        super().doItemsLayout()
        self._model.busy = before

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """See Qt."""
        super().scrollContentsBy(dx, dy)
        self._soon.start()

    def _look_at_visible(self) -> None:
        """Ask for the thumbnails of the rows that are seen, when nothing that matters more is under way."""
        session = self._session
        if session.scanning is not None or (session.image is not None and session.picture is None and session.picture_problem is None):
            self._soon.start()
            return
        root, acting = session.project.root, session.acting
        first = acting is not None and acting.role is Role.SPECIALIST
        new = frozenset(map(safe_name, session.once_more)) if first else frozenset()  # to look as if nothing had been drawn on it
        session.tasks.run(lambda: cases_with_work(root) - new, self._take_work, unexpected)
        self.thumbnails.want(self.visible_series())

    def visible_series(self) -> list[Series]:
        """The series whose rows are seen now, from top to bottom."""
        found, index, bottom = list[Series](), self.indexAt(QPoint(0, 0)), self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < bottom:
            series = index.data(SERIES_ROLE)
            if isinstance(series, Series):
                found.append(series)
            index = self.indexBelow(index)
        return found

    def _take_work(self, cases: frozenset[str]) -> None:
        if cases != self._worked:
            self._worked = cases
            self.viewport().update()

    def _has_work(self, series: Series) -> bool:
        return safe_name(case_of(series)) in self._worked

    def _words(self, series: Series) -> tuple[str, str]:
        upper, lower = series_words(series, self._has_work(series))
        return veiled(upper, self._session.project.project), lower

    def _came_to(self, current: QModelIndex) -> None:
        """Moving through the tree shows what one comes to; Qt switches the input method on again then."""
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        if not self._following and not self._pressing:
            self._show(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt; a row is shown when the button goes up: it may be dragged into another view."""
        self._pressing = True
        super().mousePressEvent(event)
        self._pressing = False

    def startDrag(self, actions: Qt.DropAction) -> None:
        """See Qt; afterwards the current row is again what is shown."""
        super().startDrag(actions)
        self._follow()

    def _grow(self) -> None:
        self._following = True
        if not self._model.take(self._session.catalogue):
            self._opened = 0
        self._open_fresh()
        self._following = False

    def _open_fresh(self) -> None:
        for index in self._model.fresh():
            if self._opened >= _MOST_OPENED:
                break
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        """Open a new patient or study and its studies, so that the series are seen; what somebody closed stays closed."""
        self._opened += 1
        self.expand(index)
        for inner in range(self._model.rowCount(index)):
            below = self._model.index(inner, 0, index)
            if self._model.series_at(below) is None:
                self._open(below)

    def _follow(self) -> None:
        series = self._session.series
        if series is None:
            return
        index = self._model.series_index(series.uid)
        place = self._session.index
        if index.isValid() and self.isExpanded(index) and 0 <= place < self._model.rowCount(index):
            index = self._model.index(place, 0, index)
        if index.isValid() and index != self.currentIndex():
            self._following = True
            self.setCurrentIndex(index)
            self._following = False

    def _show(self, index: AnyIndex) -> None:
        series, place = self._model.series_at(index), self._model.image_at(index)
        if series is None:
            return
        open_now = self._session.series
        another = open_now is None or open_now.uid != series.uid
        if not another and place in (None, self._session.index):
            return
        if self._held():
            QTimer.singleShot(0, self, lambda: self._follow())  # Qt is still on its way to the row
        elif another:
            self._session.open_series(series.uid, place)
        elif place is not None:
            self._session.show(place)

    def _clicked(self, index: QModelIndex) -> None:
        self._show(index)
        if self._model.series_at(index) is not None:
            self.entered.emit()

    def _entered(self, index: QModelIndex) -> None:
        self._show(index)
        if self._model.series_at(index) is None:
            self.setExpanded(index, not self.isExpanded(index))
        else:
            self.entered.emit()
