"""Freeze sets and keep them: one sealed file each, made exclusively and never changed, named in the project's log by its digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from annotator.domain.course import State
from annotator.domain.finding import Finding, Severity
from annotator.domain.frozen_set import BALANCED, FrozenSet, Member, Rule, dealt
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Entry
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import nfc, safe_name
from annotator.progress import Report
from annotator.workspace import durable, log, revisions
from annotator.workspace.projects import ProjectFolder

POINTS = ("shelf.before_file",)
"""Places of this module at which `durable.fault` may end the process."""
FROZEN = "freeze set"
"""What the log calls it."""
CHECK = "sets"
"""What findings about sets are called."""
_LONGEST_NAME = 60
_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class Wish:
    """What is to be frozen: under which name, what the cases were narrowed by (in words), how patients are dealt out, when."""

    name: str
    narrowing: str
    rule: Rule
    time: str


@dataclass(frozen=True)
class Left:
    """A case that does not go along, and why."""

    case: str
    patient: str
    why: Message


def folder_of(root: Path) -> Path:
    """Return where the sets of a project lie."""
    return root / ".annotator" / "sets"


def path_of(root: Path, name: str) -> Path:
    """Return the file of a set."""
    return folder_of(root) / f"{safe_name(nfc(name).strip(), _LONGEST_NAME)}.json"


def freeze(folder: ProjectFolder, entries: Iterable[Entry], wish: Wish, by: Acting, report: Report) -> tuple[FrozenSet, tuple[Left, ...]]:
    """Freeze cases as a set and return it, with the cases that cannot be in it; `report` counts cases.

    Raises AnnotatorError: a name that is taken, nobody who may, nothing to freeze, impossible shares; and Cancelled.
    """
    doing = message("Freezing the set “{name}”", name=wish.name)
    _refuse(folder, wish, by, doing)
    going, left, heads = list[Entry](), list[Left](), dict[str, str]()
    for entry in entries:
        report.advance(subject=entry.case)
        try:
            found, _ = revisions.heads(folder.root, entry.case, keep=True)
        except OSError as error:
            raise AnnotatorError(doing, system_cause(error), message("See that the project's folder can be reached")) from error
        why = _why_not(folder, entry, len(found))
        if why is not None:
            left.append(Left(entry.case, entry.patient, why))
            continue
        going.append(entry)
        heads |= {entry.case: found[0].digest} if found else {}
    if not going:
        cause = left[0].why if left else message("no case is listed")
        raise AnnotatorError(doing, message("there is no case to freeze ({cause})", cause=cause), message("Choose other cases"))
    project = folder.project
    try:
        members = dealt(going, wish.rule, (*project.classes, project.unclassified), heads)
    except ValueError as error:
        cause = message("the shares share nothing")
        raise AnnotatorError(doing, cause, message("Write for example: 8:1:1")) from error
    made = FrozenSet(nfc(wish.name).strip(), by.name, by.role.value if by.role else "", wish.time, wish.narrowing, wish.rule, members)
    content, digest = record.seal(_told(made))
    facts = {"set": made.name, "cases": str(len(members)), "patients": str(len(made.patients)), "seed": str(wish.rule.seed)}
    try:  # the log first: a file that it does not know was put there by somebody else
        log.append(folder.root, by.name, made.role, wish.time, log.Done(FROZEN, after=digest, facts=facts))
        durable.fault("shelf.before_file")
        durable.create_exclusive(path_of(folder.root, wish.name), content)
    except FileExistsError as error:
        raise _taken(doing) from error
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Put that right and freeze it again")) from error
    return replace(made, digest=digest), tuple(left)


def read(root: Path, name: str) -> FrozenSet:
    """Return the set of a name; raises AnnotatorError where there is none, or where a single bit of it was changed."""
    return _read(root, name, _logged(root))


def _read(root: Path, name: str, logged: Collection[str]) -> FrozenSet:
    path = path_of(root, name)
    doing = message("Reading the set “{name}”", name=name)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise record.Damaged("too large")
        content, digest = record.unseal(path.read_bytes())
        found = _set_of(content)
    except FileNotFoundError as error:
        listed = ", ".join(one.stem for one in _files(root)) or "–"
        raise AnnotatorError(doing, message("there is none of this name"), message("Name one of: {names}", names=listed)) from error
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the project's folder can be reached")) from error
    except (record.Damaged, record.Newer, KeyError, TypeError, ValueError, OverflowError) as error:
        cause = message("its file was changed after it was frozen")
        raise AnnotatorError(doing, cause, message("Take it back from a backup, or freeze the cases under a new name")) from error
    if digest not in logged:
        cause = message("the project's log does not know that it was frozen like this")
        raise AnnotatorError(doing, cause, message("Take it back from a backup, or freeze the cases under a new name"))
    return replace(found, digest=digest)


def sets(root: Path) -> Iterator[FrozenSet | AnnotatorError]:
    """Yield the sets of a project by name, or why one cannot be used."""
    logged = _logged(root)
    for path in _files(root):
        try:
            yield _read(root, path.stem, logged)
        except AnnotatorError as error:
            yield error


def verify(root: Path) -> Iterator[Finding]:
    """Yield what is wrong with the sets of a project: changed or unknown ones, and those that the log names and nobody finds."""
    logged = {row.after: row.facts.get("set", "") for row in log.read(root) if row.action == FROZEN}
    for path in _files(root):
        try:
            logged.pop(_read(root, path.stem, frozenset(logged)).digest)
        except AnnotatorError as error:
            yield Finding(CHECK, Severity.ERROR, error.cause, path.relative_to(root).as_posix())
    for digest, name in logged.items():
        gone = message("the log names the set “{name}”, which is not there ({digest})", name=name, digest=digest[:12])
        yield Finding(CHECK, Severity.REMARK, gone, ".annotator/log")


def revision_of(root: Path, member: Member) -> revisions.Revision | None:
    """Return the revision of a case that was frozen; None where nothing was drawn.  Raises AnnotatorError where it is gone."""
    if not member.revision:
        return None
    for _, path in sorted(revisions.listed(root, member.case).items(), reverse=True):
        try:
            found = revisions.decode(path.read_bytes())
        except (record.Damaged, record.Newer, OSError):
            continue
        if found.digest == member.revision:
            return found
    doing = message("Reading the case {case}", case=member.case)
    cause = message("the revision that was frozen is not there any more")
    raise AnnotatorError(doing, cause, message("Take it back from a backup, or freeze the cases under a new name"))


def _logged(root: Path) -> frozenset[str]:
    """The digests of all sets that the log says were frozen."""
    return frozenset(row.after for row in log.read(root) if row.action == FROZEN)


def _files(root: Path) -> Sequence[Path]:
    place = folder_of(root)
    return sorted(place.glob("*.json")) if place.is_dir() else ()


def _refuse(folder: ProjectFolder, wish: Wish, by: Acting, doing: Message) -> None:
    if not by.may(Role.MANAGER):
        raise AnnotatorError(doing, message("only a manager freezes sets"), message("Sign in as a manager"))
    if folder.read_only:
        raise AnnotatorError(doing, message("the project is read-only"), message("Open the project where you may write"))
    if not wish.name.strip():
        raise AnnotatorError(doing, message("it has no name"), message("Give it a name"))
    if path_of(folder.root, wish.name).exists():
        raise _taken(doing)


def _taken(doing: Message) -> AnnotatorError:
    return AnnotatorError(doing, message("there is a set of this name already"), message("Choose another name: a set is never changed"))


def _why_not(folder: ProjectFolder, entry: Entry, heads: int) -> Message | None:
    if not entry.patient:
        return message("it has no ids yet: they are given when its first files are written")
    if entry.modality not in {modality.code for modality in folder.project.modalities}:
        return message("the project does not name its modality")
    if entry.state is State.DISCARDED:
        return message("it is discarded")
    return message("it was saved in several versions: choose one of them first") if heads > 1 else None


def _told(made: FrozenSet) -> dict[str, object]:
    told = asdict(made)
    told.pop("digest")
    return told


def _set_of(content: dict[str, object]) -> FrozenSet:
    rule, members = content["rule"], content["members"]
    if not isinstance(rule, dict) or not isinstance(members, list) or rule["balanced"] not in BALANCED:
        raise ValueError("no set")
    shares = tuple((str(name), float(weight)) for name, weight in rule["shares"])
    name, author, role, time, narrowing = (str(content[key]) for key in ("name", "author", "role", "time", "narrowing"))
    dealt_by = Rule(shares, str(rule["balanced"]), int(rule["seed"]))
    return FrozenSet(name, author, role, time, narrowing, dealt_by, tuple(Member(**member) for member in members))
