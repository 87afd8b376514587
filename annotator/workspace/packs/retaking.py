"""Take the steps of a pack again in the project, as the person who took them: each is judged by how the case stands now.

A step says from which one of the pack it comes (`pack`), so that none is taken twice.  After a verdict happens what the window does: when
both are in, the agreed reading becomes the record, or the case goes to adjudication (`concluding`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from annotator import __version__
from annotator.domain.course import AGAIN, ANSWER, ASK, MOVE, READ_AGAIN, VERDICT, State, Step
from annotator.domain.delivery import Sheet
from annotator.domain.document import Document
from annotator.domain.image import Image, ImageKey
from annotator.domain.person import Acting, Role
from annotator.domain.project import Pass
from annotator.domain.verdict import Outcome
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace import log, steps
from annotator.workspace.bringing import sheet_of
from annotator.workspace.catalogue import Series
from annotator.workspace.concluding import SEEN_OTHER, conclude, corrected, rows_of
from annotator.workspace.packs.members import members_of
from annotator.workspace.packs.sealed import PackedCase
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reading_store import BASE, READING, ReadingStore
from annotator.workspace.register import Register
from annotator.workspace.work import images_by_key

ORIGIN = "pack"
"""What a step that came with a pack tells besides: the digest of the step there."""
_NUMBERED = {ANSWER: "question", READ_AGAIN: AGAIN}


@dataclass(frozen=True)
class Retaken:
    """How many steps were taken, and why the others were not; `concluded`: the state that the verdicts led to."""

    count: int = 0
    refused: tuple[Message, ...] = ()
    concluded: State | None = None


class Retaking:
    """The steps of one case of a pack; `renamed`: what revisions of the pack are called in the project, `conflict`: it is in one."""

    def __init__(self, folder: ProjectFolder, packed: Path, case: PackedCase, acting: Acting, passes: tuple[Pass, ...],
                 renamed: Mapping[str, str], time: str, *, conflict: bool) -> None:  # fmt: skip
        self._folder, self._packed, self._case, self._acting = folder, packed, case, acting
        self._passes, self._renamed, self._time, self._conflict = passes, renamed, time, conflict

    @cached_property
    def _store(self) -> ReadingStore:
        return ReadingStore(self._folder, self._acting)

    def take(self) -> Retaken:
        """Take what is new; raises OSError, and AnnotatorError where the project cannot be read."""
        root, case = self._folder.root, self._case.case
        there, odd = steps.read(self._packed, case)
        taken = {step.facts[ORIGIN]: step for step in steps.read(root, case)[0] if ORIGIN in step.facts}
        numbers, count, refused = dict[str, str](), 0, list(odd)
        known = set(self._case.steps)
        for step in there:
            if step.digest in known:
                continue
            if step.digest in taken or _follows(step):
                numbers[str(step.number)] = str(taken[step.digest].number) if step.digest in taken else ""
                continue
            if refused and step.kind not in (ASK, ANSWER):
                refused.append(message("step {number} rests on one that was not taken", number=step.number))
                continue
            try:
                numbers[str(step.number)] = str(self._again(step, numbers))
                count += 1
            except AnnotatorError as error:
                refused.append(error.cause)
        concluded = None
        try:
            concluded = self._concluded()
        except AnnotatorError as error:
            refused.append(error.cause)
        doing = message("Taking the steps of the case {case} again", case=case)
        return Retaken(count, tuple(message("{doing}: {cause}", doing=doing, cause=cause) for cause in refused), concluded)

    def _again(self, step: Step, numbers: Mapping[str, str]) -> int:
        """Take one step and return its number; raises AnnotatorError."""
        doing = message("Changing the state of the case {case}", case=step.case)
        acting = self._acting if self._acting.role is not None else Acting(step.person)
        if step.person != acting.name:
            raise AnnotatorError(doing, message("{name} took it, for whom the pack is not", name=step.person), message("Look at it again"))
        if self._conflict and step.kind == MOVE:
            cause = message("the case was changed in both places: it waits until somebody unites them")
            raise AnnotatorError(doing, cause, message("Unite them in the window, then merge again"))
        facts, named = {**step.facts, ORIGIN: step.digest}, _NUMBERED.get(step.kind, "")
        if named in facts:
            facts[named] = numbers.get(facts[named], facts[named])
        made = replace(step, facts=facts, revision=self._renamed.get(step.revision, step.revision))
        correct = self._judged(made) if step.kind == VERDICT else ()
        expected = None if step.kind in (ASK, ANSWER) else step.before
        standing = steps.take(self._folder.root, made, acting, self._passes, expected=expected)
        role = acting.role.value if acting.role is not None else ""
        log.append(self._folder.root, acting.name, role, step.time, *correct)
        return standing.number

    def _judged(self, verdict: Step) -> tuple[log.Done, ...]:
        """What a verdict corrects, for the log; raises AnnotatorError where record or reading are not there."""
        doing, now = message("Opening the reading of a reviewer"), self._store.record(verdict.case)
        if verdict.facts.get(BASE) != now.digest or now.conflict:
            cause = message("the verdict is about a record that was changed meanwhile")
            raise AnnotatorError(doing, cause, message("Let the case be reviewed again"))
        if verdict.facts.get(SEEN_OTHER) and verdict.facts[SEEN_OTHER] not in {
            step.revision for step in steps.standing(self._folder.root, verdict.case).verdicts.values()
        }:  # fmt: skip
            raise AnnotatorError(doing, message("the other reviewer changed the reading meanwhile"), message("Let it be looked at again"))
        reading = self._store.exactly(verdict.facts.get(READING, verdict.case), verdict.revision).document
        found = corrected(now, reading, self._images.get)
        return rows_of(verdict.case, now, verdict.revision, found)

    @cached_property
    def _members(self) -> tuple[Series, ...]:
        """The series of the case in the project's tree; raises AnnotatorError where they are not there."""
        return members_of(self._folder, self._case)

    @cached_property
    def _images(self) -> Mapping[ImageKey, Image]:
        return {image.key: image for series in self._members for image in series.images}

    def _concluded(self) -> State | None:
        """Let the case go where its verdicts lead it, if this person's is in; raises AnnotatorError."""
        if self._acting.role not in (Role.REVIEWER, Role.ADJUDICATOR):
            return None
        root, case = self._folder.root, self._case.case
        standing = steps.standing(root, case)
        if standing.state not in (State.REVIEW, State.ADJUDICATION) or self._acting.name not in standing.verdicts:
            return None
        follows = conclude(self._store, case, standing, lambda key: self._images.get(key), self._folder.project.reviewing.least_iou)
        if follows is None or follows[0] is Outcome.ACCEPT:
            return None
        outcome, agreed = follows
        now, after = self._store.record(case), State.AGREED if outcome is Outcome.AGREED else State.ADJUDICATION
        digest = now.digest
        if outcome is Outcome.AGREED and agreed != now.document:
            pixels = {key: entry.pixels for key, entry in now.images.items() if entry.pixels}
            role = self._acting.role.value
            digest = self._store.save(case, agreed, now.digest, self._sheets(agreed, now.regions_only), self._acting.name, self._time,
                                      software=f"annotator {__version__}", digests=pixels, regions_only=now.regions_only,
                                      role=role).digest  # fmt: skip
        step = Step(case, 0, MOVE, "", "", self._time, after=after, revision=digest)
        steps.take(root, step, self._acting, self._passes, expected=standing.state)
        return after

    def _sheets(self, document: Document, regions_only: bool) -> Sequence[Sheet]:
        return list(self._of_images(document, regions_only))

    def _of_images(self, document: Document, regions_only: bool) -> Iterator[Sheet]:
        """What a save of the record delivers, as from the window."""
        register, there = Register(self._folder), images_by_key(self._members)
        named = there if self._store.whole_cases else sorted({*document.annotations, *document.issued} & there.keys())
        for key in named:
            series, image = there[key]
            names = register.in_tree(image)
            if names is not None:
                bare = sheet_of(self._folder, series, image, names, in_tree=True)
                yield replace(bare, annotations=document.on(key), facts=document.facts, regions_only=regions_only,
                              author=self._acting.name, time=self._time, software=f"annotator {__version__}")  # fmt: skip


def _follows(step: Step) -> bool:
    """Whether a step only followed from verdicts: that is concluded anew, from all of them."""
    return step.kind == MOVE and step.before in (State.REVIEW, State.ADJUDICATION) and step.after in (State.AGREED, State.ADJUDICATION)


