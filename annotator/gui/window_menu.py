"""The commands that change how bright what is: windows by name, auto, invert, filters, and for what a window is kept."""

from __future__ import annotations

from annotator.domain.display_filter import Filter
from annotator.gui.actions import ActionSpec, Menu
from annotator.gui.verbs import auto, full_range, has_picture, header_window, preset, toggle_filter
from annotator.i18n import mark
from annotator.present.levels import preset_text
from annotator.workspace.display import FILTER_TEXTS
from annotator.workspace.levels import KEEP_TEXTS, Keep

PRESET_KEYS = ("F2", "F3", "F4", "F5", "F6", "F7", "", "", "", "")
"""The keys of the windows by name, in the order in which an image offers them (`annotator.domain.presets`)."""
PRESETS = tuple(f"window.preset.{number}" for number in range(1, len(PRESET_KEYS) + 1))
FILTER_KEYS = {Filter.NONE: "", Filter.EQUALISED: "Shift+E", Filter.LOCAL: "Shift+L", Filter.SHARPENED: "Shift+S"}
WINDOW_COMMANDS = ("window.full", "window.header", "window.auto", "window.region", "window.invert")


def _preset(number: int, key: str) -> ActionSpec:
    return ActionSpec(
        *(f"window.preset.{number}", mark("Window preset {number}"), (key,) if key else ()),
        lambda session, desk: preset(session, number),
        number=number,
        enabled=lambda session, desk: number <= len(session.presets),
        words=lambda session: preset_text(session, number),
    )


def _filter(how: Filter, key: str) -> ActionSpec:
    return ActionSpec(
        *(f"filter.{how.value}", FILTER_TEXTS[how], (key,) if key else (), lambda session, desk: toggle_filter(session, how)),
        group="filter",
        checked=lambda session, desk: session.filter is how,
        enabled=has_picture,
    )


def _keep(keep: Keep) -> ActionSpec:
    return ActionSpec(
        *(f"window.keep.{keep.value}", KEEP_TEXTS[keep], (), lambda session, desk: desk.keep_windows(keep)),
        group="window.keep",
        checked=lambda session, desk: session.kept.keep is keep,
    )


WINDOW = Menu(
    "menu.window",
    mark("&Window level"),
    (
        *(_preset(number, key) for number, key in enumerate(PRESET_KEYS, 1)),
        None,
        ActionSpec("window.full", mark("Full range"), ("F8",), full_range, enabled=has_picture),
        ActionSpec(
            *("window.header", mark("As in the header"), ("F9",), header_window),
            tip=mark("The window the header proposes; again: the next one it proposes"),
            short=mark("Header"),
            enabled=has_picture,
        ),
        ActionSpec(
            *("window.auto", mark("Auto"), ("F10",), auto),
            tip=mark("A window worked out from what is in view, without air and padding"),
            enabled=has_picture,
        ),
        ActionSpec(
            *("window.region", mark("From a rectangle"), ("Shift+W",), lambda session, desk: desk.view.frame_window()),
            tip=mark("Drag a rectangle: the window suits what is in it; Shift and a right drag do the same"),
            short=mark("Rectangle"),
            enabled=has_picture,
        ),
        ActionSpec(
            *("window.invert", mark("Invert"), ("I",), lambda session, desk: session.invert()),
            tip=mark("Exchange black and white; on mammograms the air stays black"),
            checked=lambda session, desk: session.window.inverted,
            enabled=has_picture,
        ),
        None,
        Menu("menu.filter", mark("Display filter"), tuple(_filter(how, FILTER_KEYS[how]) for how in Filter)),
        Menu("menu.keep", mark("Keep the window"), tuple(map(_keep, Keep))),
        None,
        ActionSpec("window.type", mark("Type center and width"), ("W",), lambda session, desk: desk.type_window()),
    ),
)
