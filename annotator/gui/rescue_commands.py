"""Commands that carry unsaved work out of a project that cannot be written, and back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.choosing import choose_file, choose_folder
from annotator.i18n import mark, translate
from annotator.present.recovery import ELSEWHERE_TIP
from annotator.workspace.session import Session


def _save_elsewhere(session: Session, desk: Desk) -> None:
    if isinstance(desk, QWidget):
        choose_folder(desk, translate(mark("Save elsewhere")), session.save_elsewhere)


def _take(session: Session, desk: Desk) -> None:
    if isinstance(desk, QWidget):
        patterns = translate(mark("Unsaved work (annotator-*.json);;All files (*)"))
        choose_file(desk, translate(mark("Take unsaved work from a file")), patterns, session.offer_file)


RESCUE = (
    ActionSpec(
        *("file.save_elsewhere", mark("Save elsewhere…"), (), _save_elsewhere),
        tip=ELSEWHERE_TIP,
        enabled=wants(mark("everything is saved"))(lambda session, desk: session.unsaved),
    ),
    ActionSpec(
        *("file.take_unsaved", mark("Take unsaved work from a file…"), (), _take),
        tip=mark("Offers what “Save elsewhere” wrote; nothing is changed before you take it"),
    ),
)
