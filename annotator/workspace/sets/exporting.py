"""Export a frozen set: every case prepared by the recipe in worker processes, listed, and under its final name when all of it is there.

What is being made lies in a folder beside the final one.  A killed export goes on where it was; a case that cannot be made is told and the
others go on; where the disk is full nothing gets the final name, and exporting again makes what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from annotator import __version__
from annotator.domain.exchange import Chosen
from annotator.domain.frozen_set import FrozenSet, Member
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Wanted
from annotator.domain.recipe import Recipe, written
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.format import Exchange
from annotator.i18n import Message, message, say
from annotator.progress import Report
from annotator.workspace import access, durable, wal
from annotator.workspace.exchange.incoming import exportable
from annotator.workspace.exchange.offered import choices_of, chosen_of, format_of, formats
from annotator.workspace.executor import Jobs, run
from annotator.workspace.handover import manifest
from annotator.workspace.lock import exclusively
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.sets import forms, listing
from annotator.workspace.sets.forms import DICOM, OWN, PNG, Form
from annotator.workspace.sets.ledger import Ledger, path_of
from annotator.workspace.sets.preparing import WORK, Order, Prepared, Task, prepare, stamp_of
from annotator.workspace.sets.shelf import Left
from annotator.workspace.worklist import Worklist

RECIPE = "recipe.json"
POINTS = ("sets.case", "sets.before_list", "sets.before_name", "sets.after_name")
"""Places of this module at which `durable.fault` may end the process."""


@dataclass(frozen=True)
class Wish:
    """What is exported how: the set, the folder (new), recipe, ids of forms, their `key=value` choices, planes (none: all), and why."""

    made: FrozenSet
    out: Path
    recipe: Recipe = ()
    forms: tuple[str, ...] = (PNG,)
    choices: tuple[str, ...] = ()
    planes: tuple[str, ...] = ()
    reason: str = ""
    jobs: Jobs = 0
    beside: bool = False
    """Whether somebody waits beside it, in a window: then even one job is done in another process."""


@dataclass(frozen=True)
class Done:
    """What became of it: counts, what was left out and why, and remarks; `unfinished`: cases that could not be put on the disk."""

    cases: int = 0
    images: int = 0
    annotations: int = 0
    files: int = 0
    left: tuple[Left, ...] = ()
    remarks: tuple[Message, ...] = ()
    unfinished: int = 0


def offered() -> tuple[str, ...]:
    """Return the forms that a set can go out in, by their ids."""
    return (*OWN, *(one.id for one in formats() if one.id not in OWN))


def named_forms(folder: ProjectFolder, own: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the forms that a project's sets can go out in, with their marked names; `own` are those that are made here."""
    others = ((one.id, one.name) for one in exportable(folder) if one.id not in OWN)
    return (*own.items(), *others)


def export(folder: ProjectFolder, worklist: Worklist, wish: Wish, by: Acting, time: str, report: Report) -> Done:
    """Export a set and return what became of it; `report` counts cases.  Raises AnnotatorError, and Cancelled: calling again goes on."""
    doing = message("Exporting the set “{name}” to {folder}", name=wish.made.name, folder=wish.out)
    if not by.may(Role.MANAGER):
        raise AnnotatorError(doing, message("only a manager exports sets"), message("Sign in as a manager"))
    if wish.out.exists():
        raise AnnotatorError(doing, message("there is something of this name already"), message("Choose another folder"))
    if Path(os.path.realpath(wish.out)).is_relative_to(os.path.realpath(folder.root)):
        raise AnnotatorError(doing, message("the folder lies in the project"), message("Choose a folder outside the project"))
    wanted = _forms(folder, wish)
    key = _key(wish, wanted)
    part = _part_of(wish.out)
    try:
        with exclusively(path_of(part).with_suffix(".lock"), 0.0):
            done = _exported(folder, worklist, wish, wanted, key, time, report)
    except TimeoutError as error:
        raise AnnotatorError(doing, message("another export to this folder is running"), message("Wait until it has ended")) from error
    if not (folder.read_only or done.unfinished):
        with suppress(OSError):  # that it cannot be noted is said where people sign in
            access.exported(folder.root, by, time, ",".join(wish.forms), done.images, wish.reason)
    return done


