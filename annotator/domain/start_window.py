"""Say with which window an image begins: as the project says, else as its header or its modality does, else as its pixels do.

An uptake begins alike for every patient: the window that scanners write into a PET reaches up to the highest value of a slice or a study
and may leave the picture black.  A CT whose header proposes nothing begins as a mediastinum, unless hardly anything of it lies there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from annotator.domain.auto_window import auto_window, full_window, tissue
from annotator.domain.honesty import Origin
from annotator.domain.picture import Picture, Voi, Window
from annotator.domain.presets import HOUNSFIELD, is_uptake
from annotator.domain.window_rule import Start, WindowRule, WindowRules

UPTAKE = Window(3.5, 7.0, function=Voi.LINEAR_EXACT, origin=Origin.PRESET)
"""SUV 0 to 7."""
SOFT_TISSUE = Window(40.0, 400.0, origin=Origin.PRESET)
_SEEN = 0.2
"""The share of the values that has to lie in a usual window for it to be of use."""


def start_window(picture: Picture, modality: str, rules: WindowRules) -> Window:
    """Return the window with which an image of a DICOM modality begins."""
    rule = rules.get(modality, WindowRule())
    if rule.start is Start.PRESET and not picture.colour:
        return rule.presets[0].window
    tables = [window for window in picture.windows if window.table is not None] if rule.start is Start.TABLE else []
    if tables:
        return tables[0]
    usual = _usual(picture, modality) if modality not in rules and not picture.colour else None
    if usual is not None:
        return usual
    from_header = rule.start in (Start.HEADER, Start.TABLE)
    if picture.colour or (from_header and picture.windows):
        return picture.start_window()
    worked_out = full_window(picture) if rule.start is Start.FULL else auto_window(picture, modality)
    return worked_out if from_header else replace(worked_out, origin=Origin.PROJECT)


def _usual(picture: Picture, modality: str) -> Window | None:
    """Return the window with which images of a modality usually begin; None where the header or the pixels decide."""
    if modality == "PT" and is_uptake(picture.unit):
        return UPTAKE
    if modality == "CT" and picture.unit == HOUNSFIELD and not picture.windows:
        values = tissue(picture, modality)
        low, high = SOFT_TISSUE.center - SOFT_TISSUE.width / 2, SOFT_TISSUE.center + SOFT_TISSUE.width / 2
        if values.size and np.count_nonzero((values > low) & (values < high)) >= _SEEN * values.size:
            return SOFT_TISSUE
    return None
