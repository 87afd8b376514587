"""Choose what to draw with, and draw: each stroke or command is one edit, on disk in the journal before it counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import cast

from annotator.domain import answering, merge
from annotator.domain.annotation import BOX, LINE, Annotation, Drawn, Shape
from annotator.domain.attribute import Attribute
from annotator.domain.category import Category
from annotator.domain.document import Document
from annotator.domain.edit import Edit, FactChange
from annotator.domain.grid import settled, snapped
from annotator.domain.image import Image, ImageKey
from annotator.domain.labels import taken_in, with_regions
from annotator.domain.merge import Mode, Pen, Refusal
from annotator.domain.shapes import box_of_stroke, path_of_stroke, region_of_stroke
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.plugins import offers
from annotator.tools.gesture import Makes, Measured, Move, Outcome, Pick, Reshape, Stroke, Tool
from annotator.workspace.keeping import Keeping
from annotator.workspace.looking import Looking
from annotator.workspace.measuring import Measuring
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.tasks import Cancel, Tasks
from annotator.workspace.work import Work

_IDLE_MILLISECONDS = 60_000


def _offered(constant: str) -> tuple[Tool, ...]:
    return tuple(sorted(cast(tuple[Tool, ...], offers("annotator.tools", constant)), key=lambda t: t.order))


class Drawing(Looking, ABC):
    """The part of a session that changes documents; `project` says what may be drawn on what."""

    project: ProjectFolder
    _keeping: Keeping

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks)
        self.author, self._tasks, self._clock = author, tasks, clock
        self.tools, self.measuring_tools = _offered("TOOL"), _offered("MEASURE")
        self.wish: Tool = next(t for t in self.tools if t.toolname)
        """The drawing tool that a person chose; it is used wherever the category may be drawn with it."""
        self._measure: Tool | None = None
        self.measuring = Measuring()
        self.mode = Mode.NEW
        self.category: Category | None = None
        self._works: dict[str, Work] = {}
        self._case = ""
        self._idle: Cancel | None = None

    def _may_change(self, edit: Edit) -> bool:
        """Whether an edit may be made; says why where it may not."""
        return True

    @abstractmethod
    def save(self) -> None:
        """Save what is unsaved, in the background."""

    @abstractmethod
    def _show_image(self, key: ImageKey) -> None:
        """Show an image of the open case."""

    @property
    def tasks(self) -> Tasks:
        """Where work runs that only looks."""
        return self._tasks

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories of the open series' modality, in the order of the project's file."""
        modality = self.series.project_modality if self.series else None
        return self.project.project.categories_of(modality) if modality else ()

    def _fit_category(self) -> None:
        """Make the first category the active one where another modality's is active."""
        categories = self.categories
        if self.category not in categories:
            self.category = categories[0] if categories else None

    def choose_category(self, key: str) -> None:
        """Make a category the active one; no annotation changes."""
        found = next((c for c in self.categories if c.key == key), None)
        if found is not None and found != self.category:
            before, self.category = self.tool, found
            self._tell(Topic.CATEGORY, *([Topic.TOOL] if self.tool is not before else []))

    def choose_tool(self, tool: str) -> None:
        """Choose a tool by its action's name; it stays chosen.  A measuring tool that is in hand already is laid down.

        A tool that the category is not drawn with is not taken, and why is said.
        """
        found = next((t for t in (*self.tools, *self.measuring_tools) if t.id == tool), self.tool)
        why = self.barred(found)
        if why is not None:
            self.say(why, Severity.WARNING)
            return
        if found.measures:
            self._measure = None if found is self._measure else found
        else:
            self.wish, self._measure = found, None
        self.measuring.chosen = None
        self._tell(Topic.TOOL, Topic.MEASURE)

    def lay_down(self) -> None:
        """Go back to the drawing tool, if a measuring tool is in hand."""
        self._measure = self.measuring.chosen = None
        self._tell(Topic.TOOL, Topic.MEASURE)

    def delete_measure(self) -> None:
        """Delete the chosen measurement of the chosen image."""
        if self._key is not None and self.measuring.delete(self._key):
            self._tell(Topic.MEASURE)

    def clear_measures(self) -> None:
        """Delete all measurements of the chosen image."""
        if self._key is not None:
            self.measuring.clear(self._key)
            self._tell(Topic.MEASURE)

    @property
    def tool(self) -> Tool:
        """The tool in hand: a measuring tool, or the drawing tool."""
        return self._measure or self.drawing_tool

    @property
    def drawing_tool(self) -> Tool:
        """The drawing tool that was chosen, else the first that the category may be drawn with."""
        if self._unfit(self.wish) is None:
            return self.wish
        return next((t for t in self.tools if t.toolname and self._unfit(t) is None), self.wish)

    def barred(self, tool: Tool) -> Message | None:
        """Why a tool cannot be used now; None: it can."""
        return self._unfit(tool)

    def _unfit(self, tool: Tool) -> Message | None:
        """Why the category is not drawn with a tool; None: it is."""
        category = self.category
        if category is None or not category.tools or not tool.toolname or tool.toolname in category.tools:
            return None
        names = [Message(t.text) for t in self.tools if t.toolname in category.tools]
        listed = reduce(lambda one, other: message("{one}, {other}", one=one, other=other), names or [Message(category.tools[0])])
        return message("{category} is drawn with {tools} only", category=category.name, tools=listed)

    def choose_mode(self, mode: Mode) -> None:
        """Choose what a drawn shape does."""
        self.mode = mode
        self._tell(Topic.MODE)

    def select(self, numbers: Iterable[int]) -> None:
        """Select annotations of the chosen image."""
        chosen = frozenset(numbers) & {a.id for a in self.annotations}
        if chosen != self.selection:
            self.selection = chosen
            self._tell(Topic.SELECTION)

    def select_nothing(self) -> None:
        """Select nothing."""
        self.select(())

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
        elif isinstance(outcome, Move):
            whole = self.project.project.coordinates is not None
            dx, dy = (round(outcome.dx), round(outcome.dy)) if whole else (outcome.dx, outcome.dy)
            self._do(merge.move(self.document, image, outcome.annotation, dx, dy))
        elif isinstance(outcome, Reshape):
            grid, to = self.project.project.coordinates, outcome.to
            to = grid.nearest(to, image.rows, image.columns) if grid else to
            edit = merge.reshape(self.document, image, outcome.annotation, outcome.vertex, to, insert=outcome.insert)
            self._do(edit)
        else:
            self._draw(outcome, image, zoom)

    def delete(self) -> None:
        """Delete the selected annotations."""
        if self.image is not None:
            number = len(self.selection)
            if self._do(merge.delete(self.document, self.image, self.selection)):
                self.say(message("Deleted: {count}", count=number - len(self.selection)), undo=True)

    def recategorise(self, key: str) -> None:
        """Give the selected annotations another category."""
        if self.image is not None:
            name = self.project.project.category(key).name
            self._do(merge.recategorise(self.document, self.image, self.selection, key, name))

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

    @property
    def undo_name(self) -> Message | None:
        """What undo would take back."""
        edit = self._works[self._case].history.undoable if self._case in self._works else None
        return edit.name if edit else None

    @property
    def redo_name(self) -> Message | None:
        """What redo would do again."""
        edit = self._works[self._case].history.redoable if self._case in self._works else None
        return edit.name if edit else None

    def undo(self) -> None:
        """Take the case's last edit back, and show where that was."""
        work = self._works.get(self._case)
        if work is not None and work.history.undoable is not None and not self._asked() and self._may_change(work.history.undoable):
            self._step(work, work.history.undoable.inverse(), replace(work, history=work.history.undo()))

    def redo(self) -> None:
        """Do the case's last undone edit again, and show where that was."""
        work = self._works.get(self._case)
        if work is not None and work.history.redoable is not None and not self._asked() and self._may_change(work.history.redoable):
            self._step(work, work.history.redoable, replace(work, history=work.history.redo()))

    def _draw(self, stroke: Stroke, image: Image, zoom: float) -> None:
        modality = self.series.project_modality if self.series else None
        if modality is None or self.category is None:
            self.say(message("The project does not name this modality: these images are for viewing only"), Severity.WARNING)
            return
        toolname, why = self.tool.toolname, self.barred(self.tool)
        if why is not None:
            self.say(why, Severity.WARNING)
            return
        shape, grid = self._shape(stroke, image), self.project.project.coordinates
        if shape is not None and grid is not None:
            shape = snapped(shape, grid, image.rows, image.columns)
        if shape is None:
            self.say(message("The stroke encloses nothing inside the image: nothing was drawn"), Severity.WARNING)
            return
        drawn = Drawn(self.author, self._clock(), self.window.center, self.window.width, zoom, self.index)
        pen = Pen(self.category.key, self.category.name, toolname, self.tool.id, drawn, modality.deliver_boxes, modality.exclusive)
        mode = self.mode.turned if stroke.control else self.mode
        if self._do(merge.draw(self.document, image, shape, mode, pen, self.selection)):
            if modality.deliver_boxes and toolname not in (BOX, LINE):
                self.say(message("This project delivers boxes: the outline became its bounding box"))
            if mode is Mode.NEW:
                self.select(())

    @staticmethod
    def _shape(stroke: Stroke, image: Image) -> Shape | None:
        if stroke.makes is Makes.PATH:
            return path_of_stroke(stroke.points, image.rows, image.columns)
        if stroke.makes is Makes.BOX:
            found = box_of_stroke(stroke.points[0], stroke.points[-1], image.rows, image.columns)
        else:
            found = region_of_stroke(stroke.points, image.rows, image.columns)
        return None if found.empty else found

    def _asked(self) -> bool:
        """Whether a question waits; the case may not change before its answer."""
        if self.question is not None:
            self.say(message("Answer the question above the image first: nothing was changed"), Severity.WARNING)
        return self.question is not None

    def _do(self, edit: Edit | Refusal) -> bool:
        work = self._works.get(self._case)
        if self._asked():
            return False
        if self.project.project.coordinates is not None and self.image is not None:
            edit = settled(edit, self.image, self.project.project.coordinates)
        if isinstance(edit, Refusal):
            self.say(edit.reason, Severity.WARNING)
            return False
        if work is None:
            self.say(message("What was saved of this case could not be read: nothing can be changed until it can"), Severity.ERROR)
            return False
        if not self._may_change(edit):
            return False
        for image in edit.images:
            regions = self._regions(work.document, image)
            edit = taken_in(edit, work.document, regions, image) if regions else edit
        self._step(work, edit, replace(work, history=work.history.do(edit)))
        return True

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        """Make `edit` count: on disk in the journal first, then in the document, then on the screen."""
        try:
            self._keeping.note(work.id, edit)
        except AnnotatorError as error:
            self.say(message("The journal could not be written, save now: {reason}", reason=error.message), Severity.ERROR)
        self._works[work.id] = after
        images = edit.images
        if images and self._key not in images:
            self._show_image(next(iter(images)))
        self.selection = self.selection & {a.id for a in self.annotations}
        if self._idle is not None:
            self._idle()
        self._idle = self._tasks.later(_IDLE_MILLISECONDS, self.save)
        self._tell(Topic.DOCUMENT, Topic.SELECTION, Topic.SAVED)
