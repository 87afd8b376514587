"""Keep where the window stood, how wide its columns were and how the picture was looked at, for the next start."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow

from annotator import settings
from annotator.gui.canvas.view import ImageView
from annotator.gui.layout import Columns
from annotator.workspace.session import Session

_GEOMETRY, _COLUMNS = "window.geometry", "window.columns"
_SIZE = QSize(1280, 800)


def restore(window: QMainWindow, columns: Columns) -> None:
    """Put window and columns where they were, or in their usual size on this screen."""
    window.resize(_SIZE.boundedTo(window.screen().availableSize()))
    geometry = settings.read(_GEOMETRY, "")
    if geometry:
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "replace")))
    widths = [width for width in settings.read(_COLUMNS, list[settings.Value]()) if isinstance(width, int)]
    if len(widths) == columns.count():
        columns.want(*widths)


def keep(window: QMainWindow, columns: Columns) -> None:
    """Remember where they are.  Raises OSError."""
    geometry = bytes(window.saveGeometry().toBase64().data()).decode("ascii")
    settings.remember({_GEOMETRY: geometry, _COLUMNS: list(columns.wanted)})


def look_again(session: Session, view: ImageView) -> None:
    """Look at the open series as it was looked at when the window was closed, once."""
    place, series = session.view, session.series
    if series is not None and place.zoom > 0 and place.series == series.uid:
        view.look_at(place.zoom, place.center_x, place.center_y)
        session.view = replace(place, zoom=0.0)


def keep_look(session: Session, view: ImageView) -> None:
    """Tell the session how the picture is looked at, for what it remembers; a fitted picture will be fitted again."""
    centre = view.centre
    if centre is None or view.fitted:
        session.view = replace(session.view, zoom=0.0)
    else:
        session.view = replace(session.view, zoom=view.zoom, center_x=centre[0], center_y=centre[1])
