"""The steps of an intake, one after the other, for the window and the command line alike: survey, judge, look, confirm, take, prove."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from annotator.domain.intake import Intake
from annotator.domain.intake_judging import TAKEN, judged, left_out, modalities_of
from annotator.domain.person import known
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import inside, nfc
from annotator.progress import Cancelled, Report
from annotator.workspace import finding_much, log, people
from annotator.workspace.executor import Jobs, run
from annotator.workspace.intake import clinical_side, mapping, mapping_sheet, proof, table
from annotator.workspace.intake.burned_in import Look, is_risky, look
from annotator.workspace.intake.clinical_side import ClinicalSide, Fitted, fitted, with_clinical
from annotator.workspace.intake.mapping_sheet import MappingSheet
from annotator.workspace.intake.planning import SeriesTask, known_marks, plan, with_ids
from annotator.workspace.intake.surveying import Survey, survey
from annotator.workspace.intake.table import LOOK, Row
from annotator.workspace.intake.taking import take
from annotator.workspace.projects import ProjectFolder

Item = TypeVar("Item")
_LOOK, _PATIENCE = 0.5, 5.0
"""Seconds between two judgements while an export is read, and so many times as long as one takes."""
_EVERY = {"US", "CR", "DX", "RF", "XA", "MG"}
"""Modalities whose images are looked at one by one; of others the one in the middle of a series."""


@dataclass
class Course:
    """One intake under way: the project, the export, what was found, and what was decided."""

    project: ProjectFolder
    folder: Path
    who: mapping.Whoswho
    sheet: MappingSheet | None = None
    clinical: ClinicalSide | None = None
    fitted: Fitted = field(default_factory=Fitted)
    """What the clinical sheet says of the patients who were found so far."""
    survey: Survey = field(default_factory=Survey)
    rows: tuple[Row, ...] = ()
    looks: dict[str, Look] = field(default_factory=dict)
    """What was seen in a file's pixels, by path."""
    wishes: dict[str, Row] = field(default_factory=dict)
    """Rows that people changed, by series."""


def begin(project: ProjectFolder, folder: Path, sheet: Path | None = None, place: Path | None = None,
          clinical: Path | None = None) -> Course:  # fmt: skip
    """Begin an intake, with the team's mapping sheet and clinical sheet where there are such.

    Raises AnnotatorError where the project takes none in, cannot be written, or where mapping or sheets cannot be read.
    """
    doing = message("Taking images into the project {folder}", folder=project.root)
    if project.project.intake is None:
        cause = message("the project's definition has no table [intake]")
        raise AnnotatorError(doing, cause, message("Say in project.toml which series are taken"))
    if project.read_only:
        raise AnnotatorError(doing, message("the project is read-only"), message("Open the project where you may write"))
    read = mapping_sheet.read(sheet, project.project.id_limit) if sheet is not None else None
    side = clinical_side.read(project, clinical) if clinical is not None else None
    return Course(project, folder, mapping.load(project, place), read, side)


def gather(course: Course, report: Report, jobs: Jobs = 0) -> None:
    """Read the whole export and judge it, now and then what is there already, to be shown.  Raises AnnotatorError, Cancelled."""
    due = 0.0

    def grown() -> None:
        nonlocal due
        begun = time.monotonic()
        if begun >= due:
            judge(course, report)
            due = time.monotonic() + max(_LOOK, _PATIENCE * (time.monotonic() - begun))

    with finding_much.much():
        try:
            survey(course.folder, report, jobs, course.survey, grown)
        finally:
            judge(course, report)


def judge(course: Course, report: Report | None = None) -> None:
    """Judge what was read so far; what people changed stays as they want it.  Rests now and then where the report is patient."""
    rest = (report or Report()).rest
    project = course.project.project
    intake = project.intake or Intake({})
    facts = course.survey.rows(rest)
    codes, marks = modalities_of(facts, project), known_marks(course.project.root)
    before = [row.uid for row in _resting(facts, rest) if course.who.keyed.sign("series", row.uid) in marks]
    verdicts = judged(facts, project, intake, before)
    rows = tuple(Row(row, verdicts[row.uid], codes[row.uid]) for row in facts)
    rows = with_ids(rows, project, course.who, course.sheet)
    rows = tuple(row if row.class_folder else replace(row, class_folder=_class_on(course, row)) for row in _resting(rows, rest))
    if course.clinical is not None:
        course.fitted = fitted(course.clinical, project, rows, course.who)
        rows = tuple(with_clinical(row, course.fitted) for row in rows)
    if course.looks:
        seen, first = _seen(course), dict[tuple[object, ...], str]()
        rows = tuple(_looked_at(course, row, seen.get(row.facts.uid, ()), first) for row in rows)
    course.rows = tuple(_as_wished(course.wishes[row.facts.uid], row) if row.facts.uid in course.wishes else row for row in rows)


