"""Work along the slices of a series: join a stroke to its lesion, set where a lesion begins and ends, interpolate, copy, carry on."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from annotator import settings
from annotator.domain.annotation import Annotation, Drawn, Shape
from annotator.domain.document import Document
from annotator.domain.each import each
from annotator.domain.edit import Edit
from annotator.domain.filling import Apart, fill, join_and_fill
from annotator.domain.image import Image, ImageKey
from annotator.domain.joining import joined
from annotator.domain.lesions import Lesion, members, of_one_category, wholly_locked
from annotator.domain.merge import LOCKED, NOTHING, Refusal
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.domain.simplify import drawn_around
from annotator.domain.slices import PROJECTIONS, Slices, stacks_of
from annotator.domain.spanning import (
    COPIED,
    INTERPOLATED,
    PROPAGATED,
    UNTOUCHED,
    Already,
    End,
    bound,
    bounds_of,
    filled_by_copies,
    next_to,
    span,
    touched_by_hand,
)
from annotator.i18n import Message, mark, message
from annotator.tools.gesture import Outcome
from annotator.workspace.gathering import Gathering
from annotator.workspace.lesions_told import join_offered, reach_told
from annotator.workspace.notice import Severity
from annotator.workspace.tasks import Tasks

if TYPE_CHECKING:
    from annotator.domain.propagation import Example

JOINS = "join_lesions"
_What = Callable[[Document, Annotation], Edit | Refusal]
_NOT_HERE = message("The lesion that is meant is not drawn on this slice: go to a slice where it is")
_NONE_MEANT = message("Select a part of a lesion, or draw one: it says which lesion is meant")
_ENDED = {End.FIRST: mark("Lesions that begin on this slice: {count}"), End.LAST: mark("Lesions that end on this slice: {count}")}
_WENT_ON = {COPIED: mark("Lesions copied to this slice: {count}"), PROPAGATED: mark("Lesions carried on to this slice: {count}")}
_INTERPOLATED = mark("Interpolated lesions: {count}")
_NO_SLICES = message("These images are no stack of slices: lesions do not go on from one to the next")


class Along(Gathering, ABC):
    """The part of a session that goes along the slices; `joins`: what is drawn is joined to the lesion that it goes on with."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.joins = settings.read(JOINS, True)
        self._joinable: tuple[Document, Annotation] | None = None
        """What was not interpolated, and where: the same command once more joins what lies over it."""
        self._stacked: tuple[tuple[Image, ...], tuple[Slices, ...]] = (), ()

    @property
    def slices(self) -> Slices | None:
        """The stack of slices that the chosen image belongs to; None where it belongs to none."""
        series = self.series
        if series is None or self._key is None or self._key not in series.places:
            return None
        if self._stacked[0] is not series.images:
            self._stacked = series.images, stacks_of(series.images)
        return next((stack for stack in self._stacked[1] if self._key in stack.order), None)

    @property
    def on_slices(self) -> bool:
        """Whether the chosen image may belong to a stack, as far as that can be said without looking at the others."""
        image = self.image
        return image is not None and image.plane is not None and len(self.images) > 1 and image.modality not in PROJECTIONS

    def ends_of(self, lesion: Lesion) -> tuple[int | None, int | None]:
        """Return at which places of the open series a lesion was said to begin and to end; None where it was not, or not here."""
        slices, series = self.slices, self.series
        if slices is None or series is None or lesion.number is None:
            return None, None
        first, last = bounds_of(self.document, slices, lesion.number)
        places = [None if place is None else series.places[slices.images[place].key] for place in (first, last)]
        return places[0], places[1]

    def join_by_itself(self, joins: bool) -> None:
        """Join what is drawn to the lesion that it goes on with, or do not, also at the next start; raises OSError."""
        self.joins = joins
        settings.remember({JOINS: joins})

    def perform(self, outcome: Outcome, zoom: float = 1.0) -> None:
        """Do what a tool's conversation ended in; what was joined to a lesion by that is said."""
        before = {a.id for a in self.annotations}
        super().perform(outcome, zoom)
        new = next((a for a in self.annotations if a.id not in before and a.lesion is not None), None)
        if new is not None:
            count = len({a.image for there in self.document.annotations.values() for a in there if a.lesion == new.lesion})
            self.say(message("Part of lesion {lesion}: {count} slices", lesion=self.called(new), count=count), undo=True)

    def _recategorise(self, image: Image, numbers: Iterable[int], key: str) -> bool:
        """See Drawing; that something is in its lesion no more by it is said."""
        before = self.document
        if not super()._recategorise(image, numbers, key):
            return False
        parted = (a for a in before.on(image.key) if a.lesion is not None and a.category != key)
        left = next((a for a in parted if (now := self.document.find(a.image, a.id)) is not None and now.lesion is None), None)
        if left is not None:
            self.say(message("Of another category than lesion {lesion}: no part of it any more", lesion=left.lesion), undo=True)
        return True

    def _with_lesions_left(self, edit: Edit) -> Edit:
        """See Drawing; on slices a lesion is of one category, whatever is changed on a single one."""
        return of_one_category(self.document, edit) if self.on_slices else edit

    def set_end(self, end: End) -> bool:
        """Let the lesion begin or end on the chosen slice; a line or a box then stands on every slice between.  False: nothing changed."""
        slices, subjects, here = self.slices, self._meant, self._key
        why = self._why_not(slices, subjects)
        if why is not None or slices is None or here is None:
            return self._not_done(why)
        drawn = self._drawn_now()

        def ended(document: Document, subject: Annotation) -> Edit | Refusal:
            if filled_by_copies(subject):
                return span(document, slices, subject, end, here, drawn)
            return bound(document, slices, subject, end, here)

        edit, refused = self._of_each(subjects, ended)
        if isinstance(edit, Already):
            self.say(edit.reason)
            return False
        if not self._do_along(edit):
            return False
        if len(subjects) == 1:
            self._tell_reach(slices, subjects[0], end)
        else:
            self._tell_of_several(_ENDED[end], len(subjects) - len(refused), refused)
        return True

    def interpolate(self) -> bool:
        """Fill in the lesions that are meant between their drawn slices; False where nothing changed."""
        slices, subjects = self.slices, self._meant
        why = self._why_not(slices, subjects)
        if why is not None or slices is None:
            return self._not_done(why)
        offered, self._joinable = self._joinable, None
        modality, drawn = self.rule, self._drawn_now()
        boxes = modality is not None and modality.deliver_boxes
        edit, refused = self._of_each(subjects, lambda document, subject: fill(document, slices, subject, drawn, boxes=boxes))
        if isinstance(edit, Apart) and len(subjects) == 1:
            self._joinable = self.document, subjects[0]
            if offered is None or offered[0] is not self.document or offered[1] is not subjects[0]:
                self.say(join_offered(self.document, slices, (subjects[0], *edit.others)), asks=True)
                return False
            edit = join_and_fill(self.document, slices, subjects[0], edit.others, drawn, boxes=boxes)
            edit = self._with_losers(edit, self.document)
        if not self._do_along(edit):
            return False
        if len(subjects) > 1:
            self._tell_of_several(_INTERPOLATED, len(subjects) - len(refused), refused)
            return True
        now = self.document.find(subjects[0].image, subjects[0].id)
        made = members(self.document, now.lesion) if now is not None and now.lesion is not None else ()
        count = sum(a.tool == INTERPOLATED for a in made)
        self.say(message("Interpolated slices of lesion {lesion}: {count}", lesion=self.called(now) if now else "", count=count), undo=True)
        return True

    def copy_along(self, step: int) -> bool:
        """Copy the part of the lesion on the chosen slice to the next (1) or previous (−1) one, and go there; False: nothing changed."""
        return self._go_on(step, lambda subject, slices: subject.shape, COPIED)

    def carry_on(self, step: int) -> bool:
        """Copy it so that it fits the image there, and go there; False where nothing changed."""
        return self._go_on(step, lambda subject, slices: self._adapted(subject, slices, step), PROPAGATED)

    def _go_on(self, step: int, shape_of: Callable[[Annotation, Slices], Shape | Message], tool: str) -> bool:
        slices, subjects = self.slices, self._parts_here()
        why = self._why_not(slices, self._meant) or (None if subjects else _NOT_HERE)
        if why is not None or slices is None or self._key is None:
            return self._not_done(why)
        drawn, there = self._drawn_now(), slices.key(slices.order[self._key] + step)

        def gone_on(document: Document, subject: Annotation) -> Edit | Refusal:
            shape = shape_of(subject, slices)
            return Refusal(shape) if isinstance(shape, Message) else next_to(document, slices, subject, step, shape, tool, drawn)

        edit, refused = self._of_each(subjects, gone_on)
        if not self._do_along(edit) or isinstance(edit, Refusal) or there is None:
            return False
        self._show_image(there)
        self.select(change.subject.id for change in edit.changes if change.subject.image == there)
        if refused:
            self._tell_of_several(_WENT_ON[tool], len(subjects) - len(refused), refused)
        return True

    def _of_each(self, subjects: Sequence[Annotation], what: _What) -> tuple[Edit | Refusal, tuple[Refusal, ...]]:
        """Return the one edit of all lesions, and why there is none for some of them."""

        def allowed(document: Document, subject: Annotation) -> Edit | Refusal:
            now = document.find(subject.image, subject.id)  # one before it may have taken from it
            if now is None:
                return Refusal(NOTHING)
            return Refusal(LOCKED) if wholly_locked(document, now) else self._with_losers(what(document, now), document)

        return each(self.document, subjects, allowed)

    def _adapted(self, subject: Annotation, slices: Slices, step: int) -> Shape | Message:
        """The shape that a region has on the next slice, by the pixels of both."""
        if not isinstance(subject.shape, Region):
            return subject.shape
        key = slices.key(slices.order[subject.image] + step)
        here, there = self.picture, self.picture_of(key) if key is not None else None
        if key is not None and (here is None or there is None):
            return message("The next slice is still being read: try again in a moment")
        if here is None or there is None or here.colour or there.colour:
            return subject.shape
        from annotator.domain.propagation import propagated

        mask = region_mask(subject.shape, here.rows, here.columns)
        found = propagated(mask, here.values(), there.values(), slices.spacing, self._example(subject, slices))
        if found is None or found.empty:
            return message("The lesion seems to end here: nothing was carried on")
        modality = self.rule
        boxed = subject.shape.is_box or (modality is not None and modality.deliver_boxes)
        return Region.box(*trace(found).bounds) if boxed else drawn_around(found)

    def _example(self, subject: Annotation, slices: Slices) -> Example | None:
        """The lesion where it was drawn by hand, nearest to a part that was not; None where that is not at hand."""
        if subject.tool not in UNTOUCHED or subject.lesion is None:
            return None
        from annotator.domain.propagation import Example

        drawn = [a for a in members(self.document, subject.lesion) if a.tool not in UNTOUCHED and a.image in slices.order]
        nearest = min((a.image for a in drawn), key=lambda key: abs(slices.order[key] - slices.order[subject.image]), default=None)
        picture = self.picture_of(nearest) if nearest is not None else None
        if picture is None or picture.colour:
            return None
        shapes = (a.shape for a in drawn if a.image == nearest)
        masks = (region_mask(shape, picture.rows, picture.columns) for shape in shapes if isinstance(shape, Region))
        return Example(Mask.union(picture.rows, picture.columns, masks), picture.values())

    @property
    def _meant(self) -> tuple[Annotation, ...]:
        """The subjects; where what was touched last was taken back: what was touched before it, else the one lesion of the image."""
        subjects = self.subjects
        if subjects:
            return subjects
        before = next((a for touched in self._touches if (a := self._in_sight(touched)) is not None), None)
        if before is not None:
            return (before,)
        there = {(a.lesion is None, a.lesion or a.id): a for a in self.seen(self.annotations)}
        return tuple(there.values()) if len(there) == 1 else ()

    def _parts_here(self) -> tuple[Annotation, ...]:
        """What the lesions that are meant have on the chosen image: what is meant of them, else any part."""
        meant = self._meant
        on_others = {a.lesion for a in meant if a.image != self._key and a.lesion is not None}
        found = {a.lesion: a for a in reversed(self.annotations) if a.lesion in on_others}
        return tuple(a for a in meant if a.image == self._key) or tuple(found.values())

    def _why_not(self, slices: Slices | None, subjects: Sequence[Annotation]) -> Message | None:
        if slices is None:
            return _NO_SLICES
        if not subjects:
            return _NONE_MEANT
        if subjects[0].image not in slices.order:
            return message("The lesion that is meant lies in another series: select a part of one here")
        return None

    def _not_done(self, why: Message | None) -> bool:
        if why is not None:
            self.refuse(why)
        return False

    def _drawn_now(self) -> Drawn:
        return Drawn(self.author, self._clock(), self.window.center, self.window.width)

    def _do_along(self, edit: Edit | Refusal) -> bool:
        """Do what makes parts of a lesion on many slices; one stays where one is, and what is selected stays so."""
        self._stays = True
        try:
            return super()._do(edit)
        finally:
            self._stays = False

    def _tell_reach(self, slices: Slices, subject: Annotation, end: End) -> None:
        """Say from which slice to which the lesion reaches now."""
        now = self.document.find(subject.image, subject.id)
        if now is not None and now.lesion is not None and self._key is not None:
            self.say(reach_told(self.document, slices, now, now.lesion, end, self._key, self.called(now)), undo=True)

    def _tell_of_several(self, told: str, count: int, refused: Sequence[Refusal]) -> None:
        """Say of how many lesions something was done, and why it was not of others."""
        done = message(told, count=count)
        if refused:
            done = message("{done}. Not of {count}: {reason}", done=done, count=len(refused), reason=refused[0].reason)
        self.say(done, Severity.WARNING if refused else Severity.INFO, undo=True)

    def _completed(self, edit: Edit, image: Image) -> Edit:
        """Return the edit of a stroke with what it adds joined to the lesion that it goes on with."""
        done, slices = super()._completed(edit, image), self.slices
        return joined(self.document, slices, done, to_lines=self._joins_lines()) if self.joins and slices is not None else done

    def _joins_lines(self) -> bool:
        """Whether a region may go on with a lesion that was drawn as lines."""
        return True

    def _do(self, edit: Edit | Refusal) -> bool:
        return super()._do(touched_by_hand(edit) if isinstance(edit, Edit) else edit)

    def _nearest(self, edit: Edit) -> ImageKey:
        """The nearest slice, where one of this series is shown."""
        slices, here = self.slices, self._key
        if slices is None or here not in slices.order:
            return super()._nearest(edit)
        order, place, far = slices.order, slices.order[here], len(slices.images)
        return min(edit.seen_on, key=lambda key: abs(order.get(key, far) - place))
