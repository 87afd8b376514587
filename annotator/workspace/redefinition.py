"""Change a project's definition after work has begun: list what it touches, refuse what would change a meaning, apply the rest as one.

The intent (both new files) is on disk before the first of them is written; a start that finds an intent finishes it.
"""

from __future__ import annotations

import datetime
import getpass
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.judging import Judging
from annotator.domain.redefinition import Change, Usage, Verdict, compare
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import definitions, durable, ids, publish, revisions
from annotator.workspace.definitions import INTENT, TABLE, TOML, Definition
from annotator.workspace.labels import slices_of

POINTS = ("redefinition.after_intent", "redefinition.before_toml", "redefinition.before_accept", "redefinition.before_log",
          "redefinition.before_drop")
"""Places at which `durable.fault` may end a change of the definition."""

_LOCK = "definition"


@dataclass(frozen=True)
class Review:
    """What a new definition would change, and whether it may."""

    changes: tuple[Change, ...]

    def stopped_by(self, confirmed: Collection[str] = ()) -> tuple[Change, ...]:
        """Return the changes that may not be made; `confirmed`: keys of categories that are only called differently now."""
        return tuple(
            change
            for change in self.changes
            if change.verdict is Verdict.REFUSED or (change.verdict is Verdict.CONFIRM and change.category not in confirmed)
        )


def usage(root: Path, judging: Judging | None = None) -> Usage:
    """Count what was saved in a project, also in label volumes of what is judged.

    Raises OSError, and AnnotatorError where something cannot be read.
    """
    annotations, cases, answers = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    all_cases = files = in_tree = 0
    folder = root / ".annotator" / "cases"
    for case in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            heads, _ = revisions.heads(root, case.name, keep=True)
        except record.Newer as error:
            raise AnnotatorError(message("Loading the case {case}", case=case.name),
                                 message("it was saved by a newer version of the program"), message("Update the program")) from error
        all_cases += bool(heads)
        drawn = {a for head in heads for found in head.document.annotations.values() for a in found}
        annotations.update(a.category for a in drawn)
        labelled = {judging.key(number): count for head in heads if judging for number, count in slices_of(root, head.document).items()}
        annotations.update(labelled)
        cases.update({a.category for a in drawn} | labelled.keys())
        answers.update(entry for a in drawn for entry in a.attributes)
        files += len({path for head in heads for path in head.files})
        in_tree += len({key for head in heads for key, entry in head.images.items() if _lies_in(root, entry.path)})
    patients = ids.read_patients(ids.ids_path(root))
    classes = Counter(patient.class_folder for patient in patients.values())
    return Usage(annotations, cases, answers, all_cases, files, in_tree, classes)


def _lies_in(root: Path, path: str) -> bool:
    return bool(path) and root.resolve() in Path(root, path).resolve().parents


def review(root: Path, old: Definition, new: Definition) -> Review:
    """Compare two definitions against what was saved.  Raises AnnotatorError where that cannot be read."""
    try:
        return Review(compare(old.project, new.project, usage(root, old.project.judging)))
    except OSError as error:
        doing = message("Looking at what a new definition would change")
        raise AnnotatorError(doing, system_cause(error), message("See that the folder can be reached")) from error


def refusal(changes: Sequence[Change]) -> AnnotatorError:
    """Make the error that names the changes that may not be made."""
    first = changes[0].text
    cause = message("{change} (and {count} more)", change=first, count=len(changes) - 1) if len(changes) > 1 else first
    confirmable = all(change.verdict is Verdict.CONFIRM for change in changes)
    remedy = (
        message("Take it back, or say that they are only called differently: annotator project accept DIR --renamed {keys}",
                keys=",".join(change.category for change in changes))
        if confirmable
        else message("Take it back in project.toml and categories.csv")
    )
    return AnnotatorError(message("Changing the definition of the project"), cause, remedy)


