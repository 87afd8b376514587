"""Look for text that is burned into pixels, with tesseract where it is installed: what it finds is shown to a person, who decides.

Only kinds are looked at in which text is usual, or whose header does not say that there is none.  Letters that say how an image was taken
(L, R, PA, kV) are no find.  Without tesseract nobody can say that there is none: those images are shown instead.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image as Picture

from annotator.dicom.deidentify_words import Words
from annotator.dicom.header import images_of
from annotator.dicom.pixels import picture
from annotator.dicom.source import read_source
from annotator.domain.intake import SeriesFacts
from annotator.errors import AnnotatorError

PROGRAM = "tesseract"
_ALWAYS = {"US", "CR", "DX", "RF", "XA", "MG", "SC", "OT", "ES", "XC"}
_SECONDS, _MEMORY = 60, 2 << 30
_SURE, _SMALL, _MARGIN = 45.0, 900, 6
_CONTRAST, _SOLID, _NEAR, _FAR = 40.0, 0.9, 1.5, 15.0
"""Grey values between letters and ground; share of a column that no letter fills; gap and reach in heights of the line."""
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Look:
    """What one image showed: rectangles with text (x, y, width, height in pixels), None where nobody could look, and its pixels' digest."""

    boxes: tuple[Box, ...] | None
    digest: str = ""


def is_risky(row: SeriesFacts) -> bool:
    """Whether text may be burned into the images of a series: kinds in which that is usual, and headers that do not deny it."""
    return row.modality in _ALWAYS or row.traits.burned_in != "NO"


@cache
def languages() -> str:
    """Return the languages that tesseract reads here, as it wants them; empty where it is not installed."""
    if shutil.which(PROGRAM) is None:
        return ""
    try:
        listed = subprocess.run([PROGRAM, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    there = {line.strip() for line in listed.stdout.splitlines()}
    return "+".join(language for language in ("kor", "eng") if language in there)


def look(path: str) -> Look:
    """Look at the image of a file, of several frames at the middle one; a worker does this."""
    try:
        images = images_of(read_source(path), path)
        shown = picture(images[len(images) // 2])
    except (AnnotatorError, IndexError):
        return Look(None)
    return Look(text_in(shown.stored), shown.digest)


def text_in(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> tuple[Box, ...] | None:
    """Return the rectangles of an image, grey or RGB, in which text stands that may name somebody; None where nobody can look."""
    if not languages():
        return None
    grey = values.astype(np.float32) if values.ndim == 2 else values.astype(np.float32).mean(axis=2)
    low, high = np.percentile(grey, (0.5, 99.8)) if grey.size else (0.0, 1.0)
    eight = np.clip((grey - low) / max(float(high - low), 1e-6) * 255, 0, 255).astype(np.uint8)
    scale = max(1, round(_SMALL / max(min(eight.shape), 1)))
    drawn = Picture.fromarray(eight)
    if scale > 1:
        drawn = drawn.resize((drawn.width * scale, drawn.height * scale), Picture.Resampling.BICUBIC)
    stream = io.BytesIO()
    drawn.save(stream, "PNG", compress_level=1)
    found = _read(stream.getvalue())
    return None if found is None else tuple(_stretched(eight, _box(line, scale, drawn.size)) for line in found)


def _read(png: bytes) -> list[list[dict[str, str]]] | None:
    """The lines that tesseract reads and in which a word is not harmless, as their words; None where it failed."""
    command = [PROGRAM, "stdin", "stdout", "-l", languages(), "--psm", "11", "tsv"]
    if shutil.which("prlimit"):
        command = ["prlimit", f"--as={_MEMORY}", f"--cpu={_SECONDS}", *command]
    try:
        done = subprocess.run(
            command, input=png, capture_output=True, timeout=_SECONDS, check=False, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE)
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        if (row.get("text") or "").strip():
            lines.setdefault(tuple(row[key] for key in ("block_num", "par_num", "line_num")), []).append(row)
    return [line for line in lines.values() if any(_names(row["text"], row["conf"]) for row in line)]


def _names(text: str, confidence: str) -> bool:
    """Whether a word that was read may name somebody: sure enough, long enough, and not one that says how the image was taken."""
    letters = "".join(letter for letter in text if letter.isalnum())
    hangul = sum("가" <= letter <= "힣" for letter in letters)
    long_enough = hangul >= 2 or len(letters) >= 4 or (letters.isdigit() and len(letters) >= 4)
    return long_enough and float(confidence) >= _SURE and Words().cleaned(text)[1] > 0


def _stretched(grey: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], box: Box) -> Box:
    """The rectangle with what stands in the same line, as bright as its letters and near them: a name beside a date is often not read."""
    x, y, width, height = box
    band = grey[y : y + height]
    inside = band[:, x : x + width]
    if not inside.size:
        return box
    ink, ground = float(np.percentile(inside, 97)), float(np.median(inside))
    if abs(ink - ground) < _CONTRAST:
        return box
    written = (band > (ink + ground) / 2) if ink > ground else (band < (ink + ground) / 2)
    columns = np.flatnonzero(written.any(axis=0) & (written.mean(axis=0) < _SOLID))
    left, right = x, x + width
    for column in columns[columns < x][::-1]:
        if left - column > height * _NEAR or x - column > height * _FAR:
            break
        left = int(column)
    for column in columns[columns >= x + width]:
        if column - right > height * _NEAR or column - x - width > height * _FAR:
            break
        right = int(column) + 1
    return max(left - 2, 0), y, min(right + 2, grey.shape[1]) - max(left - 2, 0), height


def _box(line: Sequence[dict[str, str]], scale: int, size: tuple[int, int]) -> Box:
    """The whole line, in pixels of the image: a name is often read in part only."""
    left = max(min(int(row["left"]) for row in line) - _MARGIN, 0)
    top = max(min(int(row["top"]) for row in line) - _MARGIN, 0)
    right = min(max(int(row["left"]) + int(row["width"]) for row in line) + _MARGIN, size[0])
    bottom = min(max(int(row["top"]) + int(row["height"]) for row in line) + _MARGIN, size[1])
    return left // scale, top // scale, -(-(right - left) // scale), -(-(bottom - top) // scale)
