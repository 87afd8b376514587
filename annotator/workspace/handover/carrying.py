"""Make a delivery: check, carry every accepted case, describe it, list it, and give the folder its name when all of it is there.

A killed one goes on where it was; one that an error stops leaves nothing under the final name.
"""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from annotator.domain.finding import Finding, Severity
from annotator.domain.queue import Entry
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, language, message
from annotator.paths import inside, safe_name
from annotator.progress import Report
from annotator.workspace import clinical, durable, log, wal
from annotator.workspace.definitions import TABLE
from annotator.workspace.executor import Cluster, Jobs, run, workers
from annotator.workspace.handover import form, manifest, pages
from annotator.workspace.handover.carried import Carried, carry, stamp
from annotator.workspace.handover.chosen import Absent, chosen
from annotator.workspace.handover.ledger import NAME, Ledger
from annotator.workspace.presence import were_there
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist

_LONGEST_MANIFEST = 1 << 32
POINTS = ("handover.case", "handover.before_list", "handover.before_name", "handover.after_name")
"""Places of this module at which `durable.fault` may end the process."""


@dataclass(frozen=True)
class Ordered:
    """What is to be delivered: version, final folder, who orders it, the agency's form, the papers that go along, who works."""

    version: str
    out: Path
    person: str
    role: str
    time: str
    form: Path | None = None
    papers: Callable[[Path], object] | None = None
    jobs: Jobs = 1


@dataclass(frozen=True)
class Done:
    """What became of it: `problems` where nothing was delivered; else counts, what is absent and changed, what the form asked in vain."""

    cases: int = 0
    images: int = 0
    files: int = 0
    absent: tuple[Absent, ...] = ()
    changed: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Message, ...] = ()
    unknown: tuple[str, ...] = ()


def deliver(folder: ProjectFolder, worklist: Worklist, ordered: Ordered, findings: Sequence[Finding], report: Report) -> Done:
    """Make a delivery and return what became of it; `findings` are those of the machine check, `report` counts cases.

    An error found on an accepted case, or a case that cannot go although it is accepted, stops it: nothing gets the final name then.
    Raises AnnotatorError, and Cancelled by the report; calling again goes on.
    """
    doing = message("Delivering to {folder}", folder=ordered.out)
    if ordered.out.exists():
        raise AnnotatorError(doing, message("there is something of this name already"), message("Choose another folder or version"))
    every = tuple(chosen(folder.project, worklist))
    going = tuple(one for one in every if isinstance(one, Entry))
    absent = tuple(one for one in every if isinstance(one, Absent))
    if not going:
        raise AnnotatorError(doing, message("no case is accepted"), message("Accept cases in the worklist first"))
    wrong = tuple(_errors_on(folder, going, findings))
    if wrong:
        return Done(absent=absent, problems=wrong)
    part = ordered.out.with_name(f"{ordered.out.name}.part")
    try:
        with closing(Ledger(part)) as ledger:
            ledger.only({entry.case for entry in going})
            problems = tuple(_carried(folder, going, part, ledger, ordered, report))
            if problems:
                return Done(absent=absent, problems=problems)
            done = _finished(folder, part, ledger, ordered, absent)
        (part / NAME).unlink()
        for end in wal.ENDS:
            (part / f"{NAME}{end}").unlink(missing_ok=True)
        durable.fault("handover.before_name")
        durable.move(part, ordered.out)
        durable.fault("handover.after_name")
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Put that right and deliver again: it goes on where it was")) from error
    except sqlite3.Error as error:
        if not wal.is_damaged(error):
            raise AnnotatorError(doing, wal.cause(error), message("Put that right and deliver again: it goes on where it was")) from error
        cause = message("the list of what was made is damaged ({cause})", cause=str(error))
        raise AnnotatorError(doing, cause, message("Remove the folder {folder} and deliver again", folder=part)) from error
    _remember(folder, ordered, done)
    return done


def _errors_on(folder: ProjectFolder, going: Sequence[Entry], findings: Sequence[Finding]) -> Iterator[Message]:
    """Say which errors the machine check found on cases that are to go."""
    places = {}
    for entry in going:
        if entry.place:
            relative = inside(folder.root, Path(entry.place).parent)
            if relative is not None:
                places[relative + "/"] = entry
    patients = {entry.patient for entry in going}
    for finding in findings:
        if finding.severity is Severity.ERROR:
            own = any(finding.path.startswith(place) for place in places) or finding.path.split("/")[0] in patients
            if own:
                yield message("{file}: {what}", file=finding.path.rsplit("/", 1)[-1], what=finding.message)


