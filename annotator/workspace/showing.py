"""Hide annotations for a while, or show some alone: looking only, never an edit; what is selected or changes is always shown.

A lesion is hidden and shown on all its slices at once; beside what is shown alone nothing else is shown on any slice of its series, so that
one sees where it ends, and in other planes it alone.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Sequence

from annotator.domain.annotation import Annotation
from annotator.domain.edit import Edit
from annotator.domain.image import ImageKey
from annotator.i18n import message
from annotator.workspace.notice import Topic
from annotator.workspace.panes import Panes
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work

Member = tuple[ImageKey, int]


class Showing(Panes, ABC):
    """The part of a session that holds annotations back."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._hidden: frozenset[Member] = frozenset()
        self._alone: frozenset[Member] = frozenset()
        self._alone_on: frozenset[ImageKey] = frozenset()
        """The images on which nothing else is shown."""

    @property
    def holds_back(self) -> bool:
        """Whether anything is not shown, on whatever image."""
        return bool(self._hidden or self._alone)

    @property
    def held_back(self) -> tuple[frozenset[Member], frozenset[Member]]:
        """What is hidden, and what is shown alone: another as soon as anything else is shown."""
        return self._hidden, self._alone

    @property
    def hides(self) -> bool:
        """Whether annotations of the chosen image are hidden."""
        return bool(self._hidden) and any((a.image, a.id) in self._hidden for a in self.annotations)

    @property
    def solo(self) -> bool:
        """Whether on the chosen image only what was chosen for that is shown."""
        return self._key in self._alone_on

    def shown_alone(self, annotations: Sequence[Annotation]) -> bool:
        """Whether of the annotations of one image only those are shown that were chosen for that."""
        return bool(annotations) and annotations[0].image in self._alone_on

    def seen(self, annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
        """Return those annotations of one image that are shown."""
        if not self.holds_back:
            return tuple(annotations)
        alone = self.shown_alone(annotations)
        kept = [a for a in annotations if (a.image, a.id) in self._alone] if alone else annotations
        return tuple(a for a in kept if (a.image, a.id) not in self._hidden)

    def _unseen(self) -> frozenset[int]:
        """See Drawing."""
        return frozenset(a.id for a in self.annotations) - {a.id for a in self.seen(self.annotations)}

    def hide_selected(self) -> None:
        """Hide what is selected; where nothing is: show everything that is hidden again."""
        if self._key is not None and self.selection:
            self._hidden |= self._with_lesions(self.selection)
            self.select(())
        elif self._hidden:
            self._hidden = frozenset()
        else:
            self.refuse(message("Nothing is selected: select what is to be hidden"))
            return
        self._show_otherwise()

    def show_alone(self) -> None:
        """Show only what is selected, as long as it is not asked for again."""
        if self.solo:
            self._let_alone(frozenset())
        elif self._key is not None and self.selection:
            self._let_alone(self._with_lesions(self.selection))
        else:
            self.refuse(message("Nothing is selected: select what is to be shown alone"))
            return
        self._show_otherwise()

    def select(self, numbers: Iterable[int]) -> None:
        """Select annotations of the chosen image; what is selected is shown, and where some are shown alone, it is these."""
        chosen = frozenset(numbers)
        members = self._with_lesions(chosen) if chosen and self.holds_back else frozenset()
        self._hidden -= members
        if members and self.solo and not members <= self._alone:
            self._let_alone(members)
        super().select(chosen)

    def _let_alone(self, members: frozenset[Member]) -> None:
        """Show nothing beside these on the series that they are on; none: show everything."""
        images = {image for image, _ in members}
        several = (series.places for series in self.case_series if not images.isdisjoint(series.places))
        self._alone, self._alone_on = members, frozenset(images.union(*several))

    def _with_lesions(self, numbers: Iterable[int]) -> frozenset[Member]:
        """Annotations of the chosen image, and all that belongs to their lesions."""
        key, chosen = self._key, frozenset(numbers)
        if key is None:
            return frozenset()
        lesions = {a.lesion for a in self.annotations if a.id in chosen} - {None}
        parts = (a for there in self.document.annotations.values() for a in there if a.lesion in lesions) if lesions else ()
        return frozenset({(key, number) for number in chosen}.union((a.image, a.id) for a in parts))

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        """Let what changes be seen."""
        if self._hidden or self._alone:
            changed = {(change.subject.image, change.subject.id) for change in edit.changes}
            self._hidden -= changed
            self._alone |= {(image, number) for image, number in changed if image in self._alone_on}
        super()._step(work, edit, after)

    def _look_at_nothing(self) -> None:
        super()._look_at_nothing()
        self._hidden = frozenset()
        self._let_alone(frozenset())

    def _show_otherwise(self) -> None:
        self._tell(Topic.SELECTION)
        for pane in self.shown_panes:
            if not pane.active:
                pane.tell(Topic.SELECTION)
