"""Review the open case: pass it or correct it, give reasons, compare with the other reviewer, and let the case go where both lead it.

What is drawn goes into the own reading (`reading_store`); a verdict is a step that names it.  When both verdicts are in, what follows is
concluded at once, by whoever gave the last one: the agreed reading becomes the record, or the case goes to adjudication, or outlines wait
for the other's acceptance.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace

from annotator.domain import facts
from annotator.domain.correction import Correction, corrections
from annotator.domain.course import MOVE, VERDICT, Standing, State, Step
from annotator.domain.document import Document
from annotator.domain.edit import Edit, FactChange
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.reviewing import SEQUENTIAL
from annotator.domain.verdict import Difference, Outcome, Way, decided, settle, settle_by_hand, settled_as
from annotator.i18n import Message, message
from annotator.workspace import log, steps
from annotator.workspace.attending import Attending
from annotator.workspace.comparing import Comparing
from annotator.workspace.concluding import SEEN_OTHER, Review, beside, conclude, look, rows_of, told
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.reading_store import BASE, READING, WORD, Aside
from annotator.workspace.store import Loaded
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work

PASSED, CORRECTED = "pass", "corrected"
_IN_REVIEW = frozenset({State.REVIEW, State.ADJUDICATION})
_AGAIN = message("The adjudicated reading is the record now: both reviewers pass it once more")


class Reviewing(Comparing, Attending, ABC):
    """The part of a session that reviews."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._reviews: dict[str, Review] = {}
        self._passing: dict[str, Aside] = {}
        """Cases whose verdict is given as soon as they are saved."""
        self._corrected: tuple[object, object, tuple[Correction, ...]] = (None, None, ())

    @property
    def review(self) -> Review | None:
        """How the review of the open case stands; None: whoever is at work does not review it, or it is not known yet."""
        return self._reviews.get(self._case)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What the own reading of the open case corrects of the record."""
        review, document = self.review, self.document
        if review is None:
            return ()
        if self._corrected[0] is not review or self._corrected[1] is not document:
            self._corrected = review, document, corrections(review.record.document, document, self._image_seen)
        return self._corrected[2]

    @property
    def without_reason(self) -> tuple[Correction, ...]:
        """The corrections that still need a reason, where the project asks for reasons."""
        return tuple(c for c in self.corrections if not c.reason) if self.project.project.reviewing.reasons else ()

    def give_reason(self, correction: Correction, reason: str) -> None:
        """Say why an annotation was corrected; empty: nothing is said of it."""
        fact, before = facts.reason(correction.image, correction.number), correction.reason or None
        after = reason.strip() or None
        if before != after:
            self._do(Edit(message("Reason for the correction"), (), (FactChange(fact, before, after),)))

    def settle_difference(self, difference: Difference, way: Way) -> None:
        """Settle a difference of the two readings in the own one, as one edit."""
        image = None if difference.image is None else self._image_seen(difference.image)
        edit = settle(self.document, image, difference, way)
        if edit is None:
            self.say(message("It is so already"))
        else:
            self._do(edit)

    def settled(self, difference: Difference) -> Way | None:
        """Return how a difference is settled in the own reading as it is now."""
        return settled_as(self.document, None if difference.image is None else self._image_seen(difference.image), difference)

    def edit_difference(self, difference: Difference) -> None:
        """Settle a difference by drawing: go to where it is, with A's annotation chosen."""
        edit = settle_by_hand(self.document, difference)
        if edit is not None:
            self._do(edit)
        if difference.image is not None:
            self.look_at(difference.image, difference.one.id if difference.one is not None else None)

    def undecided(self) -> tuple[Difference, ...]:
        """Return the differences on which nobody decided yet."""
        return tuple(d for d in (self.review.found if self.review is not None else ()) if not decided(self.document, d))

    def look_at(self, key: ImageKey, number: int | None = None) -> None:
        """Show an image of the case, and choose an annotation of it."""
        self._show_image(key)
        self.select([] if number is None else [number])

    def show_other_reading(self) -> None:
        """Show the other reviewer's reading beside the own one."""
        review = self.review
        if review is None or not review.shown:
            self.refuse(message("The other reviewer's reading is shown when both are in"))
            return
        store, read = self._keeping.store, review.pair[-1] if review.both else review.shown[-1]
        self._tasks.run(lambda: beside(store, read, review.case), lambda found: self._show_beside((found,)), self._failed)

    def pass_case(self) -> bool:
        """Give the verdict on the open case as it is read now, as soon as it is saved; False where something is missing, which is said."""
        aside = self._keeping.store.aside(self._case)
        if aside is None or self.review is None:
            self.refuse(message("There is nothing to pass: this case is not in review, or not by you"))
            return False
        if self.without_reason:
            missing = self.without_reason
            told_count = message("{count} corrections have no reason yet: choose one in the review panel", count=len(missing))
            self.say(told_count, Severity.WARNING)
            self.look_at(missing[0].image, missing[0].number if missing[0].change.after is not None else None)
            return False
        left = self.undecided() if self.review.standing.state is State.ADJUDICATION else ()
        if left:
            self.refuse(message("{count} differences are not settled yet: compare the readings", count=len(left)))
            return False
        self._passing[self._case] = aside
        self.save()
        self._give_verdicts()
        return True

    def send_back(self, reason: str, to: State = State.SECOND_PASS) -> None:
        """Send the open case back to a pass, with the reason, and go on to the next one."""
        step = Step(self._case, 0, MOVE, "", "", "", after=State.REWORK, reason=reason.strip(), facts={"to": to.value})
        self._leave_review(step, message("Sent back to be done again: {reason}", reason=step.reason))

    def discard_reviewed(self, reason: str) -> None:
        """Discard the open case, with the reason, and go on to the next one."""
        step = Step(self._case, 0, MOVE, "", "", "", after=State.DISCARDED, reason=reason.strip())
        self._leave_review(step, message("The case is discarded: {reason}", reason=step.reason))

    def _leave_review(self, step: Step, told: Message) -> None:
        if not step.reason:
            self.refuse(message("A reason is needed: write why"))
            return

        def left(_: Standing) -> None:
            self._count_done(self._clock())
            self._put_review_down(step.case)
            if step.case == self._case:
                self._open_next()
            self.say(told)

        self.take_step(step, left)

    @abstractmethod
    def _open_next(self) -> None:
        """Open the next case after one that is done."""

    def _needed(self, case: str) -> bool:
        return case in self._passing or super()._needed(case)

    def _tell(self, *topics: Topic) -> None:
        super()._tell(*topics)
        if Topic.SAVED in topics and self._passing:
            self._give_verdicts()
        if Topic.COURSE in topics:
            self._look_at_review(self._case)

    def _image_seen(self, key: ImageKey) -> Image | None:
        return next((s.images[s.places[key]] for s in self._members(self._case) if key in s.places), None)

    def _images_of(self, case: str) -> dict[ImageKey, Image]:
        return {image.key: image for series in self._members(case) for image in series.images}

    def _look_at_review(self, case: str) -> None:
        """Find out how the review of a case stands, beside the window; `Topic.REVIEW` tells when it is known."""
        keeping, standing, acting = self._keeping, self._standings.get(case), self.acting
        aside = keeping.store.aside(case)
        known = self._reviews.get(case)
        if aside is None or aside.again is not None or standing is None or standing.state not in _IN_REVIEW or acting is None:
            if self._reviews.pop(case, None) is not None:
                self._tell(Topic.REVIEW)
            return
        if known is not None and known.standing == standing:
            return
        rules, images = self.project.project.reviewing, self._images_of(case)

        def ended(found: Review) -> None:
            if keeping is self._keeping:
                self._reviews[case] = found
                self._tell(Topic.REVIEW)

        sequential = rules.mode == SEQUENTIAL
        self._tasks.unhurried(
            lambda: look(keeping.store, case, standing, acting.name, sequential, images.get, rules.least_iou), ended, self._failed
        )

    def _give_verdicts(self) -> None:
        for case, aside in tuple(self._passing.items()):
            work = self._works.get(case)
            if work is None or (work.dirty and work.failed and not work.saving):
                del self._passing[case]  # that it is not saved has been said
            elif not (work.saving or work.dirty):
                del self._passing[case]
                self._give_verdict(work, aside)

    def _give_verdict(self, work: Work, aside: Aside) -> None:
        keeping, acting, review, time = self._keeping, self.acting, self._reviews.get(work.id), self._clock()
        members = self._members(work.id)
        root, passes, images = self.project.root, self._passes_of(members[0] if members else None), self._images_of(work.id)
        if acting is None or review is None:
            return
        digest = keeping.tip(work)
        reading, digest = aside.unchanged(work.id) if digest == aside.token else (aside.reading, digest)
        found = corrections(review.record.document, work.document, images.get)
        seen = review.shown[-1].step.revision if review.both and review.standing.state is State.REVIEW else ""
        word = CORRECTED if found else PASSED
        told_facts = {WORD: word, READING: reading, BASE: aside.base, SEEN_OTHER: seen}
        step = Step(work.id, 0, VERDICT, "", "", time, facts=told_facts, revision=digest)
        role, least = acting.role.value if acting.role else "", self.project.project.reviewing.least_iou

        def job() -> tuple[Standing, tuple[Outcome, Document] | None]:
            standing = steps.take(root, step, acting, passes, expected=review.standing.state)
            log.append(root, acting.name, role, time, *rows_of(work.id, review.record, digest, found))
            return standing, conclude(keeping.store, work.id, standing, images.get, least)

        def ended(what: tuple[Standing, tuple[Outcome, Document] | None]) -> None:
            standing, follows = what
            self._standings[work.id] = standing
            if review.waits:  # who passes a case once more has done no more
                self._count_done(time)
            self._tell(Topic.COURSE)
            if follows is None or follows[0] is Outcome.ACCEPT:
                self._look_at_review(work.id)  # another case is open by now; who comes back finds the verdict given
            if follows is None:
                self.say(message("Your verdict is in; the other reviewer's is awaited"))
            else:
                self._conclude(work.id, review.record, *follows)

        def failed(error: Exception) -> None:
            self._failed(error)
            self.read_standing(work.id)

        self._tasks.surely(job, ended, failed)

    def _conclude(self, case: str, before: Loaded, follows: Outcome, agreed: Document) -> None:
        """Let a case go where its verdicts lead it; the agreed reading becomes the record (`before`) first."""
        keeping, acting, root, members = self._keeping, self.acting, self.project.root, self._members(case)
        passes = self._passes_of(members[0] if members else None)
        if acting is None or follows is Outcome.ACCEPT:
            self.say(told(follows))
            return
        after = State.AGREED if follows is Outcome.AGREED else State.ADJUDICATION
        standing = self._standings.get(case)
        again = standing is not None and standing.state is State.ADJUDICATION and self.project.project.reviewing.unanimous
        after = State.REVIEW if again else after
        step = Step(case, 0, MOVE, "", "", self._clock(), after=after, revision=before.digest)
        publish = None
        if follows is Outcome.AGREED and agreed != before.document:
            keeping.store.release(case)
            series = tuple(found.uid for found in members)
            record = Work(case, series, History(agreed), before.document, before.digest, before.regions_only, sources=before.images)
            publish = keeping.save_job(record, members, self._digests(record))

        def job() -> Standing:
            revision = publish().digest if publish is not None else step.revision
            return steps.take(root, replace(step, revision=revision), acting, passes)

        def ended(found: Standing) -> None:
            self._standings[case] = found
            self.say(_AGAIN if again else told(follows))
            self._put_review_down(case)

        self._tasks.surely(job, ended, self._failed)

    def _put_review_down(self, case: str) -> None:
        """The review of a case is over for whoever is at work: what is open of it is brought up anew, as it is now."""
        self._reviews.pop(case, None)
        self._works.pop(case, None)
        if case == self._case and self.series is not None:
            if self.compared is not None:
                self.close_reading()
            self._bring_up(self.series)
        self._tell(Topic.COURSE, Topic.REVIEW, Topic.DOCUMENT, Topic.SAVED)
