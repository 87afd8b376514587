"""Pack what helps to find a fault, and nothing that names a patient: versions, the program's log, settings, timings.

Paths, names of files, people and projects are left out of the settings: only numbers, switches and plain words of the program stay.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping

from annotator import program_log, settings, strict_json
from annotator.present.about import versions
from annotator.present.pace import figures
from annotator.workspace.session import Session

_WORD = re.compile(r"[a-z][a-z0-9_.+-]{0,39}|#[0-9a-f]{6}|[A-Z][a-zA-Z0-9+]{0,19}")
"""A word of the program: a command, a choice, a key, a colour."""
_NAMED = frozenset({"window.arrangements", "windows", "last_folder"})
"""Settings whose keys or values name people, projects or folders."""


def contents(session: Session, time: str) -> dict[str, str]:
    """Return the files of a report, name → text, exactly as they will be saved; `time` (ISO 8601) says when."""
    kept = settings.settings_file()
    try:
        found = strict_json.loads(kept.read_bytes())
    except (OSError, ValueError):
        found = {}
    return {
        "versions.txt": "\n".join(versions()) + "\n",
        "timings.json": json.dumps(figures(session, time), indent=1) + "\n",
        "settings.json": json.dumps(plain(found), indent=1, sort_keys=True) + "\n",
        "log.txt": program_log.read(),
    }


def plain(value: object) -> object:
    """Return settings without what may name anybody: numbers, switches and words of the program are left, the rest becomes `…`."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items() if _WORD.fullmatch(str(key)) and key not in _NAMED}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) else "…"
    return value


def packed(files: Mapping[str, str]) -> bytes:
    """Return the files as a ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()
