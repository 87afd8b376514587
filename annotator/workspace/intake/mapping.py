"""Keep who became whom: the mapping file of a project, in a place of its own that only its owner can read, never in the project.

It holds the key of the keyed map and, for each patient of an export, the new id, the series' ids and the numbers of their images.  Without
it nothing in the project leads back.  The project is known by a digest of its salt.  Beside it lie what a run needs to go on after it was
killed, and what people decided about devices that burn text into pixels.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator import strict_json
from annotator.domain.keyed import Keyed
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.paths import inside, local_folder, nfc
from annotator.workspace import durable
from annotator.workspace.projects import ProjectFolder

FILE = "mapping.json"
VERSION = 1


@dataclass
class Taken:
    """One series that has ids: its own, and the image id of each SOPInstanceUID (and frame, as `uid#2`, where a file holds several)."""

    series: str
    class_folder: str
    images: dict[str, str] = field(default_factory=dict)


@dataclass
class Whom:
    """One patient of the export: the new id, and the series by SeriesInstanceUID."""

    id: str
    series: dict[str, Taken] = field(default_factory=dict)


@dataclass
class Whoswho:
    """Who became whom in one project; `place` is the folder that holds it."""

    place: Path
    keyed: Keyed
    patients: dict[str, Whom] = field(default_factory=dict)
    boxes: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    """Device → rectangles of its images that hold text: x, y, width, height in pixels."""


def place_of(project: ProjectFolder, wanted: Path | None = None) -> Path:
    """Return the folder of a project's mapping: the one that was named, else one of the person's own, outside of the project.

    Raises AnnotatorError for a place inside the project.
    """
    mark = hashlib.sha256(f"mapping\n{project.salt}".encode()).hexdigest()[:16]
    folder = (wanted if wanted is not None else local_folder() / "mappings") / mark
    if inside(os.path.realpath(project.root), os.path.realpath(folder)) is not None:
        raise AnnotatorError(
            message("Keeping the mapping in {folder}", folder=folder),
            message("it lies inside the project, which must not lead back to anybody"),
            message("Name a folder outside of the project"),
        )
    return folder


def load(project: ProjectFolder, wanted: Path | None = None) -> Whoswho:
    """Read the mapping of a project; a new one, with a new key, where there is none.  Raises AnnotatorError where it is damaged."""
    place = place_of(project, wanted)
    path = place / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Whoswho(place, Keyed(secrets.token_bytes(32)))
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        return _parsed(place, strict_json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        cause = message("it is damaged, or of a newer version")
        raise AnnotatorError(message("Reading the mapping {file}", file=path), cause, message("Put the file back from a backup")) from None


def save(mapping: Whoswho) -> None:
    """Write the mapping durably, readable by its owner only.  Raises AnnotatorError."""
    content = {
        "version": VERSION,
        "key": mapping.keyed.key.hex(),
        "patients": {
            number: {
                "id": whom.id,
                "series": {uid: {"id": one.series, "class": one.class_folder, "images": one.images} for uid, one in whom.series.items()},
            }
            for number, whom in mapping.patients.items()
        },
        "boxes": mapping.boxes,
    }
    write_privately(mapping.place / FILE, json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in a folder that only its owner can enter.  Raises AnnotatorError."""
    try:
        durable.make_folder(path.parent)
        os.chmod(path.parent, 0o700)
        durable.write(path, content)
        os.chmod(path, 0o600)
    except OSError as error:
        remedy = message("See that the folder can be written")
        raise AnnotatorError(message("Writing the mapping {file}", file=path), system_cause(error), remedy) from error


def patient_key(number: str) -> str:
    """Return a patient's number as the mapping knows it: composed, without blanks around it."""
    return nfc(number).strip()


def _parsed(place: Path, content: Mapping[str, Any]) -> Whoswho:
    if content["version"] != VERSION:
        raise ValueError(content["version"])
    patients = {
        str(number): Whom(
            str(whom["id"]),
            {
                str(uid): Taken(str(one["id"]), str(one["class"]), {str(k): str(v) for k, v in one["images"].items()})
                for uid, one in whom["series"].items()
            },
        )
        for number, whom in content["patients"].items()
    }
    boxes = {str(device): [_box(box) for box in listed] for device, listed in content.get("boxes", {}).items()}
    return Whoswho(place, Keyed(bytes.fromhex(content["key"])), patients, boxes)


def _box(numbers: list[int]) -> tuple[int, int, int, int]:
    x, y, width, height = (int(number) for number in numbers)
    return x, y, width, height


def _unreadable(path: Path, error: OSError) -> AnnotatorError:
    remedy = message("See that the folder can be reached")
    return AnnotatorError(message("Reading the mapping {file}", file=path), system_cause(error), remedy)
