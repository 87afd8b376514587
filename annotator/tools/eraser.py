"""Rub out what is drawn, with a round eraser."""

from __future__ import annotations

from annotator.domain.annotation import FREE
from annotator.i18n import mark
from annotator.tools.gesture import Tool
from annotator.tools.sweeping import RANGE, SIZE, sweeping

TOOL = Tool(
    id="tool.eraser",
    toolname=FREE,
    text=mark("Eraser"),
    key="D",
    icon="tool.eraser.svg",
    order=60,
    start=sweeping(erases=True),
    hint=mark("Rub out with the button held, in every mode; Ctrl paints instead, Shift and the wheel change the size"),
    options=(*SIZE, *RANGE),
    stepped="size",
    hovers=True,
)
