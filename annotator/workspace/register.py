"""Give images their names: read from the path in the project's tree, or pseudonymous ids given on the first save and kept for ever."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from annotator.domain.delivery import Names
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.patterns import fields_of, matcher
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.paths import nfc
from annotator.workspace.ids import (
    Images,
    InPlace,
    Patient,
    Patients,
    ids_path,
    images_path,
    read_images,
    read_patients,
    write_images,
    write_patients,
)
from annotator.workspace.lock import exclusively
from annotator.workspace.projects import ProjectFolder

Stamp = tuple[int, int, int] | None
_NEVER: Stamp = (-1, -1, -1)
_MOST_TOLD = 50_000
PATIENCE = 15.0
"""Seconds to wait while somebody else gives ids."""


@dataclass(frozen=True)
class _Patients:
    """The patients as last read, with a way from a series to its patients."""

    stamp: Stamp = _NEVER
    entries: Patients = field(default_factory=dict)
    by_series: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Images:
    """The images of a series as last read, with a way from an image to its id."""

    stamp: Stamp = _NEVER
    entries: Images = field(default_factory=dict)
    by_key: Mapping[str, str] = field(default_factory=dict)


class Register:
    """The ids of one project.  Several windows and processes may use registers of one project at a time; their ids never meet.

    Files are read again when they have changed, so one register may be asked in the main thread and in the background.
    """

    def __init__(self, folder: ProjectFolder) -> None:
        project = folder.project
        self._folder = folder
        self._classes = (*project.classes, project.unclassified)
        choices = {
            "folder": {modality.folder for modality in project.modalities},
            "prefix": {modality.prefix for modality in project.modalities},
            "class": self._classes,
        }
        self._tree = matcher(project.patterns["image"], choices)
        self._masks = [matcher(text, choices) for kind, text in project.patterns.items() if kind not in ("image", "json")]
        self._by_series = all("series" in fields_of(pattern) for pattern in project.patterns.values())
        self._bases = tuple(dict.fromkeys(_prefix_of(root) for root in (os.path.abspath(folder.root), os.path.realpath(folder.root))))
        self._patients = _Patients()
        self._images: dict[Path, _Images] = {}
        self._told: dict[ImageKey, Names | None] = {}

    def in_tree(self, image: Image) -> Names | None:
        """Return the names that the image's path says if it lies in the project's tree, named by its rule; None for any other.

        A file of several frames is no image of the tree: the rule names single images.
        """
        if image.frames != 1:
            return None
        relative = _below(self._bases, image.path)
        found = self._tree.fullmatch(relative) if relative else None
        if found is None:
            return None
        said = found.groupdict()
        fits = any(
            said.get("folder", modality.folder) == modality.folder and said.get("prefix", modality.prefix) == modality.prefix
            for modality in self._folder.project.modalities
        )
        first = self._folder.project.id_patterns["series"].format(number=1)
        names = Names(said["patient"], said.get("series", first), said["image"], said.get("class", self._folder.project.unclassified))
        longest = max(len(names.patient), len(names.series), len(names.image))
        return names if fits and longest <= self._folder.project.id_limit else None

    def lies_in_tree(self, folder: str) -> bool:
        """Whether a folder lies in the project's own."""
        return _folder_below(self._bases, os.path.abspath(folder)) is not None

    def is_mask(self, path: str) -> bool:
        """Whether a file lies where the project delivers its masks: it is no image to be marked."""
        relative = _below(self._bases, path)
        return relative is not None and any(pattern.fullmatch(relative) for pattern in self._masks)

    def known(self, image: Image, *, again: bool = True) -> Names | None:
        """Return the image's names if it has any yet.  Raises AnnotatorError where the ids cannot be read.

        Looks `again` whether the files with the ids have changed; not so where many images are asked for one after the other.
        """
        names = self.in_tree(image)
        if names is not None:
            return names
        try:
            names = self._recorded(image, again=again)
        except OSError as error:
            raise self._failure(error) from error
        if len(self._told) > _MOST_TOLD:
            self._told.clear()
        self._told[image.key] = names
        return names

    def told(self, image: Image) -> Names | None:
        """Return what was last answered about the image, so that nobody who only looks waits for a share; raises as `known` does."""
        return self._told[image.key] if image.key in self._told else self.known(image, again=False)

    @contextmanager
    def renaming(self) -> Iterator[None]:
        """Let names be changed inside; afterwards nothing is believed of what was read and answered before."""
        try:
            yield
        finally:
            self._patients, self._images, self._told = _Patients(), {}, {}

    def names(self, image: Image, owner: Owner, number: int, digest: str = "", view: str = "") -> Names:
        """Return the image's names, giving and keeping ids where it has none yet.

        `number` (from 1) is the image's place in the spatial order of its series, `digest` that of its file, `view` the image's id where
        the project names images by view.  An id that is taken gives way to the next free one.  Raises AnnotatorError where the project
        cannot be written.
        """
        names = self.known(image)
        if names is not None:
            return names
        if self._folder.read_only:
            cause = message("the project is read-only")
            raise AnnotatorError(message("Giving an image its ids"), cause, message("Open the project where you may write"))
        try:
            (self._folder.root / ".annotator").mkdir(exist_ok=True)
            with exclusively(self._folder.root / ".annotator" / "ids.lock", PATIENCE):
                self._patients, self._images = _Patients(), {}  # a share may answer from its memory until the files are opened
                names = self._recorded(image) or self._assign(image, owner, number, digest, view)
                self._told[image.key] = names
                return names
        except OSError as error:
            raise self._failure(error) from error

    def adopt(self, image: Image, owner: Owner, names: Names) -> None:
        """Give an image back the names that files of a delivered tree bear.

        Nothing happens where somebody else holds them.  Raises AnnotatorError where the project cannot be written.
        """
        identity, uid = self._digest("patient", _identity(owner, image, self._folder.project.ids_per)), self._series_key(image)
        try:
            (self._folder.root / ".annotator").mkdir(exist_ok=True)
            with exclusively(self._folder.root / ".annotator" / "ids.lock"):
                patients = dict(self._read_patients().entries)
                entry = patients.get(names.patient, Patient(identity, names.class_folder))
                images = dict(self._read_images(names.patient, names.series).entries)
                if entry.identity != identity or entry.series.get(names.series, uid) != uid or names.image in images:
                    return
                patients[names.patient] = replace(entry, series={**entry.series, names.series: uid})
                write_patients(ids_path(self._folder.root), patients)
                images[names.image] = InPlace(self._image_key(image), image.path)
                write_images(images_path(self._folder.root, names.patient, names.series), images)
        except OSError as error:
            raise self._failure(error) from error

    def class_of(self, patient: str) -> str:
        """Return the class folder of a patient that was given an id here; the project's `unclassified` for any other."""
        try:
            known = self._read_patients().entries.get(patient)
        except OSError as error:
            raise self._failure(error) from error
        return known.class_folder if known else self._folder.project.unclassified

    def source(self, names: Names) -> InPlace | None:
        """Return what is kept about an image that is used in place; None for names that were not given here."""
        try:
            return self._read_images(names.patient, names.series).entries.get(names.image)
        except OSError as error:
            raise self._failure(error) from error

    def _recorded(self, image: Image, *, again: bool = True) -> Names | None:
        patients = self._read_patients(again=again)
        for patient, series in patients.by_series.get(self._series_key(image), ()):
            name = self._read_images(patient, series, again=again).by_key.get(self._image_key(image))
            if name is not None:
                return Names(patient, series, name, patients.entries[patient].class_folder)
        return None

    def _assign(self, image: Image, owner: Owner, number: int, digest: str, view: str) -> Names:
        """Give ids under the lock: the patient's and series' id are on disk before the image's."""
        patients = dict(self._read_patients().entries)
        identity = self._digest("patient", _identity(owner, image, self._folder.project.ids_per))
        patient = next((name for name, entry in patients.items() if entry.identity == identity), None)
        if patient is None:
            patient = self._free_id("patient", len(patients) + 1, patients, {})
            patients[patient] = Patient(identity, self._class_on(image.path))
        entry, uid = patients[patient], self._series_key(image)
        series = next((name for name, key in entry.series.items() if key == uid), None)
        if series is None:
            series = self._free_id("series", len(entry.series) + 1, entry.series, {"patient": patient})
            patients[patient] = replace(entry, series={**entry.series, series: uid})
            write_patients(ids_path(self._folder.root), patients)
        images = dict(self._read_images(patient, series).entries)
        taken = set(images).union(*(self._read_images(patient, other).entries for other in (() if self._by_series else entry.series)))
        name = _free_view(view, taken) if view else self._free_id("image", max(number, 1), taken, None)
        images[name] = InPlace(self._image_key(image), image.path, digest)
        write_images(images_path(self._folder.root, patient, series), images)
        return Names(patient, series, name, entry.class_folder)

    def _free_id(self, kind: str, number: int, taken: Iterable[str], known: Mapping[str, str] | None) -> str:
        """Return the first id from `number` on that is neither taken nor, where `known` fields lead to it, in the tree already."""
        held, limit = set(taken), self._folder.project.id_limit
        while True:
            name = self._folder.project.id_patterns[kind].format(number=number)
            if len(name) > limit:
                raise AnnotatorError(
                    message("Giving an image its ids"),
                    message("the next id, {name}, has more than {limit} characters", name=name, limit=limit),
                    message("Begin a new project, or allow longer ids in project.toml"),
                )
            if name not in held and (known is None or not self._lies_in_tree({**known, kind: name}, kind)):
                return name
            number += 1

    def _lies_in_tree(self, names: Mapping[str, str], kind: str) -> bool:
        """Whether the tree has a folder (or file) named by this id already."""
        components = self._folder.project.patterns["image"].split("/")
        depth = next((n for n, component in enumerate(components, 1) if kind in fields_of(component)), None)
        if depth is None:
            return False
        template = "/".join(components[:depth])
        for modality in self._folder.project.modalities:
            fields = {"folder": modality.folder, "prefix": modality.prefix, "series": "*", "image": "*", "category": "*", **names}
            for class_folder in self._classes:
                if any(self._folder.root.glob(template.format(**{**fields, "class": class_folder}))):
                    return True
        return False

    def _class_on(self, path: str) -> str:
        """Return the class that the folder nearest to the image names, else the project's `unclassified`."""
        classes = {name.casefold(): name for name in self._folder.project.classes}
        for component in reversed(Path(path).parts[:-1]):
            if nfc(component).casefold() in classes:
                return classes[nfc(component).casefold()]
        return self._folder.project.unclassified

    def _series_key(self, image: Image) -> str:
        return image.series_uid or self._digest("series", f"{image.study_uid}\n{os.path.dirname(image.path)}")

    def _image_key(self, image: Image) -> str:
        return str(image.key) if image.key.uid else f"{self._digest('image', image.path)}#{image.key.frame}"

    def _digest(self, kind: str, text: str) -> str:
        """SHA-256 of an identity with the project's salt: equal texts can be told equal, and nothing else."""
        salted = f"{self._folder.salt}\n{kind}\n{nfc(text)}"
        return "sha256:" + hashlib.sha256(salted.encode("utf-8", "surrogatepass")).hexdigest()

    def _read_patients(self, *, again: bool = True) -> _Patients:
        if not again and self._patients.stamp != _NEVER:
            return self._patients
        path = ids_path(self._folder.root)
        stamp = _stamp(path)
        if stamp != self._patients.stamp:
            entries = read_patients(path)
            by_series: dict[str, tuple[tuple[str, str], ...]] = {}
            for patient, entry in entries.items():
                for series, key in entry.series.items():
                    by_series[key] = (*by_series.get(key, ()), (patient, series))
            self._patients = _Patients(stamp, entries, by_series)
        return self._patients

    def _read_images(self, patient: str, series: str, *, again: bool = True) -> _Images:
        path = images_path(self._folder.root, patient, series)
        read = self._images.get(path, _Images())
        if not again and read.stamp != _NEVER:
            return read
        stamp = _stamp(path)
        if stamp != read.stamp:
            entries = read_images(path)
            read = self._images[path] = _Images(stamp, entries, {image.key: name for name, image in entries.items()})
        return read

    def _failure(self, error: OSError) -> AnnotatorError:
        if isinstance(error, TimeoutError):
            cause = message("another window keeps the project's ids busy")
            return AnnotatorError(message("Giving an image its ids"), cause, message("Save again in a moment"))
        folder = self._folder.root / ".annotator"
        remedy = message("See that the project's folder can be reached and written")
        return AnnotatorError(message("Using the project's ids in {folder}", folder=folder), system_cause(error), remedy)


