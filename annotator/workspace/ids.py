"""The project's memory of pseudonymous ids as files: `.annotator/ids.json` and one file a series below `.annotator/ids/`.

`ids.json` holds each patient's id, class and series; who the patient is stands there as a salted digest only.  A series' file holds its
images: number, UID and frame, and where the image lay when it was first saved.  Ids are added, never changed and never taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import message
from annotator.workspace import durable, summed


@dataclass(frozen=True)
class Patient:
    """The digest of who a patient is, the class folder, and the series: id → SeriesInstanceUID (a digest where there is none)."""

    identity: str
    class_folder: str
    series: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InPlace:
    """An image that is used where it lies: SOPInstanceUID and frame as `uid#1`, path at its first save, digest (empty: none was given)."""

    key: str
    path: str
    digest: str = ""


Patients = Mapping[str, Patient]
"""Patient id → patient."""
Images = Mapping[str, InPlace]
"""Image id → image, of one series."""


def ids_path(root: Path) -> Path:
    """Return where the patients and series of a project stand."""
    return root / ".annotator" / "ids.json"


def images_path(root: Path, patient: str, series: str) -> Path:
    """Return where the images of a series stand."""
    return root / ".annotator" / "ids" / f"{patient}-{series}.json"


def read_patients(path: Path) -> Patients:
    """Read the patients; none where there is no file.  Raises OSError, and AnnotatorError for a damaged file."""
    return {
        name: Patient(_text(entry, "identity", path), _text(entry, "class", path), dict(_texts(entry, "series", path)))
        for name, entry in _table(_read(path), "patients", path).items()
    }


def write_patients(path: Path, patients: Patients) -> None:
    """Write all patients durably.  Raises OSError."""
    entries = {
        name: {"identity": patient.identity, "class": patient.class_folder, "series": dict(patient.series)}
        for name, patient in patients.items()
    }
    durable.write(path, summed.dumps({"patients": entries}))


def read_images(path: Path) -> Images:
    """Read a series' images; none where there is no file.  Raises OSError, and AnnotatorError for a damaged file."""
    return {
        name: InPlace(_text(entry, "image", path), _text(entry, "path", path), _text(entry, "digest", path))
        for name, entry in _table(_read(path), "images", path).items()
    }


def write_images(path: Path, images: Images) -> None:
    """Write a series' images durably.  Raises OSError."""
    entries = {name: {"image": image.key, "path": image.path, "digest": image.digest} for name, image in images.items()}
    durable.write(path, summed.dumps({"images": entries}))


def _read(path: Path) -> object:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return summed.loads(content)
    except record.Damaged:
        raise _damaged(path) from None


def _table(content: object, key: str, path: Path) -> dict[str, object]:
    if content is None:
        return {}
    if not isinstance(content, dict) or not isinstance(content.get(key), dict):
        raise _damaged(path)
    table: dict[str, object] = content[key]
    return table


def _text(entry: object, key: str, path: Path) -> str:
    value = entry.get(key) if isinstance(entry, dict) else None
    if not isinstance(value, str):
        raise _damaged(path)
    return value


def _texts(entry: object, key: str, path: Path) -> Mapping[str, str]:
    value = entry.get(key) if isinstance(entry, dict) else None
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _damaged(path)
    return value


def _damaged(path: Path) -> AnnotatorError:
    return AnnotatorError(
        message("Reading the project's ids"),
        message("{file} is damaged, or of a newer version", file=path),
        message("Put the file back from a backup; no id is given until then, so that none is given twice"),
    )
