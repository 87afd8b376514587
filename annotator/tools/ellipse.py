"""Draw an ellipse in a box: with the button held, or with two clicks."""

from __future__ import annotations

from annotator.domain.annotation import FREE
from annotator.i18n import mark
from annotator.tools.gesture import Makes, Tool
from annotator.tools.span import spanning

TOOL = Tool(
    id="tool.ellipse",
    toolname=FREE,
    text=mark("Ellipse"),
    key="E",
    icon="tool.ellipse.svg",
    order=40,
    start=spanning(Makes.ELLIPSE),
    hint=mark("Drag the box around it, or click both corners; Alt: from the centre; Shift: circle; Esc drops"),
)
