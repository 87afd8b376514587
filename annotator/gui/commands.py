"""Every command of the window: the tables that its menus, strip and keys are made from."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.merge import Mode
from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.gui.cheat_sheet import CHEAT_SHEET
from annotator.gui.choosing_commands import CHOOSE, SHOW, UNANNOTATED, WALK
from annotator.gui.fusion_commands import COPY
from annotator.gui.layouts import LAYOUT
from annotator.gui.lesion_commands import LESION
from annotator.gui.mammography_commands import MAMMOGRAPHY
from annotator.gui.pass_commands import PASS
from annotator.gui.rescue_commands import RESCUE
from annotator.gui.retouch_commands import CLIPBOARD, RETOUCH
from annotator.gui.slab_commands import SLAB
from annotator.gui.torn_commands import fold_menu, torn_menu
from annotator.gui.verbs import (
    DIGITS,
    cycle_signs,
    delete,
    delete_pointed,
    done,
    has_category,
    has_chosen,
    has_graphics,
    has_image,
    has_measures,
    has_picture,
    has_size,
    may_recategorise,
    may_redo,
    may_undo,
    recategorise,
    recategorise_pointed,
    stop_reading,
    toggle_graphics,
    undo,
)
from annotator.gui.window_menu import WINDOW
from annotator.i18n import LANGUAGES, language, mark
from annotator.tools.gesture import Tool
from annotator.workspace.session import Session

MODES = (
    (Mode.NEW, mark("New"), "N", mark("A stroke makes an annotation of its own")),
    (Mode.ADD, mark("Add"), "A", mark("A stroke is added to what it touches; Ctrl held subtracts")),
    (Mode.SUB, mark("Sub"), "S", mark("A stroke cuts away what it covers; Ctrl held adds")),
)
LANGUAGE_NAMES = {"ko": "한국어", "en": "English"}


def _tool(tool: Tool) -> ActionSpec:
    return ActionSpec(
        *(tool.id, tool.text, (tool.key,), lambda session, desk: session.choose_tool(tool.id), tool.hint),
        group="tool",
        leaves=True,
        short=tool.short,
        checked=lambda session, desk: session.tool.id == tool.id,
        barred=lambda session: session.barred(tool),
    )


SIZES = (
    ActionSpec(
        *("brush.smaller", mark("Smaller brush"), ("Shift+,",), lambda session, desk: desk.view.step_option(-1)),
        tip=mark("Makes the number that belongs to the tool smaller; the wheel with Shift does the same"),
        enabled=has_size,
        repeats=True,
    ),
    ActionSpec(
        *("brush.larger", mark("Larger brush"), ("Shift+.",), lambda session, desk: desk.view.step_option(1)),
        tip=mark("Makes the number that belongs to the tool larger; the wheel with Shift does the same"),
        enabled=has_size,
        repeats=True,
    ),
)


def _mode(mode: Mode, text: str, key: str, tip: str) -> ActionSpec:
    return ActionSpec(
        *(mode.value, text, (key,), lambda session, desk: session.choose_mode(mode), tip),
        group="mode",
        checked=lambda session, desk: session.mode is mode,
    )


def _category(number: int) -> ActionSpec:
    def run(session: Session, desk: Desk) -> None:
        for category in session.categories:
            if category.shortcut == str(number):
                session.choose_category(category.key)

    return ActionSpec(
        *(f"category.{number}", mark("Category {number}"), (str(number),), run),
        number=number,
        enabled=has_category(number),
    )


def _series(name: str, text: str, key: str, step: int) -> ActionSpec:
    return ActionSpec(name, text, (key,), lambda session, desk: session.step_series(step), repeats=True, leaves=True)


def _language(code: str) -> ActionSpec:
    return ActionSpec(
        *(f"language.{code}", LANGUAGE_NAMES[code], (), lambda session, desk: desk.speak(code)),
        group="language",
        words=lambda session: LANGUAGE_NAMES[code],
        checked=lambda session, desk: language() == code,
    )


FILE = Menu(
    "menu.file",
    mark("&File"),
    (
        ActionSpec(
            "file.open_folder",
            mark("Open folder…"),
            ("Ctrl+O",),
            lambda session, desk: desk.choose_folder(),
            tip=mark("Open a folder of images; dropping it on the window does the same"),
        ),
        ActionSpec(
            *("file.open_files", mark("Open files or ZIP…"), ("Ctrl+Alt+O",), lambda session, desk: desk.choose_files()),
            tip=mark("Open single images, or a ZIP like a folder; its files are unpacked for a while and deleted again"),
        ),
        ActionSpec("file.open_project", mark("Open project…"), ("Ctrl+Shift+O",), lambda session, desk: desk.choose_project()),
        ActionSpec(
            *("file.stop", mark("Stop reading"), ("Ctrl+.",), stop_reading),
            enabled=wants(mark("nothing is being read"))(lambda session, desk: session.scanning is not None),
        ),
        None,
        ActionSpec(
            "file.save",
            mark("Save"),
            ("Ctrl+S",),
            lambda session, desk: session.save(),
            tip=mark("Save now; leaving a case and closing save by themselves"),
        ),
        *RESCUE,
        None,
        ActionSpec("file.quit", mark("Close"), ("Ctrl+Q",), lambda session, desk: desk.close()),
    ),
)

EDIT = Menu(
    "menu.edit",
    mark("&Edit"),
    (
        ActionSpec(
            "edit.undo",
            mark("Undo"),
            ("Ctrl+Z",),
            undo,
            enabled=may_undo,
            subject=lambda session: session.undo_name,
            repeats=True,
        ),
        ActionSpec(
            "edit.redo",
            mark("Redo"),
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            lambda session, desk: session.redo(),
            enabled=may_redo,
            subject=lambda session: session.redo_name,
            repeats=True,
            leaves=True,
        ),
        None,
        ActionSpec(
            *("edit.delete", mark("Delete"), ("Del",), delete),
            tip=mark("The selected annotations; where none is, the one under the pointer"),
            enabled=has_chosen,
            pointed=delete_pointed,
        ),
        ActionSpec(
            "edit.recategorise",
            mark("Change to the chosen category"),
            ("C",),
            recategorise,
            tip=mark("Give the selected annotations, or the one under the pointer, the category that is chosen in the list"),
            enabled=may_recategorise,
            pointed=recategorise_pointed,
        ),
        None,
        *CLIPBOARD,
        COPY,
        None,
        *CHOOSE,
        None,
        RETOUCH,
    ),
)

GO = Menu(
    "menu.go",
    mark("&Go"),
    (
        ActionSpec(
            *("image.next", mark("Next image"), ("Down",), lambda session, desk: session.page(1)),
            leaves=True,
            enabled=has_image,
            on_picture=True,
            repeats=True,
        ),
        ActionSpec(
            *("image.previous", mark("Previous image"), ("Up",), lambda session, desk: session.page(-1)),
            leaves=True,
            enabled=has_image,
            on_picture=True,
            repeats=True,
        ),
        ActionSpec(
            *("image.first", mark("First image"), ("Home",), lambda session, desk: session.show(0)),
            leaves=True,
            enabled=has_image,
            on_picture=True,
        ),
        ActionSpec(
            *("image.last", mark("Last image"), ("End",), lambda session, desk: session.show(len(session.images) - 1)),
            leaves=True,
            enabled=has_image,
            on_picture=True,
        ),
        None,
        *WALK,
        None,
        _series("series.next", mark("Next series"), "PgDown", 1),
        _series("series.previous", mark("Previous series"), "PgUp", -1),
        None,
        ActionSpec(
            *("case.back", mark("Back to the case before"), ("Alt+Left",), lambda session, desk: session.back()),
            enabled=has_image,
            leaves=True,
        ),
        ActionSpec(
            *("case.done", mark("Done, next case"), ("Ctrl+Return",), done),
            tip=mark("Save this case and go to the next one"),
            leaves=True,
            short=mark("Done"),
            enabled=has_image,
        ),
        UNANNOTATED,
        None,
        PASS,
    ),
)

VIEW = Menu(
    "menu.view",
    mark("&View"),
    (
        ActionSpec("view.fit", mark("Fit"), ("Ctrl+0",), lambda session, desk: desk.view.fit(), enabled=has_image),
        ActionSpec(
            *("view.actual_size", mark("Actual size"), ("Ctrl+1",), lambda session, desk: desk.view.actual_size()),
            tip=mark("One image pixel on one screen pixel"),
            short=mark("1 : 1"),
            enabled=has_image,
        ),
        ActionSpec(
            *("view.zoom_in", mark("Zoom in"), ("Ctrl++", "Ctrl+=", "+", "="), lambda session, desk: desk.view.zoom_in()),
            enabled=has_image,
            repeats=True,
        ),
        ActionSpec(
            *("view.zoom_out", mark("Zoom out"), ("Ctrl+-", "-"), lambda session, desk: desk.view.zoom_out()),
            enabled=has_image,
            repeats=True,
        ),
        None,
        ActionSpec(
            *("view.hide_overlays", mark("Hide annotations"), ("H",), lambda session, desk: desk.hide_overlays()),
            tip=mark("Hide what is drawn, while the key is held"),
            checked=lambda session, desk: desk.overlays_hidden,
            held=True,
        ),
        *SHOW,
        SLAB,
        ActionSpec(
            *("view.graphics", mark("Graphics of the file"), ("G",), toggle_graphics),
            tip=mark("What the file lays over its image (overlay planes); it is never part of values or masks"),
            checked=lambda session, desk: desk.legend.graphics,
            enabled=has_graphics,
        ),
        ActionSpec(
            *("view.signs", mark("Signs on the picture"), ("T",), cycle_signs),
            tip=mark("All of them; only letters and scale bar; none"),
        ),
        ActionSpec(
            *("view.names", mark("Patient's name on the picture"), (), lambda session, desk: desk.legend.show_names(not desk.legend.names)),
            tip=mark("Shown until the window is closed: it may be on a photograph of the screen"),
            checked=lambda session, desk: desk.legend.names,
        ),
        ActionSpec(
            *("view.explain", mark("About the picture"), ("Ctrl+I",), lambda session, desk: desk.explain_picture()),
            tip=mark("Why it looks as it does, and what about it may mislead"),
            enabled=has_picture,
        ),
        ActionSpec(
            *("view.maximise", mark("Maximise the picture"), ("F11",), lambda session, desk: desk.maximise()),
            checked=lambda session, desk: desk.maximised,
        ),
        ActionSpec(
            *("view.dismiss", mark("Dismiss the message"), ("Ctrl+Backspace",), lambda session, desk: desk.dismiss_notice()),
            enabled=wants(mark("there is no message"))(lambda session, desk: desk.notice_open),
        ),
        None,
        LAYOUT,
        MAMMOGRAPHY,
        Menu("menu.language", mark("Language"), tuple(map(_language, LANGUAGES))),
    ),
)

PROJECT = Menu("menu.project", mark("&Project"), ())
REVIEW = Menu("menu.review", mark("&Review"), ())

HELP = Menu(
    "menu.help",
    mark("&Help"),
    (
        ActionSpec(
            *("help.keys", mark("Keys"), ("F1",), lambda session, desk: desk.show_keys()),
            tip=mark("All commands with their keys; a key can be changed there"),
        ),
        CHEAT_SHEET,
        ActionSpec("help.about", mark("About"), (), lambda session, desk: desk.show_about()),
    ),
)


_CLEAR = ActionSpec(
    *("measure.clear", mark("Delete the measurements"), ("Shift+Del",), lambda session, desk: session.clear_measures()),
    tip=mark("All of this image; annotations stay"),
    enabled=has_measures,
)


def menus(tools: Sequence[Tool], measuring: Sequence[Tool] = (), panels: Sequence[tuple[str, str]] = ()) -> tuple[Menu, ...]:
    """Return all menus of the window; the tools are what `annotator.tools` offers, `panels` names and headings of what parts make."""
    measure = Menu("menu.measure", mark("&Measure"), (*map(_tool, measuring), None, _CLEAR))
    categories = Menu("menu.category", mark("Category"), tuple(map(_category, DIGITS)))
    modes = tuple(_mode(*row) for row in MODES)
    draw = Menu("menu.draw", mark("&Draw"), (*map(_tool, tools), None, *modes, None, *SIZES, None, categories, LESION))
    view = Menu(VIEW.name, VIEW.text, (*VIEW.entries[:-1], torn_menu(panels), fold_menu(panels), VIEW.entries[-1]))
    return FILE, EDIT, draw, measure, GO, WINDOW, view, PROJECT, REVIEW, HELP
