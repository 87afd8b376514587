"""Bring a pack back: revisions by annotation id, readings, steps; what cannot come is said, and stays in the pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotator.domain import course
from annotator.domain.person import Acting, Role
from annotator.domain.project import Pass
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import durable, log, people, revisions, steps
from annotator.workspace.case_entry import folders
from annotator.workspace.packs import findings
from annotator.workspace.packs.making import readings
from annotator.workspace.packs.redelivering import redeliver
from annotator.workspace.packs.retaking import Retaking
from annotator.workspace.packs.returning import Way, bring, every
from annotator.workspace.packs.sealed import PROJECT, Pack, PackedCase, read, refusal
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reading_store import FOLDER


@dataclass(frozen=True)
class Merged:
    """What became of a pack: how much of each kind came, and what needs somebody: `conflicts` to be united, what was `refused`."""

    cases: int = 0
    revisions: int = 0
    readings: int = 0
    steps: int = 0
    agreed: int = 0
    findings: int = 0
    conflicts: tuple[Message, ...] = ()
    refused: tuple[Message, ...] = ()


def merge(folder: ProjectFolder, packed: Path, by: Acting, time: str, report: Report) -> Merged:
    """Bring a pack back into the project it is of; raises AnnotatorError where nothing of it can come, and Cancelled by `report`.

    Calling again goes on, and changes nothing where all is there.
    """
    doing = message("Merging the exchange pack in {folder}", folder=packed)
    if not by.may(Role.MANAGER):
        raise AnnotatorError(doing, message("only a manager merges exchange packs"), message("Sign in as a manager"))
    if folder.read_only:
        raise AnnotatorError(doing, message("the project is read-only"), message("Open the project where you may write"))
    pack = read(packed)
    refused = refusal(pack, folder.project.id, folder.salt)
    if refused is not None:
        raise AnnotatorError(doing, refused, message("Open the project from which it was made"))
    if not _may(folder.root, pack):
        cause = message("the project has nobody called {name} with the role that the pack was made for", name=pack.name)
        raise AnnotatorError(doing, cause, message("Give that person the role first"))
    try:
        _whole(folder, packed / PROJECT, pack, doing)
        total = Merged(refused=tuple(_foreign(packed / PROJECT, pack)))
        report.total = len(pack.cases)
        for case in pack.cases:
            report.check()
            total = _added(total, _case(folder, packed / PROJECT, pack, case, by, time))
            report.advance(subject=case.case)
        return total
    except record.Newer as error:
        raise AnnotatorError(doing, message("it was saved by a newer version of the program"), message("Update the program")) from error
    except TimeoutError as error:
        raise AnnotatorError(doing, message("another program is saving this case"), message("Try again in a moment")) from error
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Put that right and merge again: it goes on where it was")) from error


def _may(root: Path, pack: Pack) -> bool:
    """Whether the project has the person of a pack, who may be gone by now; one without people has anybody, without a role."""
    there = people.read(root)
    if pack.role is None:
        return not any(not person.gone for person in there)
    return any(person.name == pack.name and pack.role in person.roles for person in there)


def _whole(folder: ProjectFolder, packed: Path, pack: Pack, doing: Message) -> None:
    """Raise AnnotatorError where what went along is not there any more, or is not what it was."""
    again = message("Get the folder once more from where it was worked in")
    for case in pack.cases:
        there = {step.digest for step in steps.read(packed, case.case)[0]}
        if not there >= set(case.steps):
            cause = message("steps of the case {case} that went along are missing or were changed", case=case.case)
            raise AnnotatorError(doing, cause, again)
        if not case.head:
            continue
        ours = [one for one in revisions.listed(folder.root, case.case).values() if f'"{case.head}"'.encode() in one.read_bytes()[:80]]
        if not ours:
            cause = message("the project does not have the revision that the case {case} began from", case=case.case)
            raise AnnotatorError(doing, cause, message("Open the project from which it was made"))


def _foreign(packed: Path, pack: Pack) -> Iterator[Message]:
    """Say which cases lie in the pack that it was not made with."""
    own = {case.case for case in pack.cases}
    for name, _ in sorted(folders(packed)):
        if name not in own:
            yield message("the case {case} was not packed: what was done with it stays in the pack", case=name)


def _case(folder: ProjectFolder, packed: Path, pack: Pack, case: PackedCase, by: Acting, time: str) -> Merged:
    passes, acting = _passes(folder, pack, case), pack.acting
    role = pack.role.value if pack.role is not None else ""
    before = steps.standing(folder.root, case.case)
    way = Way(folder.root, packed, folder.root, pack.name, role, folder.project)
    came, refused = 0, list[Message]()
    conflicts, renamed, conflict = list[Message](), dict[str, str](), False
    if pack.role not in (Role.REVIEWER, Role.ADJUDICATOR):  # what they make the record follows from verdicts
        forbidden = course.may_draw(before, acting, passes) if _newer(folder.root, packed, case) else None
        if forbidden is not None:
            doing = message("Bringing the case {case} back", case=case.case)
            refused.append(message("{doing}: {cause}", doing=doing, cause=forbidden))
        else:
            found = bring(way, case.case, case.head, case.number)
            came, conflict = found.count, found.rivals
            refused += found.refused
            renamed |= found.renamed
            if conflict:
                conflicts.append(_conflict(case, found.disputed))
    own, told, names = _readings(folder, packed, pack, case)
    refused += told
    renamed |= names
    taken = Retaking(folder, packed, case, acting, passes, renamed, time, conflict=conflict).take()
    refused += taken.refused
    if pack.role not in (Role.REVIEWER, Role.ADJUDICATOR):
        refused += redeliver(folder, packed, case)
    wrote = findings.bring(folder, packed, case.study, pack.name, role) if case.study else findings.Written()
    refused += wrote.refused
    conflicts += [wrote.rival] if wrote.rival is not None else []
    done = Merged(1 if came or own or taken.count or taken.concluded or wrote.count else 0, came, own, taken.count,
                  int(taken.concluded is course.State.AGREED), wrote.count, tuple(conflicts), tuple(refused))  # fmt: skip
    if done.cases:
        facts = {"from": pack.name, "pack": pack.digest, "revisions": str(came), "readings": str(own), "steps": str(taken.count),
                 "findings": str(wrote.count),
                 "conflict": str(conflict).lower(), "refused": str(len(refused))}  # fmt: skip
        log.append(folder.root, by.name, by.role.value if by.role else "", time, log.Done("merge", case.case, facts=facts))
    return done


def _newer(root: Path, packed: Path, case: PackedCase) -> bool:
    """Whether the pack has a head that the project does not."""
    known = {digest for one in every(root, case.case).values() for digest in (one.digest, *one.moved)}
    return any(head.digest not in known for head in revisions.heads(packed, case.case, keep=True)[0])


def _conflict(case: PackedCase, disputed: tuple[str, ...]) -> Message:
    if not disputed:
        return message("Case {case}: changed in both places, no annotation by both; unite them in the window", case=case.case)
    return message("Case {case}: changed in both places, {count} annotations by both ({which}); unite them in the window",
                   case=case.case, count=len(disputed), which=", ".join(disputed))  # fmt: skip


def _readings(folder: ProjectFolder, packed: Path, pack: Pack, case: PackedCase) -> tuple[int, list[Message], dict[str, str]]:
    """Bring the person's own readings of a case back: how many revisions, what was odd, what is called otherwise now."""
    there, _ = steps.read(packed, case.case)
    names = readings(case.case, pack.name, there, (case.head,))
    count, told, renamed = 0, list[Message](), dict[str, str]()
    role = pack.role.value if pack.role is not None else ""
    way = Way(folder.root / FOLDER, packed / FOLDER, folder.root, pack.name, role, None)
    for name in sorted(names):
        if not revisions.folder_of(way.packed, name).is_dir():
            continue
        durable.make_folder(way.root / ".annotator")
        found = bring(way, name, "", 0)
        count += found.count
        told += found.refused
        renamed |= found.renamed
    return count, told, renamed


def _passes(folder: ProjectFolder, pack: Pack, case: PackedCase) -> tuple[Pass, ...]:
    """The passes that bind: none where the project has no people."""
    own = next((modality.passes for modality in folder.project.modalities if modality.code == case.modality), ())
    return own if pack.role is not None else ()


def _added(one: Merged, other: Merged) -> Merged:
    return Merged(*(getattr(one, name) + getattr(other, name) for name in one.__dataclass_fields__))


