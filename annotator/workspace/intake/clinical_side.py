"""Join the team's own clinical sheet with the patients of an export: class, sex and age of each, and what does not fit, patient by patient.

A sheet of a hospital names patients by its own numbers, one that was made for the project by new ids: either is understood, whichever
column fits more patients.  Rows that are joined are kept with the project under the new ids alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.clinical_definition import ClinicalDefinition, plain
from annotator.domain.clinical_join import Entry, Joined, Problem, join
from annotator.domain.finding import Severity
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.i18n import Message, language, message
from annotator.workspace import clinical
from annotator.workspace.intake.mapping import Whoswho, patient_key
from annotator.workspace.intake.mapping_sheet import MANGLED, OLD
from annotator.workspace.intake.table import Row
from annotator.workspace.projects import ProjectFolder

SEX, AGE = "sex", "age"
"""The columns that the header of an image has, too."""
_OLDER = 1
"""So many years header and sheet may differ: one tells the age at the study, the other perhaps at the diagnosis."""


@dataclass(frozen=True)
class ClinicalSide:
    """A clinical sheet as it was read; `headings`: the columns that may hold whose row it is."""

    seen: clinical.Preview
    definition: ClinicalDefinition
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Fitted:
    """What a sheet says of patients, by the hospital's number: the row of each, what is to be told of each, and of rows of nobody."""

    rows: Mapping[str, Entry] = field(default_factory=dict)
    told: Mapping[str, tuple[Message, ...]] = field(default_factory=dict)
    problems: tuple[Message, ...] = ()
    missing: tuple[str, ...] = ()
    heading: str = ""


def read(project: ProjectFolder, path: Path) -> ClinicalSide:
    """Read a sheet; raises AnnotatorError where the project has none, the file is none, or no column names patients."""
    definition = clinical.definition_of(project)
    seen = clinical.preview(project, path)
    known = [heading for heading in seen.table.headings if plain(heading.split("(")[0]) in OLD or plain(heading) in OLD]
    headings = tuple(dict.fromkeys(filter(None, (seen.columns.get(definition.id), *known))))
    if not headings:
        raise AnnotatorError(
            message("Reading the clinical sheet {name}", name=path.name),
            message("no heading names a column with the patients' numbers"),
            message("Call the column, for example, {name}", name="EMR ID / 환자번호"),
        )
    return ClinicalSide(seen, definition, headings)


def fitted(side: ClinicalSide, project: Project, rows: Iterable[Row], who: Whoswho) -> Fitted:
    """Join a sheet with the patients of these rows, and with those that were taken before."""
    here = {patient_key(row.facts.patient_id): row.new_id for row in rows if patient_key(row.facts.patient_id)}
    numbers = {key.rsplit(" ", 1)[0] if project.ids_per == "study" else key: whom.id for key, whom in who.patients.items()} | here
    meant = {number: number for number in numbers} | {new: number for number, new in numbers.items() if new and new not in numbers}
    patients = dict.fromkeys(meant, project.unclassified)
    found, heading = max(
        ((_joined(side, project, patients, heading), heading) for heading in side.headings), key=lambda pair: len(pair[0].rows)
    )
    entries = {meant[name]: entry for name, entry in found.rows.items()}
    told, loose = _told(found, meant, here, side.definition, _mangled(side, heading))
    missing = tuple(sorted(number for number in here if number not in entries))
    for number in missing:
        told.setdefault(number, (message("the clinical sheet has no row of this patient"),))
    return Fitted(entries, told, loose, missing, heading)


def with_clinical(row: Row, found: Fitted) -> Row:
    """Return the row with the class that the sheet says, unless something else said another one, and with what is to be told."""
    number = patient_key(row.facts.patient_id)
    entry, told = found.rows.get(number), list(found.told.get(number, ()))
    if entry is not None:
        told += _contradictions(row, entry)
        if entry.class_folder and row.class_folder not in ("", entry.class_folder):
            said = {"one": row.class_folder, "other": entry.class_folder}
            told.append(message("class: {one} by folder or mapping sheet, {other} by the clinical sheet; somebody must choose", **said))
            row = replace(row, class_folder="")
        elif entry.class_folder:
            row = replace(row, class_folder=entry.class_folder)
    return replace(row, facts=replace(row.facts, odd=(*row.facts.odd, *told))) if told else row


