"""The commands that read mammograms: hang the views, sweep them at 1 : 1, mark nipples, tie one lesion's outlines."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.i18n import mark
from annotator.workspace.session import Session


@wants(mark("this case has no mammograms"))
def _mammogram(session: Session, desk: Desk) -> bool:
    return session.image is not None and session.image.modality == "MG"


@wants(mark("select an outline on a mammogram first"))
def _chosen(session: Session, desk: Desk) -> bool:
    return _mammogram(session, desk) and len(session.selection) == 1


@wants(mark("what is selected is tied to nothing"))
def _tied(session: Session, desk: Desk) -> bool:
    key = session.image.key if session.image else None
    return key is not None and _chosen(session, desk) and bool(session.lesion(key, next(iter(session.selection))))


@wants(mark("no nipple is marked on this image"))
def _marked(session: Session, desk: Desk) -> bool:
    return session.image is not None and _mammogram(session, desk) and bool(session.nipple(session.image))


def _sweep(step: int, session: Session, desk: Desk) -> None:
    if desk.reading is not None:
        desk.reading.sweep(step)


def _ask(session: Session, desk: Desk) -> None:
    if desk.reading is not None:
        desk.reading.ask_for_nipples()


MAMMOGRAPHY = Menu(
    "menu.mammography",
    mark("&Mammography"),
    (
        ActionSpec(
            *("mammography.hang", mark("Hang the four views"), ("Alt+7",), lambda session, desk: session.hang_views()),
            tip=mark("Chest wall to chest wall, in equal millimetres: in two rows, again: all in one row"),
            checked=lambda session, desk: bool(session.hung),
            enabled=_mammogram,
            leaves=True,
        ),
        ActionSpec(
            *("mammography.sweep", mark("Next field at 1 : 1"), (".",), lambda session, desk: _sweep(1, session, desk)),
            tip=mark("Go through the breast field by field, one image pixel on one screen pixel; then the next view"),
            enabled=_mammogram,
            repeats=True,
        ),
        ActionSpec(
            *("mammography.sweep_back", mark("Field before at 1 : 1"), (",",), lambda session, desk: _sweep(-1, session, desk)),
            enabled=_mammogram,
            repeats=True,
        ),
        None,
        ActionSpec(
            *("mammography.nipple", mark("Mark the nipples"), ("Shift+N",), _ask),
            tip=mark("Click the nipple once in each view: a lesion in one view then shows in the other the arc at its distance"),
            checked=lambda session, desk: desk.reading is not None and desk.reading.asking,
            enabled=_mammogram,
        ),
        ActionSpec(
            *("mammography.no_nipple", mark("Take the nipple mark away"), (), lambda session, desk: session.mark_nipple(None)),
            enabled=_marked,
        ),
        None,
        ActionSpec(
            *("mammography.tie", mark("Tie as one lesion"), ("Shift+T",), lambda session, desk: session.tie()),
            tip=mark("The selected outline and the one selected before in another view of this breast"),
            enabled=_chosen,
        ),
        ActionSpec(
            *("mammography.untie", mark("Untie the lesion"), ("Ctrl+Shift+T",), lambda session, desk: session.untie()),
            enabled=_tied,
        ),
    ),
)
