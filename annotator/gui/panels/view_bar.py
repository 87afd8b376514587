"""A bar above the picture while it is not certain which view a mammogram is: what speaks against it, and a button for each view."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.domain.mammography import VIEWS
from annotator.i18n import mark, say, translate
from annotator.workspace.session import Session


class ViewBar(QFrame):
    """Says it of the active view; a person's word settles it, is saved with the case, and can be undone."""

    decided = Signal()
    """The keyboard is the picture's again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doubted_view")
        self._session = session
        self.text = QLabel(self)
        self.text.setObjectName("doubted_view.text")
        self.text.setWordWrap(True)
        self._ask = QLabel(self)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(self._ask)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addLayout(self._row)
        self.hide()

    def refresh(self) -> None:
        """Show what is true of the chosen image, or nothing."""
        image = self._session.image
        against = self._session.doubted(image) if image is not None else ()
        self.setVisible(bool(against))
        if not against:
            return
        said = "; ".join(say(sentence) for sentence in against)
        self.text.setText(translate(mark("It is not certain which view this is, so nothing can be drawn: {said}."), said=said))
        self._ask.setText(translate(mark("This image is")))
        self._offer()

    def _offer(self) -> None:
        series = self._session.series
        views = (series.project_modality.views if series and series.project_modality else ()) or VIEWS
        if [button.text() for button in self._buttons] == list(views):
            return
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(place, view) for place, view in enumerate(views)]

    def _button(self, place: int, view: str) -> QPushButton:
        button = QPushButton(view, self)
        button.setObjectName(f"doubted_view.{view}")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAutoDefault(True)
        button.clicked.connect(lambda: self._settle(view))
        self._row.insertWidget(1 + place, button)
        return button

    def _settle(self, view: str) -> None:
        image = self._session.image
        if image is not None and self._session.settle_view(image, view):
            self.decided.emit()
