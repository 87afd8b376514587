"""What the hand does without a key of its own, and what that means: the last rows of the sheet of keys."""

from __future__ import annotations

from annotator.i18n import mark

HAND = (
    (mark("Right drag"), mark("Window level: right widens, up brightens")),
    (mark("Wheel"), mark("Next and previous image")),
    (mark("Ctrl + wheel"), mark("Zoom at the pointer")),
    (mark("Middle drag, Space + drag"), mark("Move the picture")),
    (mark("Ctrl held while drawing"), mark("Turns Add into Sub and back")),
    (mark("Enter, double click"), mark("Close the outline")),
    (mark("Esc"), mark("Drop what is being drawn")),
    (mark("Backspace, right click"), mark("Take back the last vertex")),
)
