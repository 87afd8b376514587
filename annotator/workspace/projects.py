"""Make and open project folders: `project.toml`, `categories.csv`, and `.annotator/` for what the program keeps."""

from __future__ import annotations

import importlib.util
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.definition import ID_PATTERNS
from annotator.domain.project import MaskRule, Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import resources_folder, scratch_folder
from annotator.workspace import definitions, durable, redefinition, summed
from annotator.workspace.definitions import TABLE, TOML, Definition
from annotator.workspace.moving import roll_forward

MARK = "project.json"
POINTS = ("project.before_table", "project.before_toml")
"""Places at which `durable.fault` may end the making of a project."""


@dataclass(frozen=True)
class ProjectFolder:
    """An open project: its folder, its definition, whether it may be written, what was odd, and the salt of its digests."""

    root: Path
    project: Project
    read_only: bool = False
    remarks: tuple[Message, ...] = ()
    salt: str = ""
    flaw: Message | None = None
    """What is wrong with the definition in the folder: the project is read-only then, with the definition it last agreed to."""


@dataclass(frozen=True)
class _Mark:
    """`.annotator/project.json`, the first file of a new project: its salt, and the definition that is being written."""

    salt: str
    digest: str


def bundled() -> tuple[str, ...]:
    """Return the names of the definitions that come with the program."""
    return tuple(sorted(path.parent.name for path in (resources_folder() / "projects").glob(f"*/{TOML}")))


def create(definition: str, folder: Path) -> ProjectFolder:
    """Make a project in `folder` from a bundled definition or from a folder that holds both files, and open it.

    The folder may hold other things, but no project.  One that was begun and not finished (the process was killed) is finished.
    Raises AnnotatorError.
    """
    made = definitions.read(_definition_folder(definition))
    doing = message("Making the project in {folder}", folder=folder)
    try:
        _refuse_taken(doing, folder, made)
        _write_mark(folder, made.digest)
        durable.fault("project.before_table")
        durable.write(folder / TABLE, made.table)
        durable.fault("project.before_toml")
        durable.create_exclusive(folder / TOML, made.toml)
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise _taken(doing) from error
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from error
    return open_project(folder)


def open_project(folder: Path, *, strict: bool = True) -> ProjectFolder:
    """Open the project in `folder`; where nothing can be written it is read-only, and says so in its remarks.  Raises AnnotatorError.

    A definition with an error, or a change of it that may not be made, raises too; not `strict`: the project is opened read-only with the
    definition it last agreed to (without one its images can only be looked at), and `flaw` says what is wrong.
    """
    doing = message("Opening the project {folder}", folder=folder)
    try:
        if not (folder / TOML).exists():
            raise _no_project(doing, folder)
        refused = _refusal(folder)
        if refused is None:
            durable.sweep(folder)
            durable.sweep(folder / ".annotator")
            if redefinition.unfinished(folder):
                redefinition.finish_alone(folder)
        finished = roll_forward(folder) if refused is None else ()
        found, flaw, changed = _agreed(folder, refused is None)
        if flaw is not None and strict:
            raise flaw
        digest = "" if found is None else found.digest
        mark = _read_mark(folder) or (_write_mark(folder, digest) if refused is None else _Mark("", ""))
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the folder can be reached")) from error
    project, missing = _without_missing_formats(_nothing(folder) if found is None else found.project)
    remarks = (() if found is None else found.remarks) + missing + changed + finished
    if refused is not None:
        remarks += (message("the project's folder cannot be written ({cause}): nothing that is drawn can be saved here", cause=refused),)
    return ProjectFolder(folder, project, refused is not None or flaw is not None, remarks, mark.salt, _told(flaw, found))


def _agreed(folder: Path, writable: bool) -> tuple[Definition | None, AnnotatorError | None, tuple[Message, ...]]:
    """The definition to work with, what is wrong with the one in the folder, and what was changed since the last time."""
    try:
        found = definitions.read(folder)
        if writable:
            (folder / ".annotator").mkdir(exist_ok=True)
            return found, None, redefinition.agree(folder, found)
        last = definitions.accepted(folder)
        if last is not None and last.digest != found.digest:
            stopped = redefinition.review(folder, last, found).stopped_by()
            return (last, redefinition.refusal(stopped), ()) if stopped else (found, None, ())
        return found, None, ()
    except AnnotatorError as error:
        return definitions.accepted(folder), error, ()


def _told(flaw: AnnotatorError | None, found: Definition | None) -> Message | None:
    if flaw is None:
        return None
    if found is None:
        return message("{error} Until then the images can only be looked at", error=flaw.message)
    return message("{error} Until then the project is open read-only, with the definition as it was before", error=flaw.message)


def _nothing(folder: Path) -> Project:
    """The definition of a project that never had one that can be read: every image is view only."""
    return Project(
        *("unreadable", folder.name, folder.name, "", "", "", (), (), (), "unclassified", False, MaskRule(), ()),
        patterns={"image": "{patient}/{image}.dcm"},
        id_patterns=dict(ID_PATTERNS),
    )


