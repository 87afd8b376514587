"""Dress the window: colours and style sheet of the reading room, a font that has Hangul, and icons tinted to the theme."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from annotator.paths import resources_folder

HANGUL_FAMILIES = ("Noto Sans KR", "Noto Sans CJK KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo", "sans-serif")
_ICON_SIZES = (16, 20)
_WINDOW_SIZES = (16, 32, 64, 128)
_SCALES = (1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Theme:
    """A theme's folder and name: `<name>.toml` holds the colours, `<name>.qss` the style sheet with `@colour` in it."""

    folder: Path
    name: str

    @cached_property
    def colours(self) -> dict[str, str]:
        """Colour name → `#rrggbb`."""
        table: dict[str, str] = tomllib.loads((self.folder / f"{self.name}.toml").read_text("utf-8"))["colours"]
        return table

    @cached_property
    def sheet(self) -> str:
        """The style sheet with its colours filled in."""
        text = (self.folder / f"{self.name}.qss").read_text("utf-8")
        known = {**self.colours, "icons": icon_folder().as_posix()}
        return re.sub(r"@(\w+)", lambda found: known[found[1]], text)

    def colour(self, name: str) -> QColor:
        """Return one colour."""
        return QColor(self.colours[name])

    def palette(self) -> QPalette:
        """Return the palette for what the style sheet does not reach."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "ground",
            QPalette.ColorRole.Base: "panel",
            QPalette.ColorRole.AlternateBase: "raised",
            QPalette.ColorRole.Button: "raised",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.HighlightedText: "text",
            QPalette.ColorRole.PlaceholderText: "quiet",
            QPalette.ColorRole.Highlight: "chosen",
            QPalette.ColorRole.Link: "accent",
        }
        for role, name in roles.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("faded"))
        return palette


def dark() -> Theme:
    """Return the reading room."""
    return _theme("dark")


@cache
def _theme(name: str) -> Theme:
    return Theme(resources_folder() / "themes", name)


def icon_folder() -> Path:
    """Return where the icons stand."""
    return resources_folder() / "icons"


_DRESSED = "annotator.dressed"


def dress(application: QApplication, theme: Theme) -> None:
    """Give the application its style, colours and font, once; the style sheet itself belongs to the window."""
    if application.property(_DRESSED):  # a second window of the process: dressing again would polish every widget there is
        return
    application.setProperty(_DRESSED, True)
    application.setStyle("Fusion")
    application.setPalette(theme.palette())
    application.setFont(font())


def font() -> QFont:
    """Return the window's font; fonts that the program brings with it come first."""
    made = QFont()
    made.setFamilies([*bundled_families(), *HANGUL_FAMILIES])
    made.setPixelSize(13)
    return made


@cache
def bundled_families() -> tuple[str, ...]:
    """Load the fonts in `resources/fonts`, once, and return their families."""
    files = sorted(path for path in (resources_folder() / "fonts").glob("*") if path.suffix in (".ttf", ".otf", ".ttc"))
    loaded = [QFontDatabase.addApplicationFont(str(path)) for path in files]
    return tuple(family for number in loaded if number >= 0 for family in QFontDatabase.applicationFontFamilies(number))


@cache
def icon(name: str, theme: Theme) -> QIcon:
    """Return the drawing `<name>.svg` in the theme's text colour, faded where disabled; an icon without a file is empty."""
    path = icon_folder() / f"{Path(name).stem}.svg"
    made = QIcon()
    if not path.is_file():
        return made
    source = path.read_text("utf-8")
    for mode, colour in ((QIcon.Mode.Normal, "text"), (QIcon.Mode.Disabled, "faded")):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", theme.colours[colour]).encode()))
        for size in _ICON_SIZES:
            for scale in _SCALES:
                made.addPixmap(_drawn(renderer, size, scale), mode)
    return made


@cache
def window_icon(theme: Theme) -> QIcon:
    """Return the program's sign for title bars and task bars."""
    made = QIcon()
    for size in _WINDOW_SIZES:
        made.addPixmap(pixmap("annotator", theme, "accent", size, 1.0))
    return made


def pixmap(name: str, theme: Theme, colour: str, size: int, scale: float) -> QPixmap:
    """Return a drawing in any colour of the theme, `size` logical pixels wide on a screen of `scale`."""
    source = (icon_folder() / f"{name}.svg").read_text("utf-8").replace("currentColor", theme.colours[colour])
    return _drawn(QSvgRenderer(QByteArray(source.encode())), size, scale)


def _drawn(renderer: QSvgRenderer, size: int, scale: float) -> QPixmap:
    drawn = QPixmap(QSize(round(size * scale), round(size * scale)))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    return drawn
