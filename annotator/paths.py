"""Know where things lie: bundled resources, the person's local data, and names that are safe on every system."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import unicodedata
from pathlib import Path

_DEVICE_NAMES = {"CON", "PRN", "AUX", "NUL", *(f"{kind}{n}" for kind in ("COM", "LPT") for n in range(1, 10))}


def resources_folder() -> Path:
    """Return the folder of bundled projects, translations, icons and themes."""
    return Path(__file__).resolve().parent.parent / "resources"


def local_folder() -> Path:
    """Return this person's local data folder (journal, settings, log), never on a share; `ANNOTATOR_HOME` overrides it."""
    override = os.environ.get("ANNOTATOR_HOME")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "annotator"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "annotator"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "annotator"


def unpacked_folder() -> Path:
    """Return where the files of opened archives lie for a while: a folder an archive, in it one that is named as the archive."""
    return local_folder() / "unpacked"


def in_words(path: str) -> str:
    """Return where a file lies as a person knows it: of one that was unpacked for a while, the archive and its place in it."""
    root = str(unpacked_folder()) + os.sep
    inside = path[len(root) :].split(os.sep)[1:] if path.startswith(root) else []
    return " › ".join(inside) or path


def scratch_folder() -> Path:
    """Return where the scratch project lies: `Documents/annotator`."""
    return Path.home() / "Documents" / "annotator"


def nfc(text: str) -> str:
    """Compose Hangul and accents (Unicode NFC), as every boundary of the program does."""
    return unicodedata.normalize("NFC", text)


def safe_name(text: str, limit: int = 80) -> str:
    """Turn any text into one path component: letters, digits, Hangul and `._-`, at most `limit` bytes of UTF-8.

    A name that had to change gets the first 8 hex digits of the SHA-256 of the original, so that two texts never meet in one name.
    """
    composed = nfc(text)
    kept = re.sub(r"[^0-9A-Za-z가-힣._-]+", "_", composed).strip(". ")
    changed = kept != text or not kept or kept.split(".")[0].upper() in _DEVICE_NAMES or len(kept.encode()) > limit
    if not changed:
        return kept
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    room = kept.encode()[: limit - 10].decode(errors="ignore")
    return f"{room or 'x'}-{digest}" if room.split(".")[0].upper() not in _DEVICE_NAMES else f"x{room}-{digest}"


def is_device_name(name: str) -> bool:
    """Whether Windows takes a name for a device of its own, whatever follows the first dot."""
    return name.split(".")[0].strip().upper() in _DEVICE_NAMES


def contained(root: Path, *parts: str) -> Path:
    """Join `parts` to `root`; raise ValueError if the result would leave `root`."""
    base = os.path.abspath(root)
    path = os.path.abspath(os.path.join(base, *parts))
    if os.path.commonpath([base, path]) != base:
        raise ValueError(f"{parts!r} leaves its folder")
    return Path(path)
