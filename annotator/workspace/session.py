"""The one thing that changes: what is open, looked at, chosen, drawn and saved; everything else is a value or does as it is told.

Everything here runs in the main thread; what takes long runs through `Tasks` and comes back.
"""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from pathlib import Path

from annotator.domain.answering import LACKING, first_open
from annotator.domain.image import ImageKey
from annotator.domain.merge import Mode
from annotator.domain.person import Acting, Role
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.workspace.asking import Asking
from annotator.workspace.browsing_ahead import BrowsingAhead
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.choosing import Choosing
from annotator.workspace.describing import Describing
from annotator.workspace.drawing import UNPROTECTED
from annotator.workspace.examining import Examining
from annotator.workspace.frontal_series import native
from annotator.workspace.handing_over import HandingOver
from annotator.workspace.inspecting import Inspecting
from annotator.workspace.keeping import Keeping
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.packing import Packing
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.reformatting import Reformatting
from annotator.workspace.resolving import Resolving
from annotator.workspace.returning import Returning
from annotator.workspace.saving import in_place
from annotator.workspace.scanning import NO_IMAGE_IN, NOTHING_FOUND
from annotator.workspace.speaking import together
from annotator.workspace.tasks import Tasks
from annotator.workspace.views import Remembering, recall
from annotator.workspace.work import case_of

__all__ = ["NOTHING_FOUND", "NO_IMAGE_IN", "Session"]


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")


