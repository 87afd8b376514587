"""Know where things lie: bundled resources, the person's local data, and names that are safe on every system."""

from __future__ import annotations

import hashlib
import ntpath
import os
import re
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

_DEVICE_NAMES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(kind + n for kind in ("COM", "LPT") for n in "123456789¹²³")}
"""Microsoft, “Naming Files, Paths, and Namespaces”."""
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')
"""What a name on Windows cannot hold; after a colon a second stream of the same file is named."""


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


def contained(root: Path, *parts: str, system: ModuleType = os.path) -> Path:
    """Join `parts` to `root`; raise ValueError if the result would leave `root`, or on Windows not be the file that is named.

    `system`: how paths are written, `ntpath` on Windows.
    """
    base = system.abspath(root)
    path = system.abspath(system.join(base, *parts))
    if system.commonpath([base, path]) != base:
        raise ValueError(f"{parts!r} leaves its folder")
    if system is ntpath and not all(_is_plain(name) for part in parts for name in re.split(r"[\\/]", part)):
        raise ValueError(f"{parts!r} means something else on Windows")
    return Path(path)


def inside(root: str | os.PathLike[str], path: str | os.PathLike[str], system: ModuleType = os.path) -> str | None:
    """Return where a path lies below `root`, with `/`; None where it lies elsewhere, on another drive of Windows for instance."""
    base, whole = system.abspath(root), system.abspath(path)
    if system.splitdrive(base)[0].lower() != system.splitdrive(whole)[0].lower() or system.commonpath([base, whole]) != base:
        return None
    return str(system.relpath(whole, base)).replace(system.sep, "/")


def _is_plain(name: str) -> bool:
    """Whether Windows takes a name for that of a file: it cuts dots and blanks off at the end."""
    return name in ("", ".", "..") or not (is_device_name(name) or _NOT_IN_NAMES.search(name) or name.endswith((".", " ")))
