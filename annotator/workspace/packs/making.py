"""Make a pack: a project of a person's own with the cases they are to work on, and nothing of the other readers.

A person sees in it what the window would show them: the record, the questions that concern them, their own readings; the verdicts of
others only where those may be seen (`concluding.look`).  No ids are packed: images in the tree carry theirs in their paths, and what is
kept of a patient's identity stays in the project.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.course import AGAIN, ANSWER, ASSIGN, MOVE, VERDICT, Standing, State, Step, standing
from annotator.domain.document import Document
from annotator.domain.labels import LABELS
from annotator.domain.person import Acting, Role, known
from annotator.domain.queue import Entry
from annotator.domain.reviewing import SEQUENTIAL
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import message
from annotator.paths import contained
from annotator.progress import Report
from annotator.workspace import durable, labels, log, people, publish, revisions, steps
from annotator.workspace.concluding import verdicts
from annotator.workspace.definitions import TABLE, TOML
from annotator.workspace.handover import manifest
from annotator.workspace.handover.carried import images_of, written
from annotator.workspace.handover.chosen import Absent
from annotator.workspace.packs import findings
from annotator.workspace.packs.sealed import HEAD, PROJECT, Pack, PackedCase, encode, salted
from annotator.workspace.projects import MARK, ProjectFolder
from annotator.workspace.reading_store import FOLDER, READING, reading_case
from annotator.workspace.revisions import Revision

POINTS = ("pack.case", "pack.before_name")
"""Places of this module at which `durable.fault` may end the process."""


@dataclass(frozen=True)
class Ordered:
    """What is to be packed: the folder that is made, for whom and as what, who orders it and when."""

    out: Path
    name: str
    role: Role | None
    by: Acting
    time: str


@dataclass(frozen=True)
class Made:
    """What became of it: how many cases and files there are, and which cases are absent, and why."""

    cases: int
    files: int
    absent: tuple[Absent, ...] = ()


@dataclass
class _Files:
    """What was written below a folder: path → (SHA-256, bytes)."""

    folder: Path
    there: dict[str, tuple[str, int]] = field(default_factory=dict)

    def put(self, path: str, content: bytes | Path) -> str:
        """Write or copy a file; returns its SHA-256."""
        self.there[path] = written(contained(self.folder, path), content)
        return self.there[path][0]


def role_of(root: Path, name: str, role: str) -> Role | None:
    """Return as what a person of the project works; None in a project without people.  Raises AnnotatorError."""
    there, doing = people.read(root), message("Looking for “{name}”", name=name)
    if not any(not person.gone for person in there):
        return None
    person = known(there, name)
    if person is None:
        raise AnnotatorError(doing, message("the project has nobody of this name"), message("Choose a name of the list"))
    found = [one for one in Role if one in person.roles and role in ("", one.value)]
    if len(found) != 1:
        cause = message("this person does not have the role “{role}”", role=role) if role else message("this person has several roles")
        raise AnnotatorError(doing, cause, message("Name one of the roles with --role"))
    return found[0]


def make(folder: ProjectFolder, entries: Sequence[Entry], ordered: Ordered, report: Report) -> Made:
    """Make a pack of cases; raises AnnotatorError, and Cancelled by the report: then nothing is left."""
    doing = message("Making an exchange pack in {folder}", folder=ordered.out)
    part = ordered.out.with_name(f"{ordered.out.name}.part")
    _refuse(folder, ordered, part)
    done = False
    try:
        part.mkdir(parents=True)
        files, cases, absent = _Files(part), list[PackedCase](), list[Absent]()
        report.total = len(entries)
        for entry in entries:
            durable.fault("pack.case")
            try:
                cases.append(_case(folder, entry, ordered, files))
            except AnnotatorError as error:
                absent.append(Absent(entry, error.cause))
            report.advance(subject=entry.case)
        if not cases:
            cause = absent[0].why if absent else message("no case is listed")
            raise AnnotatorError(doing, message("there is no case to pack ({cause})", cause=cause), message("Choose other cases"))
        _finish(folder, ordered, files, cases)
        durable.fault("pack.before_name")
        durable.move(part, ordered.out)
        facts = {"for": ordered.name, "role": ordered.role.value if ordered.role else ""}
        rows = [log.Done("pack", case.case, after=case.head, facts=facts) for case in cases]
        log.append(folder.root, ordered.by.name, ordered.by.role.value if ordered.by.role else "", ordered.time, *rows)
        done = True
        return Made(len(cases), len(files.there), tuple(absent))
    except record.Newer as error:
        raise AnnotatorError(doing, message("it was saved by a newer version of the program"), message("Update the program")) from error
    except TimeoutError as error:
        raise AnnotatorError(doing, message("another program is saving this case"), message("Try again in a moment")) from error
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from error
    finally:
        if not done:
            shutil.rmtree(part, ignore_errors=True)


def _refuse(folder: ProjectFolder, ordered: Ordered, part: Path) -> None:
    doing = message("Making an exchange pack in {folder}", folder=ordered.out)
    if not ordered.by.may(Role.MANAGER):
        raise AnnotatorError(doing, message("only a manager makes exchange packs"), message("Sign in as a manager"))
    if folder.read_only:
        raise AnnotatorError(doing, message("the project is read-only"), message("Open the project where you may write"))
    if Path(os.path.realpath(ordered.out)).is_relative_to(os.path.realpath(folder.root)):
        raise AnnotatorError(doing, message("the folder lies in the project"), message("Choose a folder outside the project"))
    if ordered.out.exists():
        raise AnnotatorError(doing, message("there is something of this name already"), message("Choose another folder"))
    if part.exists():
        cause = message("{folder} is left of a pack that was not finished", folder=part)
        raise AnnotatorError(doing, cause, message("Remove that folder, or choose another one"))


def _case(folder: ProjectFolder, entry: Entry, ordered: Ordered, files: _Files) -> PackedCase:
    """Copy what a person needs of a case; raises AnnotatorError where it cannot go."""
    doing, root = message("Packing the case {case}", case=entry.case), folder.root
    images = images_of(folder, entry, doing)
    if entry.images and len(images) != entry.images:
        cause = message("{count} of its {all} images are in the project's tree", count=len(images), all=entry.images)
        raise AnnotatorError(doing, cause, message("Take them in by an intake, which de-identifies them"))
    with publish.alone(root, entry.case):
        publish.roll_forward(root, entry.case, locked=True)
        found, _ = revisions.heads(root, entry.case, keep=True)
        if len(found) > 1:
            raise AnnotatorError(doing, message("it was saved in several versions"), message("Open the case and choose one"))
        taken, _ = steps.read(root, entry.case)
        head = found[0] if found else Revision(entry.case, 0, Document())
        for path, digest in head.files.items():
            if publish.digest_at(contained(root, path)) != digest:
                cause = message("{path} was changed by another program", path=path)
                raise AnnotatorError(doing, cause, message("Open the case and decide, then pack it again"))
        base = os.path.realpath(root)
        for image, _ in images:
            files.put(f"{PROJECT}/{os.path.relpath(os.path.realpath(image.path), base).replace(os.sep, '/')}", Path(image.path))
        for path in head.files:
            files.put(f"{PROJECT}/{path}", contained(root, path))
        kept = list(shown(folder, taken, head.digest, ordered))
        again = any(step.kind == AGAIN and step.facts.get("to") == ordered.name for step in taken)
        study = "" if again else images[0][0].study_uid  # who draws a case once more does not read what was written of it
        for path in (*([revisions.path_of(root, head)] if head.number else ()), *(steps.path_of(root, step) for step in kept),
                     *findings.versions(root, study), *_labels(root, head),
                     *_readings(root, entry.case, kept, head.digest, ordered)):  # fmt: skip
            files.put(f"{PROJECT}/{path.relative_to(root).as_posix()}", path)
    place = os.path.relpath(os.path.realpath(Path(images[0][0].path).parent), base).replace(os.sep, "/")
    return PackedCase(entry.case, entry.modality, place, head.digest, head.number, tuple(step.digest for step in kept),
                      study)  # fmt: skip


def shown(folder: ProjectFolder, taken: Sequence[Step], digest: str, ordered: Ordered) -> Iterator[Step]:
    """Yield the steps of a case that its pack holds: where it stands, and what concerns the person."""
    now, role = standing(taken), ordered.role.value if ordered.role is not None else ""
    visible, questions = _open(folder, now, digest, ordered), set[str]()
    for step in taken:
        own = step.person == ordered.name or step.facts.get("to", "") in (ordered.name, role or ordered.name)
        if step.kind == VERDICT:
            own = visible or step.person == ordered.name
        elif step.kind == ANSWER:
            own = step.facts.get("question") in questions
        if own or step.kind in (MOVE, ASSIGN):
            questions.add(str(step.number))
            yield step


def _open(folder: ProjectFolder, now: Standing, digest: str, ordered: Ordered) -> bool:
    """Whether the verdicts of others may be seen, as in the window."""
    gave = any(step.person == ordered.name for step in verdicts(now, digest))
    decides = now.state is State.ADJUDICATION and ordered.role is Role.ADJUDICATOR
    return gave or decides or folder.project.reviewing.mode == SEQUENTIAL


def readings(case: str, name: str, taken: Iterable[Step], records: Iterable[str]) -> set[str]:
    """Return how the readings may be called that a person can have of a case with these steps and these revisions."""
    again = [f"{step.revision} {step.number}" for step in taken if step.kind == AGAIN and step.facts.get("to") == name]
    return {reading_case(case, name, base) for base in (*records, *again)}


def _readings(root: Path, case: str, kept: Sequence[Step], digest: str, ordered: Ordered) -> Iterator[Path]:
    """The revisions of the person's own readings, and of those that verdicts which may be seen speak of."""
    named = {step.facts.get(READING, case) for step in kept if step.kind == VERDICT} - {case}
    for reading in sorted(named | readings(case, ordered.name, kept, (digest,))):
        for _, path in sorted(revisions.listed(root / FOLDER, reading).items()):
            yield path


def _labels(root: Path, head: Revision) -> Iterator[Path]:
    digest = head.document.facts.get(LABELS, "")
    if digest:
        yield labels.path_of(root, digest)


def _finish(folder: ProjectFolder, ordered: Ordered, files: _Files, cases: Sequence[PackedCase]) -> None:
    """Add the definition, who works there, what the pack says of itself, and the list of all of it."""
    for name in (TOML, TABLE, f".annotator/{MARK}"):
        files.put(f"{PROJECT}/{name}", folder.root / name)
    if ordered.role is not None:
        files.put(f"{PROJECT}/.annotator/people.json", people.only(folder.root, ordered.name))
    pack = Pack(folder.project.id, salted(folder.salt), ordered.name, ordered.role, ordered.time, tuple(cases))
    files.put(HEAD, encode(pack))
    listed = ((path, *files.there[path]) for path in sorted(files.there))
    told = {"pack": hashlib.sha256(encode(pack)).hexdigest(), "project": folder.project.id, "for": ordered.name, "time": ordered.time}
    manifest.write(files.folder, listed, told)