def scratch() -> ProjectFolder:
    """Open the scratch project, made where it is missing; where it cannot be made, it is read-only and exists in memory alone."""
    folder = scratch_folder()
    if (folder / TOML).exists():
        return open_project(folder)
    try:
        return create("scratch", folder)
    except AnnotatorError as error:
        definition = definitions.read(_definition_folder("scratch"))
        project, missing = _without_missing_formats(definition.project)
        return ProjectFolder(folder, project, True, (error.message, *missing))


def definition_of(name: str) -> Project:
    """Return a bundled definition, without the formats that this version does not have; raises AnnotatorError."""
    return _without_missing_formats(definitions.read(_definition_folder(name)).project)[0]


def _definition_folder(definition: str) -> Path:
    if definition in bundled():
        return resources_folder() / "projects" / definition
    if (Path(definition) / TOML).is_file():
        return Path(definition)
    raise AnnotatorError(
        message("Looking for the definition “{name}”", name=definition),
        message("there is none of this name, and no folder with project.toml and categories.csv"),
        message("Name a folder, or one of: {names}", names=", ".join(bundled())),
    )


def _refuse_taken(doing: Message, folder: Path, made: Definition) -> None:
    """Refuse a folder in which something would be overwritten that is not of a half-made project of the same definition."""
    if (folder / TOML).exists():
        raise _taken(doing)
    kept = {path.name for path in (folder / ".annotator").glob("*")} if (folder / ".annotator").is_dir() else set()
    work = {name for name in kept if name not in {MARK, *definitions.OWN, "locks", "leases"} and not name.endswith(".tmp")}
    if work:
        cause = message("the folder holds the work of a project whose project.toml is missing")
        raise AnnotatorError(doing, cause, message("Put its project.toml back, or choose another folder"))
    mark = _read_mark(folder)
    if mark is not None and mark.digest != made.digest:
        cause = message("the making of a project with another definition was begun here and not finished")
        remedy = message("Make it again with that definition, choose another folder, or remove the folder .annotator in it")
        raise AnnotatorError(doing, cause, remedy)
    if mark is None and (folder / TABLE).exists() and definitions.read_file(folder / TABLE) != made.table:
        cause = message("the folder holds another categories.csv, which would be overwritten")
        raise AnnotatorError(doing, cause, message("Move that file away, or choose another folder"))


def _taken(doing: Message) -> AnnotatorError:
    return AnnotatorError(doing, message("the folder holds a project already"), message("Open it, or choose another folder"))


def _no_project(doing: Message, folder: Path) -> AnnotatorError:
    if not folder.is_dir():
        return AnnotatorError(doing, message("there is no such folder"), message("Choose the folder that holds project.toml"))
    if (folder / ".annotator" / MARK).exists():
        cause = message("the project was not made to its end, or its project.toml was removed")
        remedy = message("Make it again in the same folder (annotator new-project), or put project.toml back")
        return AnnotatorError(doing, cause, remedy)
    cause = message("the folder holds no project.toml")
    return AnnotatorError(doing, cause, message("Choose a project's folder, or make one: annotator new-project"))


def _write_mark(folder: Path, digest: str) -> _Mark:
    """Write the first file of a project, with a new salt, unless it is there; return what is there then."""
    path = folder / ".annotator" / MARK
    try:
        durable.create_exclusive(path, summed.dumps({"salt": secrets.token_hex(32), "digest": digest}))
    except FileExistsError:
        if not path.is_file():  # a file stands where a folder is expected
            raise
    mark = _read_mark(folder)
    return mark if mark is not None else _Mark("", digest)


def _read_mark(folder: Path) -> _Mark | None:
    """Read `.annotator/project.json`; None where it is not there.  Raises AnnotatorError if it is damaged, or lost while ids rest on it."""
    path = folder / ".annotator" / MARK
    try:
        content = summed.loads(path.read_bytes())
        return _Mark(record.text(content, "salt"), record.text(content, "digest"))
    except (FileNotFoundError, NotADirectoryError):
        if not path.with_name("ids.json").exists():
            return None
    except record.Damaged:
        pass
    raise AnnotatorError(
        message("Reading {file}", file=path),
        message("it is damaged or missing, and the project's patients cannot be told apart without it"),
        message("Put the file back from a backup"),
    )


def _refusal(folder: Path) -> Message | None:
    """Return why nothing can be written in the project, found out by trying; None where it can."""
    kept = folder / ".annotator"
    trial = (kept if kept.is_dir() else folder) / f".annotator-trial-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        os.close(os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        os.unlink(trial)
    except OSError as error:
        return system_cause(error)
    return None


def _without_missing_formats(project: Project) -> tuple[Project, tuple[Message, ...]]:
    """Take out formats that this version does not have (a format is the module of its name), and say which."""
    there = tuple(name for name in project.formats if importlib.util.find_spec(f"annotator.formats.{name.replace('-', '_')}"))
    missing = [name for name in project.formats if name not in there]
    if not missing:
        return project, ()
    said = message(
        "this version writes no {formats}; drawings are kept in the project and can be delivered later", formats=", ".join(missing)
    )
    return replace(project, formats=there), (said,)
