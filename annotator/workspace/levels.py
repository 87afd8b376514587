"""Remember which grey values are shown as black and white, and for what: an image, a series, a modality, or a whole project.

Where a person has chosen nothing, the project's rule for the modality says how an image begins.  A window is never carried over to
values in another unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from annotator import settings
from annotator.domain.auto_window import PROJECTIONS
from annotator.domain.honesty import Origin
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.domain.start_window import start_window
from annotator.domain.window_rule import WindowRules
from annotator.i18n import mark

KEEP = "window.keep"
"""The setting that says for what a window is kept."""
_OF_PROJECTS = "windows"
_SINGLE = PROJECTIONS | {"US", "OT"}
"""DICOM modalities whose series is no volume: each image has a window of its own."""
_NOTHING = Window(128.0, 256.0, origin=Origin.RANGE)
_MOST_STARTS = 4096


class Keep(Enum):
    """For what a chosen window is kept."""

    USUAL = "usual"
    IMAGE = "image"
    SERIES = "series"
    MODALITY = "modality"
    PROJECT = "project"


KEEP_TEXTS: Mapping[Keep, str] = {
    Keep.USUAL: mark("Per series, X-rays per image"),
    Keep.IMAGE: mark("Per image"),
    Keep.SERIES: mark("Per series"),
    Keep.MODALITY: mark("For all images of the modality"),
    Keep.PROJECT: mark("For the project, also next time"),
}


@dataclass
class Kept:
    """What all views of a session have in common: the choice, the project's rules, and what is kept for a modality."""

    keep: Keep = Keep.USUAL
    rules: WindowRules = field(default_factory=dict)
    windows: dict[str, tuple[Window, str]] = field(default_factory=dict)
    """DICOM modality → window and the unit of its values."""
    inverted: dict[str, bool] = field(default_factory=dict)
    project: str = ""

    @property
    def shared(self) -> bool:
        """Whether all views of a modality have one window."""
        return self.keep in (Keep.MODALITY, Keep.PROJECT)

    def of_project(self, project: str, rules: WindowRules) -> None:
        """Begin anew with a project; what was kept for it the last time is there again."""
        self.keep = _choice(settings.read(KEEP, Keep.USUAL.value))
        self.rules, self.project = rules, project
        self.windows, self.inverted = _recalled(project) if self.keep is Keep.PROJECT else ({}, {})

    def choose(self, keep: Keep) -> None:
        """Keep windows for something else from now on; raises OSError if the choice cannot be remembered."""
        self.keep = keep
        settings.remember({KEEP: keep.value})

    def put_down(self) -> None:
        """Write what is kept for the project; raises OSError."""
        if self.keep is not Keep.PROJECT or not (self.windows or self.inverted):
            return
        known: dict[str, settings.Value] = settings.read(_OF_PROJECTS, {})
        written: dict[str, settings.Value] = {
            modality: [window.center, window.width, unit] for modality, (window, unit) in self.windows.items()
        }
        settings.remember({_OF_PROJECTS: {**known, self.project: {"windows": written, "inverted": {**self.inverted}}}})


