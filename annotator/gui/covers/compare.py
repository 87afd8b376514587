"""Two readings of the open case over the picture: each difference as A, as both in one picture and as B, settled by one key."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.domain.tile import shared_side, tile_of
from annotator.domain.verdict import Difference, Way, decided
from annotator.gui.canvas.tile_view import BOTH, A, B, Shown, TileView
from annotator.gui.cover import Cover
from annotator.gui.panels.rows import ListRow, RowList
from annotator.gui.positions import press_of
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, say, translate
from annotator.present.review import SIGNS, clinical_text, difference_texts, measures_text
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.tile_pictures import TilePictures
from annotator.workspace.tiles import window_of

_KEYS = {Qt.Key.Key_A: Way.ONE, Qt.Key.Key_B: Way.OTHER, Qt.Key.Key_U: Way.UNION, Qt.Key.Key_I: Way.INTERSECTION}
_LIST = 212
_TEXTS = {Way.ONE: mark("A"), Way.OTHER: mark("B"), Way.UNION: mark("Union (U)"), Way.INTERSECTION: mark("Intersection (I)")}


class ComparePart(Cover):
    """The list of differences at the left, three tiles at the right; A, B, U and I settle, E goes to the image to edit, H blinks."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("Compare the readings"))
        self._session = session
        self._pictures = TilePictures(session.tasks, self._show)
        self.list = RowList("compare.list", look, self)
        self.list.setFixedWidth(_LIST)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.names = [QLabel(self) for _ in range(3)]
        self.tiles = [TileView(self) for _ in range(3)]
        for tile, name in zip(self.tiles, ("one", "both", "other"), strict=True):
            tile.setObjectName(f"compare.{name}")
        self.measures, self.clinical = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        self.measures.setObjectName("compare.measures")
        self.clinical.setObjectName("compare.clinical")
        self.clinical.setProperty("role", "quiet")
        row, left = QHBoxLayout(), QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.list, 1)
        for label in (self.measures, self.clinical):
            label.setFixedWidth(_LIST)
            left.addWidget(label)
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(self._laid_out(), 1)
        self.body.addLayout(row, 1)
        self.ways = {way: self._way(way) for way in Way}
        self.edit = self.button()
        self.edit.setObjectName("compare.edit")
        self.edit.clicked.connect(self._edit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _laid_out(self) -> QGridLayout:
        """Both in one picture above, A and B beside each other below it."""
        grid = QGridLayout()
        grid.setSpacing(6)
        one, both, other = zip(self.names, self.tiles, strict=True)
        for (label, tile), row, column, wide in ((both, 0, 0, 2), (one, 2, 0, 1), (other, 2, 1, 1)):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.RichText)
            grid.addWidget(label, row, column, 1, wide)
            grid.addWidget(tile, row + 1, column, 1, wide)
        grid.setRowStretch(1, 3)
        grid.setRowStretch(3, 2)
        return grid

    def refresh(self, topic: Topic) -> None:
        """Show the differences as they are settled now."""
        if self.isHidden():
            return
        found = self._found
        self.list.rows.take(tuple(self._row(number, difference) for number, difference in enumerate(found)))
        if found and not self.list.currentIndex().isValid():
            self._go(0)
        images = [image for difference in found if (image := self._image(difference)) is not None]
        self._pictures.want(images)
        self._show()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(mark("Differences of the two readings")))
        self.list.say_when_empty(translate(mark("The readings do not differ, or cannot be compared yet")))
        for way, button in self.ways.items():
            button.setText(translate(_TEXTS[way]))
            button.setToolTip(translate(mark("Settle this difference so, and go to the next")))
        self.edit.setText(translate(mark("Edit (E)")))
        self.edit.setToolTip(translate(mark("Go to the image with the drawing tools")))
        self.refresh(Topic.PROJECT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key, modifiers = press_of(event)
        way = _KEYS.get(Qt.Key(key)) if not modifiers else None
        if way is not None:
            self._settle(way)
        elif key == Qt.Key.Key_E and not modifiers:
            self._edit()
        elif key == Qt.Key.Key_H and not modifiers and not event.isAutoRepeat():
            self._bare(True)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._go(self.list.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See Qt; the outlines come back."""
        if press_of(event)[0] == Qt.Key.Key_H and not event.isAutoRepeat():
            self._bare(False)

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; pictures that are not looked at need no room."""
        self._pictures.forget()
        super().hideEvent(event)

    @property
    def _found(self) -> tuple[Difference, ...]:
        review = self._session.review
        return review.found if review is not None else ()

    @property
    def chosen(self) -> Difference | None:
        """The difference that is looked at."""
        place, found = self.list.currentIndex().row(), self._found
        return found[place] if 0 <= place < len(found) else None

    def _way(self, way: Way) -> QPushButton:
        button = self.button()
        button.setObjectName(f"compare.{way.value}.take")
        button.clicked.connect(lambda: self._settle(way))
        return button

    def _row(self, number: int, difference: Difference) -> ListRow:
        upper, lower = difference_texts(self._session, difference)
        settled = self._session.settled(difference)
        subject = difference.subject
        colour = self._session.colours.get(subject.category, (255, 255, 255)) if subject is not None else (160, 160, 160)
        sign = "?" if not decided(self._session.document, difference) else SIGNS[settled] if settled is not None else "E"
        return ListRow((difference.image, number), colour, upper, lower, sign)

    def _image(self, difference: Difference | None) -> Image | None:
        key = difference.image if difference is not None else None
        return next((image for image in self._session.case_images if image.key == key), None)

    def _show(self) -> None:
        difference, review = self.chosen, self._session.review
        image = self._image(difference)
        names = [read.name for read in review.pair] if review is not None else []
        texts = [f"A · {names[0]}" if names else "A", translate(mark("Both in one picture")), f"B · {names[-1]}" if names else "B"]
        for label, text, colour in zip(self.names, texts, (A, BOTH, B), strict=True):
            label.setText(f'<span style="color:{colour.name()}">■</span> {text}')
        self.measures.setText(measures_text(difference, image) if difference is not None else "")
        self.clinical.setText(clinical_text(self._session))
        self.clinical.setVisible(bool(self.clinical.text()))
        for button in (*self.ways.values(), self.edit):
            button.setEnabled(difference is not None)
        self.foot.setText(self._standing())
        picture = self._pictures.get(image.key) if image is not None else None
        if difference is None or image is None or not isinstance(picture, Picture):
            note = say(picture) if isinstance(picture, Message) else translate(mark("Reading the image…")) if image is not None else ""
            for tile in self.tiles:
                tile.show_tile(None, note)
            return
        for tile, shown in zip(self.tiles, self._shown(difference, image, picture), strict=True):
            tile.show_tile(shown)

    def _shown(self, difference: Difference, image: Image, picture: Picture) -> tuple[Shown, Shown, Shown]:
        both = [a for a in (difference.one, difference.other) if a is not None]
        side = shared_side((a.shape.bounds, image.spacing or (1.0, 1.0)) for a in both)
        tile = tile_of([a.shape.bounds for a in both], side, image.spacing)
        window = window_of(both[0], image, picture, self._session.project.project.window_rules)
        one, other = (() if a is None else ((a.shape, colour),) for a, colour in ((difference.one, A), (difference.other, B)))
        first, second = (None if a is None else a.shape for a in (difference.one, difference.other))
        together = Shown(tile, picture, window, (*one, *other), (first, second))
        return Shown(tile, picture, window, one), together, Shown(tile, picture, window, other)

    def _standing(self) -> str:
        counts = translate(mark("Differences: {count}, not settled: {left}"), count=len(self._found), left=len(self._session.undecided()))
        return f"{counts} · {translate(mark('A B U I settle · E edits · H blinks · ↑↓ choose'))}"

    def _settle(self, way: Way) -> None:
        difference = self.chosen
        if difference is not None:
            self._session.settle_difference(difference, way)
            self._go(min(self.list.currentIndex().row() + 1, len(self._found) - 1))
            self.refresh(Topic.DOCUMENT)

    def _edit(self) -> None:
        difference = self.chosen
        if difference is None or difference.image is None:
            return
        self.put_away.emit()
        self._session.edit_difference(difference)
        if difference.subject is not None:
            self.sought.emit(difference.subject.shape.bounds)

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._found):
            index = self.list.rows.index(place)
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)

    def _bare(self, bare: bool) -> None:
        for tile in self.tiles:
            tile.hide_outlines(bare)
