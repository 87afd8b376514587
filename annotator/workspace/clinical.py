"""Keep a project's clinical sheet: revisions below `.annotator/clinical/`, the columns as they were mapped, and the row of a patient.

A revision is immutable and holds all rows that are known then; the newest is used.  A sheet that is read again replaces the rows that came
from it before; rows of other sheets stay.  Only the columns that the project names are kept, by their keys.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator import strict_json
from annotator.domain.clinical_definition import ClinicalDefinition
from annotator.domain.clinical_join import Entry, Joined, join, kept
from annotator.domain.clinical_table import Headed, headed, proposed
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.formats.clinical_sheet import read
from annotator.formats.clinical_workbook import refused
from annotator.i18n import Message, message
from annotator.workspace import durable
from annotator.workspace.lock import exclusively
from annotator.workspace.patients import patients_of
from annotator.workspace.projects import ProjectFolder

POINTS = ("clinical.before_revision", "clinical.after_revision")
"""Places of this module at which `durable.fault` may end the process."""
_NAME = re.compile(r"rev-(\d{6})\.json")
_ATTEMPTS = 50


@dataclass(frozen=True)
class Row:
    """What is kept of a patient: values by column key, and from which file, page and row they are."""

    values: Mapping[str, str]
    source: str
    page: str
    row: int


@dataclass(frozen=True)
class Kept:
    """A revision of the clinical sheet; number 0: there is none."""

    number: int = 0
    rows: Mapping[str, Row] = field(default_factory=dict)
    author: str = ""
    time: str = ""
    source: str = ""
    digest: str = ""
    """SHA-256 of the file that was read."""
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A sheet that was read, with its columns mapped and its rows joined, before anything is kept."""

    source: str
    digest: str
    table: Headed
    columns: Mapping[str, str]
    """Column key → heading."""
    joined: Joined
    remembered: bool = False
    """Whether the mapping is one that was used before."""


def preview(project: ProjectFolder, file: Path, page: str = "", chosen: Mapping[str, str] | None = None) -> Preview:
    """Read a file and join it; `chosen` columns (key → heading, empty: none) override what was remembered or is recognised.

    Raises AnnotatorError where the file cannot be read, holds no table, or has no heading for the id.
    """
    definition = definition_of(project)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise refused(file.name, system_cause(error), message("See that the file can be reached, and is not open elsewhere")) from error
    leaves = read(content, file.name)
    if page and page not in [leaf.name for leaf in leaves]:
        cause = message("it has no sheet “{sheet}”", sheet=page)
        raise refused(file.name, cause, message("Name one of: {names}", names=", ".join(leaf.name for leaf in leaves)))
    table = headed(leaves, definition, page)
    if table is None:
        raise refused(file.name, message("there is no table with headings in it"), message("See that it is the right file"))
    digest = hashlib.sha256(content).hexdigest()
    return mapped(project, Preview(file.name, digest, table, {}, Joined()), chosen)


def mapped(project: ProjectFolder, seen: Preview, chosen: Mapping[str, str] | None = None) -> Preview:
    """Return the preview with its columns mapped anew, and joined."""
    definition, table = definition_of(project), seen.table
    known = _remembered(project.root, table)
    columns = dict(known or proposed(definition, table.headings))
    for key, heading in (chosen or {}).items():
        if key not in {column.key for column in definition.columns}:
            names = ", ".join(column.key for column in definition.columns)
            raise refused(seen.source, message("the project has no column “{key}”", key=key), message("Name one of: {names}", names=names))
        if heading and table.place(heading) is None:
            cause = message("sheet {sheet} has no heading “{heading}”", sheet=table.page, heading=heading)
            raise refused(seen.source, cause, message("Name one of: {names}", names=", ".join(filter(None, table.headings))))
        columns.pop(key, None)
        if heading:
            columns[key] = heading
    patients = _patients(project)
    fitting = join(table, columns, definition, patients, project.project.unclassified, project.project.id_limit)
    if definition.id not in columns:
        fitting = Joined(missing=tuple(patients))
    return Preview(seen.source, seen.digest, table, columns, fitting, known is not None and not chosen)


def apply(project: ProjectFolder, seen: Preview, author: str, time: str) -> Kept:
    """Keep the rows of a preview as the next revision, and how its columns were mapped; raises AnnotatorError.

    Rows that contradict one another are not kept, and cells that cannot be understood are not.
    """
    definition, doing = definition_of(project), message("Keeping the clinical sheet {name}", name=seen.source)
    if definition.id not in seen.columns:
        name = definition.column(definition.id).name_en
        raise AnnotatorError(doing, message("no heading is chosen for the id ({name})", name=name), message("Choose the column of the id"))
    if project.read_only:
        raise AnnotatorError(doing, message("the project is read-only"), message("Open the project where you may write"))
    fresh = {**seen.joined.rows, **{e.id: e for e in seen.joined.unknown if kept(e, project.project.id_limit)}}
    try:
        durable.make_folder(folder_of(project.root))
        with exclusively(folder_of(project.root) / "sheet.lock"):
            return _next(project.root, seen, fresh, author, time)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the project's folder can be reached and written")) from error