def apply(root: Path, before: str, toml: bytes, table: bytes, confirmed: Collection[str] = (), author: str = "", time: str = "") -> Review:
    """Write a new definition and agree to it, both files as one change; returns what it changed.

    `before`: digest of the files that the person began with.  Raises AnnotatorError, and then nothing has changed.
    """
    new = definitions.parse(toml, table)
    doing = message("Changing the definition of the project")
    try:
        with publish.alone(root, _LOCK):
            finish(root)
            if _digest_there(root) != before:
                raise AnnotatorError(doing, message("the files were changed meanwhile"), message("Open the project again first"))
            old = definitions.accepted(root) or definitions.read(root)
            found = review(root, old, new)
            stopped = found.stopped_by(confirmed)
            if stopped:
                raise refusal(stopped)
            _carry_out(root, new, _line(old, new, found, confirmed, author, time, "program"))
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from error
    return found


def agree(root: Path, new: Definition, confirmed: Collection[str] = ()) -> tuple[Message, ...]:
    """Agree to the definition that is in the files already, and return what it changed; refused changes raise AnnotatorError.

    Raises OSError where the project cannot be written.
    """
    last = definitions.accepted(root)
    if last is not None and last.digest == new.digest:
        return ()
    with publish.alone(root, _LOCK):
        old = definitions.accepted(root)
        if old is None:
            definitions.accept(root, new)
            return ()
        if old.digest == new.digest:
            return ()
        found = review(root, old, new)
        stopped = found.stopped_by(confirmed)
        if stopped:
            raise refusal(stopped)
        definitions.log(root, _line(old, new, found, confirmed, "", "", "files"))
        definitions.accept(root, new)
    listed = tuple(change.text for change in found.changes if change.verdict is not Verdict.FINE)
    return (message("the definition was changed since the project was last opened; this is logged"), *listed)


def finish(root: Path) -> None:
    """Finish a change of the definition that was interrupted.  The caller holds the lock.  Raises OSError."""
    path = root / ".annotator" / INTENT
    try:
        found, _ = record.unseal(path.read_bytes())
        new = definitions.parse(*definitions.unpacked(found))
        _put_in_place(root, new, record.entries(found.get("line")))
    except FileNotFoundError:
        return
    except (record.Damaged, AnnotatorError):
        durable.remove(path)  # it never became whole: nothing was written yet


def unfinished(root: Path) -> bool:
    """Whether a change of the definition was interrupted."""
    return (root / ".annotator" / INTENT).exists()


def finish_alone(root: Path) -> None:
    """The same, for a caller that does not hold the lock.  Raises OSError."""
    with publish.alone(root, _LOCK):
        finish(root)


def _carry_out(root: Path, new: Definition, line: dict[str, object]) -> None:
    sealed, _ = record.seal({**definitions.packed(new.toml, new.table), "line": line})
    durable.write(root / ".annotator" / INTENT, sealed)
    durable.fault("redefinition.after_intent")
    _put_in_place(root, new, line)


def _put_in_place(root: Path, new: Definition, line: dict[str, object]) -> None:
    durable.write(root / TABLE, new.table)
    durable.fault("redefinition.before_toml")
    durable.write(root / TOML, new.toml)
    durable.fault("redefinition.before_accept")
    definitions.accept(root, new)
    durable.fault("redefinition.before_log")
    definitions.log(root, line)
    durable.fault("redefinition.before_drop")
    durable.remove(root / ".annotator" / INTENT)


def _line(old: Definition, new: Definition, found: Review, confirmed: Collection[str], author: str, time: str,
          way: str) -> dict[str, object]:
    return {
        "time": time or datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "author": author or getpass.getuser(),
        "way": way,
        "before": old.digest,
        "after": new.digest,
        "changes": [{"verdict": change.verdict.value, "text": str(change.text)} for change in found.changes],
        "confirmed": sorted(confirmed),
    }


def _digest_there(root: Path) -> str:
    toml, table = definitions.contents(root)
    return definitions.digest_of(toml, table)
