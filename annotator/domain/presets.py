"""The windows that are offered by name for an image: those of its project, the usual ones of its modality, and those of its header.

A range in HU is offered on CT in HU and nowhere else, a range of uptake on PET in SUV and nowhere else; an image without a unit has the
windows of its header and those that are worked out from its pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from annotator.domain.auto_window import WHOLE, Contrast, Part, auto_window
from annotator.domain.honesty import Origin
from annotator.domain.picture import Picture, Window
from annotator.domain.window_rule import WindowRule
from annotator.i18n import Message, mark, message

HOUNSFIELD = "HU"
_HEADER_MOST = 4
"""So many windows of a header have a place of their own; the rest come one after the other with `window.header`."""


@dataclass(frozen=True)
class Preset:
    """One window by name; without a `window` it is worked out from the pixels, with this much contrast."""

    name: Message
    """What it is called, unless it has names of its own."""
    window: Window | None = None
    contrast: Contrast = Contrast.USUAL
    own_names: tuple[str, str] | None = None
    """Korean and English names that the project, or the header, gives it."""

    def of(self, picture: Picture, modality: str, part: Part = WHOLE) -> Window:
        """Return the window for a picture."""
        return self.window or replace(auto_window(picture, modality, part, self.contrast), origin=Origin.AUTO)


def _usual(text: str, center: float, width: float) -> Preset:
    return Preset(message(text), Window(center, width, origin=Origin.PRESET))


def _uptake(low: int, high: int) -> Preset:
    window = Window((low + high) / 2, float(high - low), origin=Origin.PRESET)
    return Preset(message("SUV {low}–{high}", low=low, high=high), window)


_CT = (
    _usual(mark("Lung"), -600, 1500),
    _usual(mark("Mediastinum"), 40, 400),
    _usual(mark("Bone"), 500, 2000),
    _usual(mark("Brain"), 40, 80),
    _usual(mark("Abdomen"), 60, 400),
    _usual(mark("Liver"), 90, 150),
)
_PET = (_uptake(0, 5), _uptake(0, 7), _uptake(0, 10), _uptake(0, 15), _uptake(0, 20), _uptake(2, 10))
_FROM_PIXELS = (
    Preset(message(mark("More contrast")), contrast=Contrast.MORE),
    Preset(message(mark("Less contrast")), contrast=Contrast.LESS),
)


def presets_of(picture: Picture, modality: str, rules: Mapping[str, WindowRule]) -> tuple[Preset, ...]:
    """Return what is offered for a picture of a DICOM modality, in order; nothing for colour.

    Where the project names windows for the modality, they stand in the place of the usual ones.  The only window of a header, if it has
    no name, is `window.header` and nothing besides.
    """
    if picture.colour:
        return ()
    rule = rules.get(modality)
    header = tuple(_of_header(window, place) for place, window in enumerate(picture.windows[:_HEADER_MOST], 1))
    if len(picture.windows) == 1 and header[0].own_names is None:
        header = ()
    if rule is not None and rule.presets:
        own = tuple(Preset(message(""), named.window, own_names=(named.name, named.name_en)) for named in rule.presets)
        return own + _others(header, own)
    if modality == "CT" and picture.unit == HOUNSFIELD:
        return _CT + _others(header, _CT)
    if modality == "PT" and is_uptake(picture.unit):
        return _PET + _others(header, _PET)
    return header + _FROM_PIXELS


def _others(header: tuple[Preset, ...], there: tuple[Preset, ...]) -> tuple[Preset, ...]:
    """The windows of the header that are not offered already under another name."""
    known = {(preset.window.center, preset.window.width) for preset in there if preset.window}
    return tuple(p for p in header if p.window and (p.window.table or (p.window.center, p.window.width) not in known))


def is_uptake(unit: str) -> bool:
    """Return whether values in this unit are standardized uptake values (by body weight: g/ml)."""
    return unit.upper().startswith("SUV") or unit == "g/ml"


def _of_header(window: Window, place: int) -> Preset:
    name = " ".join((window.name.strip(), "(LUT)")) if window.name.strip() and window.table is not None else window.name.strip()
    return Preset(message("Header {number}", number=place), window, own_names=(name, name) if name else None)