class Session(
    Asking, Resolving, BrowsingAhead, Inspecting, Describing, Reformatting, Returning, Choosing, HandingOver, Packing, Examining
):  # fmt: skip
    """What one window works on."""

    def __init__(self, project: ProjectFolder, tasks: Tasks, *, author: str = "", role: str = "", pin: str = "",
                 clock: Callable[[], str] = _now) -> None:  # fmt: skip
        super().__init__(tasks, author or getpass.getuser(), clock)
        self._said = self._said[0], role, pin
        self._remembering = Remembering()
        self._named: set[str] = set()
        self._visited: list[str] = []
        self._left_at: dict[str, ImageKey | None] = {}
        self._use(project)

    def open_project(self, folder: Path) -> None:
        """Change to another project; what is open is put down first.  Raises AnnotatorError where the project cannot be read."""
        found = open_project(folder, strict=False)
        self.remember_view()
        self._leave()
        before = self._keeping
        self._use(found)
        before.close()
        self._tell(Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.CATEGORY, Topic.DOCUMENT, Topic.SAVED, Topic.COURSE)

    def reload(self) -> None:
        """Open the project anew with its files as they are now, and what was open in it."""
        folders = self.folders
        try:
            self.open_project(self.project.root)
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)
            return
        if folders:
            self.open_folder(folders)

    def _use(self, project: ProjectFolder) -> None:
        self._stop_delivering()
        unattended = self._attend(project)
        self._keeping = Keeping(project, self.acting or Acting(""), self._clock)
        self._put_windows_down()
        self.kept.of_project(str(project.root), project.project.window_rules)
        self.project = project
        self._forget()
        self.folders = ()
        self.remarks = (*project.remarks, *unattended, *self._keeping.remarks)
        if self._listeners:
            self.say_remarks()
        last = recall(project.root)
        reads = self.acting is not None and self.acting.role in (Role.REVIEWER, Role.ADJUDICATOR)
        tool = "tool.select" if reads else last.tool  # a slip of a reviewer's hand draws nothing
        self.wish, self._measure = next((t for t in self.tools if t.id == tool), self.wish), None
        self.chosen_mode = next((m for m in Mode if m.value == last.mode), self.chosen_mode)
        self.category = None
        self.hangs = last.hangs
        self._stand(last.layout, last.pane)
        self._go_on_delivering()
        self._protect()

    def say_remarks(self) -> None:
        """Say what was odd about the project; for whoever began to listen after it was opened."""
        if self.project.flaw is not None:
            self.say(self.project.flaw, Severity.ERROR)
        if self.unprotected is not None:
            self.say(message(UNPROTECTED, reason=self.unprotected.message), Severity.ERROR)
        for remark in self.remarks:
            self.say(remark, Severity.WARNING)

    def _forget(self) -> None:
        self._leave_company()
        self._forget_conflicts()
        self._put_pasts_down()
        self.catalogue, self._case = Catalogue(), ""
        self.selection, self.question, self._works, self._unread = frozenset(), None, {}, {}
        self._looked_for, self._unreadable = set(), set()
        self._visited, self._left_at, self._latest = [], {}, {}
        self._look_at_nothing()
        self._forget_guard()

    @together
    def open_series(self, uid: str, index: int | None = None) -> None:
        """Show a series of the catalogue, from `index`, else where it was left, else from its first image; its case is brought up."""
        self._go_where_hung(uid)
        series = self.catalogue.by_uid[uid]
        case, before = case_of(series), self._case
        if case != self._case:
            self._leave()
        if self.series is not None and self.series.uid != uid:
            self._visited.append(self.series.uid)
            self._left_at[self.series.uid] = self._key
        self.series, self._wanted = series, None
        self._keep_over(series)
        if case != self._case:
            self._case = case
            self._bring_up(series)
            self._came_to(case)
        self._fit_category()
        self._look_ahead()
        self._tell(Topic.SERIES, Topic.CATEGORY, Topic.TOOL, Topic.DOCUMENT, Topic.SAVED)
        self._warn_of_identity(series)
        left_at = self._left_at.get(uid)
        self._show_opened(index, series.places.get(left_at, 0) if left_at else 0)
        self._arrived(series)
        if case != before:
            self._hang_by_itself()

    def _needed(self, case: str) -> bool:
        """What stands in another view is looked at, too."""
        return super()._needed(case) or any(pane.series is not None and case_of(pane.series) == case for pane in self.panes)

    def _arrived(self, series: Series) -> None:
        self.remember_view(at_once=False)
        self.look_for_regions()
        self.guard()

    def _warn_of_identity(self, series: Series) -> None:
        """Say, once a patient and before the first stroke, that a header still names somebody."""
        name = series.owner.patient_name.replace("^", " ").strip()
        if name and name not in self._named and not (series.count and self._keeping.in_tree(series.images[0])):
            self._named.add(name)
            self.say(message("The header of these images names a person; what you save will not"), Severity.INFO)

    def step_series(self, step: int) -> None:
        """Go to the next or previous series of the tree."""
        order = [s.uid for s in self.catalogue.in_order]
        if self.series is None or not order:
            return
        place = order.index(self.series.uid) + step
        if 0 <= place < len(order):
            self.open_series(order[place])

    def back(self) -> None:
        """Go back to the series that was open before, done or not; again, to the one before that."""
        if not self._visited:
            self.say(message("There is no earlier case to go back to"))
            return
        before = self._visited.pop()
        self.open_series(before)
        self._visited.pop()  # the one just left: going back twice goes on, not to and fro

    @together
    def done(self) -> bool:
        """Save, and go to the first image of the next case; False where a required answer is missing: that is shown instead."""
        order, here = self.catalogue.in_order, self._case
        leaves = self.series is not None and not self._shows_what_is_open() and self._may_leave()
        self.save()
        self._order()
        if self.series is None or not leaves:
            return self.series is None
        self.leave_pass()
        if self._work_further():
            return True
        after = order[[s.uid for s in order].index(self.series.uid) + 1 :]
        following = next((s for s in after if case_of(s) != here and s.project_modality is not None), None)
        if following is None:
            self._say_last()
        else:
            before = self.series
            self.open_series(following.uid)
            self._go_along(before, following)
        return True

    def _open_next(self) -> None:
        if not self._work_further():
            self._say_last()

    def _shows_what_is_open(self) -> bool:
        """Go to the first annotation of the case that lacks a required answer, and say which; False where all is answered."""
        images = [image.key for series in self._members(self._case) for image in series.images]
        found = first_open(self.document, images, self.project.project, regions_only=self.answering)
        if found is None:
            return False
        annotation, wanting = found
        self._show_image(annotation.image)
        self.select([annotation.id])
        names = reduce(
            lambda one, other: message("{one}, {other}", one=one, other=other),
            [message("{attribute}", attribute=attribute.name) for attribute in wanting],
        )
        self.refuse(message(LACKING, id=annotation.id, attributes=names))
        return True

    def _show_image(self, key: ImageKey) -> None:
        for series in self.catalogue.in_order:
            if case_of(series) == self._case and key in series.places:
                self._go_where_hung(series.uid, key)
                if self.series is not None and series.uid != self.series.uid:
                    self.open_series(series.uid, series.places[key])
                else:
                    self.show(series.places[key])
                return

    def save(self) -> None:
        """Write what is not saved yet, and where the person is: also who is never asked to close the program finds back there."""
        super().save()
        self.remember_view(at_once=False)

    def remember_view(self, *, at_once: bool = True) -> None:
        """Keep where the person is for the next start; the window fills in zoom and place.  Else than `at_once` beside the main thread."""
        if self.series is None:
            return
        layout, active, seen = self._standing()
        series, key = native(self.series, self._key)
        self.view = replace(
            self.view.with_window(self.window if self.place.windowed else None),
            folders=tuple(map(str, self.folders)),
            series=series.uid,
            image=str(key) if key else "",
            tool=self.wish.id,
            mode=self.chosen_mode.value,
            category=self.category.key if self.category else "",
            layout=layout,
            pane=active,
            hangs=self.hangs,
            panes=tuple(seen),
            looks=self._looking(),
        )
        run, root, view, number = in_place if at_once else self._tasks.unhurried, self.project.root, self.view, self._remembering.order()
        run(lambda: self._remembering.write(number, root, view), lambda _: None, self._not_remembered)

    def _not_remembered(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        self.say(message("Where you are could not be remembered: the next start opens the first image"), Severity.WARNING)

    def close(self) -> None:
        """Put everything down: returns when it is on disk, or has been said to have failed (the journal keeps it then)."""
        if self.scanning is not None:
            self.scanning.cancel()
        self.keep_draft(in_place)
        self.remember_view()
        self._put_windows_down()
        if self._idle is not None:
            self._idle()
        for work in [self._works[case] for case in tuple(self._unread) if self._works[case].dirty]:
            self._read_delivered(work, in_place)
        for case in tuple(self._works):
            self._works[case] = self._keeping.settled(self._works[case])
            self._save(self._works[case], in_place)
        if any(work.dirty for work in self._works.values()):
            self.look_after(at_once=True)
        if self._watch is not None:
            self._watch()
        self._finish(in_place)
        self._put_pasts_down()
        self._stop_delivering()
        if self.exchanging is not None:
            self.exchanging.cancel()
        self._order(begin=False)
        self._end_leases()
        self._keeping.close()
        self._release()
        self._put_planes_away()
        self._pictures.forget()  # a closed window may live on for a while; its images need not

    def _leave(self) -> None:
        """Leave the open case: save it, and keep its history for coming back."""
        if self._case in self._works:
            self._save(self._works[self._case], self._tasks.unhurried)
