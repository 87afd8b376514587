"""Find all studies of one patient: those of the open folder, and those that the project knows of and that lie elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Formatter

from annotator.dicom.found import Found, Lot, Skipped
from annotator.domain.document import Document
from annotator.domain.project import Project
from annotator.formats import record
from annotator.paths import contained
from annotator.progress import Report
from annotator.workspace import ids, revisions
from annotator.workspace.catalogue import Catalogue, Series, Study
from annotator.workspace.patients import choices
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.work import case_of

Keep = Callable[[Iterable[Found | Lot | Skipped]], Iterator[Found | Lot | Skipped]]
"""Leaves of what a scan finds the images to look at."""


@dataclass(frozen=True)
class PatientStudy:
    """A study with what is annotated on it: category key → how many annotations; `here`: it is in the open folder."""

    study: Study
    counts: Mapping[str, int]
    here: bool


@dataclass(frozen=True)
class Asked:
    """Whose studies are asked for: what is open, the patient's own id in the project (empty: none yet), and the cases at work."""

    project: ProjectFolder
    catalogue: Catalogue
    series: Series
    patient: str
    works: Mapping[str, Document]


def studies_of(asked: Asked, keep: Keep, report: Report) -> tuple[tuple[PatientStudy, ...], Catalogue]:
    """Return the patient's studies by date, and a catalogue of those that are not open; raises AnnotatorError, and Cancelled by `report`.

    `keep` leaves of scan results the images to look at.
    """
    here, elsewhere = _open_studies(asked), Catalogue()
    if asked.patient:
        elsewhere = elsewhere.with_found(keep(_elsewhere(asked, report)), asked.project.project)
        elsewhere = Catalogue({uid: series for uid, series in elsewhere.by_uid.items() if uid not in asked.catalogue.by_uid})
    found = [PatientStudy(study, _counts(asked, study), True) for study in here]
    found += [PatientStudy(study, _counts(asked, study), False) for patient in elsewhere.patients for study in patient.studies]
    return tuple(sorted(found, key=lambda one: (one.study.date, one.study.uid))), elsewhere


def _open_studies(asked: Asked) -> list[Study]:
    """The studies of the open folder with the patient's number, or where there is none, of the same entry of the tree."""
    number, found = asked.series.owner.patient_id, list[Study]()
    for patient in asked.catalogue.patients:
        own = any(asked.series.uid == series.uid for study in patient.studies for series in study.series)
        if own or (number and patient.id == number):
            found += patient.studies
    return found


def _elsewhere(asked: Asked, report: Report) -> Iterator[Found | Skipped]:
    """Scan what the project knows of the patient: the patient's folders of its tree, and images that were annotated where they lie."""
    from annotator.dicom.scan import scan  # loads what reads DICOM: only now is it needed

    root, project = asked.project.root, asked.project.project
    places = [place for place in _folders(root, project, asked.patient) if place.is_dir()]
    entry = ids.read_patients(ids.ids_path(root)).get(asked.patient)
    for series in entry.series if entry is not None else ():
        places += [Path(image.path) for image in ids.read_images(ids.images_path(root, asked.patient, series)).values()]
    near = {str(place.parent) for place in places}
    there = {image.path for series in asked.catalogue.by_uid.values() if series.lies_in(near) for image in series.images}
    yield from scan([place for place in places if str(place) not in there], report)


def _folders(root: Path, project: Project, patient: str) -> set[Path]:
    """The folders in which images of a patient may lie by the project's rule."""
    pattern = project.patterns.get("image", "")
    parts = pattern.split("/")
    depth = next((place for place, part in enumerate(parts, 1) if "{patient}" in part), 0)
    head, known = "/".join(parts[:depth]), {**choices(project), "patient": (patient,)}
    names = [name for _, name, _, _ in Formatter().parse(head) if name]
    if not depth or depth == len(parts) or any(name not in known for name in names):
        return set()
    return {contained(root, head.format(**dict(zip(names, values, strict=True)))) for values in product(*(known[name] for name in names))}


def _counts(asked: Asked, study: Study) -> Mapping[str, int]:
    """How many annotations of each category a study has, as it stands at work or was saved last."""
    counted: Counter[str] = Counter()
    for case in {case_of(series) for series in study.series}:
        document = asked.works.get(case)
        if document is None:
            document = _saved(asked.project.root, case)
        keys = {image.key for series in study.series for image in series.images}
        counted.update(a.category for key, drawn in document.annotations.items() if key in keys for a in drawn)
    return counted


def _saved(root: Path, case: str) -> Document:
    try:
        heads, _ = revisions.heads(root, case, keep=True)
    except (OSError, record.Newer):  # told where the case is opened; here it only counts nothing
        return Document()
    return heads[0].document if heads else Document()