def header_facts(found: Fitted, number: str) -> tuple[str, str]:
    """Return sex and age of a patient as DICOM writes them (`M`, `061Y`), empty where the sheet does not say them."""
    entry = found.rows.get(number)
    sex, age = (entry.values.get(key, "") for key in (SEX, AGE)) if entry is not None else ("", "")
    years = int(float(age)) if re.fullmatch(r"\d{1,3}(\.\d+)?", age) else -1
    return sex if sex in ("M", "F", "O") else "", f"{years:03d}Y" if 0 <= years < 150 else ""


def keep(project: ProjectFolder, side: ClinicalSide, found: Fitted, who: Whoswho, author: str, time: str) -> int:
    """Keep the rows of patients who have new ids, under these, and return how many.  Raises AnnotatorError."""
    rows = {}
    for key, whom in who.patients.items():
        number = key.rsplit(" ", 1)[0] if project.project.ids_per == "study" else key
        if number in found.rows:
            rows[whom.id] = replace(found.rows[number], id=whom.id)
    if rows:
        columns = {side.definition.id: found.heading, **side.seen.columns}
        clinical.apply(project, replace(side.seen, columns=columns, joined=Joined(rows=rows)), author, time)
    return len(rows)


def _joined(side: ClinicalSide, project: Project, patients: Mapping[str, str], heading: str) -> Joined:
    columns = {**side.seen.columns, side.definition.id: heading}
    return join(side.seen.table, columns, side.definition, patients, project.unclassified, project.id_limit)


def _told(found: Joined, meant: Mapping[str, str], here: Mapping[str, str], definition: ClinicalDefinition,
          mangled: Mapping[int, Message]) -> tuple[dict[str, tuple[Message, ...]], tuple[Message, ...]]:  # fmt: skip
    """What is wrong in the rows of the patients who are here, by patient, and with rows of which nobody knows whose they are."""
    owners = {entry.row: meant[name] for name, entry in found.rows.items()}
    owners |= {row: meant[name] for name, (rows, _) in found.double.items() if name in meant for row in rows}
    owners |= {entry.row: meant[found.alike[entry.id]] for entry in found.unknown if entry.id in found.alike}
    told: dict[str, tuple[Message, ...]] = {}
    loose = [message("row {row}: {problem}", row=row, problem=text) for row, text in sorted(mangled.items())]
    for problem in found.problems:
        number = owners.get(problem.row)
        if number is not None and number in here and problem.severity is Severity.ERROR and problem.row not in mangled:
            what = _in_column(problem, definition)
            told[number] = (*told.get(number, ()), message("clinical sheet, row {row}: {problem}", row=problem.row, problem=what))
        elif number is None and not problem.text.text.startswith("“{id}” is nobody") and problem.row not in mangled:
            loose.append(message("row {row}: {problem}", row=problem.row, problem=_in_column(problem, definition)))
    return told, tuple(loose)


def _in_column(problem: Problem, definition: ClinicalDefinition) -> Message:
    if problem.column in ("", definition.id):
        return problem.text
    column = definition.column(problem.column)
    return message("{name}: {problem}", name=column.name if language() == "ko" else column.name_en, problem=problem.text)


def _mangled(side: ClinicalSide, heading: str) -> dict[int, Message]:
    """Rows whose number Excel has turned into a power of ten: nobody can say whose they are."""
    place = side.seen.table.place(heading)
    cells = {line.number: line.cell(place) for line in side.seen.table.lines} if place is not None else {}
    said = "“{text}” is what Excel made of a number; format the column as text and enter it again"
    return {row: message(said, text=cell) for row, cell in cells.items() if MANGLED.fullmatch(cell)}


def _contradictions(row: Row, entry: Entry) -> Sequence[Message]:
    """Where header and sheet say different things of a patient; the header is what the image keeps."""
    found, facts = [], row.facts
    sex, age = entry.values.get(SEX, ""), entry.values.get(AGE, "")
    if sex and facts.sex and sex != facts.sex.upper()[:1]:
        found.append(message("sex: {header} in the header, {sheet} in the clinical sheet", header=facts.sex, sheet=sex))
    if age and facts.age is not None and abs(float(age) - facts.age) > _OLDER:
        found.append(message("age: {header} in the header, {sheet} in the clinical sheet", header=facts.age, sheet=age))
    return found