def _carried(folder: ProjectFolder, going: Sequence[Entry], part: Path, ledger: Ledger, ordered: Ordered,
             report: Report) -> Iterator[Message]:  # fmt: skip
    """Carry the cases that are not there yet; yields why one cannot go.

    One that failed while a share was away is carried once more, and so is any other, once: the share may be back already.
    """
    readers, report.total = _readers(folder), len(going)
    stamps = {entry.case: stamp(folder, entry) for entry in going}
    left = [entry for entry in going if not ledger.known(entry.case, stamps[entry.case])]
    report.advance(len(going) - len(left))
    failed = set[str]()
    while left:
        again, away = list[Entry](), False
        for made in _made(folder, left, part, readers, ordered, report):
            durable.fault("handover.case")
            away = away or made.why is not None and not were_there(report, folder.root / ".annotator", part)
            if made.why is not None and (away or not (made.lost or made.case in failed)):  # others that come now may have failed meanwhile
                failed.add(made.case)
                again += [entry for entry in left if entry.case == made.case]
                continue
            if made.why is not None:
                yield made.why
            else:
                ledger.keep(made, stamps[made.case])
            report.advance(subject=made.case)
        left = again


def _made(folder: ProjectFolder, left: Sequence[Entry], part: Path, readers: Mapping[str, str], ordered: Ordered,
          report: Report) -> Iterator[Carried]:  # fmt: skip
    few = not isinstance(ordered.jobs, Cluster) and len(left) < 2 * workers(ordered.jobs)
    packed = pickle.dumps((replace(folder, remarks=(), flaw=None), part, readers, ordered.time))
    for outcome in run(_carry, ((packed, entry) for entry in left), report, 1 if few else ordered.jobs):
        case = outcome.piece[1].case
        cause = message("the process that made its files ended without a word, twice; perhaps the memory is full")
        yield outcome.result or Carried(case, why=message("Delivering the case {case}: {cause}", case=case, cause=cause), lost=True)


def _carry(piece: tuple[bytes, Entry]) -> Carried:
    """Carry one case; a worker does this."""
    packed, entry = piece
    folder, part, readers, time = _settled(packed)
    return carry(folder, entry, part, readers, time)


@lru_cache(maxsize=1)
def _settled(packed: bytes) -> tuple[ProjectFolder, Path, Mapping[str, str], str]:
    """What all cases have in common, unpacked once by each worker."""
    common: tuple[ProjectFolder, Path, Mapping[str, str], str] = pickle.loads(packed)
    return common


def _readers(folder: ProjectFolder) -> dict[str, str]:
    """Give everybody who ever saved a code, in the order of their first row in the log; the log stays in the project."""
    names = dict.fromkeys(row.person for row in log.read(folder.root) if row.action == "save")
    return {name: f"R{number:03d}" for number, name in enumerate(names, 1)}


