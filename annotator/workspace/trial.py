"""Try a definition out before it counts: what is wrong in its files, what it would change, and every name it makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotator.domain.finding import Severity
from annotator.domain.naming import Example, Oddity, examples, oddities
from annotator.domain.redefinition import Verdict
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.workspace import definitions, redefinition
from annotator.workspace.definitions import TOML, Definition
from annotator.workspace.redefinition import Review


@dataclass(frozen=True)
class Trial:
    """What came of it; without a definition only the error is there."""

    definition: Definition | None = None
    error: Message | None = None
    remarks: tuple[Message, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    examples: tuple[Example, ...] = ()
    review: Review = Review(())

    @property
    def sentences(self) -> tuple[tuple[Severity, Message], ...]:
        """Everything that is to be said, errors first."""
        said = [(Severity.ERROR, self.error)] if self.error else []
        said += [(oddity.severity, oddity.text) for oddity in self.oddities]
        stopped = self.review.stopped_by()
        said += [(Severity.ERROR, change.text) for change in stopped]
        said += [(Severity.REMARK, remark) for remark in self.remarks]
        said += [(Severity.REMARK, change.text) for change in self.review.changes if change.verdict is Verdict.ASK]
        return tuple(sorted(said, key=lambda entry: entry[0] is not Severity.ERROR))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return not any(severity is Severity.ERROR for severity, _ in self.sentences)


def try_files(folder: Path) -> Trial:
    """Try the two files of a folder as they are on the disk."""
    try:
        toml, table = definitions.contents(folder)
    except AnnotatorError as error:
        return Trial(error=error.message)
    return try_definition(toml, table, folder)


def try_definition(toml: bytes, table: bytes, root: Path | None = None) -> Trial:
    """Try a definition that may not be written yet; `root`: the project whose saved work it is compared with."""
    try:
        found = definitions.parse(toml, table)
        last = definitions.accepted(root) if root is not None else None
        changed = last is not None and root is not None and last.digest != found.digest
        review = redefinition.review(root, last, found) if changed and last is not None and root is not None else Review(())
    except AnnotatorError as error:
        return Trial(error=error.message)
    return Trial(found, None, found.remarks, oddities(found.project), examples(found.project), review)


def stamp(folder: Path) -> tuple[object, ...]:
    """Return what changes when one of the two files is edited, so that they are tried only then."""
    found: list[object] = []
    for name in (TOML, definitions.TABLE):
        try:
            state = (folder / name).stat()
            found.append((state.st_mtime_ns, state.st_size, state.st_ino))
        except OSError:
            found.append(None)
    return tuple(found)
