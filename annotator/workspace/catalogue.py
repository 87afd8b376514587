"""What a scan has found so far: patients, studies, series, images in spatial order.  A value; each batch makes the next one."""

from __future__ import annotations

import os
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter

from annotator.dicom.found import Found, Lot, Skipped, Twin
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.integrity import Oddity, oddities_of
from annotator.domain.mammography import rank
from annotator.domain.project import Modality, Project
from annotator.workspace.stock import Stock, ordered

_FEW = 32
"""Where less than one patient in so many is new or changed, these are put in one by one."""
_ORDER = attrgetter("order")


@dataclass(frozen=True)
class Series:
    """One series as far as it is found; `project_modality` is None where the project only lets it be looked at."""

    uid: str
    study_uid: str
    modality: str
    owner: Owner
    stock: tuple[Image, ...] | Stock
    """Its images in spatial order, or what they are built from."""
    project_modality: Modality | None = None

    @property
    def images(self) -> tuple[Image, ...]:
        """The images in spatial order; of a known folder they are built now."""
        return self.stock if isinstance(self.stock, tuple) else self.stock.images

    @property
    def count(self) -> int:
        """How many images it has; they need not be built for that."""
        return len(self.stock)

    @property
    def built(self) -> bool:
        """Whether its images are there already."""
        return isinstance(self.stock, tuple) or self.stock.built

    @property
    def labels(self) -> bool:
        """Whether it holds what was segmented on other images: it is looked at and not drawn on."""
        return (bool(self.stock) and self.stock[0].labels) if isinstance(self.stock, tuple) else self.stock.labels

    @property
    def frame(self) -> str:
        """The FrameOfReferenceUID, as its first image has it; empty where there is none."""
        if not isinstance(self.stock, tuple):
            return self.stock.frame
        return self.stock[0].frame_of_reference_uid if self.stock else ""

    @property
    def rank(self) -> int:
        """Where a series of a mammography stands among the views; the same for all others."""
        if not isinstance(self.stock, tuple):
            return self.stock.rank
        return rank(self.stock[0]) if self.modality == "MG" and self.stock else 0

    def lies_in(self, folders: Collection[str]) -> bool:
        """Whether an image of it lies in one of these folders."""
        if not isinstance(self.stock, tuple):
            return self.stock.lies_in(folders)
        return any(os.path.dirname(image.path) in folders for image in self.stock)

    @property
    def number(self) -> int | None:
        """SeriesNumber."""
        return self.owner.series_number

    @property
    def description(self) -> str:
        """SeriesDescription."""
        return self.owner.series_description

    @cached_property
    def places(self) -> Mapping[ImageKey, int]:
        """Where each image stands in spatial order, from 0."""
        return {image.key: place for place, image in enumerate(self.images)}

    @property
    def examined(self) -> bool:
        """Whether it was worked out already what is odd about it."""
        return "oddities" in self.__dict__

    @cached_property
    def oddities(self) -> tuple[Oddity, ...]:
        """What is odd about the series, as far as its headers tell."""
        return oddities_of(self.images)


@dataclass(frozen=True, slots=True)
class Study:
    """One study and its series, in order of series number."""

    uid: str
    description: str
    date: str
    series: tuple[Series, ...]

    @property
    def labels(self) -> bool:
        """Whether it holds nothing but labels."""
        return all(one.labels for one in self.series)


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient and the studies, by date."""

    key: str
    id: str
    name: str
    studies: tuple[Study, ...]
    order: tuple[bool, str, str, str] = field(init=False, compare=False, repr=False)
    """Where it stands among the patients: those of whom there is nothing but labels come last."""

    def __post_init__(self) -> None:
        """Work the order out once: whoever sorts very many patients asks for it again and again."""
        object.__setattr__(self, "order", (all(one.labels for one in self.studies), self.id, self.name, self.key))


@dataclass(frozen=True)
class _Tree:
    """The tree of a catalogue, from which that of a grown one is made: only what changed is put together anew."""

    patients: tuple[Patient, ...] = ()
    by_key: Mapping[str, Patient] = field(default_factory=dict)
    of_study: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The UIDs of the series of each study."""
    images: int = 0

    def grown(self, by_uid: Mapping[str, Series], before: Mapping[str, Series], changed: Iterable[str]) -> _Tree:
        """Return the tree in which these series are as `by_uid` has them; they are new or were in `before`."""
        by_key, of_study, images = dict(self.by_key), dict(self.of_study), self.images
        touched = dict[str, dict[str, Series]]()
        for uid in changed:
            series, old = by_uid[uid], before.get(uid)
            images += series.count - (old.count if old is not None else 0)
            if old is None:
                of_study[series.study_uid] = (*of_study.get(series.study_uid, ()), uid)
            key = patient_key(series.owner)
            if key not in touched:
                there = by_key.get(key)
                touched[key] = {one.uid: one for study in there.studies for one in study.series} if there is not None else {}
            touched[key][uid] = series
        gone = [by_key[key] for key in touched if key in by_key]
        new = [_patient(key, members, by_key.get(key)) for key, members in touched.items()]
        by_key |= {patient.key: patient for patient in new}
        return _Tree(_merged(self.patients, gone, new), by_key, of_study, images)


