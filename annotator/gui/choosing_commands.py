"""The commands that choose annotations, hide and lock them, walk from one to the next, and give the last one a category."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, Menu
from annotator.gui.verbs import DIGITS, has_annotations, has_category, has_image, has_selection, recategorise_last
from annotator.i18n import mark
from annotator.workspace.session import Session


def _step(session: Session, desk: Desk, step: int) -> None:
    """Go to another annotation, and bring it into sight."""
    found = session.step_annotation(step)
    if found is not None:
        desk.view.bring_into_sight(found.shape.bounds)


def _nudge(name: str, text: str, key: str, across: int, down: int) -> ActionSpec:
    def run(session: Session, desk: Desk) -> None:
        mirrored, upended = desk.view.turned_over
        session.move_selected(-across if mirrored else across, -down if upended else down)

    return ActionSpec(name, text, (key,), run, enabled=has_selection, repeats=True)


def _category(number: int) -> ActionSpec:
    def run(session: Session, desk: Desk) -> None:
        for category in session.categories:
            if category.shortcut == str(number):
                recategorise_last(session, desk, category.key)

    return ActionSpec(
        *(f"recategorise.{number}", mark("Change to category {number}"), (f"Shift+{number}",), run),
        number=number,
        enabled=has_category(number),
    )


CHOOSE = (
    ActionSpec(
        *("edit.select_all", mark("Select all"), ("Ctrl+A",), lambda session, desk: session.select_all()),
        tip=mark("All annotations of this image; Esc selects nothing"),
        enabled=has_annotations,
    ),
    ActionSpec(
        *("edit.lock", mark("Lock"), ("Shift+K",), lambda session, desk: session.lock()),
        tip=mark("Nothing changes the selected annotations until they are unlocked in the same way"),
        checked=lambda session, desk: any(a.locked for a in session.annotations if a.id in session.selection),
        enabled=has_selection,
    ),
    Menu(
        "menu.nudge",
        mark("Move by one pixel"),
        (
            _nudge("edit.nudge_left", mark("To the left"), "Alt+Shift+Left", -1, 0),
            _nudge("edit.nudge_right", mark("To the right"), "Alt+Shift+Right", 1, 0),
            _nudge("edit.nudge_up", mark("Upwards"), "Alt+Shift+Up", 0, -1),
            _nudge("edit.nudge_down", mark("Downwards"), "Alt+Shift+Down", 0, 1),
        ),
    ),
    Menu("menu.recategorise", mark("Category of the selected or last drawn"), tuple(map(_category, DIGITS))),
)
"""For the Edit menu."""

WALK = (
    ActionSpec(
        *("annotation.next", mark("Next annotation"), ("Ctrl+Down",), lambda session, desk: _step(session, desk, 1)),
        tip=mark("Through the whole case in the order of its slices; it is brought into sight"),
        leaves=True,
        enabled=has_image,
        repeats=True,
    ),
    ActionSpec(
        *("annotation.previous", mark("Previous annotation"), ("Ctrl+Up",), lambda session, desk: _step(session, desk, -1)),
        leaves=True,
        enabled=has_image,
        repeats=True,
    ),
)
UNANNOTATED = ActionSpec(
    *("case.unannotated", mark("Next case without annotation"), ("Ctrl+Shift+Return",), lambda session, desk: session.open_unannotated()),
    tip=mark("Save this case and go to the next one on which nothing is drawn"),
    leaves=True,
    enabled=has_image,
)
"""These are for the Go menu."""

SHOW = (
    ActionSpec(
        *("view.hide_selected", mark("Hide the selected annotations"), ("Shift+H",), lambda session, desk: session.hide_selected()),
        tip=mark("On all slices of their lesions; with nothing selected: show all that are hidden again, nothing is ever deleted by that"),
        checked=lambda session, desk: session.hides,
        enabled=has_annotations,
    ),
    ActionSpec(
        *("view.solo", mark("Show the selected annotations alone"), ("Shift+V",), lambda session, desk: session.show_alone()),
        tip=mark("On all slices of their lesions; again: show all; what is selected meanwhile is shown instead"),
        checked=lambda session, desk: session.solo,
        enabled=has_annotations,
    ),
)
"""For the View menu."""
