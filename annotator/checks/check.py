"""What every check offers: a function from what was saved of one image to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from annotator.domain.delivery import Reading, Sheet
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Owner


@dataclass(frozen=True)
class Saved:
    """One image as it was saved: what it should be, the delivered files that are there, and what their formats read in them.

    `sheet` holds the annotations of the newest revision; `files` is path → content (paths relative to the project's folder, `/`);
    `readings` has one entry for each format of the project whose files could be read; `owner` is what the image's header says.
    """

    sheet: Sheet
    files: Mapping[str, bytes] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    owner: Owner = Owner()
    expected: tuple[str, ...] = ()
    """Paths of the files that were delivered of it when its case left the pass."""
    drawn_on: str = ""
    """SHA-256 of the pixels that were drawn on, as the newest revision records it; empty where it does not."""
    pixels: str = ""
    """SHA-256 of the pixels that the image has now; empty where nothing is recorded to compare it with, or it cannot be decoded."""


@dataclass(frozen=True)
class Check:
    """A check as data: its id, how bad what it finds is, what it holds, and the function that looks."""

    id: str
    severity: Severity
    text: str
    """Marked text: what holds where the check finds nothing."""
    run: Callable[[Saved], tuple[Finding, ...]]
