"""Measure a length between two points; nothing is drawn on the image."""

from __future__ import annotations

from annotator.domain.measure import Figure
from annotator.i18n import mark
from annotator.tools.gesture import Tool
from annotator.tools.measuring import between_two

MEASURE = Tool(
    id="measure.ruler",
    toolname="",
    text=mark("Ruler"),
    key="M",
    icon="measure.ruler.svg",
    order=10,
    start=between_two(Figure.RULER),
    hint=mark("Drag from end to end, or click both; drag a handle to change it; Del deletes it; Esc: back to drawing"),
    measures=True,
)