class Levels:
    """The windows of one view."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._windows: dict[object, tuple[Window, str]] = {}
        self._inverted: dict[object, bool] = {}
        self._starts: dict[ImageKey, Window] = {}

    def window(self, image: Image | None, picture: Picture | None) -> Window:
        """Return the window under which an image is shown; `picture` is None while it is not decoded."""
        if image is None:
            return _NOTHING
        chosen, inverted = self._chosen(image, picture), self.inverted(image)
        if chosen is None:
            chosen = self._start(image, picture) if picture is not None else _NOTHING
        return chosen if chosen.inverted == inverted else replace(chosen, inverted=inverted)

    def chosen(self, image: Image | None, picture: Picture | None) -> bool:
        """Whether somebody has chosen the window, or the first picture of the series has brought it."""
        return image is not None and self._chosen(image, picture) is not None

    def choose(self, image: Image, picture: Picture | None, window: Window) -> bool:
        """Show an image, and whatever else the choice reaches, under another window; returns whether it is another."""
        chosen = replace(window, inverted=False), picture.unit if picture is not None else ""
        before = self._kept_for(image)
        if self.kept.shared:
            self.kept.windows[image.modality] = chosen
        else:
            self._windows[self._place(image)] = chosen
        return before != chosen

    def arrived(self, image: Image, picture: Picture) -> None:
        """Let the first picture of a series that comes say how all of it begins."""
        if self._chosen(image, picture) is None and not self.kept.shared:
            self._windows[self._place(image)] = (self._start(image, picture), picture.unit)

    def begin_again(self, image: Image) -> None:
        """Forget what was chosen for an image and all that shares its window."""
        self._windows.pop(self._place(image), None)
        if self.kept.shared:
            self.kept.windows.pop(image.modality, None)

    def inverted(self, image: Image) -> bool:
        """Whether a person, or the project's rule, has exchanged black and white."""
        rule = self.kept.rules.get(image.modality)
        usual = rule.inverted if rule is not None else False
        return self.kept.inverted.get(image.modality, usual) if self.kept.shared else self._inverted.get(_side(image), usual)

    def invert(self, image: Image) -> None:
        """Exchange black and white, or take that back."""
        inverted = not self.inverted(image)
        if self.kept.shared:
            self.kept.inverted[image.modality] = inverted
        else:
            self._inverted[_side(image)] = inverted

    def forget(self) -> None:
        """Begin anew, as on opening another folder; what is kept for the modality stays."""
        self._windows, self._inverted, self._starts = {}, {}, {}

    def _place(self, image: Image) -> object:
        single = self.kept.keep is Keep.IMAGE or (self.kept.keep is Keep.USUAL and image.modality in _SINGLE)
        return image.key if single else image.series_uid

    def _kept_for(self, image: Image) -> tuple[Window, str] | None:
        return self.kept.windows.get(image.modality) if self.kept.shared else self._windows.get(self._place(image))

    def _chosen(self, image: Image, picture: Picture | None) -> Window | None:
        """The window kept for an image, if it means values in the same unit."""
        found = self._kept_for(image)
        if found is None or (picture is not None and found[1] not in ("", picture.unit)):
            return None
        return found[0]

    def _start(self, image: Image, picture: Picture) -> Window:
        """How an image begins; worked out once."""
        if image.key not in self._starts:
            if len(self._starts) >= _MOST_STARTS:
                self._starts.clear()
            self._starts[image.key] = start_window(picture, image.modality, self.kept.rules)
        return self._starts[image.key]


def _side(image: Image) -> object:
    """What is inverted together: a series, or all X-rays of one kind in a study."""
    return (image.study_uid, image.modality) if image.modality in PROJECTIONS else image.series_uid


def _choice(value: str) -> Keep:
    return Keep(value) if value in [known.value for known in Keep] else Keep.USUAL


def _recalled(project: str) -> tuple[dict[str, tuple[Window, str]], dict[str, bool]]:
    """Read what was kept for a project; what cannot be understood is left out."""
    known: dict[str, settings.Value] = settings.read(_OF_PROJECTS, {})
    entry = known.get(project)
    if not isinstance(entry, dict):
        return {}, {}
    windows, inverted = entry.get("windows"), entry.get("inverted")
    found = {m: w for m, v in windows.items() if (w := _window(v)) is not None} if isinstance(windows, dict) else {}
    return found, {m: v for m, v in inverted.items() if isinstance(v, bool)} if isinstance(inverted, dict) else {}


def _window(value: settings.Value) -> tuple[Window, str] | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    center, width, unit = value
    if not isinstance(center, int | float) or not isinstance(width, int | float) or not isinstance(unit, str) or width <= 0:
        return None
    return Window(float(center), float(width)), unit
