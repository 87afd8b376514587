"""What a command of the window is, as data: its name, words, keys and the one verb it calls.

The menus, the tool strip, the keys and the sheet of keys are all made from these values.  An action's name is its Qt object name and the
name of its drawing in `resources/icons`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from annotator.i18n import Message, mark
from annotator.workspace.levels import Keep
from annotator.workspace.session import Session


class View(Protocol):
    """What the commands ask of the image view."""

    def fit(self) -> None: ...
    def actual_size(self) -> None: ...
    def zoom_in(self) -> None: ...
    def zoom_out(self) -> None: ...
    def visible_part(self) -> tuple[slice, slice] | None: ...
    def frame_window(self) -> None: ...
    def step_option(self, steps: float) -> None: ...
    def bring_into_sight(self, box: tuple[float, float, float, float]) -> None: ...
    @property
    def drawing(self) -> bool: ...
    @property
    def under_way(self) -> bool: ...
    @property
    def holds(self) -> bool: ...
    @property
    def aim(self) -> tuple[float, float, float] | None: ...
    def take_back(self) -> None: ...
    def keep_at_it(self) -> None: ...
    @property
    def turned_over(self) -> tuple[bool, bool]: ...


class Slab(Protocol):
    """What the commands ask of the slab that is looked through."""

    reach: float
    mean: bool
    held: bool

    def toggle(self) -> None: ...
    def choose(self, *, reach: float | None = None, mean: bool | None = None) -> None: ...


class Legend(Protocol):
    """What the commands ask of the signs on the pictures."""

    names: bool
    graphics: bool
    axes: bool

    @property
    def slab(self) -> Slab: ...

    def cycle(self) -> None: ...
    def show_names(self, shown: bool) -> None: ...
    def show_graphics(self, shown: bool) -> None: ...
    def show_axes(self, shown: bool) -> None: ...


class Torn(Protocol):
    """What the commands ask of what stands in windows of its own."""

    @property
    def view_torn(self) -> bool: ...
    @property
    def any(self) -> bool: ...
    def tear_view(self) -> None: ...
    def panel_torn(self, name: str) -> bool: ...
    def tear_panel(self, name: str) -> None: ...
    def panel_folded(self, name: str) -> bool: ...
    def fold_panel(self, name: str) -> None: ...
    def gather(self) -> None: ...


class Reading(Protocol):
    """What the commands ask of the views of a mammography case."""

    @property
    def asking(self) -> bool: ...
    def sweep(self, step: int) -> None: ...
    def ask_for_nipples(self) -> None: ...


class Keyring(Protocol):
    """What the commands ask of all commands."""

    @property
    def specs(self) -> Mapping[str, ActionSpec]: ...
    def keys_of(self, name: str, /) -> tuple[str, ...]: ...
    def text_of(self, name: str, /) -> str: ...
    def written(self, key: str, /) -> str: ...
    def row_of(self, name: str, /) -> Callable[[str], str] | None: ...


class Desk(Protocol):
    """What the commands ask of the window."""

    @property
    def commands(self) -> Keyring: ...

    @property
    def reading(self) -> Reading | None: ...

    @property
    def view(self) -> View: ...
    @property
    def legend(self) -> Legend: ...
    @property
    def torn(self) -> Torn: ...
    @property
    def overlays_hidden(self) -> bool: ...
    @property
    def maximised(self) -> bool: ...
    @property
    def notice_open(self) -> bool: ...
    def choose_folder(self) -> None: ...
    def choose_files(self) -> None: ...
    def choose_project(self) -> None: ...
    def hide_overlays(self) -> None: ...
    def maximise(self) -> None: ...
    def type_window(self) -> None: ...
    def keep_windows(self, keep: Keep) -> None: ...
    def dismiss_notice(self) -> None: ...
    def speak(self, code: str) -> None: ...
    def show_keys(self) -> None: ...
    def show_about(self) -> None: ...
    def explain_picture(self) -> None: ...
    def show_part(self, name: str, what: str = "") -> None: ...
    def close(self) -> bool: ...


Run = Callable[[Session, Desk], object]
Ask = Callable[[Session, Desk], bool]


_WANTED: dict[Ask, str] = {}
UNTOLD = mark("there is nothing here now to do that with")


def wants(text: str) -> Callable[[Ask], Ask]:
    """Say by a marked text what commands wait for as long as the question below is answered with no."""

    def told(ask: Ask) -> Ask:
        _WANTED[ask] = text
        return ask

    return told


def wanted_by(ask: Ask) -> str:
    """Return the marked text that says what is wanting where a question is answered with no."""
    return _WANTED.get(ask, UNTOLD)


def always(session: Session, desk: Desk) -> bool:
    """The command can be run at any time."""
    return True


@dataclass(frozen=True)
class ActionSpec:
    """One command; `text` and `tip` are marked texts, `keys` portable key texts of which the first is shown."""

    name: str
    text: str
    keys: tuple[str, ...]
    run: Run
    tip: str = ""
    short: str = ""
    """What its button says where the text is too long."""
    group: str = ""
    """Actions of one group exclude one another."""
    checked: Ask | None = None
    """Makes it checkable, and says whether it is checked."""
    enabled: Ask = always
    subject: Callable[[Session], Message | None] | None = None
    """What the command would act on now, said after its text."""
    words: Callable[[Session], str | None] | None = None
    """Its text where that depends on what is shown, in the current language; None while there is nothing: then no menu has it."""
    barred: Callable[[Session], Message | None] | None = None
    """Why it cannot be run now, said in its tool tip; None: it can.  Asked in place of `enabled`."""
    number: int | None = None
    """Fills `{number}` in its text."""
    about: str = ""
    """Fills `{about}` in its text; a marked text itself."""
    on_picture: bool = False
    """Its keys count only while the picture has the focus."""
    held: bool = False
    """Runs when its key goes down and again when it comes up."""
    repeats: bool = False
    """A key held down repeats it."""
    pointed: Callable[[Session, int], object] | None = None
    """What its key does to the annotation under the pointer, where nothing is selected that the command could act on."""
    leaves: bool = False
    """It would take away what is being drawn, so it waits until that is finished or dropped."""

    def can_run(self, session: Session, desk: Desk) -> bool:
        """Whether the command can be run now."""
        return self.enabled(session, desk) if self.barred is None else self.barred(session) is None

    def waits(self, session: Session, desk: Desk) -> bool:
        """Whether the command would take away what is being drawn; a tool that is in hand already takes nothing away."""
        return self.leaves and desk.view.holds and not (self.checked is not None and self.checked(session, desk))


@dataclass(frozen=True)
class Menu:
    """A menu with its entries in order; None is a line between groups."""

    name: str
    text: str
    entries: tuple[ActionSpec | Menu | None, ...]

    def actions(self) -> tuple[ActionSpec, ...]:
        """Return all commands in it and in the menus inside it."""
        found: list[ActionSpec] = []
        for entry in self.entries:
            if isinstance(entry, Menu):
                found += entry.actions()
            elif entry is not None:
                found.append(entry)
        return tuple(found)
