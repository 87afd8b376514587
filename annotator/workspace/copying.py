"""Copy annotations to the other series by millimetres: there they are annotations of its own slice, one undo step."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable
from dataclasses import replace

from annotator.domain.annotation import BOX, FREE, Annotation
from annotator.domain.carry import carried, opposite
from annotator.domain.edit import Change, Edit, apply
from annotator.domain.grid import snapped
from annotator.domain.image import Image
from annotator.domain.merge import Mode, Pen, Refusal, draw
from annotator.domain.region import Region
from annotator.i18n import Message, message
from annotator.workspace.catalogue import Series
from annotator.workspace.fusing import Fusing


class Copying(Fusing, ABC):
    """The part of a session that copies from series to series."""

    def other_series(self) -> Series | None:
        """The series that annotations of the active view are copied to: the one over it, else the first other one that is shown."""
        pane = self.panes[self.active]
        here = self.image
        beside = self.series_beside(pane)
        frames = {here.frame_of_reference_uid} if here is not None else set()
        return next((s for s in beside if s.images and s.images[0].frame_of_reference_uid in frames), beside[0] if beside else None)

    def copy_across(self) -> bool:
        """Copy the selected annotations to the slice of the other series at the same millimetres, and go there; False where none was."""
        image, target = self.image, self.other_series()
        chosen = [a for a in self.annotations if a.id in self.selection]
        if image is None or not chosen:
            return self._not_copied(message("select annotations first"))
        if target is None:
            return self._not_copied(message("no other series is shown beside this one"))
        unfit = self._unfit_for(target, chosen)
        if unfit is not None:
            return self._not_copied(unfit)
        place = opposite(image, target.images)
        if isinstance(place, Message):
            return self._not_copied(place)
        shapes = [carried(a.shape, image, target.images[place]) for a in chosen]
        why = next((shape for shape in shapes if isinstance(shape, Message)), None)
        if why is not None:
            return self._not_copied(why)
        self._go_to(target, place)
        moved = [replace(a, shape=shape) for a, shape in zip(chosen, shapes, strict=True) if not isinstance(shape, Message)]
        edit = self._copies(moved, target.images[place], place, message("Copy from the other series"))
        if not self._do(edit):
            return False
        self.say(message("Copied to {modality}: {count}", modality=target.modality, count=len(moved)), undo=True)
        return True

    def _go_to(self, target: Series, place: int) -> None:
        pane = next((pane for pane in self.shown_panes if pane.series is not None and pane.series.uid == target.uid), None)
        if pane is None:
            self.open_series(target.uid, place)
            return
        self.activate(pane.number)
        self.show(place)

    def _unfit_for(self, target: Series, chosen: Iterable[Annotation]) -> Message | None:
        """Why annotations cannot be those of a series; None: they can."""
        if target.project_modality is None or target.labels:
            return message("the project only lets {modality} be looked at", modality=target.modality)
        known = {c.key for c in self.project.project.categories_of(target.project_modality)}
        foreign = next((a for a in chosen if a.category not in known), None)
        if foreign is None:
            return None
        name = self.project.project.category(foreign.category).name
        return message("category {category} is not one of {modality}", category=name, modality=target.modality)

    def _copies(self, moved: list[Annotation], image: Image, place: int, called: Message) -> Edit | Refusal:
        """One edit that draws them all, each by its own author and as its own category."""
        document, changes = self.document, list[Change]()
        modality, grid = self.rule, self.project.project.coordinates
        for annotation in moved:
            shape = snapped(annotation.shape, grid, image.rows, image.columns) if grid is not None else annotation.shape
            if modality is None or shape is None:
                return Refusal(message("it would cover no pixel of the image"))
            boxed = annotation.toolname == BOX and isinstance(shape, Region) and not shape.is_box
            drawn = replace(annotation.drawn, time=self._clock(), slice=place, center=self.window.center, width=self.window.width)
            name = self.project.project.category(annotation.category).name
            pen = Pen(annotation.category, name, FREE if boxed else annotation.toolname, annotation.tool, drawn)
            pen = replace(pen, deliver_boxes=modality.deliver_boxes, exclusive=modality.exclusive)
            one = draw(document, image, shape, Mode.NEW, pen)
            if isinstance(one, Refusal):
                return one
            own = [_with_answers(change, annotation) if change.before is None else change for change in one.changes]
            document = apply(document, Edit(one.name, tuple(own)))
            changes += own
        return Edit(called, tuple(changes))

    def _not_copied(self, why: Message) -> bool:
        self.refuse(message("Nothing was copied: {reason}", reason=why))
        return False


def _with_answers(change: Change, source: Annotation) -> Change:
    """The copy with what else is known of the annotation."""
    if change.after is None:
        return change
    return Change(None, replace(change.after, attributes=source.attributes, note=source.note))