def _resting(found: Sequence[Item], rest: Callable[[], None]) -> Iterator[Item]:
    for one in found:
        rest()
        yield one


def _class_on(course: Course, row: Row) -> str:
    """The class that the folder nearest to the images of a series names; empty where none does."""
    classes = {name.casefold(): name for name in course.project.project.classes}
    folder = os.path.dirname(course.survey.series[row.facts.uid].images[0].path)
    parts = (inside(course.folder, folder) or folder.replace(os.sep, "/")).split("/")
    return next((classes[nfc(part).casefold()] for part in reversed(parts) if nfc(part).casefold() in classes), "")


def change(course: Course, rows: Iterable[Row]) -> None:
    """Let people's changes stand above what is judged."""
    before = {row.facts.uid: row for row in course.rows}
    course.wishes |= {row.facts.uid: row for row in rows if before.get(row.facts.uid) != row}
    course.rows = tuple(course.wishes.get(row.facts.uid, row) for row in course.rows)


def _as_wished(wish: Row, row: Row) -> Row:
    """What people decided stands; text in the pixels that nobody has decided about is never taken, whatever else was decided."""
    if row.verdict.rule == "before":
        return row
    waiting = row.verdict.rule == "burned-in"
    if waiting and wish.burned == LOOK:
        return replace(row, class_folder=wish.class_folder or row.class_folder)
    verdict = wish.verdict if wish.by_hand else TAKEN if waiting else row.verdict
    return replace(row, verdict=verdict, by_hand=wish.by_hand, class_folder=wish.class_folder or row.class_folder, burned=wish.burned)


def look_at(course: Course, report: Report, jobs: Jobs = 0) -> None:
    """Look for text in the pixels of what is taken and may hold some, and for pixels that were taken already.  Raises Cancelled."""
    wanted = [path for row in course.rows if row.verdict.taken for path in _samples(course, row) if path not in course.looks]
    report.done, report.total = 0, len(wanted)
    try:
        for outcome in run(look, wanted, report, jobs):
            course.looks[outcome.piece] = outcome.result or Look(None)
            report.advance()
    finally:
        judge(course, report)


