"""Choose what to draw and measure with: tool and its options, mode, category."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from functools import reduce
from typing import cast

from annotator.domain.category import Category
from annotator.domain.merge import Mode
from annotator.errors import system_cause
from annotator.i18n import Message, message
from annotator.plugins import offers
from annotator.tools.gesture import Tool, Value
from annotator.workspace.looking import Looking
from annotator.workspace.measuring import Measuring
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.tasks import Tasks
from annotator.workspace.tool_options import ToolOptions


def _offered(constant: str) -> tuple[Tool, ...]:
    return tuple(sorted(cast(tuple[Tool, ...], offers("annotator.tools", constant)), key=lambda t: t.order))


def _unforeseen(error: Exception) -> None:
    raise error


class Equipped(Looking, ABC):
    """The part of a session that holds the tools; `project` says what may be drawn with what."""

    project: ProjectFolder

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(tasks)
        self._tasks = tasks
        self.tools, self.measuring_tools = _offered("TOOL"), _offered("MEASURE")
        self.wish: Tool = next(t for t in self.tools if t.toolname)
        """The drawing tool that a person chose; it is used wherever the category may be drawn with it."""
        self._measure: Tool | None = None
        self.measuring = Measuring()
        self._options = ToolOptions()
        self.chosen_mode = Mode.NEW
        self._lent_mode: Mode | None = None
        self.category: Category | None = None

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
            if found.prepare is not None:
                self._tasks.run(found.prepare, lambda _: None, _unforeseen)
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
    def options(self) -> Mapping[str, Value]:
        """The options of the tool in hand as they are set."""
        return self._options.of(self.tool)

    def choose_option(self, name: str, value: Value, tool: Tool | None = None) -> None:
        """Set an option of a tool (None: of the one in hand), and remember it for the next start."""
        try:
            self._options.choose(tool or self.tool, name, value)
        except OSError as error:
            self.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)
        self._tell(Topic.TOOL)

    def step_option(self, steps: float) -> None:
        """Make the number that belongs to the tool in hand, such as the size of a brush, larger or smaller."""
        value = self._options.stepped(self.tool, steps)
        if value is not None:
            self.choose_option(self.tool.stepped, value)

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
        firsts = {t.toolname: t for t in reversed(self.tools)}
        names = [Message(t.text) for t in self.tools if t.toolname in category.tools and firsts[t.toolname] is t]
        listed = reduce(lambda one, other: message("{one}, {other}", one=one, other=other), names or [Message(category.tools[0])])
        return message("{category} is drawn with {tools} only", category=category.name, tools=listed)

    def choose_mode(self, mode: Mode) -> None:
        """Choose what a drawn shape does."""
        self.chosen_mode, self._lent_mode = mode, None
        self._tell(Topic.MODE)

    @property
    def mode(self) -> Mode:
        """What a drawn shape does now: what was chosen, unless what draws brought a mode of its own."""
        return self._lent_mode or self.chosen_mode

    def lend_mode(self, mode: Mode | None) -> None:
        """Let a stroke have its own mode until it is over (None), or until another one is chosen."""
        before, self._lent_mode = self.mode, mode
        if self.mode is not before:
            self._tell(Topic.MODE)
