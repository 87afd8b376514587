"""Verify what a project keeps: the log's chains, revisions and steps and what names them, delivered files, saves that were not finished.

What can be repaired from what is there is repaired, and said: an interrupted save is finished, a damaged revision is set aside so that the
one before it counts, a revision or step whose row the log lacks (the process was killed between the two) gets one.  Nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.course import Step
from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.progress import Report
from annotator.workspace import log, people, publish, revisions, steps, study_findings
from annotator.workspace.durable import sweep
from annotator.workspace.ids import ids_path, read_patients
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.revisions import Revision
from annotator.workspace.sets import shelf

CHAIN, FILES, LISTS = "chain", "delivered-files", "lists"
REPAIRED = "repaired"
"""What findings are called that tell of a repair."""


@dataclass
class _Rows:
    """What the log says was written: digest → case, of saves and of steps."""

    saves: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    """Digest → study, of what was written of studies."""


def verify(folder: ProjectFolder, report: Report, *, by: str = "", time: str = "", repair: bool = True) -> Iterator[Finding]:
    """Yield what is wrong and what was repaired, as whom and when (for the log); `report` counts cases.  Raises OSError and Cancelled."""
    root, repair = folder.root, repair and not folder.read_only
    if repair:
        sweep(root / ".annotator")
        yield from (_repaired(told, ".annotator") for told in publish.roll_forward(root))
    yield from _lists(root)
    yield from log.verify(root)
    rows = _Rows()
    for row in log.read(root):
        if "save" in (row.action, row.facts.get("was")):
            rows.saves[row.after] = row.case
        elif "step" in row.facts:
            rows.taken[row.after] = row.case
        elif study_findings.ACTION in (row.action, row.facts.get("was")):
            rows.written[row.after] = row.facts.get("study", "")
    cases = root / ".annotator" / "cases"
    names = sorted(path for path in cases.iterdir() if path.is_dir()) if cases.is_dir() else []
    report.total = len(names)
    for path in names:
        yield from _case(root, path, rows, (by, time) if repair else None)
        report.advance(subject=path.name)
    for place, _ in study_findings.studies(root):
        yield from _findings(root, place, rows, (by, time) if repair else None)
    yield from shelf.verify(root)
    for digest, study in rows.written.items():
        gone = message("the log names a finding of the study {study} that is not there any more ({digest})",
                       study=study, digest=digest[:12])  # fmt: skip
        yield Finding(CHAIN, Severity.ERROR, gone, ".annotator/log")
    for digest, case in (*rows.saves.items(), *rows.taken.items()):
        gone = message("the log names a revision or step of the case {case} that is not there any more ({digest})",
                       case=case, digest=digest[:12])  # fmt: skip
        yield Finding(CHAIN, Severity.ERROR, gone, ".annotator/log")


def _case(root: Path, folder: Path, rows: _Rows, repair: tuple[str, str] | None) -> Iterator[Finding]:
    """Look at the revisions and steps of one case, and take what the log says of them out of `rows`."""
    place = folder.relative_to(root).as_posix()
    sound, seen = list[Revision](), dict[str, Revision]()
    for path in sorted(folder.glob("rev-*.json")):
        try:
            revision = revisions.decode(path.read_bytes())
        except record.Newer:
            yield Finding(CHAIN, Severity.REMARK, message("it was saved by a newer version of the program"), f"{place}/{path.name}")
            continue
        except record.Damaged as error:
            yield Finding(CHAIN, Severity.ERROR, message("the revision is damaged: {cause}", cause=str(error)), f"{place}/{path.name}")
            if repair is not None:
                aside = revisions.set_aside(root, path).relative_to(root).as_posix()
                yield _repaired(message("it was set aside as {path}; the one before it counts", path=aside), f"{place}/{path.name}")
            continue
        yield from (Finding(CHAIN, Severity.ERROR, message("it continues a revision that is not there any more"), f"{place}/{path.name}")
                    for parent in revision.parents if parent not in seen and parent not in rows.saves)  # fmt: skip
        seen[revision.digest] = revision
        sound.append(revision)
    for revision in sound:
        yield from _logged(root, rows.saves, revision.digest, f"{place}/{revision.name}", revisions.row_of(revision), repair)
    before: Step | None = None
    for path in sorted(folder.glob("step-*.json")):
        try:
            step = steps.decode(path.read_bytes())
        except (record.Damaged, record.Newer) as error:
            yield Finding(CHAIN, Severity.ERROR, message("the step is damaged: {cause}", cause=str(error)), f"{place}/{path.name}")
            before = None
            continue
        if before is not None and (step.parent, step.number) != (before.digest, before.number + 1):
            yield Finding(CHAIN, Severity.ERROR, message("a step before it is missing or was changed"), f"{place}/{path.name}")
        before = step
        yield from _logged(root, rows.taken, step.digest, f"{place}/{path.name}", steps.row_of(step), repair)
    if sound:
        yield from _delivered(root, _newest(sound))


def _findings(root: Path, folder: Path, rows: _Rows, repair: tuple[str, str] | None) -> Iterator[Finding]:
    """Look at what was written of one study, and take what the log says of it out of `rows`."""
    place = folder.relative_to(root).as_posix()
    found, _ = study_findings.in_folder(folder)
    names = {study_findings.name_of(one) for one in found}
    odd = message("the finding of the study cannot be read, or belongs to another one")
    others = (path.name for path in study_findings.listed(folder).values() if path.name not in names)
    yield from (Finding(CHAIN, Severity.ERROR, odd, f"{place}/{name}") for name in others)
    for one in found:
        yield from _logged(root, rows.written, one.digest, f"{place}/{study_findings.name_of(one)}", study_findings.row_of(one), repair)


def _newest(sound: list[Revision]) -> Revision:
    return max(sound, key=lambda revision: revision.number)


def _logged(root: Path, known: dict[str, str], digest: str, place: str, row: log.Done, repair: tuple[str, str] | None) -> Iterator[Finding]:
    """Take a revision or step out of what the log names; one that it does not name gets a row."""
    if known.pop(digest, None) is not None:
        return
    missing = message("the log has no row for it: the program was killed at that moment, or it is older than the log")
    yield Finding(CHAIN, Severity.REMARK, missing, place)
    if repair is not None:
        log.append(root, repair[0], "", repair[1], replace(row, action="found", facts={**row.facts, "was": row.action}))
        yield _repaired(message("the log has a row for it now"), place)


def _delivered(root: Path, newest: Revision) -> Iterator[Finding]:
    """Compare the delivered files with what the newest revision says of them."""
    for path, digest in newest.files.items():
        try:
            there = publish.digest_at(contained(root, path))
        except (OSError, ValueError) as error:
            cause = system_cause(error) if isinstance(error, OSError) else message("it leads out of the project")
            yield Finding(FILES, Severity.ERROR, message("it cannot be read: {cause}", cause=cause), path)
            continue
        if not there:
            yield Finding(FILES, Severity.ERROR, message("the file is missing; open the case and save it to write it again"), path)
        elif there != digest:
            yield Finding(FILES, Severity.ERROR, message("the file was changed outside; open the case to compare it"), path)


def _lists(root: Path) -> Iterator[Finding]:
    """Read the lists that a project cannot do without."""
    try:
        people.read(root)
        if ids_path(root).exists():
            read_patients(ids_path(root))
    except AnnotatorError as error:
        yield Finding(LISTS, Severity.ERROR, error.message, ".annotator")


def _repaired(what: Message, place: str) -> Finding:
    return Finding(REPAIRED, Severity.REMARK, what, place)
