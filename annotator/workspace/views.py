"""Remember per project where a person was: folder, series, image, zoom, window and tool; local, and worth nothing if lost."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

from annotator import strict_json
from annotator.domain.honesty import Origin
from annotator.domain.picture import Voi, Window
from annotator.paths import local_folder
from annotator.workspace import durable

Kind = TypeVar("Kind")
_LARGEST = 1 << 20


@dataclass(frozen=True)
class Look:
    """How a view looked beside what it showed: `pane` is its number, `series` and `over` are UIDs (`over` empty: nothing lay over it)."""

    pane: int
    series: str
    over: str = ""
    through: bool = False
    """Whether all slices were looked through."""
    inverse: bool = False
    """Whether a PET was shown in inverse grey."""


@dataclass(frozen=True)
class View:
    """Where somebody was in a project; `zoom` is in screen pixels per image pixel, 0 for "fit"."""

    folders: tuple[str, ...] = ()
    series: str = ""
    image: str = ""
    zoom: float = 0.0
    center_x: float = 0.0
    center_y: float = 0.0
    window_center: float = 0.0
    window_width: float = 0.0
    window_name: str = ""
    window_function: str = Voi.LINEAR.value
    window_origin: str = Origin.PERSON.value
    tool: str = ""
    mode: str = ""
    category: str = ""
    layout: str = ""
    """How the views stand, as `Arrangement` writes it."""
    pane: int = 0
    """The view that was worked in."""
    hangs: bool = True
    """Whether the views of a case are hung as the project says when it is opened."""
    panes: tuple[tuple[str, str], ...] = ()
    """Series and image of each view."""
    looks: tuple[Look, ...] = ()
    """How those views looked of which more is to be said."""

    def with_window(self, window: Window | None) -> View:
        """Return the view under another window; of a table of the header, which is no range, nothing is remembered."""
        if window is None or window.table is not None:
            return replace(self, window_width=0.0)
        return replace(
            self,
            window_center=window.center,
            window_width=window.width,
            window_name=window.name,
            window_function=window.function.value,
            window_origin=window.origin.value,
        )

    @property
    def window(self) -> Window | None:
        """The window that was shown; None where the image begins as ever, or what is remembered cannot be understood."""
        if self.window_width <= 0:
            return None
        try:
            function, origin = Voi(self.window_function), Origin(self.window_origin)
        except ValueError:
            return None
        return Window(self.window_center, self.window_width, self.window_name, function, origin)


class Remembering:
    """Writes views in the order in which they were had, whichever thread comes first: an older one never replaces a newer one."""

    def __init__(self) -> None:
        self._turn, self._newest = threading.Lock(), 0

    def order(self) -> int:
        """Return the number of the next view."""
        self._newest += 1
        return self._newest

    def write(self, number: int, project: Path, view: View) -> None:
        """Write a view unless there is a newer one; raises OSError."""
        with self._turn:
            if number == self._newest:
                remember(project, view)


def remember(project: Path, view: View) -> None:
    """Write the view of a project; raises OSError."""
    durable.write(_file(project), json.dumps(asdict(view), ensure_ascii=False).encode())


def recall(project: Path) -> View:
    """Return the last view of a project, an empty one where there is none or it cannot be read."""
    try:
        found = strict_json.loads(_file(project).read_bytes(), _LARGEST)
        panes = tuple((str(series), str(image)) for series, image in found.get("panes", ()))
        looks = tuple(_alike(Look(**look), Look(0, "")) for look in found.get("looks", ()))
        folders = tuple(str(folder) for folder in found["folders"])
        return _alike(View(**{**found, "folders": folders, "panes": panes, "looks": looks}), View())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return View()


def _alike(found: Kind, usual: Kind) -> Kind:
    """Return what was found where each value is of the kind of the usual one; raises TypeError where one is not."""
    kinds = {name: type(value) for name, value in vars(usual).items()}
    if any(type(value) is not kinds[name] and (type(value), kinds[name]) != (int, float) for name, value in vars(found).items()):
        raise TypeError("not as it was written")
    return found


def _file(project: Path) -> Path:
    digest = hashlib.sha256(str(project.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return local_folder() / "views" / f"{digest}.json"
