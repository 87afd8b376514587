"""Change the class of a patient: find out what must move, refuse what cannot, and hand it over as one transaction.

What moves is what the project's rule names: images, masks, JSON of the patient that lie in the folder of another class, on any modality.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.patterns import matcher
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import contained, nfc
from annotator.workspace import durable, ids, moving, publish, revisions
from annotator.workspace.lock import exclusively
from annotator.workspace.moving import Move
from annotator.workspace.patients import choices, folders_of
from annotator.workspace.projects import ProjectFolder

PATIENCE = 20.0
"""Seconds to wait while somebody else saves a case of the patient, or changes a class."""


@dataclass(frozen=True)
class Moved:
    """What a change of class did: the new class, old → new path (relative, `/`), and what is to be told."""

    to: str
    files: Mapping[str, str]
    remarks: tuple[Message, ...] = ()


def change_class(project: ProjectFolder, patient: str, to: str, author: str, time: str) -> Moved:
    """Move a patient to a class folder; returns when all is on disk.  Raises AnnotatorError; then nothing has moved."""
    return next(iter(sort(project, {patient: to}, author, time)))[1]


def sort(project: ProjectFolder, wanted: Mapping[str, str], author: str, time: str) -> Iterator[tuple[str, Moved]]:
    """Move patients to the classes wanted, one transaction each, and yield what was done; raises AnnotatorError."""
    index: dict[str, tuple[str, ...]] | None = None
    for patient, to in wanted.items():
        doing = message("Changing the class of {patient}", patient=patient)
        _refuse(project, doing, to)
        try:
            durable.make_folder(moving.folder_of(project.root))
            with exclusively(moving.folder_of(project.root).with_name("moves.lock"), PATIENCE):
                index = _cases(project) if index is None else index
                yield patient, _change(project, doing, patient, to, index.get(patient, ()), author, time)
        except TimeoutError as error:
            cause = message("another program is saving this case")
            raise AnnotatorError(doing, cause, message("Try again in a moment")) from error
        except OSError as error:
            remedy = message("See that the project's folder can be reached and written; the next start finishes what was begun")
            raise AnnotatorError(doing, system_cause(error), remedy) from error


def _refuse(project: ProjectFolder, doing: Message, to: str) -> None:
    known = (*project.project.classes, project.project.unclassified)
    if project.read_only:
        raise AnnotatorError(doing, message("the project is read-only"), message("Open the project where you may write"))
    if to not in known:
        cause = message("the project has no class “{text}”", text=to)
        raise AnnotatorError(doing, cause, message("Choose one of: {choices}", choices=", ".join(known)))


def _change(project: ProjectFolder, doing: Message, patient: str, to: str, cases: tuple[str, ...], author: str, time: str) -> Moved:
    root = project.root
    with ExitStack() as locks:
        for case in sorted(cases):
            locks.enter_context(publish.alone(root, case, PATIENCE))
        remarks = [told for case in cases for told in publish.roll_forward(root, case, locked=True)]
        files = {old: new for old, new in _named(root, project.project, patient, to) if old != new}
        recorded = {path for case in cases for head in revisions.heads(root, case)[0][:1] for path in head.files}
        files |= {path: new for path in recorded if (new := _renamed(project.project, path, patient, to)) not in (None, path) and new}
        taken = [new for old, new in files.items() if contained(root, old).exists() and contained(root, new).exists()]
        if taken:
            cause = message("{path} is there already", path=taken[0])
            raise AnnotatorError(doing, cause, message("Look at both files and take one of them away"))
        known = ids.read_patients(ids.ids_path(root)).get(patient)
        if not files and (known is None or known.class_folder == to):
            return Moved(to, {}, tuple(remarks))
        return Moved(to, files, (*remarks, *moving.commit(root, Move(patient, to, author, time, files, cases))))


def _named(root: Path, project: Project, patient: str, to: str) -> Iterator[tuple[str, str]]:
    """Yield each file of the patient that is named by the rule, and its name under the class `to`."""
    for top in {pattern.split("/")[0] for pattern in project.patterns.values()}:
        yield from _below(root, project, patient, to, top)


def _below(root: Path, project: Project, patient: str, to: str, folder: str) -> Iterator[tuple[str, str]]:
    place = root / folder
    if not place.is_dir():
        return
    for entry in place.iterdir():
        path = f"{folder}/{entry.name}"
        if entry.is_dir():
            if _leads_on(project, path, patient):
                yield from _below(root, project, patient, to, path)
        else:
            new = _renamed(project, path, patient, to)
            if new is not None:
                yield path, new


def _leads_on(project: Project, folder: str, patient: str) -> bool:
    """Whether a folder may hold files of the patient: it begins as one of the patterns does."""
    parts = nfc(folder).split("/")
    listed = {**choices(project), "patient": {patient}}
    for pattern in project.patterns.values():
        head = pattern.split("/")[: len(parts)]
        if len(head) == len(parts) and matcher("/".join(head), listed).fullmatch(nfc(folder)):
            return True
    return False


def _renamed(project: Project, path: str, patient: str, to: str) -> str | None:
    """Return the path of a patient's file under another class; None for a file that the rule does not name."""
    for pattern in project.patterns.values():
        found = matcher(pattern, {**choices(project), "patient": {patient}}).fullmatch(nfc(path))
        if found is not None:
            said = found.groupdict()
            return pattern.format(**{**said, "class": to}) if "class" in said else path
    return None


def _cases(project: ProjectFolder) -> dict[str, tuple[str, ...]]:
    """Return patient → the cases whose newest revision has files or images of that patient in the tree."""
    tree = [matcher(pattern, choices(project.project)) for pattern in project.project.patterns.values()]
    folder = project.root / ".annotator" / "cases"
    found: dict[str, set[str]] = {name: set() for name in folders_of(project.root, project.project)}
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        newest = max(place.glob("rev-*.json"), default=None, key=lambda path: path.name)
        try:
            said = record.unseal(newest.read_bytes())[0] if newest is not None else {}
        except (record.Damaged, record.Newer, FileNotFoundError):
            continue
        case = str(said.get("case", ""))
        for path in _paths(said):
            for pattern in tree:
                match = pattern.fullmatch(nfc(path))
                if match is not None:
                    found.setdefault(match["patient"], set()).add(case)
    return {name: tuple(sorted(cases)) for name, cases in found.items()}


def _paths(said: Mapping[str, object]) -> Iterator[str]:
    images = said.get("images")
    for entry in (*(images if isinstance(images, list) else ()), said.get("whole")):
        files = entry.get("files") if isinstance(entry, dict) else None
        yield from map(str, files if isinstance(files, dict) else ())
