"""Measure the values inside an ellipse; nothing is drawn on the image."""

from __future__ import annotations

from annotator.domain.measure import Figure
from annotator.i18n import mark
from annotator.tools.gesture import Tool
from annotator.tools.measuring import between_two

MEASURE = Tool(
    id="measure.ellipse",
    toolname="",
    text=mark("Ellipse ROI"),
    key="O",
    icon="measure.ellipse.svg",
    order=30,
    start=between_two(Figure.ELLIPSE),
    hint=mark("Drag the box around it; drag a handle to change it; Del deletes it; Esc: back to drawing"),
    measures=True,
)
