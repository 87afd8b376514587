"""The menu of a right click on the picture or on an annotation's row."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from annotator.domain.hit import stack
from annotator.gui.actions import ActionSpec, Menu
from annotator.gui.lesion_commands import LESION
from annotator.gui.menus import Commands
from annotator.gui.retouch_commands import CLIPBOARD, RETOUCH
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session

_CHOSEN = ("edit.copy_across", "measure.copy", "edit.lock", "view.hide_selected", "view.solo")
Aim = tuple[float, float, float]
"""An image point, and how near to it (in image pixels) something counts as there."""
_BELOW = ("edit.undo", "edit.redo", "view.fit", "view.actual_size", "view.maximise")


def context_menu(session: Session, commands: Commands, parent: QWidget, aim: Aim | None = None) -> QMenu:
    """Return what may be done with the selection and the view; it goes away when it is closed.

    What lies at `aim` is selected first, unless something that is selected lies there.
    """
    there = stack(session.seen(session.annotations), *aim) if aim is not None else ()
    if there:
        session.select(there[:1] if session.selection.isdisjoint(there) else session.selection)
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    commands.explain(menu)
    menu.addAction(commands.actions["edit.delete"])
    change = menu.addMenu(translate(mark("Change the category to")))
    for category in session.categories:
        entry = change.addAction(category_name(category))
        entry.triggered.connect(partial(_recategorise, session, category.key))
        entry.setEnabled(bool(session.selection))
    menu.addActions([commands.actions[name] for name in _CHOSEN])
    for table in (RETOUCH, LESION) if session.on_slices else (RETOUCH,):
        _fill(menu.addMenu(translate(table.text)), table, commands)
    menu.addSeparator()
    menu.addActions([commands.actions[spec.name] for spec in CLIPBOARD])
    menu.addSeparator()
    menu.addActions([commands.actions[name] for name in _BELOW])
    return menu


def _fill(menu: QMenu, table: Menu, commands: Commands) -> None:
    commands.explain(menu)
    for entry in table.entries:
        if isinstance(entry, ActionSpec):
            menu.addAction(commands.actions[entry.name])
        elif entry is None:
            menu.addSeparator()


def _recategorise(session: Session, key: str, checked: bool = False) -> None:
    session.recategorise(key)
