"""Deal with lesions as a whole: list, join, part and name them, give them another category, delete them, go from one to the next."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from annotator.domain import lesions
from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.each import each
from annotator.domain.edit import Edit
from annotator.domain.image import ImageKey
from annotator.domain.lesions import Lesion, LesionRegister, Member
from annotator.domain.merge import NOTHING, Refusal, with_losers
from annotator.i18n import message
from annotator.tools.gesture import Stroke
from annotator.workspace.catalogue import Series
from annotator.workspace.choosing import Choosing, Named
from annotator.workspace.lesions import Lesions
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.tasks import Tasks
from annotator.workspace.walking import Walking
from annotator.workspace.work import case_of

_TOUCHED = 50
"""So many annotations are remembered that were selected or drawn."""


class Gathering(Walking, Lesions, Choosing, ABC):
    """The part of a session that knows lesions; what was selected alone or drawn last says which one is meant."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._touches: tuple[Member, ...] = ()
        """What was selected alone or drawn lately, the last first."""
        self._chosen: tuple[Sequence[Lesion], tuple[Annotation, ...], tuple[Lesion, ...]] = (), (), ()
        """The lesions among all that were meant last, and by which annotations."""
        self._register = LesionRegister()
        self._keys_of: tuple[Series, ...] = ()
        self._keys: tuple[ImageKey, ...] = ()
        self._listed: tuple[Document | None, tuple[ImageKey, ...], tuple[Lesion, ...]] = None, (), ()

    def listed_lesions(self) -> tuple[Lesion, ...]:
        """Return the lesions of the open case, in the order of its images; the same object as long as nothing changes."""
        work, keys = self._works.get(self._case), self._case_keys()
        if work is None:
            return ()
        if self._listed[0] is not work.document or self._listed[1] is not keys:
            self._listed = work.document, keys, self._register.lesions(work.document, keys)
        return self._listed[2]

    def _case_keys(self) -> tuple[ImageKey, ...]:
        """The images of the open case in order, the same object as long as its series are."""
        series = tuple(one for one in self.case_series if one.project_modality is not None)
        if len(series) != len(self._keys_of) or any(one is not other for one, other in zip(series, self._keys_of, strict=True)):
            self._keys_of, self._keys = series, tuple(image.key for one in series for image in one.images)
        return self._keys

    def drawn_in(self, pane: Pane) -> Document:
        """Return what was drawn on the series of a view, or in the other reading that it shows; what label volumes say is left out."""
        if pane.place.other is not None:
            return pane.place.other.document
        work = self._works.get(case_of(pane.series)) if pane.series is not None else None
        return work.document if work is not None else Document()

    @property
    def subject(self) -> Annotation | None:
        """The annotation whose lesion commands mean that can mean but one: of what is selected, or else of all, the one touched last."""
        subjects, touched = self.subjects, self._touches[:1]
        return next((a for a in subjects if (a.image, a.id) in touched), subjects[0] if subjects else None)

    @property
    def subjects(self) -> tuple[Annotation, ...]:
        """A part of each lesion that commands mean: of those selected; where nothing is, of the one selected or drawn last, if shown."""
        touched = self._in_sight(self._touches[0]) if self._touches else None
        chosen = [a for a in self.annotations if a.id in self.selection] if self.selection else []
        if not chosen:
            return (touched,) if touched is not None else ()
        found = dict[tuple[bool, int], Annotation]()
        for a in sorted(chosen, key=lambda a: a is not touched):
            found.setdefault((a.lesion is None, a.lesion or a.id), a)
        return tuple(found.values())

    @property
    def chosen_lesion(self) -> Lesion | None:
        """The lesion that commands mean that can mean but one."""
        subject = self.subject
        return None if subject is None else self._lesion_of(subject)

    @property
    def chosen_lesions(self) -> tuple[Lesion, ...]:
        """The lesions that commands mean; what asks whether they can be given asks again and again."""
        subjects = self.subjects
        if len(subjects) < 2:
            return tuple(lesion for subject in subjects if (lesion := self._lesion_of(subject)) is not None)
        listed = self.listed_lesions()
        if self._chosen[0] is not listed or self._chosen[1] != subjects:
            self._chosen = listed, subjects, self._register.among(subjects)
        return self._chosen[2]

    def select(self, numbers: Iterable[int]) -> None:
        """Select annotations of the chosen image; one alone says which lesion is meant from now on."""
        super().select(numbers)
        if self._key is not None and len(self.selection) == 1:
            self._touch((self._key, next(iter(self.selection))))

    def show_lesion(self, lesion: Lesion) -> Annotation:
        """Show the slice on which a lesion is largest, unless one of its slices is shown, and select its part there; returns that."""
        members = (self._as_it_is(lesion) or lesion).members
        found = max([a for a in members if a.image == self._key] or members, key=_size)
        if found.image != self._key:
            self._show_image(found.image)
        self.select([found.id])
        return found

    def step_lesion(self, step: int) -> Annotation | None:
        """Go to the next (1) or previous (−1) lesion of the case; after the last comes the first.  None where there is none."""
        there, chosen = self.listed_lesions(), self.chosen_lesion
        if not there:
            self.say(message("Nothing is drawn on this case yet"))
            return None
        place = next((n for n, lesion in enumerate(there) if lesion is chosen), -1 if step > 0 else 0)
        goal = there[(place + step) % len(there)]
        found = max(goal.members, key=_size)
        if found.image != self._key:
            self._show_image(found.image)
        self.select([found.id])
        return found

    def join(self) -> None:
        """Make one lesion of what is selected; of a single annotation and the one selected before it, or of both their lesions."""
        chosen = [a for a in self.annotations if a.id in self.selection]
        before = self._selected_before() if len(chosen) == 1 else None
        several = [before, *chosen] if before is not None else chosen
        if len(several) < 2:
            self.refuse(message("Select a part of the lesion, then the annotation that belongs to it, and join them then"))
            return
        if len({a.category for a in several}) > 1:
            self.refuse(message("These are of different categories: change the category of one of them first"))
            return
        if self._do(lesions.join(self.document, several[0], several[1:])):
            found = self.document.find(several[0].image, several[0].id)
            self.say(message("One lesion now, {lesion}", lesion=self.called(found) if found else ""), undo=True)

    def separate(self) -> None:
        """Take what is selected out of its lesion."""
        self._do(lesions.separate(self.document, [a for a in self.annotations if a.id in self.selection]))

    def rename_lesion(self, lesion: Lesion, name: str) -> bool:
        """Give a lesion a name, as one edit; False where nothing changed."""
        now = self._as_it_is(lesion)
        return now is not None and name.strip() != now.name and self._do(lesions.rename(self.document, now, name))

    def recategorise_lesions(self, wanted: Iterable[Lesion], key: str) -> bool:
        """Give all of these lesions another category, as one edit; False where nothing changed."""
        name = self.project.project.category(key).name
        return self._do_to_each(wanted, lambda document, lesion: lesions.recategorise(lesion, key, name))

    def delete_lesions(self, wanted: Iterable[Lesion]) -> bool:
        """Delete lesions with all their parts, as one edit; False where nothing changed."""
        before = _count(self.document)
        done = self._do_to_each(wanted, lesions.delete)
        if done:
            self.say(message("Deleted: {count}", count=before - _count(self.document)), undo=True)
        return done

    def lock_lesions(self, wanted: Iterable[Lesion]) -> bool:
        """Lock all parts of lesions, or where all of them are locked: unlock them; as one edit.  False where nothing changed."""
        there = [now for lesion in wanted if (now := self._as_it_is(lesion)) is not None]
        edit = lesions.lock(there)
        if not self._do(edit) or isinstance(edit, Refusal):
            return False
        count, locks = len(edit.changes), edit.changes[0].subject.locked
        self.say(message("Locked: {count}", count=count) if locks else message("Unlocked: {count}", count=count), undo=True)
        return True

    def _do_to_each(self, wanted: Iterable[Lesion], what: Callable[[Document, Lesion], Edit | Refusal]) -> bool:
        """Do to all lesions that are still there what may be done to them, as one edit; of one alone it is said why it may not be."""
        there = [now for lesion in wanted if (now := self._as_it_is(lesion)) is not None]

        def done(document: Document, lesion: Lesion) -> Edit | Refusal:
            first = lesion.members[0]
            alone = document.find(first.image, first.id)
            parts = lesions.members(document, lesion.number) if lesion.number is not None else (alone,) if alone is not None else ()
            return self._with_losers(what(document, replace(lesion, members=parts)), document) if parts else Refusal(NOTHING)

        return bool(there) and self._do(each(self.document, there, done)[0])

    def called(self, annotation: Annotation) -> str:
        """What its lesion is called: a letter on mammograms, a number elsewhere; empty where it has none."""
        if annotation.lesion is None:
            return ""
        return self.lesion(annotation.image, annotation.id) or str(annotation.lesion)

    def _with_losers(self, edit: Edit | Refusal, document: Document) -> Edit | Refusal:
        """Return an edit of a document with what others lose by it, where the categories of the modality exclude one another."""
        modality = self.series.project_modality if self.series else None
        if isinstance(edit, Refusal) or modality is None or not modality.exclusive:
            return edit
        return with_losers(document, edit, {image.key: image for image in self.case_images})

    def _as_it_is(self, lesion: Lesion) -> Lesion | None:
        """A lesion as the document has it now; None where it is gone."""
        first = lesion.members[0]
        now = self.document.find(first.image, first.id)
        found = self._lesion_of(now) if now is not None else None
        return found if found is not None and found.id == lesion.id else None

    def _lesion_of(self, annotation: Annotation) -> Lesion | None:
        self.listed_lesions()
        return self._register.of(annotation)

    def _note_drawn(self, before: tuple[Annotation, ...], stroke: Stroke) -> None:
        super()._note_drawn(before, stroke)
        drawn = (self._drawn.image, self._drawn.annotation) if self._drawn is not None else None
        if drawn is not None and drawn not in self._touches[:1]:
            self._touch(drawn)
            self._tell(Topic.SELECTION)  # the lesion that is meant is another one

    def _name(self, named: Named) -> None:
        self._touch((named.image, named.annotation))
        super()._name(named)

    def _in_sight(self, member: Member) -> Annotation | None:
        """An annotation that is still there and is not hidden, on whatever slice: nobody means what was put out of sight."""
        found = self.document.find(*member)
        return found if found is not None and (not self.holds_back or found in self.seen(self.document.on(found.image))) else None

    def _touch(self, member: Member) -> None:
        self._touches = (member, *(other for other in self._touches if other != member))[:_TOUCHED]

    def _look_at_nothing(self) -> None:
        super()._look_at_nothing()
        self._touches = ()


def _size(annotation: Annotation) -> float:
    x1, y1, x2, y2 = annotation.shape.bounds
    return max(x2 - x1, y2 - y1)


def _count(document: Document) -> int:
    return sum(map(len, document.annotations.values()))
