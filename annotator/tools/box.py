"""Draw a box from corner to corner, or from its centre: with the button held, or with two clicks."""

from __future__ import annotations

from annotator.domain.annotation import BOX
from annotator.i18n import mark
from annotator.tools.gesture import Makes, Tool
from annotator.tools.span import spanning

TOOL = Tool(
    id="tool.box",
    toolname=BOX,
    text=mark("Box"),
    key="B",
    icon="tool.box.svg",
    order=30,
    start=spanning(Makes.BOX),
    hint=mark("Drag from corner to corner, or click both corners; Alt: from the centre; Shift: square; Esc drops"),
)