def _stamp(path: Path) -> Stamp:
    """What changes whenever a file is replaced; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _free_view(view: str, taken: Iterable[str]) -> str:
    """The view itself, else with the first number (from 2) that is free."""
    held = set(taken)
    return next(name for name in (view, *(f"{view}{number}" for number in range(2, len(held) + 3))) if name not in held)


def _identity(owner: Owner, image: Image, per: str) -> str:
    """What tells one patient from another: the id, else the name, else the study, else the folder; of a project `per` study the study."""
    if per == "study" and image.study_uid:
        return f"study\n{image.study_uid}"
    said = (("id", owner.patient_id), ("name", owner.patient_name), ("study", image.study_uid), ("folder", os.path.dirname(image.path)))
    return next((f"{kind}\n{text.strip()}" for kind, text in said if text.strip()), "")


def _prefix_of(root: str) -> str:
    return os.path.normcase(nfc(root)).rstrip(os.sep) + os.sep


def _below(bases: tuple[str, ...], path: str) -> str | None:
    """Return `path` relative to the first of `bases` that it lies below, with `/`, composed; None if there is none."""
    folder, name = os.path.split(path if os.path.isabs(path) else os.path.abspath(path))
    place = _folder_below(bases, folder)
    return None if place is None else place + nfc(name)


@lru_cache(4096)
def _folder_below(bases: tuple[str, ...], folder: str) -> str | None:
    """Return the same for a folder, with `/` at its end; very many files lie in one folder."""
    whole = os.path.join(nfc(os.path.abspath(folder)), "")
    comparable = os.path.normcase(whole)
    return next((whole[len(base) :].replace(os.sep, "/") for base in bases if comparable.startswith(base)), None)
