"""What a scan has found so far: patients, studies, series, images in spatial order.  A value; each batch makes the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from annotator.dicom.found import Found, Skipped, Twin
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.integrity import Oddity, oddities_of
from annotator.domain.mammography import rank
from annotator.domain.project import Modality, Project
from annotator.domain.series import spatial_order


@dataclass(frozen=True)
class Series:
    """One series as far as it is found; `project_modality` is None where the project only lets it be looked at."""

    uid: str
    study_uid: str
    modality: str
    owner: Owner
    images: tuple[Image, ...]
    project_modality: Modality | None = None

    @property
    def labels(self) -> bool:
        """Whether it holds what was segmented on other images: it is looked at and not drawn on."""
        return bool(self.images) and self.images[0].labels

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

    @cached_property
    def oddities(self) -> tuple[Oddity, ...]:
        """What is odd about the series, as far as its headers tell."""
        return oddities_of(self.images)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Patient:
    """One patient and the studies, by date."""

    key: str
    id: str
    name: str
    studies: tuple[Study, ...]

    @property
    def labels(self) -> bool:
        """Whether there is nothing but labels."""
        return all(one.labels for one in self.studies)


@dataclass(frozen=True)
class Catalogue:
    """Everything found so far, for one project's eyes."""

    by_uid: Mapping[str, Series] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()

    def with_found(self, batch: Iterable[Found | Skipped], project: Project) -> Catalogue:
        """Return the catalogue with a batch of scan results added."""
        series, skipped, grown = dict(self.by_uid), list(self.skipped), dict[str, list[Image]]()
        for entry in batch:
            if isinstance(entry, Skipped):
                skipped.append(entry)
                continue
            for image in entry.images:
                if image.series_uid not in series:
                    series[image.series_uid] = Series(image.series_uid, image.study_uid, image.modality, entry.owner, ())
                grown.setdefault(image.series_uid, []).append(image)
        for uid, images in grown.items():
            series[uid] = replace(series[uid], images=_ordered(series[uid].modality, (*series[uid].images, *images)))
        return Catalogue(series, tuple(skipped)).for_project(project, {series[uid].study_uid for uid in grown})

    def for_project(self, project: Project, studies: set[str] | None = None) -> Catalogue:
        """Return the catalogue as another project sees it (all of it, or some studies)."""
        modalities: dict[str, set[str]] = {}
        for found in self.by_uid.values():
            modalities.setdefault(found.study_uid, set()).add(found.modality)
        series = dict(self.by_uid)
        for uid, found in self.by_uid.items():
            if studies is None or found.study_uid in studies:
                seen_as = None if found.labels else project.modality_of(found.modality, frozenset(modalities[found.study_uid]))
                if seen_as != found.project_modality:
                    series[uid] = replace(found, project_modality=seen_as)
        return replace(self, by_uid=series)

    def with_paths(self, moved: Mapping[str, str]) -> Catalogue:
        """Return the catalogue with images that lie elsewhere now: old path → new path."""
        series = dict(self.by_uid)
        for uid, found in self.by_uid.items():
            if any(image.path in moved for image in found.images):
                images = tuple(replace(image, path=moved.get(image.path, image.path)) for image in found.images)
                series[uid] = replace(found, images=images)
        return replace(self, by_uid=series)

    @cached_property
    def twins(self) -> Mapping[str, tuple[Twin, ...]]:
        """Files with the UID of an image that was found before, by that UID."""
        found: dict[str, list[Twin]] = {}
        for twin in self.skipped:
            if isinstance(twin, Twin):
                found.setdefault(twin.uid, []).append(twin)
        return {uid: tuple(twins) for uid, twins in found.items()}

    @cached_property
    def patients(self) -> tuple[Patient, ...]:
        """The tree: patients by id, studies by date, series by number; what holds labels alone comes after the others."""
        tree: dict[str, dict[str, list[Series]]] = {}
        for series in self.by_uid.values():
            tree.setdefault(_patient_key(series.owner), {}).setdefault(series.study_uid, []).append(series)
        patients = [Patient(key, *_label(studies), _studies(studies)) for key, studies in tree.items()]
        return tuple(sorted(patients, key=lambda p: (p.labels, p.id, p.name, p.key)))

    @cached_property
    def in_order(self) -> tuple[Series, ...]:
        """All series in the order of the tree."""
        return tuple(series for patient in self.patients for study in patient.studies for series in study.series)

    @property
    def image_count(self) -> int:
        """How many images there are."""
        return sum(len(series.images) for series in self.by_uid.values())


def _patient_key(owner: Owner) -> str:
    return f"{owner.patient_id}\n{owner.patient_name}"


def _label(studies: Mapping[str, list[Series]]) -> tuple[str, str]:
    owner = next(iter(studies.values()))[0].owner
    return owner.patient_id, owner.patient_name


def _studies(found: Mapping[str, list[Series]]) -> tuple[Study, ...]:
    return tuple(sorted((_study(uid, series) for uid, series in found.items()), key=lambda s: (s.labels, s.date, s.uid)))


def _study(uid: str, found: list[Series]) -> Study:
    owner = found[0].owner
    ordered = sorted(found, key=lambda s: (s.labels, _view(s), s.number is None, s.number or 0, s.uid))
    return Study(uid, owner.study_description, owner.study_date, tuple(ordered))


def _ordered(modality: str, images: Iterable[Image]) -> tuple[Image, ...]:
    """The images in spatial order; those of a mammography by view."""
    placed = spatial_order(images)
    return tuple(sorted(placed, key=rank)) if modality == "MG" else placed


def _view(series: Series) -> int:
    """Where a series of a mammography stands among the views; the same for all others."""
    return rank(series.images[0]) if series.modality == "MG" and series.images else 0
