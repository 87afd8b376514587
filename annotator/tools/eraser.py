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
    hint=mark("Hold to rub out; Shift+wheel: size; Ctrl paints instead; the same in every mode"),
    options=(*SIZE, *RANGE),
    stepped="size",
    hovers=True,
)
