"""The cheat sheet over the window: all keys and gestures as they are set now, on one page where they fit; any key or click puts it away.

Where one page does not hold them all in letters that can be read, there are several: Space, Page Down, an arrow or the wheel turn them.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from annotator.gui.actions import ActionSpec, Desk, Keyring
from annotator.gui.keys import OWN_KEYS
from annotator.gui.theme import Theme, dark
from annotator.i18n import mark, translate
from annotator.present.cheat_sheet import Group, Keyed, groups
from annotator.workspace.session import Session

NAME = "cheat_sheet"
_MARGIN, _GAP, _AIR = 24, 26, 12
_SIZES = range(15, 9, -1)
"""Heights of the letters in pixels, the largest with which all fits on one page is taken."""
_TURNED = 12
"""Height of the letters where there are several pages."""
_FORWARD = (Qt.Key.Key_Space, Qt.Key.Key_PageDown, Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_PageUp, Qt.Key.Key_Left, Qt.Key.Key_Up)
_WIDENED = 80
"""At most so much wider than it needs to be is a column where there is room."""
_SHOWN_KEYS = 2
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


@dataclass(frozen=True)
class Line:
    """A line of the sheet; a heading has no key."""

    text: str
    key: str = ""
    heading: bool = False


@dataclass(frozen=True)
class Page:
    """How the lines stand: height of the letters and of a line, the lines of each column and its width; `whole`: nothing is cut off."""

    size: int
    pitch: int
    columns: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]
    whole: bool


class CheatSheet(QWidget):
    """The page; it lies over a window and takes the keyboard as long as it is seen."""

    def __init__(self, window: QWidget, commands: Keyring, session: Session, look: Theme) -> None:
        super().__init__(window)
        self.setObjectName(NAME)
        self.setProperty(OWN_KEYS, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._window, self._commands, self._session, self._look = window, commands, session, look
        self._back: QWidget | None = None
        self.pages: tuple[Page, ...] = (Page(_SIZES[0], 0, (), (), True),)
        self._turned = 0
        window.installEventFilter(self)
        self.hide()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.pages[min(self._turned, len(self.pages) - 1)]

    def turn(self, pages: int) -> None:
        """Turn so many pages, never over the last or the first."""
        self._turned = max(0, min(self._turned + pages, len(self.pages) - 1))
        self.update()

    def open(self) -> None:
        """Show the first page over the window."""
        self._turned = 0
        self._back = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self._lay_out()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_away(self) -> None:
        """Hide it and give the keyboard back."""
        self.hide()
        if self._back is not None:
            self._back.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; the page stays as large as its window."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
            self._lay_out()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if len(self.pages) > 1 and event.key() in (*_FORWARD, *_BACK):
            self.turn(1 if event.key() in _FORWARD else -1)
        elif event.key() not in _MODIFIERS and not event.isAutoRepeat():
            self.put_away()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        self.turn(1 if event.angleDelta().y() < 0 else -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self.put_away()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        page, look = self.page, self._look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("ground"))
        left, middle = _MARGIN, Qt.AlignmentFlag.AlignVCenter
        plain = _font(self.font(), page.size)
        for column, width in zip(page.columns, page.widths, strict=True):
            for place, line in enumerate(column):
                room = QRect(left, _MARGIN + place * page.pitch, width, page.pitch)
                painter.setFont(_font(self.font(), page.size, bold=line.heading))
                painter.setPen(look.colour("accent" if line.heading else "quiet"))
                painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, line.key)
                if not line.heading:
                    painter.setPen(look.colour("text"))
                    room.setWidth(width - QFontMetrics(plain).horizontalAdvance(line.key) - _AIR)
                fitting_text = QFontMetrics(painter.font()).elidedText(line.text, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, middle, fitting_text)
            left += width + _GAP
        if len(self.pages) > 1:
            told = translate(mark("Page {number} of {all} – Space turns, Esc closes"), number=self._turned + 1, all=len(self.pages))
            painter.setFont(plain)
            painter.setPen(look.colour("quiet"))
            foot = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
            painter.drawText(self.rect().adjusted(_MARGIN, 0, -_MARGIN, -4), foot, told)
        painter.end()

    def _lay_out(self) -> None:
        found = groups(_keyed(self._commands), self._session.hand)
        lines = [line for group in found for line in _lines(group)]
        self.pages = fitting(lines, self.width(), self.height(), self.font())
        self.turn(0)
        self.setAccessibleName(translate(mark("Cheat sheet")))
        self.setAccessibleDescription("\n".join(f"{line.text}  {line.key}".strip() for line in lines))
        self.update()


def fitting(lines: list[Line], width: int, height: int, font: QFont) -> tuple[Page, ...]:
    """Return one page with the largest letters with which all lines fit into a room; where none do, several pages."""
    for size in _SIZES:
        page = _page(_columns(lines, height, font, size), width, font, size)
        if page.whole:
            return (page,)
    columns, pages = list(_columns(lines, height, font, _TURNED)), list[Page]()
    while columns:
        count = len(columns)
        while count > 1 and not _page(tuple(columns[:count]), width, font, _TURNED).whole:
            count -= 1
        pages.append(_page(tuple(columns[:count]), width, font, _TURNED))
        del columns[:count]
    return tuple(pages)


def _columns(lines: list[Line], height: int, font: QFont, size: int) -> tuple[tuple[Line, ...], ...]:
    return _shared(lines, max((height - 2 * _MARGIN) // _pitch(font, size), 1))


def _pitch(font: QFont, size: int) -> int:
    return QFontMetrics(_font(font, size)).height() + 2


def _page(columns: tuple[tuple[Line, ...], ...], width: int, font: QFont, size: int) -> Page:
    """The page of some columns; what is left of the width is shared out among them."""
    plain, bold = QFontMetrics(_font(font, size)), QFontMetrics(_font(font, size, bold=True))
    widths = [max(_width(line, plain, bold) for line in column) for column in columns]
    over = width - 2 * _MARGIN - (len(columns) - 1) * _GAP - sum(widths)
    return Page(size, _pitch(font, size), columns, tuple(each + min(over // len(columns), _WIDENED) for each in widths), over >= 0)


def _width(line: Line, plain: QFontMetrics, bold: QFontMetrics) -> int:
    text = (bold if line.heading else plain).horizontalAdvance(line.text)
    return text + (plain.horizontalAdvance(line.key) + _AIR if line.key else 0)


def _shared(lines: list[Line], room: int) -> tuple[tuple[Line, ...], ...]:
    """Share the lines out to columns of at most `room` lines; no heading is the last of its column, no column begins with a gap."""
    columns: list[list[Line]] = [[]]
    for line in lines:
        if len(columns[-1]) >= room or (line.heading and len(columns[-1]) >= room - 1):
            columns.append([])
        if columns[-1] or line.text:
            columns[-1].append(line)
    return tuple(map(tuple, columns))


def _lines(group: Group) -> list[Line]:
    return [Line(""), Line(group.heading, heading=True), *(Line(text, key) for text, key in group.rows)]


def _keyed(commands: Keyring) -> list[Keyed]:
    """All commands that have keys and words now, in the order of the menus."""
    return [
        Keyed(name, commands.text_of(name), "  ".join(map(commands.written, keys[:_SHOWN_KEYS])), commands.row_of(name))
        for name in commands.specs
        if (keys := commands.keys_of(name))
    ]


def _font(font: QFont, size: int, *, bold: bool = False) -> QFont:
    made = QFont(font)
    made.setPixelSize(size)
    made.setBold(bold)
    return made


def _show(session: Session, desk: Desk) -> None:
    if not isinstance(desk, QWidget):
        return
    found = desk.findChild(CheatSheet, NAME)
    sheet = found if isinstance(found, CheatSheet) else CheatSheet(desk, desk.commands, session, dark())
    sheet.open()


CHEAT_SHEET = ActionSpec(
    *("help.cheat_sheet", mark("Cheat sheet"), ("?", "Shift+/"), _show),
    tip=mark("All keys and mouse gestures; any key or click puts them away"),
)
