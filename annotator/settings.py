"""Remember this person's choices between two starts, in one small JSON file; nothing here is ever worth losing work for."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from annotator import strict_json
from annotator.paths import local_folder

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
_LARGEST = 1 << 20
Kind = TypeVar("Kind", bound=Value)


def settings_file() -> Path:
    """Return where the settings stand."""
    return local_folder() / "settings.json"


def read(name: str, default: Kind) -> Kind:
    """Return the remembered value of `name`, or `default` where there is none or one of another type."""
    value = _load(settings_file()).get(name, default)
    return value if type(value) is type(default) else default


def remember(values: Mapping[str, Value]) -> None:
    """Remember `values` beside what is already remembered; raises OSError if the file cannot be written."""
    path = settings_file()
    _store(path, {**_load(path), **values})


def _load(path: Path) -> dict[str, Value]:
    """Return what the file holds; a file that is not there, cannot be read or is damaged holds nothing."""
    try:
        found = strict_json.loads(path.read_bytes(), _LARGEST)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _finite(value: Value) -> Value:
    """Return a value in which nothing stands where JSON has no number for it."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _store(path: Path, values: Mapping[str, Value]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".settings-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(_finite(dict(values)), stream, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
