"""The commands that say how many views there are, how they stand, and which of them is worked in."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.gui.fusion_commands import FOUR, FUSION, HANG
from annotator.gui.verbs import has_image, has_planes
from annotator.i18n import mark
from annotator.workspace.arrangement import MOST, Arrangement
from annotator.workspace.session import Session

_USUAL = (
    ("layout.1", mark("One view"), "Alt+1", Arrangement.grid(1, 1)),
    ("layout.1x2", mark("Two side by side"), "Alt+2", Arrangement.grid(1, 2)),
    ("layout.1x3", mark("Three side by side"), "Alt+3", Arrangement.grid(1, 3)),
    ("layout.2x2", mark("Two by two"), "Alt+4", Arrangement.grid(2, 2)),
    ("layout.2x1", mark("Two one above the other"), "Alt+5", Arrangement.grid(2, 1)),
)


_LINKS = (
    (
        *("paging", mark("Link paging"), "Ctrl+L"),
        mark("Views page together: to the same place in the patient where that is known, else step by step from where they stand"),
    ),
    ("look", mark("Link zoom and position"), "Ctrl+Shift+L", mark("Views show the same place at the same millimetres")),
    ("window", mark("Link the window"), "Ctrl+Shift+W", mark("Views of one modality show the same range of values")),
    (
        *("guides", mark("Slice line and pointer in other views"), "Ctrl+G"),
        mark("Views of one frame of reference show where the slice crosses them and where the pointer is"),
    ),
)


@wants(mark("only one view is shown"))
def _several(session: Session, desk: Desk) -> bool:
    return session.arrangement.count > 1


@wants(mark("there is no room for another view"))
def _room(session: Session, desk: Desk) -> bool:
    return session.arrangement.count < MOST


def _usual(name: str, text: str, key: str, arrangement: Arrangement) -> ActionSpec:
    return ActionSpec(
        *(name, text, (key,), lambda session, desk: session.arrange(arrangement)),
        checked=lambda session, desk: session.arrangement == arrangement,
        leaves=True,
    )


def _link(name: str, text: str, key: str, tip: str) -> ActionSpec:
    return ActionSpec(
        *(f"link.{name}", text, (key,), lambda session, desk: session.link(name), tip),
        checked=lambda session, desk: bool(getattr(session.links, name)),
    )


LAYOUT = Menu(
    "menu.layout",
    mark("La&yout"),
    (
        *(_usual(*row) for row in _USUAL),
        HANG,
        FOUR,
        None,
        ActionSpec(
            *("layout.planes", mark("Axial, coronal and sagittal"), ("Alt+9",)),
            run=lambda session, desk: session.show_planes(session.planes is None),
            tip=mark("Two planes across the slices of an evenly spaced series, for orientation; drawing stays on the slices"),
            enabled=has_image,
            checked=lambda session, desk: session.planes is not None,
        ),
        ActionSpec(
            *("layout.meet", mark("Planes meet under the pointer"), ("X",), lambda session, desk: session.planes and session.planes.hold()),
            tip=mark("While the key is held the other planes follow the pointer over a slice; in them a press or a drag does it"),
            enabled=has_planes,
            held=True,
        ),
        None,
        ActionSpec(
            *("layout.beside", mark("Another view beside this one"), ("Ctrl+Shift+Right",), lambda session, desk: session.add_pane()),
            tip=mark("Divide the room of this view; the borders between views can be dragged"),
            enabled=_room,
            leaves=True,
        ),
        ActionSpec(
            *("layout.below", mark("Another view below this one"), ("Ctrl+Shift+Down",)),
            run=lambda session, desk: session.add_pane(below=True),
            enabled=_room,
            leaves=True,
        ),
        ActionSpec(
            *("layout.close", mark("Close this view"), ("Ctrl+W",), lambda session, desk: session.close_pane()),
            enabled=_several,
            leaves=True,
        ),
        None,
        ActionSpec(
            *("layout.next", mark("Work in the next view"), ("Ctrl+Right",), lambda session, desk: session.step_pane(1)),
            enabled=_several,
            repeats=True,
            leaves=True,
        ),
        ActionSpec(
            *("layout.previous", mark("Work in the view before"), ("Ctrl+Left",), lambda session, desk: session.step_pane(-1)),
            enabled=_several,
            repeats=True,
            leaves=True,
        ),
        None,
        *(_link(*row) for row in _LINKS),
        None,
        FUSION,
    ),
)
