"""Note who looked at which patient and who took data out: the access log, apart from the log of what was changed.

`.annotator/access/<writer>-<month>.jsonl`, rows and chain as `workspace.log` writes them, a file a month: months older than the setting
`access_days` (two years) are deleted.  A patient stands there under the project's pseudonymous id, and before there is one under a
salted digest of the case.  What cannot be noted is said once, and nobody is kept from working.
"""

from __future__ import annotations

import datetime
import getpass
import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from annotator import settings
from annotator.domain.person import NAMES, Acting
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, mark, message, translate
from annotator.workspace import durable, log
from annotator.workspace.projects import ProjectFolder

NAME = "access"
OPEN, EXPORT = "open", "export"
DAYS, USUAL_DAYS = "access_days", 730
_ACTIONS = {OPEN: mark("opened"), EXPORT: mark("exported")}
HEADINGS = (mark("Time"), mark("Account"), mark("Person"), mark("Role"), mark("Computer"), mark("Action"), mark("Patient or case"),
            mark("Reason"), mark("Details"))  # fmt: skip


def note(root: Path, acting: Acting, time: str, done: Iterable[log.Done]) -> None:
    """Add rows for whoever is at work, with the account of the system; months that are too old go.  Raises OSError."""
    account = {"account": getpass.getuser()}
    rows = [log.Done(one.action, one.case, one.reason, facts={**one.facts, **account}) for one in done]
    log.append(root, acting.name, acting.role.value if acting.role else "", time, *rows, name=NAME, part=f"-{time[:7]}")
    forget(root, time, settings.read(DAYS, USUAL_DAYS))


def exported(root: Path, acting: Acting, time: str, form: str, images: int, reason: str) -> None:
    """Note that the annotations of a project were taken out, and why.  Raises OSError."""
    note(root, acting, time, [log.Done(EXPORT, reason=reason, facts={"format": form, "images": str(images)})])


def forget(root: Path, time: str, days: int) -> tuple[Path, ...]:
    """Delete the months that ended more than so many days before `time` (ISO 8601); returns which.  Raises OSError."""
    oldest = datetime.date.fromisoformat(time[:10]) - datetime.timedelta(days=days)
    gone = []
    for path in log.files(root, NAME):
        with suppress(ValueError):  # a name that no month ends stays
            month = datetime.date.fromisoformat(f"{path.stem[-7:]}-01")
            if (month + datetime.timedelta(days=31)).replace(day=1) <= oldest:
                durable.remove(path)
                gone.append(path)
    return tuple(gone)


def table(root: Path) -> bytes:
    """Return all rows as an Excel workbook, the newest first.  Raises OSError."""
    from annotator.formats.sheets import workbook  # Excel is loaded where somebody wants it

    return workbook([(translate(mark("Access")), [translate(heading) for heading in HEADINGS], cells(root))])


def cells(root: Path) -> list[tuple[str, ...]]:
    """Return the texts of all rows under `HEADINGS`, the newest first.  Raises OSError."""
    rows = sorted(log.read(root, NAME), key=lambda row: row.time, reverse=True)
    return [_cells(row) for row in rows]


def patient_of(project: ProjectFolder, known: str, case: str) -> str:
    """Return as what a patient is noted: the pseudonymous id, else a digest that only this project can make."""
    return known or "~" + hashlib.sha256(f"{project.salt}\n{case}".encode()).hexdigest()[:12]


def not_noted(error: OSError | AnnotatorError) -> Message:
    """Say that the access log could not be written."""
    reason = error.cause if isinstance(error, AnnotatorError) else system_cause(error)
    return message("Who opens what could not be noted in the access log: {reason}", reason=reason)


def _cells(row: log.Row) -> tuple[str, ...]:
    facts = {key: value for key, value in row.facts.items() if key != "account"}
    told = ", ".join(f"{key} {value}" for key, value in facts.items())
    action = translate(_ACTIONS[row.action]) if row.action in _ACTIONS else row.action
    role = next((translate(name) for known, name in NAMES.items() if known.value == row.role), row.role)
    return row.time, row.facts.get("account", ""), row.person, role, row.machine, action, row.case, row.reason, told