@dataclass(frozen=True)
class Catalogue:
    """Everything found so far, for one project's eyes."""

    by_uid: Mapping[str, Series] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    tree: _Tree | None = field(default=None, compare=False, repr=False)
    """The tree, where the catalogue grew out of another one."""

    def with_found(self, batch: Iterable[Found | Lot | Skipped], project: Project) -> Catalogue:
        """Return the catalogue with a batch of scan results added."""
        series, skipped, grown = dict(self.by_uid), list[Skipped](), dict[str, list[Image | Lot]]()
        for entry in batch:
            if isinstance(entry, Skipped):
                skipped.append(entry)
                continue
            for piece in [entry] if isinstance(entry, Lot) else entry.images:
                if piece.series_uid not in series:
                    series[piece.series_uid] = Series(piece.series_uid, piece.study_uid, piece.modality, entry.owner, ())
                grown.setdefault(piece.series_uid, []).append(piece)
        for uid, pieces in grown.items():
            series[uid] = replace(series[uid], stock=_with_pieces(series[uid], pieces))
        of_study = dict[str, list[str]]()
        for uid in grown:
            if uid not in self.by_uid:
                of_study.setdefault(series[uid].study_uid, []).append(uid)
        changed = set(grown)
        for study in {series[uid].study_uid for uid in grown}:
            members = [*self._tree.of_study.get(study, ()), *of_study.get(study, ())]
            seen_as = _seen_as(project, [series[uid] for uid in members])
            changed |= seen_as.keys()
            series |= seen_as
        return Catalogue(series, (*self.skipped, *skipped), self._tree.grown(series, self.by_uid, changed))

    def for_project(self, project: Project, studies: set[str] | None = None) -> Catalogue:
        """Return the catalogue as another project sees it (all of it, or some studies)."""
        series = dict(self.by_uid)
        for study in self._tree.of_study if studies is None else studies:
            series |= _seen_as(project, [self.by_uid[uid] for uid in self._tree.of_study.get(study, ())])
        return self._with({uid: found for uid, found in series.items() if found is not self.by_uid[uid]})

    def with_series(self, more: Iterable[Series]) -> Catalogue:
        """Return the catalogue with other series, or in another state."""
        return self._with({series.uid: series for series in more})

    def with_paths(self, moved: Mapping[str, str]) -> Catalogue:
        """Return the catalogue with images that lie elsewhere now: old path → new path."""
        series, folders = dict[str, Series](), {os.path.dirname(path) for path in moved}
        for uid, found in self.by_uid.items():
            if found.lies_in(folders) and any(image.path in moved for image in found.images):
                images = tuple(replace(image, path=moved.get(image.path, image.path)) for image in found.images)
                series[uid] = replace(found, stock=images)
        return self._with(series)

    def _with(self, changed: Mapping[str, Series]) -> Catalogue:
        if not changed:
            return self
        series = {**self.by_uid, **changed}
        return replace(self, by_uid=series, tree=self._tree.grown(series, self.by_uid, changed))

    @cached_property
    def twins(self) -> Mapping[str, tuple[Twin, ...]]:
        """Files with the UID of an image that was found before, by that UID."""
        found: dict[str, list[Twin]] = {}
        for twin in self.skipped:
            if isinstance(twin, Twin):
                found.setdefault(twin.uid, []).append(twin)
        return {uid: tuple(twins) for uid, twins in found.items()}

    @cached_property
    def _tree(self) -> _Tree:
        return self.tree if self.tree is not None else _Tree().grown(self.by_uid, {}, self.by_uid)

    @property
    def patients(self) -> tuple[Patient, ...]:
        """The tree: patients by id, studies by date, series by number; what holds labels alone comes after the others."""
        return self._tree.patients

    @cached_property
    def in_order(self) -> tuple[Series, ...]:
        """All series in the order of the tree."""
        return tuple(series for patient in self.patients for study in patient.studies for series in study.series)

    def beside(self, series: Series) -> tuple[Series, ...]:
        """Return the series of the study of one, itself among them, in the order of the tree."""
        patient = self._tree.by_key.get(patient_key(series.owner))
        studies = patient.studies if patient is not None else ()
        return next((study.series for study in studies if study.uid == series.study_uid), ())

    def of_study(self, uid: str) -> tuple[Series, ...]:
        """Return the series of a study, also where several patients have it, in the order of the tree."""
        keys = {patient_key(self.by_uid[one].owner) for one in self._tree.of_study.get(uid, ())}
        patients = sorted((self._tree.by_key[key] for key in keys), key=_ORDER)
        return tuple(series for patient in patients for study in patient.studies if study.uid == uid for series in study.series)

    @property
    def image_count(self) -> int:
        """How many images there are."""
        return self._tree.images


