"""Hang the mammograms of a case as readers hang them, and see that side and view of each are certain.

A view whose sources contradict one another is not drawn on until a person has said which it is; that word is a fact of the case.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from weakref import WeakKeyDictionary

from annotator.domain import breast, facts
from annotator.domain.breast import Tissue
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.mammography import VIEWS, Sighting, sightings
from annotator.domain.merge import Refusal
from annotator.domain.path import Point
from annotator.domain.picture import Picture
from annotator.i18n import Message, message
from annotator.tools.gesture import Tool
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.catalogue import Series
from annotator.workspace.linked import Linked
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work, case_of

_MODALITY = "MG"
_MOST_DOUBTS = 64
_USUAL = (" ".join(VIEWS[:2]), " ".join(VIEWS[2:]))
_DOUBTED = message("Nothing is drawn here until it is certain which view this is: say it above the picture")


class Mammography(Linked, ABC):
    """The part of a session that reads mammograms; `hung` names the views that hang in the panes, in their order, empty: none does."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.hung: tuple[str, ...] = ()
        self.hangs = True
        """Whether the views of a case are hung when it is opened, in a project that says how."""
        self._hanging = False
        self._tissues: WeakKeyDictionary[Picture, Tissue | None] = WeakKeyDictionary()
        self._doubts: dict[tuple[ImageKey, bool], tuple[Message, ...]] = {}
        self._sighted: tuple[tuple[object, ...], Mapping[ImageKey, Sighting]] = ((), {})

    # which view an image is ------------------------------------------------------------------------------------------------------

    def sighting(self, image: Image) -> Sighting | None:
        """Return which view an image of the open case is; None for what is no mammogram."""
        if image.modality != _MODALITY:
            return None
        images, document = self._case_of(image)
        known = (images, document.facts)
        if len(self._sighted[0]) != 2 or any(a is not b and a != b for a, b in zip(self._sighted[0], known, strict=True)):
            self._sighted = known, sightings(images, document.facts)
        return self._sighted[1].get(image.key)

    def tissue(self, image: Image) -> Tissue | None:
        """Return where a mammogram shows tissue; None for what is none, or is not decoded yet."""
        picture = self.picture_of(image.key)
        if image.modality != _MODALITY or picture is None:
            return None
        if picture not in self._tissues:
            self._tissues[picture] = breast.tissue_of(picture)
        return self._tissues[picture]

    def prepare_pictures(self, prepare: Callable[[Picture], object]) -> None:
        """Prepare pictures that are decoded ahead, in any thread; of projections it is seen then where their tissue is."""

        def both(picture: Picture) -> None:
            prepare(picture)
            if picture.honesty.dark_around:
                self._tissues[picture] = breast.tissue_of(picture)

        super().prepare_pictures(both)

    def contradictions(self, image: Image) -> tuple[Message, ...]:
        """Return what speaks against side or view of a mammogram and is not settled by a person's word."""
        if image.modality != _MODALITY or facts.view(image.key) in self._case_of(image)[1].facts:
            return ()
        picture: Picture | None = self.picture_of(image.key)
        asked = (image.key, picture is not None)
        if asked not in self._doubts:
            if len(self._doubts) > _MOST_DOUBTS:
                self._doubts.clear()
            series = self.catalogue.by_uid.get(image.series_uid)
            self._doubts[asked] = breast.contradictions(image, series.description if series else "", picture, self.tissue(image))
        return self._doubts[asked]

    def doubted(self, image: Image) -> tuple[Message, ...]:
        """Return what must be settled before an image is drawn on; nothing in a project whose cases are not hung by their views."""
        series = self.catalogue.by_uid.get(image.series_uid)
        modality = series.project_modality if series else None
        return self.contradictions(image) if modality is not None and modality.hang else ()

    def settle_view(self, image: Image, view: str) -> bool:
        """Take a person's word which view an image is (empty: take that back), as one edit; False where nothing changed."""
        return self.say_of_case(message("View of an image: {view}", view=view or "–"), {facts.view(image.key): view or None})

    def barred(self, tool: Tool) -> Message | None:
        """Why a tool cannot be used now: also, because it is not certain what the image shows."""
        image = self.image
        if tool.toolname and image is not None and self.doubted(image):
            return _DOUBTED
        return super().barred(tool)

    def _do(self, edit: Edit | Refusal) -> bool:
        if isinstance(edit, Edit) and any(change.after is not None for change in edit.changes):
            doubtful = [image for image in self.case_images if image.key in edit.images and self.doubted(image)]
            if doubtful:
                self.refuse(_DOUBTED)
                return False
        return super()._do(edit)

    def _case_of(self, image: Image) -> tuple[tuple[Image, ...], Document]:
        """The images of the case that an image belongs to, and what is drawn and said of it."""
        series = self.catalogue.by_uid.get(image.series_uid)
        if series is None:
            return (image,), Document()
        case = case_of(series)
        members = self._members(case) if series.project_modality is not None else (series,)
        work = self._works.get(case)
        images = tuple(found for member in members for found in member.images if found.modality == _MODALITY)
        return images, work.document if work else Document()

    # hanging ---------------------------------------------------------------------------------------------------------------------

    def hang_views(self) -> None:
        """Hang the views of the open case: in rows as the project says; where they hang so, all in one row, and the other way round."""
        names = self._names()
        grid = self._grid()
        across = Arrangement.grid(1, len(names))
        self.hangs = True
        if not self._hang_case(across if self.hung and self.arrangement == grid else grid, least=1):
            self.say(message("There is no mammogram here whose view is known"), Severity.WARNING)

    def _go_where_hung(self, uid: str, key: ImageKey | None = None) -> None:
        """Work in the pane in which a series hangs, or one image of it, if that is another one than the active.

        Where nothing hangs: in a pane that shows the series of an image that is to be seen.
        """
        if self._hanging or (not self.hung and (key is None or self.series is None or self.series.uid == uid)):
            return
        there = [pane for pane in self.shown_panes if pane.series and pane.series.uid == uid]
        shown = [pane.number for pane in there if key in (None, pane.place.key)] or [pane.number for pane in there if not self.hung]
        if shown and self.active not in shown:
            self.activate(shown[0])

    def arrange(self, arrangement: Arrangement) -> None:
        """Show so many views, so arranged; the views of a case hang no longer."""
        self._take_down()
        super().arrange(arrangement)

    def add_pane(self, *, below: bool = False) -> None:
        """Add a view; the views of a case hang no longer."""
        self._take_down()
        super().add_pane(below=below)

    def close_pane(self) -> None:
        """Close the active view; the views of a case hang no longer."""
        self._take_down()
        super().close_pane()

    def hang(self, arrangement: Arrangement, contents: Sequence[tuple[str, ImageKey | None]], active: int = 0) -> None:
        """Arrange the views and put something into each; the views of a case hang no longer."""
        self._take_down()
        super().hang(arrangement, contents, active)

    def look_alike(self, image: Image, centre: Point, other: Image) -> tuple[Point, float] | None:
        """Return how another mammogram is looked at as one is: as far from the chest wall; None for what are no two mammograms."""
        one, another = self.sighting(image), self.sighting(other)
        if one is None or another is None or not breast.usual_wall(one.view) or not breast.usual_wall(another.view):
            return None
        walls = (breast.wall_of(found, seen.view, self.tissue(found)) for found, seen in ((image, one), (other, another)))
        return breast.mirrored_look((image, next(walls)), centre, (other, next(walls)))

    def invert(self) -> None:
        """Exchange black and white; where the views of a case hang, of all of them alike."""
        super().invert()
        image = self.image
        if not self.hung or image is None:
            return
        wanted = self.place.levels.inverted(image)
        for pane in self.shown_panes:
            there = pane.image
            if there is not None and not pane.active and pane.place.levels.inverted(there) != wanted:
                pane.place.levels.invert(there)
                pane.tell(Topic.WINDOW)

    def turned_over(self, image: Image) -> tuple[bool, bool]:
        """Return whether an image is shown mirrored, and upside down: where it hangs, and nothing speaks against its view."""
        sighting = self.sighting(image) if self.hung else None
        if sighting is None or not sighting.view or self.contradictions(image):
            return False, False
        return breast.turned_over(image, sighting.view, self.tissue(image))

    def _take_down(self) -> None:
        if self.hung and not self._hanging:
            self.hung, self.hangs = (), False

    def _rows(self) -> tuple[str, ...]:
        modality = self.series.project_modality if self.series else None
        return (modality.hang if modality else ()) or _USUAL

    def _names(self) -> tuple[str, ...]:
        return tuple(name for row in self._rows() for name in row.split())

    def _grid(self) -> Arrangement:
        rows = self._rows()
        return Arrangement.grid(len(rows), len(rows[0].split()))

    def _hang_by_itself(self) -> None:
        """Hang the case where the project says how; as the one before hung, if that is so."""
        modality = self.series.project_modality if self.series else None
        if self._hanging or not self.hangs or modality is None or not modality.hang:
            self.hung = self.hung if self._hanging else ()
        elif not self._hang_case(self.arrangement if self.hung else self._grid(), least=1 if self.hung else 2):
            self.hung = ()

    def _hang_case(self, arrangement: Arrangement, *, least: int) -> bool:
        """Put each view of the open case into its place; False where fewer than `least` are known, then nothing changes."""
        names, here = self._names(), self.image
        images = self._study_images()
        found = {sighting.code: image for image in images if (sighting := self.sighting(image)) is not None and sighting.code in names}
        if len(found) < least or arrangement.count != len(names) or here is None:
            return False
        own = self.sighting(here)
        wanted = own.code if own and own.code in found else next(name for name in names if name in found)
        contents = [(found[name].series_uid, found[name].key) if name in found else ("", None) for name in names]
        number = names.index(wanted)
        self._hanging, self.hung = True, names
        self._make(arrangement.count)
        if self.active != number:
            self._swap(self.active, number)
        self.hang(arrangement, contents, number)
        self._hanging = False
        return True

    def _study_images(self) -> tuple[Image, ...]:
        """The mammograms of the study that is open."""
        study = self.series.study_uid if self.series else ""
        there = (series for series in self.catalogue.in_order if series.study_uid == study and series.modality == _MODALITY)
        return tuple(image for series in there for image in series.images)

    def _go_along(self, before: Series | None, now: Series) -> None:
        if not self.hung:
            super()._go_along(before, now)

    def _find_sought(self) -> None:
        super()._find_sought()
        if self.hung:
            self._hang_found()
        elif self.series is not None:
            self._hang_by_itself()

    def _hang_found(self) -> None:
        """Put views that a scan has found since into their empty places."""
        by_code = {sighting.code: image for image in self._study_images() if (sighting := self.sighting(image)) is not None}
        for name, pane in zip(self.hung, self.shown_panes, strict=False):
            image = by_code.get(name)
            if pane.series is None and not pane.active and image is not None:
                self._put(pane.place, self.catalogue.by_uid[image.series_uid], image.key)
                self._changed()

    def _look_at_nothing(self) -> None:
        super()._look_at_nothing()
        self.hung, self._doubts = (), {}
        self._sighted = ((), {})

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        super()._step(work, edit, after)
        if any(told.fact.startswith("view.") for told in edit.facts):
            if self.hung:
                self._hang_case(self.arrangement, least=1)
            self._tell(Topic.TOOL)
