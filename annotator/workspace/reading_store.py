"""Keep a reading beside the case, with revisions of its own and nothing published: a reviewer's, begun from the record, or a repeated one.

While a case is in review (or in adjudication, for the adjudicator) whoever reviews it works on their own reading; the record stays as it is
until both are in.  Readings lie in `.annotator/readings`, as cases lie in a project; their names hold whose they are and from which record
they began (`reading_case`): a case that comes back from rework is read anew.  A case that is given to somebody once more begins without
what was drawn before (`domain.rereading`).  For everybody else, and in every other state, this is the store as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from annotator.domain.course import Standing, State, Step
from annotator.domain.delivery import Sheet
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.person import Acting, Role
from annotator.domain.project import Project
from annotator.domain.rereading import DRAW, again_for, begun
from annotator.domain.reviewing import SEQUENTIAL
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.formats.format import Format
from annotator.i18n import message
from annotator.paths import nfc
from annotator.workspace import durable, revisions, steps
from annotator.workspace.store import Folder, Head, Loaded, Saved, Store

MARK = "--"
"""Between the id of a case (a UID, which has no hyphen) and what stands for a reading of it."""
FOLDER = ".annotator/readings"
READING, BASE, WORD = "reading", "base", "verdict"
"""What a verdict tells: the case that holds the reading, the digest of the record that it began from, and the word itself."""
_BEGUN = "begun:"


@dataclass(frozen=True)
class Aside:
    """Where a reviewer's work on a case goes: the reading's id, the record it is about, and from what it begins (case, digest)."""

    reading: str
    base: str
    begins: tuple[str, str]
    again: Step | None = None
    """The step by which the case was given once more; None: it is reviewed."""

    @property
    def token(self) -> str:
        """What stands for the digest of a reading of which nothing is saved yet."""
        return _BEGUN + hashlib.sha256(f"{self.reading} {self.begins}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


    def unchanged(self, case: str) -> tuple[str, str]:
        """What a verdict names as the reading where nothing was changed: the id of the case or of another reading, and the digest."""
        return (case, self.base) if self.begins[0] == case else self.begins


@dataclass(frozen=True)
class _Beside:
    """Where the readings of a project lie, as a project folder."""

    root: Path
    project: Project
    read_only: bool


def reading_case(case: str, reviewer: str, base: str) -> str:
    """Return the id of the case that holds a reviewer's own reading of a case whose record has the digest `base`."""
    content = f"{nfc(reviewer)}\n{base}".encode("utf-8", "surrogatepass")
    return f"{case}{MARK}{hashlib.sha256(content).hexdigest()[:12]}"


def reviews(standing: Standing, acting: Acting) -> bool:
    """Whether whoever is acting reviews or adjudicates a case that stands so."""
    if standing.state is State.REVIEW:
        return acting.role is Role.REVIEWER and acting.name not in standing.drew.values()
    return standing.state is State.ADJUDICATION and acting.role is Role.ADJUDICATOR


