"""Work in a pass: the tools it draws with, the specialist's lines as a locked reference, and the regions that answer them one by one.

Where the project has no people a person chooses the pass, and it is remembered; without a choice everything may be drawn, as ever.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from annotator import settings
from annotator.domain import binding, facts
from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.coverage import Coverage, Member, answering_pass, coverage, proposed
from annotator.domain.document import Document
from annotator.domain.edit import Edit, FactChange
from annotator.domain.honesty import Origin
from annotator.domain.image import Image
from annotator.domain.merge import Refusal
from annotator.domain.picture import Window
from annotator.domain.project import Modality, Pass
from annotator.domain.region import Region
from annotator.errors import system_cause
from annotator.i18n import Message, mark, message
from annotator.tools.gesture import Stroke, Tool
from annotator.workspace.along import Along
from annotator.workspace.attending import Attending
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Said, Severity, Topic
from annotator.workspace.strokes import shape_of
from annotator.workspace.tasks import Tasks
from annotator.workspace.walking import Waits
from annotator.workspace.work import Work

_SETTING = "passes"
ROLES: Mapping[str, str] = {
    "": mark("No pass: everything may be drawn"), "specialist": mark("First pass"), "annotator": mark("Second pass"),
}  # fmt: skip
"""The passes that may be chosen, by the role that works in them."""


@dataclass(frozen=True)
class Sight:
    """How a line is to be looked at: as its author did."""

    line: Member
    zoom: float
    """Screen pixels per image pixel."""
    box: tuple[float, float, float, float]
    """The line's own box (x1, y1, x2, y2) in the image."""


