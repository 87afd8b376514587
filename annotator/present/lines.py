"""What a line of the first pass is called on the picture and in lists."""

from __future__ import annotations


def line_sign(number: int) -> str:
    """Return the sign of the line with this number."""
    return f"L{number}"