def newest(root: Path) -> Kept:
    """Return the newest revision that can be read; a damaged one is passed over with a remark.  Raises OSError."""
    remarks: list[Message] = []
    for number, path in sorted(_listed(root).items(), reverse=True):
        try:
            found = _decode(path.read_bytes(), tuple(remarks))
            if found.number == number:
                return found
        except (record.Newer, record.Damaged):
            pass  # told below, as for a revision under another number
        remarks.append(message("Revision {number} of the clinical sheet is damaged; the one before it is used", number=number))
    return Kept(remarks=tuple(remarks))


def latest(root: Path) -> int:
    """Return the number of the newest revision, whether or not it can be read; 0: there is none.  Raises OSError."""
    return max(_listed(root), default=0)


def folder_of(root: Path) -> Path:
    """Return where the clinical sheet is kept."""
    return root / ".annotator" / "clinical"


def definition_of(project: ProjectFolder) -> ClinicalDefinition:
    """Return the project's clinical sheet; raises AnnotatorError where it has none."""
    if project.project.clinical is None:
        cause = message("the project has no clinical sheet")
        raise AnnotatorError(message("Reading a clinical sheet"), cause, message("Describe its columns in project.toml, table [clinical]"))
    return project.project.clinical


def _next(root: Path, seen: Preview, fresh: Mapping[str, Entry], author: str, time: str) -> Kept:
    before = newest(root)
    own = (seen.source, seen.table.page)
    rows = {name: row for name, row in before.rows.items() if (row.source, row.page) != own}
    rows |= {name: Row(entry.values, *own, entry.row) for name, entry in fresh.items()}
    content = {
        "author": author, "time": time, "source": seen.source, "digest": seen.digest, "columns": dict(seen.columns),
        "rows": {name: [dict(row.values), row.source, row.page, row.row] for name, row in sorted(rows.items())},
    }  # fmt: skip
    durable.fault("clinical.before_revision")
    for number in range(max(_listed(root), default=0) + 1, max(_listed(root), default=0) + _ATTEMPTS):
        sealed, _ = record.seal({"number": number, **content})
        try:
            durable.create_exclusive(folder_of(root) / f"rev-{number:06d}.json", sealed)
        except FileExistsError:
            continue
        durable.fault("clinical.after_revision")
        _remember(root, seen.table, seen.columns)
        return Kept(number, rows, author, time, seen.source, seen.digest)
    raise FileExistsError(17, "the numbers of the revisions are all taken")


def _decode(content: bytes, remarks: tuple[Message, ...]) -> Kept:
    found, _ = record.unseal(content)
    rows: dict[str, Row] = {}
    for name, row in record.entries(found.get("rows")).items():
        if not isinstance(row, list) or list(map(type, row)) != [dict, str, str, int]:
            raise record.Damaged("a row has no source")
        values = {str(key): str(value) for key, value in row[0].items()}
        rows[name] = Row(values, row[1], row[2], row[3])
    author, time, source, digest = (record.text(found, key) for key in ("author", "time", "source", "digest"))
    return Kept(record.whole(found, "number"), rows, author, time, source, digest, remarks)


def _listed(root: Path) -> dict[int, Path]:
    folder = folder_of(root)
    found = [(entry, _NAME.fullmatch(entry.name)) for entry in (folder.iterdir() if folder.is_dir() else ())]
    return {int(match[1]): entry for entry, match in found if match}


def _patients(project: ProjectFolder) -> dict[str, str]:
    try:
        return patients_of(project.root, project.project)
    except OSError as error:
        remedy = message("See that the project's folder can be reached")
        raise AnnotatorError(message("Looking for the project's patients"), system_cause(error), remedy) from error


def _mark(table: Headed) -> str:
    """What tells one form of sheet from another: its headings, in any order."""
    return hashlib.sha256("\n".join(sorted(table.headings)).encode("utf-8", "surrogatepass")).hexdigest()


def _mappings(root: Path) -> dict[str, dict[str, str]]:
    try:
        found = strict_json.loads((folder_of(root) / "mapping.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remembered(root: Path, table: Headed) -> dict[str, str] | None:
    found = _mappings(root).get(_mark(table))
    if not isinstance(found, dict) or not all(table.place(str(heading)) is not None for heading in found.values()):
        return None
    return {str(key): str(heading) for key, heading in found.items()}


def _remember(root: Path, table: Headed, columns: Mapping[str, str]) -> None:
    found = {**_mappings(root), _mark(table): dict(columns)}
    durable.write(folder_of(root) / "mapping.json", json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))