class Passing(Along, Attending, ABC):
    """The part of a session that works in a pass; `line` is the line that is being answered, `sight` how it was last to be looked at."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.line: Member | None = None
        self.sight: Sight | None = None
        self._ready: str | None = None
        """The case that is to open ready as soon as all of it is there."""
        self._asked_nothing: tuple[Said, Document] | None = None
        """What was asked of a case on which nothing is drawn; it counts as long as it is in sight."""
        self._role: tuple[Path | None, str] = None, ""
        self._covered: tuple[object, Coverage] = None, Coverage()

    # which pass ------------------------------------------------------------------------------------------------------------------

    @property
    def pass_role(self) -> str:
        """In whose pass one works: `specialist`, `annotator`, or nobody's; with people it is the role that says so."""
        root = self.project.root
        if self.people:
            role = self.acting.role.value if self.acting is not None and self.acting.role is not None else ""
            return role if role in ROLES else ""
        if self._role[0] is not root and self._role[0] != root:
            chosen: dict[str, settings.Value] = settings.read(_SETTING, {})
            known = chosen.get(str(root.resolve()), "")
            self._role = root, known if isinstance(known, str) and known in ROLES else ""
        return self._role[1]

    def choose_pass(self, role: str) -> None:
        """Work in another pass of this project from now on, also at the next start."""
        chosen: dict[str, settings.Value] = settings.read(_SETTING, {})
        try:
            settings.remember({_SETTING: {**chosen, str(self.project.root.resolve()): role}})
        except OSError as error:
            self.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)
        self._role = self.project.root, role
        self.line = self.sight = None
        self._tell(Topic.PASS, Topic.TOOL, Topic.CATEGORY, Topic.DOCUMENT)
        self._get_ready(self._case)

    @property
    def round(self) -> Pass | None:
        """The pass of the open series in which one works; None: in none, everything may be drawn."""
        modality, role = self.series.project_modality if self.series else None, self.pass_role
        return next((found for found in modality.passes if found.role == role), None) if modality is not None else None

    @property
    def answering(self) -> bool:
        """Whether lines are answered: the pass is one that comes after a pass of lines."""
        modality, found = self.series.project_modality if self.series else None, self.round
        return found is not None and modality is not None and answering_pass(modality) is found

    @property
    def rule(self) -> Modality | None:
        """The open series' modality, with what the pass asks for."""
        modality, found = super().rule, self.round
        return replace(modality, deliver_boxes=True) if modality is not None and found is not None and found.deliver_boxes else modality

    def _unfit(self, tool: Tool) -> Message | None:
        found = self.round
        if found is None or not tool.toolname or tool.toolname in found.tools:
            return super()._unfit(tool)
        names = [Message(t.text) for t in self.tools if t.toolname in found.tools]
        return message("This pass draws with {tools}", tools=names[0] if names else found.tools[0])

    def is_reference(self, annotation: Annotation) -> bool:
        """Whether it is a line that one answers here: nothing changes it, and nothing is asked of it."""
        return self.answering and not isinstance(annotation.shape, Region)

    # what is covered -------------------------------------------------------------------------------------------------------------

    @property
    def coverage(self) -> Coverage:
        """The lines of the open case and what answers them."""
        work = self._works.get(self._case)
        if work is None:
            return Coverage()
        if self._covered[0] is not work.document:
            there = [a for on in work.document.annotations.values() for a in on]
            meaning, order = self.project.project.lines.meaning, [image.key for image in self.case_images]
            self._covered = work.document, coverage(there, work.document.facts, meaning, order)
        return self._covered[1]

    @property
    def bindings(self) -> Mapping[Member, Member]:
        """The line that each region of the open case answers."""
        return self.coverage.bindings

    @property
    def line_numbers(self) -> Mapping[Member, int]:
        """What each line of the open case is called on the screen: its place among them, from 1."""
        return {(answer.line.image, answer.line.id): number for number, answer in enumerate(self.coverage.lines, 1)}

    # going from line to line -----------------------------------------------------------------------------------------------------

    def next_line(self, step: int) -> bool:
        """Go to the next (1) or previous (−1) line that has neither an answer nor an excuse; False where there is none left."""
        found = self.coverage
        if not found.open:
            self.say(message("Every line is answered: on to the next case") if found.lines else message("This case has no lines"))
            return False
        order = [(answer.line.image, answer.line.id) for answer in found.lines]
        here = order.index(self.line) if self.line in order else -1 if step > 0 else len(order)
        waiting = [order.index((answer.line.image, answer.line.id)) for answer in found.open]
        ahead = [place for place in waiting if (place > here if step > 0 else place < here)]
        place = (ahead or waiting)[0 if step > 0 else -1]
        self.go_to_line(found.lines[place].line)
        return True

    def go_to_line(self, line: Annotation) -> None:
        """Answer this line from now on: it is shown at the Center, Width and zoom with which it was drawn, its category is chosen."""
        if line.image != self._key:
            self._show_image(line.image)
        if line.image != self._key:
            return
        drawn = line.drawn
        if drawn.width > 0:
            self.show_window(Window(drawn.center, drawn.width, origin=Origin.PERSON))
        self.line = line.image, line.id
        self.sight = Sight(self.line, drawn.zoom, line.shape.bounds)
        self.choose_category(line.category)
        self.select([line.id])
        self._tell(Topic.PASS)

    def go_to_region(self, region: Annotation) -> None:
        """Show a region and select it."""
        if region.image != self._key:
            self._show_image(region.image)
        self.select([region.id])

    def _show_opened(self, index: int | None, otherwise: int) -> None:
        """A case opens ready: its first line without an answer is shown; where a place of it is asked for, that is shown."""
        super()._show_opened(index, otherwise)
        there = self.document.find(*self.line) if self.line is not None and self._ready == self._case else None
        if there is None:
            self.line = self.sight = self._ready = None
        if index is None and self.answering and there is not None:
            self.go_to_line(there)
        elif index is None:
            self._get_ready(self._case)

    def _get_ready(self, case: str) -> None:
        self._ready = case
        if self.answering and case == self._case and self.coverage.open:
            self.next_line(1)

    def _was_read(self, case: str) -> None:
        super()._was_read(case)
        self._get_ready_late(case)

    def _look_on(self) -> None:
        super()._look_on()
        self._get_ready_late(self._case)

    def _get_ready_late(self, case: str) -> None:
        """Get a case ready whose lines, or their images, were not there yet when it was opened."""
        if self._ready == case == self._case and self.line is None:
            self._get_ready(case)

    # drawing ---------------------------------------------------------------------------------------------------------------------

    def _stroke_edit(
        self, stroke: Stroke, image: Image, category: Category, modality: Modality, zoom: float, *, sketch: bool
    ) -> Edit | Refusal:
        """In a second pass a stroke has the category of the line that it covers most."""
        line = self._proposed(stroke, image) if self.answering else None
        own = next((c for c in self.categories if line is not None and c.key == line.category), category)
        return super()._stroke_edit(stroke, image, own, modality, zoom, sketch=sketch)

    def _proposed(self, stroke: Stroke, image: Image) -> Annotation | None:
        lines = [answer.line for answer in self.coverage.lines if answer.line.image == image.key]
        return proposed(shape_of(stroke, image, self.picture), lines, self.project.project.lines.meaning, self.line) if lines else None

    def _do(self, edit: Edit | Refusal) -> bool:
        """Do an edit; what it draws is bound to the lines that it covers, and takes back that nothing was seen."""
        if isinstance(edit, Edit):
            if self.answering:
                edit = binding.bound(self.document, edit, self.project.project.lines.meaning, self.line)
            seen = self.document.facts.get(facts.NOTHING_SEEN)
            if seen is not None and any(change.before is None for change in edit.changes):
                edit = replace(edit, facts=(*edit.facts, FactChange(facts.NOTHING_SEEN, seen, None)))
        return super()._do(edit)

    def _may_change(self, edit: Edit) -> bool:
        why = binding.forbidden(edit) if self.answering else None
        if why is not None:
            self.refuse(why)
            return False
        return super()._may_change(edit)

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        """What is changed in a second pass is delivered without the lines."""
        modality = self.series.project_modality if self.series else None
        if self.round is not None and modality is not None and answering_pass(modality) is not None:
            after = replace(after, regions_only=self.answering)
        super()._step(work, edit, after)

    def _tell(self, *topics: Topic) -> None:
        if Topic.SERIES in topics or Topic.DOCUMENT in topics:
            self._asked_nothing = None
        super()._tell(*topics)

    def _joins_lines(self) -> bool:
        return not self.answering and super()._joins_lines()

    def _waits(self) -> Waits:
        """In a second pass a case also waits while a line of it has neither an answer nor an excuse."""
        untouched, role, meaning = super()._waits(), self.pass_role, self.project.project.lines.meaning

        def waits(series: Series, document: Document) -> bool:
            modality, drawn = series.project_modality, [a for on in document.annotations.values() for a in on]
            answers = answering_pass(modality) if modality is not None else None
            if answers is None or answers.role != role or not drawn:
                return untouched(series, document)
            return {facts.DISCARD, facts.NOTHING_SEEN}.isdisjoint(document.facts) and bool(coverage(drawn, document.facts, meaning).open)

        return waits

    # what is said of lines -------------------------------------------------------------------------------------------------------

    @property
    def meant_line(self) -> Annotation | None:
        """The line that a command is about: the selected one, else that of the selected region, else the one that is being answered."""
        chosen = [a for a in self.annotations if a.id in self.selection]
        own = [(a.image, a.id) for a in chosen]
        members = [*own, *(self.bindings[member] for member in own if member in self.bindings), self.line]
        return next((found.line for member in members if member is not None and (found := self.coverage.of(member)) is not None), None)

    def excuse(self, line: Annotation, reason: str) -> bool:
        """Say why a line stays without an answer (empty: take that back), as one edit."""
        return self._do(binding.excuse(self.document, line, reason))

    def dispute(self, line: Annotation, text: str) -> bool:
        """Say something against a line's category (empty: take that back), as one edit; the category stays."""
        return self._do(binding.dispute(self.document, line, text))

    def rebind(self) -> bool:
        """Let the selected regions answer the line that is being answered."""
        line = self.document.find(*self.line) if self.line is not None else None
        if line is None:
            self.refuse(message("Go to the line first, then select the region that is to answer it"))
            return False
        return self._do(binding.rebind(self.document, (a for a in self.annotations if a.id in self.selection), line))

    def exclude(self) -> bool:
        """Say that the lesion cannot be seen on this X-ray: the case is excluded, and may be left."""
        return self._do(binding.see_nothing(self.document, facts.NOT_VISIBLE))

    @property
    def may_exclude(self) -> bool:
        """Whether the open case may be excluded."""
        modality = self.series.project_modality if self.series else None
        return self.answering and modality is not None and modality.may_exclude

    # done ------------------------------------------------------------------------------------------------------------------------

    def _lacks(self) -> Message | None:
        waiting = len(self.coverage.open) if self.answering and self.document.facts.get(facts.NOTHING_SEEN) != facts.NOT_VISIBLE else 0
        if waiting:
            return message("{count} of {all} lines have neither an answer nor an excuse", count=waiting, all=len(self.coverage.lines))
        return super()._lacks()

    def _may_leave(self) -> bool:
        if super()._may_leave():
            return self._says_nothing_seen()
        if self.answering and self.coverage.open:
            self.next_line(1)
        return False

    def _says_nothing_seen(self) -> bool:
        """Whether a case on which nothing is drawn may be called done: that is asked once, and then recorded."""
        document = self.document
        if self.round is None or document.count() or {facts.NOTHING_SEEN, facts.DISCARD} & set(document.facts):
            return True
        asked = self._asked_nothing
        if asked is None or asked[0] is not self.said or asked[1] is not document:
            self.say(message("Nothing is drawn: “Done” once more records “no lesion seen”"), asks=True)
            self._asked_nothing = (self.said, document) if self.said is not None else None
            return False
        return self._do(binding.see_nothing(document, facts.NO_LESION))
