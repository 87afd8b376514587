"""The menu of a right click on the picture or on an annotation's row."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from annotator.gui.menus import Commands
from annotator.gui.retouch_commands import CLIPBOARD, RETOUCH
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session

_CHOSEN = ("edit.copy_across", "measure.copy", "edit.lock", "view.hide_selected", "view.solo")
_BELOW = ("edit.undo", "edit.redo", "view.fit", "view.actual_size", "view.maximise")


def context_menu(session: Session, commands: Commands, parent: QWidget) -> QMenu:
    """Return what may be done with the selection and the view; it goes away when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(commands.actions["edit.delete"])
    change = menu.addMenu(translate(mark("Change the category to")))
    for category in session.categories:
        entry = change.addAction(category_name(category))
        entry.triggered.connect(partial(_recategorise, session, category.key))
        entry.setEnabled(bool(session.selection))
    menu.addActions([commands.actions[name] for name in _CHOSEN])
    outlines = menu.addMenu(translate(RETOUCH.text))
    outlines.addActions([commands.actions[spec.name] for spec in RETOUCH.actions()])
    menu.addSeparator()
    menu.addActions([commands.actions[spec.name] for spec in CLIPBOARD])
    menu.addSeparator()
    menu.addActions([commands.actions[name] for name in _BELOW])
    return menu


def _recategorise(session: Session, key: str, checked: bool = False) -> None:
    session.recategorise(key)