def _finished(folder: ProjectFolder, part: Path, ledger: Ledger, ordered: Ordered, absent: tuple[Absent, ...]) -> Done:
    """Add what belongs to the delivery as a whole, and list all of it."""
    durable.fault("handover.before_list")
    _add(part, ledger, TABLE, (folder.root / TABLE).read_bytes())
    sheet = _clinical(folder, ledger.patients())
    if sheet is not None:
        _add(part, ledger, "clinical.xlsx", sheet)
    before = _before(folder)
    versions = tuple(pages.Version(v["version"], v["time"], int(v["images"]), int(v["files"])) for v in before)
    changes, counted = _changes(folder, part, ledger, before)
    told = pages.Told(folder.project, ordered.version, ordered.time, ledger.amounts(), ledger.categories(), absent, versions, changes,
                      counted)  # fmt: skip
    book, plain = pages.description(told, language())
    _add(part, ledger, pages.WORKBOOK, book)
    _add(part, ledger, pages.PLAIN, plain)
    unknown: tuple[str, ...] = ()
    if ordered.form is not None:
        content, unknown = form.filled(ordered.form, form.values(told))
        _add(part, ledger, f"papers/{safe_name(ordered.form.stem)}.xlsx", content)
    if ordered.papers is not None:
        ordered.papers(part / "papers")
        for path in sorted((part / "papers").rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                ledger.add(path.relative_to(part).as_posix(), hashlib.sha256(content).hexdigest(), len(content))
    head = {"project": folder.project.id, "version": ordered.version, "time": ordered.time, "images": told.images,
            "cases": sum(row[2] for row in told.amounts), "absent": len(absent)}  # fmt: skip
    manifest.write(part, ledger.files(), head)
    files = sum(1 for _ in ledger.files())
    return Done(sum(row[2] for row in told.amounts), told.images, files, absent, counted, unknown=unknown)


def _add(part: Path, ledger: Ledger, name: str, content: bytes) -> None:
    durable.write(part / name, content)
    ledger.add(name, hashlib.sha256(content).hexdigest(), len(content))


def _clinical(folder: ProjectFolder, patients: Sequence[str]) -> bytes | None:
    """The clinical rows of the patients that go, as a workbook; None where the project has none."""
    from annotator.formats.sheets import workbook

    definition, kept = folder.project.clinical, clinical.newest(folder.root)
    if definition is None or not kept.rows:
        return None
    names = tuple(column.name for column in definition.columns)
    there = [kept.rows[patient].values for patient in patients if patient in kept.rows]
    rows = [tuple(values.get(column.key, "") for column in definition.columns) for values in there]
    return workbook([("clinical", names, rows)])


def _changes(folder: ProjectFolder, part: Path, ledger: Ledger,
             before: Sequence[Mapping[str, str]]) -> tuple[list[tuple[str, str]], dict[str, int]]:  # fmt: skip
    """What is different from the last delivery: the first ones by name, and how many of each kind."""
    now = part / f".{manifest.MANIFEST}.now"
    now.write_text("".join(f"{digest}  {path}\n" for path, digest, _ in ledger.files()), encoding="utf-8")
    old = None
    try:
        if before:
            old = part / f".{manifest.MANIFEST}.before"
            with (_shelf(folder) / before[-1]["manifest"]).open("rb") as packed, old.open("wb") as to:
                for piece in _unpacked(packed):
                    to.write(piece)
        listed, counted = list[tuple[str, str]](), Counter[str]()
        for kind, path in manifest.changes(old, now) if before else ():
            if path in (pages.WORKBOOK, pages.PLAIN) or path.startswith("papers/"):
                continue  # they tell of the delivery itself
            counted[kind] += 1
            if len(listed) < 100_000:
                listed.append((kind, path))
        return listed, dict(counted)
    finally:
        now.unlink()
        if old is not None:
            old.unlink(missing_ok=True)


def _unpacked(packed: BinaryIO) -> Iterator[bytes]:
    """Yield what a packed manifest holds, never more than a manifest can; raises OSError for one that is damaged."""
    unpacking, left = zlib.decompressobj(), _LONGEST_MANIFEST
    while piece := unpacking.unconsumed_tail or packed.read(1 << 20):
        try:
            found = unpacking.decompress(piece, 1 << 22)
        except zlib.error as error:
            raise OSError(str(error)) from error
        left -= len(found)
        if left < 0:
            raise OSError("the manifest of the last delivery is larger than any")
        yield found


def _shelf(folder: ProjectFolder) -> Path:
    return folder.root / ".annotator" / "handovers"


def _before(folder: ProjectFolder) -> list[dict[str, str]]:
    """The deliveries that were made before, in order; one whose record is damaged is passed over."""
    found = []
    shelf = _shelf(folder)
    for path in sorted(shelf.glob("*.json")) if shelf.is_dir() else ():
        try:
            content, _ = record.unseal(path.read_bytes())
            found.append({key: str(content[key]) for key in ("version", "time", "images", "files", "manifest")})
        except (record.Damaged, KeyError):
            continue
    return found


def _remember(folder: ProjectFolder, ordered: Ordered, done: Done) -> None:
    """Keep the manifest of a delivery with the project, and say in the log that it was made."""
    shelf = _shelf(folder)
    number = max((int(path.name[:6]) for path in shelf.glob("[0-9]*.json")), default=0) + 1 if shelf.is_dir() else 1
    name = f"{number:06d}-{safe_name(ordered.version)}.sha256.z"
    durable.write(shelf / name, zlib.compress((ordered.out / manifest.MANIFEST).read_bytes(), 6))
    content, digest = record.seal({"version": ordered.version, "time": ordered.time, "images": str(done.images), "files": str(done.files),
                                   "cases": str(done.cases), "manifest": name})  # fmt: skip
    durable.write(shelf / f"{number:06d}-{safe_name(ordered.version)}.json", content)
    facts = {"version": ordered.version, "cases": str(done.cases), "images": str(done.images), "files": str(done.files)}
    log.append(folder.root, ordered.person, ordered.role, ordered.time, log.Done("deliver", after=digest, facts=facts))