class ReadingStore(Store):
    """The store of a session: what a reviewer does goes aside, all else where it always went."""

    def __init__(self, project: Folder, acting: Acting, formats: Sequence[Format] | None = None) -> None:
        super().__init__(project, formats)
        self._acting, self._mode = acting, project.project.reviewing.mode
        self._folder = project
        self._asides: dict[str, Aside] = {}

    @cached_property
    def _readings(self) -> Store:
        """The store of the readings; what is saved there stands in the project's log."""
        root = self.root / FOLDER
        if not self.read_only:
            durable.require_folder(self.root)
            durable.make_folder(root / ".annotator")
        found = Store(_Beside(root, self._folder.project, self.read_only), ())
        found.logged_in = self.root
        return found

    def aside(self, case: str) -> Aside | None:
        """Where the work on a case goes as it was last loaded; None: into the case itself."""
        return self._asides.get(case)

    def release(self, case: str) -> None:
        """Let the next save go into the case itself."""
        self._asides.pop(case, None)

    def record(self, case: str) -> Loaded:
        """Return the newest revision of the case itself; raises AnnotatorError."""
        return super().load(case)

    @property
    def project(self) -> Project:
        """The definition of the project."""
        return self._folder.project

    def exactly(self, name: str, digest: str) -> Loaded:
        """Return the revision with this digest of a case, or of a reading by its id; raises AnnotatorError where it is not there."""
        root = self.root / FOLDER if MARK in name else self.root
        doing = message("Opening the reading of a reviewer")
        try:
            for number, path in sorted(revisions.listed(root, name).items(), reverse=True):
                with suppress(record.Damaged):
                    found = revisions.decode(path.read_bytes())
                    if found.digest == digest:
                        head = Head(number, digest, found.author, found.time)
                        return Loaded(found.document, number, digest, found.regions_only, (), (head,), found.through, found.moved,
                                      found.images)  # fmt: skip
        except OSError as error:
            raise AnnotatorError(doing, system_cause(error), message("Look whether the project's folder can be reached")) from error
        raise AnnotatorError(doing, message("it is not there, or is damaged"), message("Put the project's folder back from a backup"))

    def load(self, case: str, digest: str = "") -> Loaded:
        """Return the newest revision of the case, or of the own reading of it; raises AnnotatorError."""
        aside = self._find(case)
        if aside is None:
            self.release(case)
            return super().load(case, digest)
        self._asides[case] = aside
        found = self._readings.load(aside.reading, digest)
        if found.revision:
            return found
        begins, first = aside.begins
        started = super().load(case, first) if begins == case else self._readings.load(begins, first)
        if aside.again is not None:
            started = replace(started, document=begun(started.document, aside.again.facts.get("role", "")))
        heads = tuple(replace(head, digest=aside.token) for head in started.heads[:1])
        return replace(started, digest=aside.token, heads=heads, through=(("", 0),), moved=(), remarks=())

    def save(
        self, case_id: str, document: Document, parent: str, sheets: Sequence[Sheet], author: str, time: str, *,
        software: str = "", digests: Mapping[ImageKey, str] | None = None, regions_only: bool | None = None,
        through: tuple[str, int] = ("", 0), merges: Sequence[str] = (), anew: bool = False, role: str = "",
    ) -> Saved:
        """Save the case, or the own reading of it, from which nothing is delivered; as `Store.save`."""
        aside = self._asides.get(case_id)
        told: dict[str, Any] = {"software": software, "digests": digests, "regions_only": regions_only, "through": through, "role": role}
        if aside is None:
            return super().save(case_id, document, parent, sheets, author, time, merges=merges, anew=anew, **told)
        before = aside.begins[1] if parent == aside.token else parent
        return self._readings.save(aside.reading, document, before, sheets, author, time, **told)

    def altered(self, case: str) -> tuple[str, ...]:
        """Return the delivered files of a case that others changed; a reading has none."""
        return () if case in self._asides else super().altered(case)

    def _find(self, case: str) -> Aside | None:
        if self._acting.role not in (*DRAW, Role.REVIEWER, Role.ADJUDICATOR):
            return None
        standing = steps.standing(self.root, case)
        again = again_for(standing, self._acting)
        if again is not None:
            return Aside(reading_case(case, self._acting.name, f"{again.revision} {again.number}"), again.revision,
                         (case, super().load(case).digest), again)  # fmt: skip
        if not reviews(standing, self._acting):
            return None
        base = super().load(case).digest
        others = [step for name, step in standing.verdicts.items() if name != self._acting.name and step.facts.get(BASE) == base]
        follows = standing.state is State.ADJUDICATION or self._mode == SEQUENTIAL
        first = min(others, key=lambda step: step.number) if others and follows else None
        begins = (first.facts[READING], first.revision) if first is not None else (case, base)
        return Aside(reading_case(case, self._acting.name, base), base, begins)