def _exported(folder: ProjectFolder, worklist: Worklist, wish: Wish, wanted: tuple[Form, ...], key: str, time: str,
              report: Report) -> Done:  # fmt: skip
    """Make the set in the folder beside the final one, and give it its name."""
    doing = message("Exporting the set “{name}” to {folder}", name=wish.made.name, folder=wish.out)
    part = _part_of(wish.out)
    ledger: Ledger | None = None
    try:
        part.mkdir(parents=True, exist_ok=True)
        ledger = Ledger(part, key, time)
        if ledger.strange:
            cause = message("the folder {folder} holds what this computer did not make", folder=part)
            raise AnnotatorError(doing, cause, message("Remove it, or choose another folder"))
        order = Order(wish.recipe, wanted, wish.planes, ledger.time, f"annotator {__version__}", key)
        remarks, unfinished, absent = _prepared(folder, worklist, wish, order, part, ledger, report)
        if unfinished:
            return Done(*ledger.counted(), 0, (*ledger.left(), *absent), remarks, unfinished)
        durable.fault("sets.before_list")
        left = (*ledger.left(), *absent)
        done = Done(*ledger.counted(), _finished(wish, order, part, ledger, left), left, remarks)
        durable.fault("sets.before_name")
        durable.move(part, wish.out)
        durable.fault("sets.after_name")
        ledger.close(done=True)
        ledger = None
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Put that right and export again: it goes on where it was")) from error
    except sqlite3.Error as error:
        if not wal.is_damaged(error):
            raise AnnotatorError(doing, wal.cause(error), message("Put that right and export again: it goes on where it was")) from error
        cause = message("the list of what was made is damaged ({cause})", cause=str(error))
        raise AnnotatorError(doing, cause, message("Remove the folder {folder} and export again", folder=part)) from error
    finally:
        if ledger is not None:
            ledger.close()
    return done


def _part_of(out: Path) -> Path:
    """The folder beside the final one in which a set is being made."""
    return out.with_name(f"{out.name}.part")


def _forms(folder: ProjectFolder, wish: Wish) -> tuple[Form, ...]:
    """The wanted forms with their formats; one that refers to DICOM files has these beside it.  Raises AnnotatorError."""
    names = list(dict.fromkeys(wish.forms)) or [PNG]
    used = {name: None if name == DICOM else format_of(name) for name in names}
    if any(isinstance(one, Exchange) and one.needs_source and name not in ("nnunet",) for name, one in used.items()):
        used = {DICOM: None, **used}
    splits = tuple(name for name, share in wish.made.rule.shares if share)
    found = []
    for name, one in used.items():
        if one is None:
            found.append(Form(name, None, Chosen(folder.project)))
            continue
        known = {choice.key for choice in choices_of(one)}
        words = [word for word in wish.choices if word.split("=")[0] in known]
        words += ["pictures=no"] if name == PNG and not any(word.startswith("pictures=") for word in words) else []
        found.append(Form(name, one, chosen_of(one, folder.project, words, splits)))
    return tuple(found)


