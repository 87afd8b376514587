"""Join the rows of a clinical sheet with a project's patients by pseudonymous id, and say what does not fit: a function of values alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.clinical_definition import CHOICE, DECIMAL, NUMBER, ClinicalDefinition, Column, plain
from annotator.domain.clinical_table import Headed, Line
from annotator.domain.finding import Severity
from annotator.domain.patterns import is_name
from annotator.i18n import Message, message
from annotator.paths import nfc

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_NOTHING = {"", "-", "--", "n/a", "na", "nan", "null", "none", "해당없음", "해당 없음"}
_LONGEST = 2000


@dataclass(frozen=True)
class Problem:
    """What is wrong in one row; `column` is the key of the column, empty where it concerns the whole row."""

    row: int
    column: str
    severity: Severity
    text: Message


@dataclass(frozen=True)
class Entry:
    """One row as it is understood: number, id, values by column key (empty ones left out), and the class folder if it says one."""

    row: int
    id: str
    values: Mapping[str, str]
    class_folder: str | None = None


@dataclass(frozen=True)
class Joined:
    """How a sheet and a project's patients fit together.

    `rows`: patient → entry, the patients that are joined; `missing`: patients without a row; `double`: id → numbers of its rows, and
    whether they contradict one another; `unknown`: entries of nobody; `alike`: unknown id → the patient that may be meant;
    `classes`: patient → (folder, class in the sheet) where the two contradict; `sorted`: patient → class, the folder not known yet.
    """

    rows: Mapping[str, Entry] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    double: Mapping[str, tuple[tuple[int, ...], bool]] = field(default_factory=dict)
    unknown: tuple[Entry, ...] = ()
    alike: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sorted: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def join(
    table: Headed, columns: Mapping[str, str], definition: ClinicalDefinition, patients: Mapping[str, str], unclassified: str, id_limit: int
) -> Joined:
    """Join a table whose columns are mapped (column key → heading) with `patients` (id → class folder)."""
    problems: list[Problem] = []
    places = {key: place for key, heading in columns.items() if (place := table.place(heading)) is not None}
    entries: dict[str, list[Entry]] = {}
    for line in table.lines:
        entry = _entry(line, places, definition, patients, unclassified, problems)
        if entry is not None:
            entries.setdefault(entry.id, []).append(entry)
    double = _double(entries, problems)
    single = {name: found[0] for name, found in entries.items() if not (name in double and double[name][1])}
    rows = {name: single[name] for name in patients if name in single}
    unknown = tuple(found[0] for name, found in entries.items() if name not in patients)
    alike = _alike(unknown, patients, problems)
    problems += [_unknown(entry, id_limit) for entry in unknown if entry.id not in alike]
    classes = _contradicting(rows, patients, unclassified, definition, problems)
    waiting = {name: e.class_folder for name, e in rows.items() if e.class_folder and patients[name] == unclassified}
    return Joined(
        rows=rows,
        missing=tuple(sorted(name for name in patients if name not in entries)),
        double=double,
        unknown=unknown,
        alike=alike,
        classes=classes,
        sorted=waiting,
        problems=tuple(sorted(problems, key=lambda problem: (problem.row, problem.column))),
    )


def kept(entry: Entry, id_limit: int) -> bool:
    """Whether the row of somebody the project does not know yet may be kept: its id is written as pseudonymous ids are."""
    return is_name(entry.id) and len(entry.id) <= id_limit


def value_of(column: Column, text: str) -> tuple[str, Message | None]:
    """Return the value that is kept for a cell, and what is wrong with it; a cell that says “nothing” in words is empty."""
    text = " ".join(text.split())
    if text.casefold() in _NOTHING:
        return "", None
    if column.kind in (NUMBER, DECIMAL):
        return _number(column, text)
    if column.kind == CHOICE:
        found = next((value for value, spellings in column.choices.items() if plain(text) in map(plain, spellings)), None)
        if found is None:
            return text, message("“{value}” is none of {choices}", value=text, choices=", ".join(column.choices))
        return found, None
    limit = column.longest or _LONGEST
    if len(text) > limit:
        return text, message("the text has {count} characters, {limit} are allowed", count=len(text), limit=limit)
    return text, None


def _entry(
    line: Line, places: Mapping[str, int], definition: ClinicalDefinition, patients: Mapping[str, str], unclassified: str,
    problems: list[Problem],
) -> Entry | None:  # fmt: skip
    told: list[Problem] = []
    values: dict[str, str] = {}
    for column in definition.columns:
        place = places.get(column.key)
        if place is None:
            continue
        value, flaw = value_of(column, line.cell(place)) if column.key != definition.id else (line.cell(place), None)
        if flaw is None and place in line.odd:
            flaw = line.odd[place]
        if flaw is not None:
            told.append(Problem(line.number, column.key, Severity.ERROR, flaw))
        elif value:
            values[column.key] = value
    identity = values.pop(definition.id, "")
    if not identity:
        if values or told:
            problems.append(Problem(line.number, definition.id, Severity.ERROR, message("the row has no id and is left out")))
        return None
    spelt, folder = values.get(definition.class_column or ""), None
    if spelt is not None and definition.class_column is not None:
        folder = definition.class_of(spelt)
        if folder is None:
            text = message("the project has no class “{text}”", text=spelt)
            told.append(Problem(line.number, definition.class_column, Severity.ERROR, text))
            del values[definition.class_column]
        else:
            values[definition.class_column] = folder
    name = nfc(identity)
    here = folder or patients.get(name, unclassified)
    flawed = {problem.column for problem in told}
    for column in definition.columns:
        if column.key != definition.id and column.needed(here) and column.key not in values and column.key not in flawed:
            told.append(Problem(line.number, column.key, Severity.ERROR, message("a value is missing")))
    problems += told
    return Entry(line.number, name, values, folder)


def _number(column: Column, text: str) -> tuple[str, Message | None]:
    spelt = text.replace(" ", "")
    bare = re.sub(r"(세|살|cm|년|점|y|yrs?)$", "", spelt, flags=re.IGNORECASE)
    if not _NUMBER.fullmatch(bare) or ("," in bare and column.kind == NUMBER):
        return text, message("“{value}” is no number", value=text)
    number = float(bare.replace(",", "."))
    if column.kind == NUMBER and not number.is_integer():
        return text, message("“{value}” is no whole number", value=text)
    low, high = column.low, column.high
    if (low is not None and number < low) or (high is not None and number > high):
        limits = {"low": "−∞" if low is None else f"{low:g}", "high": "∞" if high is None else f"{high:g}"}
        return text, message("{value} is not between {low} and {high}", value=text, **limits)
    return (str(int(number)) if number.is_integer() else repr(number)), None


def _double(entries: Mapping[str, list[Entry]], problems: list[Problem]) -> dict[str, tuple[tuple[int, ...], bool]]:
    found: dict[str, tuple[tuple[int, ...], bool]] = {}
    for name, rows in entries.items():
        if len(rows) < 2:
            continue
        numbers, contradicting = tuple(row.row for row in rows), any(row.values != rows[0].values for row in rows)
        found[name] = numbers, contradicting
        told = ", ".join(map(str, numbers))
        text = (
            message("{id} stands in the rows {rows}, which say different things; none of them is used", id=name, rows=told)
            if contradicting
            else message("{id} stands in the rows {rows}, which say the same", id=name, rows=told)
        )
        problems.append(Problem(numbers[1], "", Severity.ERROR if contradicting else Severity.REMARK, text))
    return found


def _alike(unknown: tuple[Entry, ...], patients: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """Ids of nobody that are a patient's but for case, blanks, signs or leading zeros: said, and never joined by themselves."""
    meant: dict[str, list[str]] = {}
    for name in patients:
        for spelling in _looks(name):
            meant.setdefault(spelling, []).append(name)
    found = {}
    for entry in unknown:
        names = {name for spelling in _looks(entry.id) for name in meant.get(spelling, ())}
        if len(names) == 1:
            found[entry.id] = next(iter(names))
            text = message("“{id}” is nobody; {patient} may be meant, which is written differently", id=entry.id, patient=found[entry.id])
            problems.append(Problem(entry.row, "", Severity.ERROR, text))
    return found


