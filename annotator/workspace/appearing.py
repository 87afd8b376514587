"""Let annotations look as a person likes: what is on the screen changes, and nothing else."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping

from annotator.domain.category import Category
from annotator.domain.palette import safe_colours
from annotator.workspace.appearance import Appearance, recall, remember
from annotator.workspace.notice import Topic
from annotator.workspace.tasks import Tasks
from annotator.workspace.undoing import Undoing

Colours = Mapping[str, tuple[int, int, int]]


class Appearing(Undoing, ABC):
    """The part of a session that knows how annotations look."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.appearance = recall()
        self._coloured: tuple[tuple[Category, ...], bool, Colours] = ((), False, {})

    @property
    def colours(self) -> Colours:
        """The colours in which the project's categories are shown, by key: their own, or those that colour-blind people can tell apart."""
        categories, safe = self.project.project.categories, self.appearance.safe
        if self._coloured[0] is not categories or self._coloured[1] != safe:
            chosen = safe_colours(categories) if safe else {c.key: c.colour for c in categories}
            self._coloured = categories, safe, {key: _rgb(colour) for key, colour in chosen.items()}
        return self._coloured[2]

    def use_appearance(self, appearance: Appearance) -> None:
        """Let annotations look otherwise from now on; raises OSError if that cannot be remembered."""
        self.appearance = appearance
        self._tell(Topic.CATEGORY, Topic.DOCUMENT)
        remember(appearance)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
