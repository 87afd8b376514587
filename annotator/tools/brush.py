"""Paint an area with a round brush."""

from __future__ import annotations

from annotator.domain.annotation import FREE
from annotator.i18n import mark
from annotator.tools.gesture import Tool
from annotator.tools.sweeping import RANGE, SIZE, sweeping

TOOL = Tool(
    id="tool.brush",
    toolname=FREE,
    text=mark("Brush"),
    key="P",
    icon="tool.brush.svg",
    order=50,
    start=sweeping(erases=False),
    hint=mark("Hold to paint; Shift+wheel: size; Esc drops the stroke"),
    options=(*SIZE, *RANGE),
    stepped="size",
    hovers=True,
)
