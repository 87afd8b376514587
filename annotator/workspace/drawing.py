"""Draw and change what is drawn: each stroke or command is one edit, on disk in the journal before it counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from annotator.domain import answering, lean, merge
from annotator.domain.annotation import BOX, LINE, Annotation, Drawn
from annotator.domain.attribute import Attribute
from annotator.domain.category import Category
from annotator.domain.document import Document
from annotator.domain.edit import Edit, FactChange
from annotator.domain.grid import settled, snapped
from annotator.domain.image import Image, ImageKey
from annotator.domain.labels import taken_in, with_regions
from annotator.domain.merge import NOTHING, Mode, Pen, Refusal
from annotator.domain.person import Acting
from annotator.domain.project import Modality
from annotator.errors import AnnotatorError
from annotator.i18n import Message, mark, message
from annotator.tools.gesture import Change, Makes, Measured, Outcome, Pick, Stroke
from annotator.workspace.equipment import Equipped
from annotator.workspace.keeping import Keeping
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.strokes import change_of, shape_of
from annotator.workspace.tasks import Cancel, Tasks
from annotator.workspace.work import Work

_IDLE_MILLISECONDS = 60_000
UNPROTECTED = mark("What you draw is not protected, each edit is saved at once where that can be: {reason}")


class Drawing(Equipped, ABC):
    """The part of a session that changes documents; `project` says what may be drawn on what."""

    _keeping: Keeping

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks)
        self.acting: Acting | None = Acting(author)
        self._clock = clock
        self._works: dict[str, Work] = {}
        self._case = ""
        self._idle: Cancel | None = None
        self._stays = False
        """Whether the image stays, also where an edit changes others only."""

    @property
    def author(self) -> str:
        """Who draws; empty while nobody has said so."""
        return self.acting.name if self.acting is not None else ""

    def _may_change(self, edit: Edit) -> bool:
        """Whether an edit may be made; says why where it may not."""
        return True

    @abstractmethod
    def save(self) -> None:
        """Save what is unsaved, in the background."""

    @abstractmethod
    def _show_image(self, key: ImageKey) -> None:
        """Show an image of the open case."""

    def select(self, numbers: Iterable[int]) -> None:
        """Select annotations of the chosen image; it is they then, and no measurement, that were touched last."""
        chosen = frozenset(numbers) & {a.id for a in self.annotations}
        if chosen and self.measuring.chosen is not None:
            self.measuring.chosen = None
            self._tell(Topic.MEASURE)
        if chosen != self.selection:
            self.selection = chosen
            self._tell(Topic.SELECTION)

    def select_nothing(self) -> None:
        """Select nothing."""
        self.select(())

    @property
    def rule(self) -> Modality | None:
        """The modality of the open series: what it asks of what is drawn; None: nothing may be drawn."""
        return self.series.project_modality if self.series else None

    @property
    def as_drawn(self) -> bool:
        """Whether a new shape is just what is drawn: no rule of the project makes another one of it."""
        rule = self.rule
        return rule is None or not (rule.deliver_boxes or rule.exclusive or self.project.project.coordinates is not None)

    @property
    def document(self) -> Document:
        """The open case's document; on the chosen image the regions of its label volume count as drawn as long as nobody drew there."""
        found = self._works[self._case].document if self._case in self._works else Document()
        regions = self._regions(found, self._key) if self._key else ()
        return with_regions(found, self._key, regions) if regions and self._key else found

    def _regions(self, document: Document, image: ImageKey) -> tuple[Annotation, ...]:
        """What a label volume says of an image on which nobody drew; nothing where there is none."""
        return ()

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The chosen image's annotations."""
        return self.document.on(self._key) if self._key else ()

    def perform(self, outcome: Outcome, zoom: float = 1.0) -> None:
        """Do what a tool's conversation ended in; `zoom` (screen pixels per image pixel) is remembered with what is drawn."""
        image = self.image
        if image is None:
            return
        if isinstance(outcome, Pick):
            own = frozenset() if outcome.annotation is None else frozenset({outcome.annotation})
            self.select(self.selection ^ own if outcome.extend else own)
        elif isinstance(outcome, Measured):
            self.measuring.take(image.key, outcome)
            self._tell(Topic.MEASURE)
        elif isinstance(outcome, Stroke):
            self._draw(outcome, zoom)
        else:
            self._do(self.proposed(outcome, zoom))

    def proposed(self, outcome: Stroke | Change, zoom: float = 1.0, *, sketch: bool = False) -> Edit | Refusal:
        """Return what a stroke or change would do now, or why it would do nothing; nothing is done yet.

        The masks are what they will be; corners that lie where outlines cross are brought to positions that a file holds when it is done.
        `sketch`: it is only shown while the hand moves, and may not be done.
        """
        image, modality = self.image, self.rule
        if image is None or modality is None or self.category is None:
            return Refusal(message("The project does not name this modality: these images are for viewing only"))
        if isinstance(outcome, Stroke):
            found = self._stroke_edit(outcome, image, self.category, modality, zoom, sketch=sketch)
        else:
            found = change_of(outcome, self.document, image, self.project.project.coordinates, deliver_boxes=modality.deliver_boxes)
            found = self._yielding(found, image)
        return found

    def mode_of(self, stroke: Stroke) -> Mode:
        """What a stroke does: the chosen mode, which Ctrl turns round; an eraser takes away in any mode."""
        mode = Mode.SUB if stroke.erases else self.mode
        return mode.turned if stroke.control else mode

    def delete(self, numbers: Iterable[int] | None = None) -> None:
        """Delete annotations of the image by their ids, else the selected ones."""
        if self.image is not None:
            meant, before = self.selection if numbers is None else frozenset(numbers), len(self.annotations)
            if self._do(merge.delete(self.document, self.image, meant)):
                self.say(message("Deleted: {count}", count=before - len(self.annotations)), undo=True)

    def recategorise(self, key: str, numbers: Iterable[int] | None = None) -> None:
        """Give annotations of the image, by their ids, another category; else the selected ones."""
        if self.image is not None:
            self._recategorise(self.image, self.selection if numbers is None else numbers, key)

    def _recategorise(self, image: Image, numbers: Iterable[int], key: str) -> bool:
        edit = merge.recategorise(self.document, image, numbers, key, self.project.project.category(key).name)
        return self._do(self._yielding(self._with_lesions_left(edit) if isinstance(edit, Edit) else edit, image))

    def _with_lesions_left(self, edit: Edit) -> Edit:
        """Return a change of categories with what is no part of its lesion any more by it."""
        return edit

    def _yielding(self, edit: Edit | Refusal, image: Image) -> Edit | Refusal:
        """Return an edit with what others lose by it, where the categories of the modality exclude one another."""
        modality = self.rule
        exclusive = isinstance(edit, Edit) and modality is not None and modality.exclusive
        return merge.yielding(self.document, image, edit) if exclusive and isinstance(edit, Edit) else edit

    def answer(self, numbers: Iterable[int], attribute: Attribute, value: str) -> bool:
        """Give annotations of the chosen image a value of an attribute (empty: take it back), as one edit; False where nothing changed."""
        return self.image is not None and self._do(answering.answer(self.document, self.image.key, numbers, attribute, value))

    def annotate(self, numbers: Iterable[int], note: str) -> bool:
        """Write a note to annotations of the chosen image, as one edit; False where nothing changed."""
        return self.image is not None and self._do(answering.annotate(self.document, self.image.key, numbers, note))

    def say_of_case(self, name: Message, facts: Mapping[str, str | None]) -> bool:
        """Let facts of the case be as given (None: take it back), as one edit called `name`; False where nothing changed."""
        there = self.document.facts
        changes = tuple(FactChange(fact, there.get(fact), wanted) for fact, wanted in facts.items() if there.get(fact) != wanted)
        return bool(changes) and self._do(Edit(name, facts=changes))

    def _draw(self, stroke: Stroke, zoom: float) -> None:
        drawn = self.proposed(stroke, zoom)
        if self._do(drawn):
            modality, toolname = self.rule, self.tool.toolname
            if modality is not None and modality.deliver_boxes and toolname not in (BOX, LINE):
                self.say(message("This project delivers boxes: the outline became its bounding box"))
            if self.mode_of(stroke) is Mode.NEW:
                self.select(())

    def _stroke_edit(
        self, stroke: Stroke, image: Image, category: Category, modality: Modality, zoom: float, *, sketch: bool
    ) -> Edit | Refusal:
        why = self.barred(self.tool)
        if why is not None:
            return Refusal(why)
        shape, grid = shape_of(stroke, image, self.picture), self.project.project.coordinates
        if shape is not None and grid is not None:
            shape = snapped(shape, grid, image.rows, image.columns)
        if shape is None:
            return Refusal(_nothing_of(stroke))
        drawn = Drawn(self.author, self._clock(), self.window.center, self.window.width, zoom, self.index)
        boxes = modality.deliver_boxes
        pen = Pen(category.key, category.name, self.tool.toolname, self.tool.id, drawn, boxes, modality.exclusive, sketch and not boxes)
        names = {one.key: one.name for one in self.categories}
        found = merge.draw(self.document, image, shape, self.mode_of(stroke), pen, self.selection, unseen=self._unseen(), names=names)
        return self._completed(found, image) if isinstance(found, Edit) else found

    def _unseen(self) -> frozenset[int]:
        """Which annotations of the chosen image are not shown."""
        return frozenset()

    def _completed(self, edit: Edit, image: Image) -> Edit:
        """Return the edit of a stroke on an image with what follows from it for other slices."""
        return edit

    def _asked(self) -> bool:
        """Whether a question waits; the case may not change before its answer."""
        if self.question is not None:
            self.refuse(message("Answer the question above the image first: nothing was changed"))
        return self.question is not None

    def _do(self, edit: Edit | Refusal) -> bool:
        work = self._works.get(self._case)
        if self._asked():
            return False
        if self.project.project.coordinates is not None and self.image is not None:
            edit = settled(edit, self.image, self.project.project.coordinates)
        if isinstance(edit, Refusal):
            (self.say if edit.reason == NOTHING else self.refuse)(edit.reason)
            return False
        if work is None:
            self.say(message("What was saved of this case could not be read: nothing can be changed until it can"), Severity.ERROR)
            return False
        if not self._may_change(edit):
            return False
        for image in edit.images:
            regions = self._regions(work.document, image)
            edit = taken_in(edit, work.document, regions, image) if regions else edit
        edit = lean.sharing(edit)
        self._step(work, edit, replace(work, history=work.history.do(edit, self._clock())))
        lean.rest(self._works[work.id].history)
        return True

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        """Make `edit` count: on disk in the journal first, then in the document, then on the screen."""
        protected = True
        try:
            told = self._keeping.note(work.id, edit)
            if told is not None:
                self.say(told, Severity.WARNING)
        except AnnotatorError as error:
            protected = False
            self.say(message(UNPROTECTED, reason=error.message), Severity.ERROR)
        self._works[work.id] = after
        if edit.changes and self._key not in edit.images and not self._stays:
            self._show_image(self._nearest(edit))
        self.selection = self.selection & {a.id for a in self.annotations}
        if self._idle is not None:
            self._idle()
        self._idle = self._tasks.later(_IDLE_MILLISECONDS, self.save)
        self._tell(Topic.DOCUMENT, Topic.SELECTION, Topic.SAVED)
        if not protected:
            self.save()  # what the journal does not take is safe nowhere else

    def _nearest(self, edit: Edit) -> ImageKey:
        """Of the images on which an edit is seen, none of which is shown, the one to be shown."""
        return edit.seen_on[0]


def _nothing_of(stroke: Stroke) -> Message:
    """Why nothing comes of a stroke."""
    if stroke.between is not None:
        low, high = (f"{end:g}" for end in stroke.between)
        return message("No pixel under the stroke has a value from {low} to {high}: nothing was drawn", low=low, high=high)
    if stroke.makes is Makes.PIXELS:
        return message("Nothing hangs together with this place within the reach: nothing was drawn")
    return message("The stroke encloses nothing inside the image: nothing was drawn")
