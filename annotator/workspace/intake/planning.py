"""Give the series of an export that are taken their ids: patients, series and images, once and for ever, before anything is written.

Patients who have none yet get the next free ids in an order that says nothing: that of their keyed marks.  Series follow by date and
number, images by their place in space.  What the team's own sheet says is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.image import Image
from annotator.domain.intake_judging import left_out
from annotator.domain.mammography import in_header, in_name
from annotator.domain.multiframe import CLASSIC
from annotator.domain.naming import path_of
from annotator.domain.patterns import fields_of
from annotator.domain.project import Modality, Project
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace import ids
from annotator.workspace.intake.mapping import Taken, Whom, Whoswho, patient_key
from annotator.workspace.intake.mapping_sheet import MappingSheet
from annotator.workspace.intake.surveying import Stamp, Survey
from annotator.workspace.intake.table import Box, Row
from annotator.workspace.projects import ProjectFolder


@dataclass(frozen=True)
class ImageTask:
    """One image that is taken: where its file lies, what that was like when it was surveyed, and where it goes in the project."""

    path: str
    stamp: Stamp
    uid: str
    to: str
    frame: int = 0
    """Which frame of its file it is (from 1); 0: it is the whole file."""
    frames: int = 1

    @property
    def bytes(self) -> int:
        """About how many bytes of its file are its own."""
        return self.stamp[0] // self.frames


@dataclass(frozen=True)
class SeriesTask:
    """A series that is taken."""

    uid: str
    mark: str
    patient: str
    whose: str
    series: str
    modality: str
    images: tuple[ImageTask, ...]
    boxes: tuple[Box, ...] = ()
    sex: str = ""
    age: str = ""
    """What the clinical sheet says, for headers that do not say it themselves."""


def whose(project: Project, row: Row) -> str:
    """Return what gets an id of its own: the patient, or the study where the project says so."""
    number = patient_key(row.facts.patient_id)
    return f"{number} {row.facts.study_uid}" if project.ids_per == "study" else number


def with_ids(rows: Sequence[Row], project: Project, who: Whoswho, sheet: MappingSheet | None) -> tuple[Row, ...]:
    """Return the rows with the ids that they have or that the sheet gives them; with a sheet, what it does not name is left out."""
    found = []
    for row in rows:
        key = whose(project, row)
        known = who.patients.get(key)
        given = sheet.ids.get(patient_key(row.facts.patient_id), "") if sheet is not None else ""
        row = replace(row, new_id=known.id if known is not None else given)
        if sheet is not None and row.verdict.taken:
            row = replace(row, class_folder=row.class_folder or _class(project, sheet.classes.get(patient_key(row.facts.patient_id), "")))
            if not row.new_id:
                row = replace(row, verdict=left_out("id", _no_id(sheet, row)))
            elif given and known is not None and known.id != given:
                reason = message("the sheet says {given}, but this patient is {known} already", given=given, known=known.id)
                row = replace(row, verdict=left_out("id", reason))
        found.append(row)
    return tuple(found)


def _no_id(sheet: MappingSheet, row: Row) -> Message:
    bare = sheet.lost_zeros(patient_key(row.facts.patient_id))
    if bare:
        return message("the sheet has this number without the zeros at its beginning")
    return message("the mapping sheet does not name this patient")


def _class(project: Project, said: str) -> str:
    if said in project.classes:
        return said
    if project.clinical is not None:
        found = project.clinical.class_of(said)
        return found or ""
    return ""


def plan(folder: ProjectFolder, survey: Survey, rows: Sequence[Row], who: Whoswho) -> tuple[SeriesTask, ...]:
    """Give ids to all rows that are taken, into `who`, and return what is to be written; nothing is written yet.  Raises AnnotatorError."""
    taken = [row for row in rows if row.verdict.taken]
    _give_patients(folder, taken, who)
    in_order = sorted(taken, key=lambda r: (r.facts.date, r.facts.number or 0, r.facts.uid))
    return tuple(_task(folder, survey, who, row) for row in in_order)


def _give_patients(folder: ProjectFolder, rows: Iterable[Row], who: Whoswho) -> None:
    project = folder.project
    used = {whom.id for whom in who.patients.values()} | _ids_there(folder)
    wanted = {whose(project, row): row for row in rows}
    for key, row in wanted.items():
        if key not in who.patients and row.new_id:
            who.patients[key] = Whom(row.new_id)
            used.add(row.new_id)
    number = 1
    for key in sorted((k for k in wanted if k not in who.patients), key=lambda k: who.keyed.sign("order", k)):
        while (name := project.id_patterns["patient"].format(number=number)) in used:
            number += 1
        if len(name) > project.id_limit:
            raise AnnotatorError(
                message("Giving the patients their ids"),
                message("the next id, {name}, has more than {limit} characters", name=name, limit=project.id_limit),
                message("Begin a new project, or allow longer ids in project.toml"),
            )
        who.patients[key] = Whom(name)
        used.add(name)


def _ids_there(folder: ProjectFolder) -> set[str]:
    """The patient ids that the project has given or that name a folder of its tree."""
    given = set(ids.read_patients(ids.ids_path(folder.root)))
    components = folder.project.patterns["image"].split("/")
    depth = next((n for n, component in enumerate(components, 1) if component == "{patient}"), 0)
    if depth:
        any_of = dict.fromkeys(("folder", "prefix", "class", "patient", "series", "image"), "*")
        given |= {path.name for path in folder.root.glob("/".join(components[:depth]).format(**any_of))}
    return given


def _new_series(project: Project, modality: Modality, person: Whom, row: Row, images: Sequence[Image]) -> Taken:
    """Give a series its id, and its images theirs; without a place for the series in the names, images are numbered through."""
    held = {one.series for one in person.series.values()}
    number = next(n for n in range(1, len(held) + 2) if project.id_patterns["series"].format(number=n) not in held)
    class_folder = next((one.class_folder for one in person.series.values()), row.class_folder or project.unclassified)
    one = Taken(project.id_patterns["series"].format(number=number), class_folder)
    apart = "series" in fields_of(project.patterns["image"])
    used = set() if apart else {name for other in person.series.values() for name in other.images.values()}
    place = 1
    for image in images:
        name = _view_of(modality, image)
        if name:
            name = next(n for n in (name, *(f"{name}{k}" for k in range(2, len(used) + 3))) if n not in used)
        else:
            while (name := project.id_patterns["image"].format(number=place)) in used:
                place += 1
        used.add(name)
        one.images[_called(image)] = name
    person.series[row.facts.uid] = one
    return one


def _called(image: Image) -> str:
    """What an image is known by in the mapping: its UID, and the frame where its file holds several."""
    return image.key.uid if image.frames == 1 else str(image.key)


def _view_of(modality: Modality, image: Image) -> str:
    view = (in_header(image) or in_name(image)) if modality.views else ""
    return view if view in modality.views else ""


def _task(folder: ProjectFolder, survey: Survey, who: Whoswho, row: Row) -> SeriesTask:
    project, key = folder.project, whose(folder.project, row)
    modality = next(m for m in project.modalities if m.code == row.modality)
    person, images = who.patients[key], survey.ordered(row.facts.uid)
    one = person.series.get(row.facts.uid) or _new_series(project, modality, person, row, images)
    tasks = []
    for image in images:
        number = one.images.get(_called(image))
        if number is not None:
            names = {"patient": person.id, "series": one.series, "image": number}
            to = path_of(project, "image", modality, one.class_folder, names)
            frame = image.key.frame if image.sop_class_uid in CLASSIC else 0
            tasks.append(ImageTask(image.path, survey.stamps[image.path], image.key.uid, to, frame, image.frames))
    mark = who.keyed.sign("series", row.facts.uid)
    return SeriesTask(row.facts.uid, mark, person.id, key, one.series, row.facts.modality, tuple(tasks), row.boxes)


def known_marks(root: Path) -> Mapping[str, int]:
    """Return the keyed marks of the series that the project has taken, and how many images each had."""
    folder = root / ".annotator" / "intake" / "taken"
    found = {}
    for path in folder.glob("*.json") if folder.is_dir() else ():
        mark, _, count = path.stem.partition("-")
        found[mark] = int(count) if count.isdigit() else 0
    return found