def patient_key(owner: Owner) -> str:
    """Return what tells the patients of the tree apart."""
    return f"{owner.patient_id}\n{owner.patient_name}"


def _with_pieces(series: Series, pieces: list[Image | Lot]) -> tuple[Image, ...] | Stock:
    """The images of a series and more of them; they are built only where all were built before."""
    lots = tuple(piece for piece in pieces if isinstance(piece, Lot))
    read = tuple(piece for piece in pieces if isinstance(piece, Image))
    if isinstance(series.stock, Stock):
        return series.stock.grown(pieces)
    return Stock(series.modality, lots, (*series.stock, *read)) if lots else ordered(series.modality, (*series.stock, *read))


def _seen_as(project: Project, members: list[Series]) -> dict[str, Series]:
    """The series of a study that the project sees otherwise than they say, as it sees them."""
    modalities = frozenset(one.modality for one in members)
    seen = ((one, None if one.labels else project.modality_of(one.modality, modalities)) for one in members)
    return {one.uid: replace(one, project_modality=modality) for one, modality in seen if modality != one.project_modality}


def _merged(before: tuple[Patient, ...], gone: list[Patient], new: list[Patient]) -> tuple[Patient, ...]:
    """The patients in order, without some and with others."""
    if len(new) * _FEW > len(before):
        left = {id(patient) for patient in gone}
        return tuple(sorted([*(patient for patient in before if id(patient) not in left), *new], key=_ORDER))
    patients = list(before)
    for patient in gone:
        del patients[bisect_left(patients, patient.order, key=_ORDER)]
    for patient in new:
        insort(patients, patient, key=_ORDER)
    return tuple(patients)


def _patient(key: str, members: Mapping[str, Series], before: Patient | None) -> Patient:
    """A patient with these series; studies that were there before are called as before."""
    said = {study.uid: (study.description, study.date) for study in before.studies} if before is not None else {}
    studies = dict[str, list[Series]]()
    for series in members.values():
        studies.setdefault(series.study_uid, []).append(series)
    owner = next(iter(members.values())).owner
    for uid, found in studies.items():
        said.setdefault(uid, (found[0].owner.study_description, found[0].owner.study_date))
    made = (Study(uid, *said[uid], tuple(sorted(found, key=_series_order))) for uid, found in studies.items())
    return Patient(key, owner.patient_id, owner.patient_name, tuple(sorted(made, key=lambda s: (s.labels, s.date, s.uid))))


def _series_order(series: Series) -> tuple[bool, int, bool, int, str]:
    return series.labels, series.rank, series.number is None, series.number or 0, series.uid