def _key(wish: Wish, wanted: Sequence[Form]) -> str:
    """What must be the same for an export to go on, in short."""
    told = [wish.made.digest, written(wish.recipe).decode(), [[form.id, sorted(form.chosen.values.items())] for form in wanted],
            sorted(wish.planes), __version__]  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _prepared(folder: ProjectFolder, worklist: Worklist, wish: Wish, order: Order, part: Path, ledger: Ledger,
              report: Report) -> tuple[tuple[Message, ...], int, tuple[Left, ...]]:  # fmt: skip
    """Make the cases that are not there yet; returns remarks, how many could not be put on the disk, and those that were lost."""
    members, report.total = wish.made.members, len(wish.made.members)
    bare, numbers = replace(folder, remarks=(), flaw=None), {member.case: number for number, member in enumerate(members)}
    stamps, remarks, unfinished, lost = dict[str, str](), dict[Message, None](), 0, list[Left]()

    def waiting() -> Iterator[Task]:
        for member, place in _with_places(worklist, members):
            stamps[member.case] = stamp_of(folder, member, place)
            if ledger.known(member.case, stamps[member.case]):
                report.advance()
            else:
                yield Task(bare, member, place, part, order)

    for outcome in run(prepare, waiting(), report, wish.jobs, beside=wish.beside):
        durable.fault("sets.case")
        made, member = outcome.result, outcome.piece.member
        if made is None:
            lost.append(Left(member.case, member.patient, message("the process that made its files ended without a word, twice")))
            made = Prepared(member.case, unwritten=True)
        remarks |= dict.fromkeys(made.remarks)
        unfinished += made.unwritten and made.case not in {one.case for one in lost}
        ledger.keep(made, numbers[member.case], "" if made.unwritten else stamps.pop(member.case))
        report.advance(subject=member.patient)
    shutil.rmtree(part / WORK, ignore_errors=True)
    return tuple(remarks), unfinished, tuple(lost)


def _with_places(worklist: Worklist, members: Sequence[Member]) -> Iterator[tuple[Member, str]]:
    """The members, each with the folder in which its images were seen last; a few hundred are looked up at a time."""
    for start in range(0, len(members), 500):
        some = members[start : start + 500]
        places = {entry.case: entry.place for entry in worklist.entries(Wanted(cases=tuple(member.case for member in some)))}
        yield from ((member, places.get(member.case, "")) for member in some)


def _finished(wish: Wish, order: Order, part: Path, ledger: Ledger, left: Sequence[Left]) -> int:
    """Add what belongs to the set as a whole, and list all of it; returns how many files there are."""
    add = _adder(part, ledger)
    for form in order.forms:
        for split in ledger.splits(form.id) if isinstance(form.format, Exchange) else ():
            if isinstance(form.format, Exchange):
                chosen = replace(form.chosen, splits=()) if form.apart else form.chosen
                for path, content in form.format.finish(ledger.parts(form.id, split), chosen).items():
                    add(f"{form.id}/{forms.inside(form, split, path)}", content)
    told = [(one.patient, say(one.why)) for one in left]
    add(listing.WORKBOOK, listing.workbook(ledger.rows(), told))
    add(listing.PLAIN, listing.plain(ledger.rows()))
    add(RECIPE, written(wish.recipe))
    listed = {path for path, _, _ in ledger.files()}
    for place in sorted(part.rglob("*"), reverse=True):  # what a process left that was killed, and another export before
        if place.is_file() and place.relative_to(part).as_posix() not in listed:
            place.unlink()
        elif place.is_dir() and not any(place.iterdir()):
            place.rmdir()
    made, (cases, images, annotations) = wish.made, ledger.counted()
    head = {"set": made.name, "set_sha256": made.digest, "frozen": made.time, "narrowing": made.narrowing, "seed": made.rule.seed,
            "shares": dict(made.rule.shares), "balanced_by": made.rule.balanced, "forms": [form.id for form in order.forms],
            "planes": list(wish.planes), "recipe": order.description, "time": order.time, "software": order.software, "cases": cases,
            "images": images, "annotations": annotations, "left_out": len(left)}  # fmt: skip
    manifest.write(part, ledger.files(), head)
    return len(listed) + 2


def _adder(part: Path, ledger: Ledger) -> Callable[[str, bytes], None]:
    def add(path: str, content: bytes) -> None:
        durable.write(part / path, content)
        ledger.add(path, hashlib.sha256(content).hexdigest(), len(content))

    return add


def moment() -> str:
    """Return the time at which something is begun, ISO 8601 with offset."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


