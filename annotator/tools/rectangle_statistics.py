"""Measure the values inside a rectangle; nothing is drawn on the image."""

from __future__ import annotations

from annotator.domain.measure import Figure
from annotator.i18n import mark
from annotator.tools.gesture import Tool
from annotator.tools.measuring import between_two

MEASURE = Tool(
    id="measure.rectangle",
    toolname="",
    text=mark("Rectangle ROI"),
    key="Shift+O",
    icon="measure.rectangle.svg",
    order=40,
    start=between_two(Figure.RECTANGLE),
    hint=mark("Drag from corner to corner; drag a handle to change it; Del deletes it; Esc: back to drawing"),
    measures=True,
)
