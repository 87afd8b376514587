"""Read a team's own sheet of ids: which number of the hospital becomes which new id; what is wrong with it is said row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.clinical_table import Leaf, Line
from annotator.domain.patterns import is_name
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import clinical_sheet
from annotator.i18n import Message, message
from annotator.paths import nfc

OLD = ("emr", "emrid", "환자번호", "등록번호", "차트번호", "병록번호", "원환자id", "patientid", "hospitalid", "mrn", "id", "환자id")
NEW = (
    "newid", "new", "새id", "새번호", "비식별id", "비식별화id", "연구번호", "연구id", "가명id", "pseudonym", "pseudonymousid",
    "studyid", "subject",
)  # fmt: skip
CLASS = ("class", "분류", "진단", "양성악성", "구분", "그룹", "diagnosis")
MANGLED = re.compile(r"\d+(?:[.,]\d+)?[eE][+-]?\d+")
_MOST_COLUMNS = 30


@dataclass(frozen=True)
class MappingSheet:
    """What a sheet says: number of the hospital → new id, and class where it has such a column; `problems` by row."""

    ids: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Message, ...] = ()

    def lost_zeros(self, number: str) -> str:
        """Return the number of the sheet that is the same but for zeros at its beginning; empty where there is none."""
        bare = number.lstrip("0")
        return next((known for known in self.ids if bare and known != number and known.lstrip("0") == bare), "")


def read(path: Path, limit: int) -> MappingSheet:
    """Read a sheet, Excel or CSV; `limit` is how many characters an id may have.  Raises AnnotatorError where it is no such sheet."""
    try:
        content = path.read_bytes()
    except OSError as error:
        doing = message("Reading the mapping sheet {name}", name=path.name)
        raise AnnotatorError(doing, system_cause(error), message("Name the sheet again")) from error
    for leaf in clinical_sheet.read(content, path.name):
        found = _columns(leaf)
        if found is not None:
            head, old, new, kind = found
            return _rows((line for line in leaf.lines if line.number > head), old, new, kind, limit)
    raise AnnotatorError(
        message("Reading the mapping sheet {name}", name=path.name),
        message("no row names a column with the hospital's numbers and one with the new ids"),
        message("Call the columns, for example, {old} and {new}", old="EMR ID / 환자번호", new="New ID / 비식별 ID"),
    )


def _columns(leaf: Leaf) -> tuple[int, int, int, int | None] | None:
    for line in leaf.lines[:40]:
        plain = [re.sub(r"[\W_]", "", nfc(cell).casefold()) for cell in line.cells[:_MOST_COLUMNS]]
        new = _first(plain, NEW)
        old = _first([cell if place != new else "" for place, cell in enumerate(plain)], OLD)
        if new is not None and old is not None:
            return line.number, old, new, _first(plain, CLASS)
    return None


def _first(cells: list[str], names: Iterable[str]) -> int | None:
    return next((cells.index(name) for name in names if name in cells), None)


def _rows(lines: Iterable[Line], old: int, new: int, kind: int | None, limit: int) -> MappingSheet:
    ids, classes, problems = dict[str, str](), dict[str, str](), list[Message]()
    given = dict[str, str]()
    for line in lines:
        number, name = line.cell(old).strip(), line.cell(new).strip()
        if not number and not name:
            continue
        flaw = _flaw(number, name, ids, given, limit)
        if flaw is not None:
            problems.append(message("row {row}: {problem}", row=line.number, problem=flaw))
            if name and number in ids and ids[number] != name:
                del ids[number]
            continue
        ids[number] = name
        given[name] = number
        if kind is not None and line.cell(kind).strip():
            classes[number] = line.cell(kind).strip()
    return MappingSheet(ids, classes, tuple(problems))


def _flaw(number: str, name: str, ids: Mapping[str, str], given: Mapping[str, str], limit: int) -> Message | None:
    if not number or not name:
        return message("the new id is missing") if number else message("the hospital's number is missing")
    if MANGLED.fullmatch(number) or MANGLED.fullmatch(name):
        mangled = number if MANGLED.fullmatch(number) else name
        return message("“{text}” is what Excel made of a number; format the column as text and enter it again", text=mangled)
    if not is_name(name) or len(name) > limit:
        return message("“{name}” cannot be an id of at most {limit} characters", name=name, limit=limit)
    if number in ids:
        return message("the number stands twice") if ids[number] == name else message("the number stands twice, with different new ids")
    if given.get(name, number) != number:
        return message("the new id {name} is given to two numbers", name=name)
    return None