def _looks(name: str) -> set[str]:
    """Ways in which an id may be written shorter: without case and signs, without leading zeros, its number alone."""
    bare = plain(name)
    parts = [part.lstrip("0") or "0" if part.isdigit() else part for part in re.findall(r"\d+|\D+", bare)]
    numbers = [part for part in parts if part.isdigit()]
    return {"".join(parts)} | ({numbers[-1]} if len(numbers) == 1 and len(parts) <= 2 else set())


def _unknown(entry: Entry, id_limit: int) -> Problem:
    if kept(entry, id_limit):
        return Problem(entry.row, "", Severity.REMARK, message("“{id}” is nobody in the project", id=entry.id))
    text = message("“{id}” is nobody in the project, and is not written as its ids are; the row is not kept", id=entry.id)
    return Problem(entry.row, "", Severity.REMARK, text)


def _contradicting(
    rows: Mapping[str, Entry], patients: Mapping[str, str], unclassified: str, definition: ClinicalDefinition, problems: list[Problem]
) -> dict[str, tuple[str, str]]:
    found = {}
    for name, entry in rows.items():
        folder, said = patients[name], entry.class_folder
        if said is None or folder in (unclassified, said):
            continue
        found[name] = folder, said
        text = message("{patient} lies in the folder {folder}, the sheet says {said}", patient=name, folder=folder, said=said)
        problems.append(Problem(entry.row, definition.class_column or "", Severity.ERROR, text))
    return found

