"""The gallery over the picture: lesions as tiles, twelve a page on one scale; Enter passes the page except what is flagged."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from annotator.domain.gallery import PER_PAGE, GalleryTile, pages, passed_cases
from annotator.domain.picture import Picture
from annotator.domain.tile import PIXELS, shared_side, tile_of
from annotator.gui.canvas.tile_card import TileCard
from annotator.gui.canvas.tile_view import Shown
from annotator.gui.cover import Cover
from annotator.gui.positions import press_of
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, say, translate
from annotator.present.case_names import said_of
from annotator.present.gallery import missing, tile_words
from annotator.progress import Report
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.tile_cases import TileCases
from annotator.workspace.tile_pictures import TilePictures
from annotator.workspace.tiles import window_of

_GAP, _WIDEST = 8, 420
_AHEAD = 3
"""So many pages from the shown one on are collected."""
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class GalleryPart(Cover):
    """Arrows choose a tile, F flags it, O opens it in full, H held hides the outlines, Enter passes the page, Page Up and Down turn it."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("Gallery of lesions"))
        self._session, self._report = session, Report()
        self._pictures = TilePictures(session.tasks, self._show, PER_PAGE * 2)
        self.tiles: tuple[GalleryTile, ...] = ()
        self.page = self.current = 0
        self.flagged: set[tuple[str, str, int]] = set()
        self._seen: set[tuple[str, str, int]] = set()
        self.opened: set[tuple[str, str, int]] = set()
        self._since, self._trouble, self.busy = time.monotonic(), "", False
        self._in_full: tuple[GalleryTile, float] | None = None
        self._closed: TileCases | None = None
        self._here: tuple[GalleryTile, ...] = ()
        """The lesions of the cases whose folders are open; those of the others follow them."""
        self._inside, self._columns = QWidget(self), 0
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self.cards = [TileCard(number, look, self._inside) for number in range(PER_PAGE)]
        for card in self.cards:
            card.chosen.connect(self._go)
            card.opened.connect(lambda _number: self._open())
        self._scroll = QScrollArea(self)
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self._scroll, 1)
        self.flag, self.full, self.accept = self.button(), self.button(), self.button("main")
        for button, name, run in ((self.flag, "flag", self._flag), (self.full, "full", self._open), (self.accept, "pass", self._pass)):
            button.setObjectName(f"gallery.{name}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(run)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def refresh(self, topic: Topic) -> None:
        """Collect the tiles when the gallery is shown."""
        if topic is not Topic.PROJECT or self.isHidden():
            return
        self._report.cancel()
        report = self._report = Report()
        self.busy, self._trouble = True, ""
        if self._closed is not None:
            self._closed.stop()
        self._closed = None
        self._log_full()

        def told(answer: tuple[GalleryTile, ...] | Message) -> None:
            if report is self._report:
                self._take(answer)

        self._show()
        self._closed = self._session.closed_tiles(self._more)  # in the same turn: which folders are open may be otherwise in the next
        self._session.look_for_tiles(report, told)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.flag.setText(translate(mark("Flag (F)")))
        self.full.setText(translate(mark("Open in full (O)")))
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key, modifiers = press_of(event)
        step = _STEPS.get(Qt.Key(key)) if not modifiers else None
        if step is not None:
            self._go(self.current + step[0] + step[1] * max(self._columns, 1))
        elif modifiers:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F:
            self._flag()
        elif key == Qt.Key.Key_O:
            self._open()
        elif key == Qt.Key.Key_Return:
            self._pass()
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._turn(self.page + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key == Qt.Key.Key_H:
            self._bare(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See Qt; the outlines come back."""
        if press_of(event)[0] == Qt.Key.Key_H and not event.isAutoRepeat():
            self._bare(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; as many columns as fit."""
        super().resizeEvent(event)
        self._lay_out()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; pictures that are not looked at need no room."""
        self._report.cancel()
        if self._closed is not None:
            self._closed.stop()
        self._pictures.forget()
        super().hideEvent(event)

    @property
    def shown(self) -> tuple[GalleryTile, ...]:
        """The tiles of the page."""
        found = pages(self.tiles)
        return found[self.page] if self.page < len(found) else ()

    def _take(self, answer: tuple[GalleryTile, ...] | Message) -> None:
        self.busy = False
        if isinstance(answer, Message):
            self._here, self._trouble = (), said_of(self._session, answer)
        else:
            self._here = answer
        self._gather()

    def _more(self) -> None:
        """More lesions of cases whose folders are not open are there, behind those that are shown."""
        if not self.busy and self.isVisible():
            self._gather(turn=not self.shown)

    def _gather(self, *, turn: bool = True) -> None:
        closed = self._closed
        self.tiles = (*self._here, *(closed.tiles if closed is not None else ()))
        there = {tile.id for tile in self.tiles}
        self.flagged &= there
        self._seen &= there
        if turn:
            self._turn(min(self.page, max(len(pages(self.tiles)) - 1, 0)))
        else:
            self._want()
            self._show()

    def _want(self) -> None:
        """Have the pictures of this page and the next one decoded, and lesions collected for some pages more."""
        following = pages(self.tiles)[self.page + 1] if self.page + 1 < len(pages(self.tiles)) else ()
        self._pictures.want([tile.image for tile in (*self.shown, *following)])
        if self._closed is not None:
            self._closed.want((self.page + _AHEAD) * PER_PAGE)

    def _turn(self, page: int) -> None:
        if 0 <= page < max(len(pages(self.tiles)), 1):
            self.page, self.current, self._since = page, 0, time.monotonic()
            self._want()
            self._lay_out()
            self._show()

    def _lay_out(self) -> None:
        room = self._scroll.viewport().width()
        columns = max(1, (room + _GAP) // (PIXELS + _GAP))
        side = max(PIXELS, min((room + _GAP) // columns - _GAP, _WIDEST))
        for card in self.cards:
            card.setFixedSize(side, side)
        if columns != self._columns:
            self._columns = columns
            for number, card in enumerate(self.cards):
                self._grid.addWidget(card, number // columns, number % columns)
            self._grid.setColumnStretch(columns, 1)
            self._grid.setRowStretch(PER_PAGE, 1)

    def _show(self) -> None:
        shown = self.shown
        side = shared_side((tile.annotation.shape.bounds, tile.image.spacing or (1.0, 1.0)) for tile in shown)
        for number, card in enumerate(self.cards):
            card.setVisible(number < len(shown))
            if number < len(shown):
                self._fill(card, shown[number], number, side)
        passes = self._session.passes_tiles
        self.accept.setText(translate(mark("Pass the page (Enter)")) if passes else translate(mark("Next page (Enter)")))
        for button in (self.flag, self.full, self.accept):
            button.setEnabled(bool(shown))
        self.foot.setText(self._standing())

    def _fill(self, card: TileCard, tile: GalleryTile, number: int, side: float) -> None:
        picture = self._pictures.get(tile.image.key)
        if isinstance(picture, Picture):
            colour = QColor(*self._session.colours.get(tile.annotation.category, (255, 255, 255)))
            place = tile_of([tile.annotation.shape.bounds], side, tile.image.spacing)
            window = window_of(tile.annotation, tile.image, picture, self._session.project.project.window_rules)
            shape, known = tile.annotation.shape, card.shown
            if known is None or (known.tile, known.picture, known.shapes[0][0]) != (place, picture, shape):
                card.show_tile(Shown(place, picture, window, ((shape, colour),)))
        else:
            card.show_tile(None, say(picture) if picture is not None else translate(mark("Reading the image…")))
        flagged, wanted = tile.id in self.flagged, tile.full and tile.id not in self.opened
        sign = translate(mark("flagged")) if flagged else translate(mark("in full")) if wanted else ""
        card.say(tile_words(self._session, tile), sign, current=number == self.current, flagged=flagged)

    def _standing(self) -> str:
        whole = self._closed is None or self._closed.complete
        absent = missing(self._closed.absent) if self._closed is not None else ""
        if self.busy or not (self.tiles or self._trouble or whole):
            return translate(mark("Collecting the lesions…"))
        if self._trouble or not self.tiles:
            none = translate(mark("No lesion waits for you here: open the folder whose cases you review"))
            return "\n".join(filter(None, (self._trouble or none, absent)))
        more = "" if whole else "+"
        count = translate(mark("Page {page} of {pages} · {tiles} lesions · flagged: {flagged}"), page=self.page + 1,
                          pages=f"{len(pages(self.tiles))}{more}", tiles=f"{len(self.tiles)}{more}", flagged=len(self.flagged))  # fmt: skip
        told = f"{count} · {translate(mark('arrows choose · F flags · O opens · H hides outlines · Page Up/Down turn'))}"
        return "\n".join(filter(None, (told, absent)))

    def _go(self, number: int) -> None:
        if 0 <= number < len(self.shown):
            self.current = number
            self._scroll.ensureWidgetVisible(self.cards[number])
            self._show()

    def _flag(self) -> None:
        if self.current < len(self.shown):
            self.flagged ^= {self.shown[self.current].id}
            self._show()

    def _open(self) -> None:
        if self.current < len(self.shown):
            self._open_in_full(self.shown[self.current])

    def _open_in_full(self, tile: GalleryTile) -> None:
        self.opened.add(tile.id)
        self._in_full = tile, time.monotonic()
        self.put_away.emit()
        self._session.open_tile(tile)
        self.sought.emit(tile.annotation.shape.bounds)

    def _log_full(self) -> None:
        """Log how long the tile was looked at that was opened in full."""
        if self._in_full is not None:
            tile, since = self._in_full
            self._in_full = None
            self._session.log_looks({tile: time.monotonic() - since}, {tile: "full"})

    def _pass(self) -> None:
        """Pass the tiles of the page that are not flagged, and with them the cases of which nothing is left; then go on."""
        shown = self.shown
        unopened = [tile for tile in shown if tile.full and tile.id not in self.opened and tile.id not in self.flagged]
        if self.busy or not shown:
            return
        if unopened and self._session.passes_tiles:
            self._go(shown.index(unopened[0]))
            self.foot.setText(translate(mark("{count} of these lesions are to be opened in full first (O)"), count=len(unopened)))
            return
        each = (time.monotonic() - self._since) / len(shown)
        flagged = [tile for tile in shown if tile.id in self.flagged]
        words = {tile: "flagged" if tile in flagged else "passed" for tile in shown}
        self._seen |= {tile.id for tile in shown if tile not in flagged}
        if self._session.passes_tiles:
            self._session.log_looks(dict.fromkeys(shown, each), words)
            self._pass_cases(flagged)
        else:
            self._turn(self.page + 1)

    def _pass_cases(self, flagged: list[GalleryTile]) -> None:
        cases = passed_cases(self.tiles, self._seen, self.flagged)
        last = self.page + 1 >= len(pages(self.tiles))

        def then() -> None:
            self.busy = False
            self._here = tuple(tile for tile in self._here if tile.case not in cases)
            if self._closed is not None:
                self._closed.without(cases)
            self.tiles = tuple(tile for tile in self.tiles if tile.case not in cases)
            self._seen = {tile.id for tile in self.tiles if tile.id in self._seen}
            first = next((n for n, tile in enumerate(self.tiles) if tile.id not in self._seen and tile.id not in self.flagged), 0)
            self._turn(0 if last else first // PER_PAGE)
            if flagged:
                self._open_in_full(flagged[0])

        self.busy = True
        self._session.pass_cases(cases, then)

    def _bare(self, bare: bool) -> None:
        for card in self.cards:
            card.hide_outlines(bare)