def _samples(course: Course, row: Row) -> list[str]:
    """The files of a series that are looked at: each, also where two lie at one place, or the one in the middle."""
    paths = list(dict.fromkeys(image.path for image in course.survey.ordered(row.facts.uid)))
    every = row.facts.modality in _EVERY or row.facts.same_place > 0 or row.facts.traits.burned_in == "YES"
    return paths if every else paths[len(paths) // 2 : len(paths) // 2 + 1]


def _seen(course: Course) -> Mapping[str, tuple[Look, ...]]:
    """What was seen in the files of each series."""
    found = {}
    for uid, gathered in course.survey.series.items():
        looks = tuple(course.looks[path] for path in dict.fromkeys(image.path for image in gathered.images) if path in course.looks)
        if looks:
            found[uid] = looks
    return found


def _looked_at(course: Course, row: Row, seen: Sequence[Look], first: dict[tuple[object, ...], str]) -> Row:
    """The row with what was seen in its pixels: text that somebody must decide about leaves it out until then.

    `first` knows which series had which pixels before.
    """
    facts = row.facts
    for digest in {one.digest for one in seen} - {""}:
        before = first.setdefault((facts.images, facts.sizes, facts.modality, digest), facts.uid)
        if before != facts.uid and row.verdict.taken:
            twin = message("the same pixels as series {series}", series=table.mark_of(before))
            return replace(row, verdict=left_out("duplicate", twin))
    alike = len(seen) - len({one.digest or number for number, one in enumerate(seen)})
    if alike and row.verdict.taken:
        return replace(row, verdict=left_out("duplicate", message("{count} of its images have the pixels of another one", count=alike)))
    if not (seen and row.verdict.taken and is_risky(facts)):
        return row
    boxes = tuple(dict.fromkeys(box for one in seen for box in one.boxes or ()))
    remembered = course.who.boxes.get(device_of(row))
    if boxes and remembered:
        return replace(row, found=boxes, burned="; ".join(",".join(map(str, box)) for box in remembered))
    nobody_could = any(one.boxes is None for one in seen) and facts.modality in _EVERY | {"SC", "OT"}
    if boxes or nobody_could or facts.traits.burned_in == "YES":
        told = message("{count} places with text", count=len(boxes)) if boxes else message("somebody must look at the images")
        return replace(row, found=boxes, burned=LOOK, verdict=left_out("burned-in", told))
    return row


def device_of(row: Row) -> str:
    """Return what burned-in text is remembered by: the device, the kind of image and its size."""
    facts = row.facts
    return "|".join((facts.traits.manufacturer, facts.traits.model, facts.modality, f"{facts.sizes[0]}x{facts.sizes[1]}"))


def require_confirmed(project: ProjectFolder, names: Sequence[str]) -> tuple[str, ...]:
    """Return the two who confirm; in a project with people both must be of them.  Raises AnnotatorError."""
    two = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    doing = message("Confirming the table and the mapping")
    if len(two) < 2:
        raise AnnotatorError(doing, message("two different people must confirm them"), message("Let both give their names"))
    there = people.read(project.root)
    stranger = next((name for name in two if there and known(there, name) is None), None)
    if stranger is not None:
        raise AnnotatorError(doing, message("the project has nobody called “{name}”", name=stranger), message("Choose names of the list"))
    return two[:2]


def carry_out(course: Course, confirmed: Sequence[str], clock: Callable[[], str], report: Report,
              jobs: Jobs = 0) -> tuple[proof.Proof, Path]:  # fmt: skip
    """Give ids, write what is taken, and return the report and where it lies.  Raises AnnotatorError; a cancelled run is reported, too."""
    project, (first, second) = course.project, require_confirmed(course.project, confirmed)
    now, digest = clock(), table.digest(course.rows)
    told = proof.Proof(now, ((first, now), (second, now)), digest, course.survey.files, _refused(course), course.rows)
    try:
        for name in (first, second):
            log.append(project.root, name, "", now, log.Done("intake.confirmed", after=digest, facts={"series": str(_count(course.rows))}))
        tasks = [_with_facts(course, task) for task in plan(project, course.survey, course.rows, course.who)]
        for row in course.rows:
            if row.verdict.taken and row.boxes:
                course.who.boxes[device_of(row)] = list(row.boxes)
        mapping.save(course.who)
        patients = {task.mark: f"{task.patient}/{task.series}" for task in tasks}
        try:
            for result in take(project.root, project.project.deidentification, course.who.keyed, tasks, report, jobs, course.folder):
                told.add(result, patients[result.mark])
        except Cancelled:
            told.cancelled = True
        if course.clinical is not None:
            told.clinical = clinical_side.keep(project, course.clinical, course.fitted, course.who, first, now)
        page = proof.write(project.root, told)
        facts = {"report": page.stem, "written": str(told.written), "failed": str(len(told.failed))}
        log.append(project.root, first, "", clock(), log.Done("intake.taken", after=digest, facts=facts))
    except OSError as error:
        doing = message("Taking images into the project {folder}", folder=project.root)
        raise AnnotatorError(doing, system_cause(error), message("Put that right and start again: it goes on where it ended")) from error
    return told, page


def taken_in(course: Course, confirmed: Sequence[str], clock: Callable[[], str], report: Report) -> tuple[proof.Proof, Path]:
    """Do as `carry_out` does, and judge what stands in the table then."""
    try:
        return carry_out(course, confirmed, clock, report)
    finally:
        judge(course, report)


def _with_facts(course: Course, task: SeriesTask) -> SeriesTask:
    """The task with sex and age of the clinical sheet, for headers that do not say them."""
    sex, age = clinical_side.header_facts(course.fitted, mapping.patient_key(course.survey.series[task.uid].owner.patient_id))
    return replace(task, sex=sex, age=age)


def _count(rows: Iterable[Row]) -> int:
    return sum(row.verdict.taken for row in rows)


def _refused(course: Course) -> Counter[Message]:
    """Why files add nothing, without the names of files and the words of headers."""
    return Counter(Message(reason.text, tuple((name, "…") for name, _ in reason.values)) for _, reason in course.survey.refused)


def said_of(course: Course) -> Mapping[str, tuple[Message, ...]]:
    """Return what the clinical sheet's join has to say of each patient, by the hospital's number."""
    found = dict[str, tuple[Message, ...]]()
    for row in course.rows:
        own, number = course.survey.series[row.facts.uid].row, mapping.patient_key(row.facts.patient_id)
        more = row.facts.odd[len(own.odd) if own is not None else 0 :]
        if more:
            found[number] = tuple(dict.fromkeys((*found.get(number, ()), *more)))
    return found


def summary(rows: Iterable[Row]) -> Mapping[str, int]:
    """Return how many series are taken (under `""`), and how many each rule leaves out."""
    return Counter("" if row.verdict.taken else row.verdict.rule for row in rows)


