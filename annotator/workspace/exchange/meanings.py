"""Which category a label of a source is taken as where a person chose it, and what was chosen before in a project.

Choices that shall hold for later imports are kept in `.annotator/import-labels.json`, beside the definition and not in its
`[accepted_names]`: a label may be a number, may be left out, and means something on the images of one modality only, which accepted
names cannot say; and accepted names also tell how delivered files are read, where a choice made for one import has no place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator import strict_json
from annotator.paths import nfc
from annotator.workspace import durable

KEPT = "import-labels.json"
_LARGEST = 1 << 20
_PARTS = ("modality", "label", "category")


@dataclass(frozen=True, order=True)
class Said:
    """A label as a source says it (`labels.shown`), on the images of a modality (its code)."""

    modality: str
    label: str


Meanings = Mapping[Said, str]
"""Label → key of the category that it is taken as; empty: its annotations are left out."""


def remembered(root: Path) -> dict[Said, str]:
    """Return what was chosen for a project's imports before; nothing where that is not there or cannot be read."""
    try:
        with (root / ".annotator" / KEPT).open("rb") as stream:
            found = strict_json.loads(stream.read(_LARGEST))
    except (OSError, ValueError):
        return {}
    entries = found.get("labels") if isinstance(found, dict) else None
    chosen: dict[Said, str] = {}
    for entry in entries if isinstance(entries, list) else ():
        parts = [entry.get(part) for part in _PARTS] if isinstance(entry, dict) else []
        modality, label, category = parts if len(parts) == len(_PARTS) else ("", "", None)
        if isinstance(modality, str) and isinstance(label, str) and isinstance(category, str):
            chosen[Said(modality, nfc(label))] = category
    return chosen


def remember(root: Path, chosen: Meanings) -> None:
    """Keep choices for the project's later imports, with those that were kept before.  Raises OSError."""
    joined = {**remembered(root), **chosen}
    labels = [dict(zip(_PARTS, (said.modality, said.label, joined[said]), strict=True)) for said in sorted(joined)]
    content = json.dumps({"version": 1, "labels": labels}, ensure_ascii=False, indent=1).encode()
    durable.write(root / ".annotator" / KEPT, content)
