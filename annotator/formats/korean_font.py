"""Find a TrueType font with Hangul on this computer, to be embedded in a PDF."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.i18n import message

_NAMES = (
    ("NanumGothic.ttf", "NanumGothicBold.ttf"),
    ("NanumBarunGothic.ttf", "NanumBarunGothicBold.ttf"),
    ("malgun.ttf", "malgunbd.ttf"),
    ("AppleGothic.ttf", "AppleGothic.ttf"),
    ("NanumSquareR.ttf", "NanumSquareB.ttf"),
    ("UnDotum.ttf", "UnDotumBold.ttf"),
)
"""Regular and bold, in order of trial.  All are TrueType: a PDF library embeds the letters that are used of such a font."""


def korean_font() -> tuple[Path, Path]:
    """Return the files of a regular and a bold font; raises AnnotatorError where there is none."""
    there = {path.name.casefold(): path for path in reversed(tuple(_fonts()))}
    for regular, bold in _NAMES:
        if regular.casefold() in there:
            return there[regular.casefold()], there.get(bold.casefold(), there[regular.casefold()])
    raise AnnotatorError(
        message("Looking for a Korean font"),
        message("there is none that can be put into a PDF"),
        message("Install one: on Debian and Ubuntu “apt install fonts-nanum”"),
    )


def _fonts() -> Iterator[Path]:
    for folder in _folders():
        for at, _, files in os.walk(folder):
            yield from (Path(at, name) for name in sorted(files) if name.lower().endswith(".ttf"))


def _folders() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        yield Path(os.environ.get("LOCALAPPDATA", str(Path.home())), "Microsoft", "Windows", "Fonts")
    elif sys.platform == "darwin":
        yield from (Path.home() / "Library" / "Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    else:
        yield from (Path.home() / ".local" / "share" / "fonts", Path.home() / ".fonts")
        yield from (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))
