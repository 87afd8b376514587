"""Read how a project wants its images shown at first, and which windows it names: tables such as `[window.CT]` and `[window.DX]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from annotator.domain.honesty import Origin
from annotator.domain.picture import Window
from annotator.domain.toml_table import Table
from annotator.i18n import Message, message

TABLE = "window"
KEYS = ("start", "inverted", "preset")
PRESET = ("name", "name_en", "center", "width")
_DICOM = re.compile(r"[A-Z][A-Z0-9]{1,15}")
_FARTHEST = 1e7


class Start(Enum):
    """Which window an image begins with."""

    HEADER = "header"
    """The first one of its header; worked out from its pixels where it has none."""
    TABLE = "table"
    """The first VOI LUT of its header, else as `header`."""
    AUTO = "auto"
    """Worked out from its pixels."""
    FULL = "full"
    """From its lowest to its highest value."""
    PRESET = "preset"
    """The first one that the project names."""


@dataclass(frozen=True)
class NamedWindow:
    """A window that a project names, in Korean and English."""

    name: str
    name_en: str
    window: Window


@dataclass(frozen=True)
class WindowRule:
    """What a project says of the windows of one DICOM modality."""

    start: Start = Start.HEADER
    inverted: bool = False
    """Images begin with black and white exchanged (PET in inverse grey)."""
    presets: tuple[NamedWindow, ...] = ()


WindowRules = Mapping[str, WindowRule]
"""DICOM modality → its rule."""


def parse_window_rules(root: Table) -> WindowRules:
    """Return what the tables below `[window]` say, by DICOM modality.  Raises AnnotatorError."""
    table = root.table(TABLE)
    return {modality: _rule(table, modality) for modality in table.values}


def unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys that have no effect."""
    table = root.table(TABLE)
    remarks: tuple[Message, ...] = ()
    for modality in table.values:
        own = table.table(modality)
        remarks += own.unknown(KEYS)
        for preset in own.tables("preset"):
            remarks += preset.unknown(PRESET)
    return remarks


def _rule(table: Table, modality: str) -> WindowRule:
    if not _DICOM.fullmatch(modality):
        cause = message("“{value}” is no DICOM modality", value=modality)
        raise table.error(modality, cause, message("Write for example: {example}", example="[window.CT]"))
    own = table.table(modality)
    presets = tuple(_named(entry) for entry in own.tables("preset"))
    start = Start(own.text("start", Start.HEADER.value, choices=[known.value for known in Start]))
    if start is Start.PRESET and not presets:
        cause = message("no window is named for {modality}", modality=modality)
        remedy = message("Write a table [[window.{modality}.preset]] with name, center and width", modality=modality)
        raise own.error("start", cause, remedy)
    return WindowRule(start, own.flag("inverted", False), presets)


def _named(entry: Table) -> NamedWindow:
    for key in ("center", "width"):
        if key not in entry.values:
            raise entry.missing(key, f"{key} = 400")
    name = entry.text("name", example='name = "폐"')
    center, width = entry.number("center", 0.0, -_FARTHEST, _FARTHEST), entry.number("width", 0.0, 1e-3, _FARTHEST)
    return NamedWindow(name, entry.text("name_en", name), Window(float(center), float(width), origin=Origin.PROJECT))
