"""Read mammograms: hang them chest wall to chest wall, go through them at 1 : 1, show what one view says of another."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from annotator.domain.annotation import Annotation
from annotator.domain.breast import RIGHT, nipple_band, usual_wall, wall_of
from annotator.domain.hit import hit
from annotator.domain.image import Image
from annotator.domain.mammography import STATED
from annotator.domain.region import Region
from annotator.domain.sweep import Field, fields
from annotator.gui.canvas.breast_sheet import Band, BreastSheet, Map
from annotator.gui.canvas.transform import Placed, Transform, fitted, looking_at
from annotator.gui.canvas.view import ImageView
from annotator.gui.panels.pane import PaneFrame
from annotator.gui.panels.view_bar import ViewBar
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

_REACH = 6.0
_MARKED = frozenset({
    *(Topic.SERIES, Topic.IMAGE, Topic.PICTURE, Topic.DOCUMENT, Topic.SELECTION, Topic.CATALOGUE, Topic.PROJECT, Topic.LAYOUT),
})  # fmt: skip
_CLICK = mark("Click the nipple in each view; Esc ends that")
_NIPPLES = mark("The nipple is marked in every view")
_SWEPT = mark("All views have been gone through")
Lesion = tuple[Image, Annotation]


class Area(Protocol):
    """What is asked of the area in which the views stand."""

    solo: bool
    view: ImageView

    @property
    def frames(self) -> tuple[PaneFrame, ...]: ...
    @property
    def all_frames(self) -> tuple[PaneFrame, ...]: ...
    @property
    def said(self) -> SignalInstance: ...
    @property
    def reading_changed(self) -> SignalInstance: ...
    def put_above(self, widget: QWidget, /) -> None: ...
    def show_alone(self, alone: bool, /) -> None: ...
    def settle(self) -> None: ...


class FourViews:
    """What a window's views do with mammograms."""

    def __init__(self, session: Session, area: Area) -> None:
        self._session, self._area = session, area
        self._frames: list[PaneFrame] = []
        self._hovered: Lesion | None = None
        self._sweep: tuple[int, int] | None = None
        self._fields: tuple[Field, ...] = ()
        self.asking = False
        """Whether clicks mark nipples."""
        self._hanging = (session.hung, session.arrangement)
        self.bar = ViewBar(session)
        self.bar.decided.connect(lambda: area.view.setFocus())
        area.put_above(self.bar)
        self.refresh(Topic.LAYOUT)

    def refresh(self, topic: Topic) -> None:
        """Take in the views that are there now."""
        for frame in self._area.all_frames[len(self._frames) :]:
            self._take_in(frame)
        hanging = (self._session.hung, self._session.arrangement)
        afresh, self._hanging = bool(hanging[0]) and hanging != self._hanging, hanging
        if afresh or (self._sweep is not None and not self._area.solo):
            self._end_sweep()
        self._show()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.bar.refresh()
        self._show()

    def point(self, pane: Pane, x: float, y: float) -> None:
        """The pointer is at this image point of a pane: the lesion under it shows in the other views."""
        frame = self._frames[pane.number]
        transform, image = frame.view.eye.transform, pane.image
        found = hit(pane.annotations, x, y, _REACH * transform.pixel, pane.selection) if transform else None
        under = next((a for a in pane.annotations if found is not None and a.id == found.annotation), None)
        self._hover((image, under) if image is not None and under is not None else None)

    def point_nowhere(self) -> None:
        """The pointer left the views."""
        self._hover(None)

    def ask_for_nipples(self) -> None:
        """Let clicks mark nipples, until each shown view has one; said again, or Esc, ends that."""
        self._ask(not self.asking)
        if self.asking:
            self._area.said.emit(translate(_CLICK))

    def sweep(self, step: int) -> None:
        """Show the next field of the view at 1 : 1, or the one before, then those of the next view; after the last one all views again.

        An outline that is being drawn goes along from field to field, but to no other view.
        """
        active = self._session.active
        if self._sweep is None or self._sweep[0] != active:
            self._begin(active, last=False)
        elif 0 <= self._sweep[1] + step < len(self._fields):
            self._go(self._sweep[1] + step)
        elif not self._area.view.keeps_at_it():
            self._leave_view(active, step)

    # hanging ---------------------------------------------------------------------------------------------------------------------

    def _take_in(self, frame: PaneFrame) -> None:
        self._frames.append(frame)
        view = frame.view
        view.destroyed.connect(frame.pane.subscribe(lambda topic: self._hear(frame, topic)))
        view.reshaped.connect(lambda: self._reshaped(frame))
        view.point_refused.connect(lambda: self._ask(False))
        view.escaped.connect(self._leave_sweep)
        view.hang(lambda placed, *size: self._fit(frame, placed, *size), self._session.turned_over)

    def _hear(self, frame: PaneFrame, topic: Topic) -> None:
        if topic not in _MARKED:
            return
        for other in self._area.frames:
            other.view.rehang()  # the millimetres of all depend on each
        if topic is Topic.SELECTION or frame.pane.active:
            self._show()
        else:
            self._mark(frame)

    def _reshaped(self, frame: PaneFrame) -> None:
        for other in self._area.frames:
            if other is not frame and other.view.fitted:
                other.view.rehang()
        if self._sweep is not None and frame.pane.active and frame.isVisible():
            self._begin(self._sweep[0], last=False, at=self._sweep[1])

    def _fit(self, frame: PaneFrame, placed: Placed, width: float, height: float, ratio: float) -> Transform:
        """Fit an image with its chest wall at the edge where it belongs, in the same millimetres as the others that are on the screen."""
        image = frame.pane.image
        wall = self._wall(image) if image is not None and self._session.hung else ""
        if image is None or not wall:
            return fitted(placed, width, height, ratio)
        needed = [_millimetres(image, width * ratio, height * ratio)]
        for other in self._area.frames:
            there, view = other.pane.image, other.view
            if other is not frame and not other.isHidden() and there is not None and self._session.sighting(there) is not None:
                needed.append(_millimetres(there, view.width() * view.devicePixelRatioF(), view.height() * view.devicePixelRatioF()))
        known = [each for each in needed if each is not None]
        if needed[0] is None or image.spacing is None:
            zoom = fitted(placed, width, height, ratio).zoom
        else:
            zoom = min(image.spacing) / max(known)
        edge = placed.columns if wall == RIGHT else 0
        point = placed.columns - edge if placed.mirrored else edge
        return looking_at(placed, zoom, (point, placed.rows / 2), (width if wall == RIGHT else 0.0, height / 2), ratio)

    def _wall(self, image: Image) -> str:
        """The edge of the screen at which an image's chest wall belongs."""
        sighting = self._session.sighting(image)
        return usual_wall(sighting.view) if sighting is not None else ""

    def _wall_seen(self, image: Image) -> str:
        """The edge of the screen at which an image's chest wall is."""
        sighting = self._session.sighting(image)
        wall = wall_of(image, sighting.view if sighting else "", self._session.tissue(image))
        mirrored, _ = self._session.turned_over(image)
        return {"left": "right", "right": "left"}.get(wall, "") if mirrored else wall

    # marks -----------------------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self.bar.refresh()
        for frame in self._area.frames:
            self._mark(frame)

    def _mark(self, frame: PaneFrame) -> None:
        """Lay over a view what is known of its image."""
        image = frame.pane.image
        sighting = self._session.sighting(image) if image is not None else None
        if image is None or sighting is None:
            frame.view.lay_over(None)
            return
        lines = [translate(mark("by hand"))] if sighting.source == STATED else []
        mirrored, upended = self._session.turned_over(image)
        if mirrored or upended:
            lines.append(translate(mark("shown turned over")))
        sweeping = self._sweep is not None and self._sweep[0] == frame.pane.number and bool(self._fields)
        if sweeping and self._sweep is not None:
            lines.append(f"{self._sweep[1] + 1} / {len(self._fields)}")
        nipple, band = self._session.nipple(image), self._band(image)
        if nipple is None and self._lesion_for(image) is not None:
            lines.append(translate(mark("nipple not marked")))
        sheet = BreastSheet(
            *(sighting.code if sighting.view else "?", tuple(lines), bool(self._session.contradictions(image)), self._wall_seen(image)),
            nipple=nipple,
            band=band,
            spacing=image.spacing,
            map=self._map(image) if sweeping else None,
        )
        frame.view.lay_over(sheet)

    def _hover(self, lesion: Lesion | None) -> None:
        if (lesion and (lesion[0].key, lesion[1])) != (self._hovered and (self._hovered[0].key, self._hovered[1])):
            self._hovered = lesion
            self._show()

    def _lesion_for(self, image: Image) -> Lesion | None:
        """The lesion under the pointer, else the selected one, if it is on another view of the breast that an image shows."""
        lesion, session = self._hovered, self._session
        if lesion is None and session.image is not None and len(session.selection) == 1:
            drawn = next((a for a in session.annotations if a.id in session.selection), None)
            lesion = (session.image, drawn) if drawn is not None else None
        if lesion is None or lesion[0].key == image.key:
            return None
        here, there = session.sighting(image), session.sighting(lesion[0])
        sides = [found.view[:1] for found in (here, there) if found is not None and found.view]
        different = here is not None and there is not None and here.view != there.view
        return lesion if different and len(sides) == 2 and sides[0] == sides[1] else None

    def _band(self, image: Image) -> Band | None:
        lesion, session = self._lesion_for(image), self._session
        nipple = session.nipple(lesion[0]) if lesion is not None else None
        if lesion is None or nipple is None or image.spacing is None:
            return None
        shape = lesion[1].shape
        x1, y1, x2, y2 = shape.bounds
        outlines = shape.rings if isinstance(shape, Region) else shape.parts
        found = nipple_band(lesion[0], nipple, tuple(point for ring in outlines for point in ring), ((x1 + x2) / 2, (y1 + y2) / 2))
        if found is None:
            return None
        at_detector = lesion[0].spacing_at_detector or image.spacing_at_detector
        text = mark("{distance} mm from the nipple, at the detector") if at_detector else mark("{distance} mm from the nipple")
        return Band(*found, translate(text, distance=f"{found[2]:.0f}"))

    # nipples ---------------------------------------------------------------------------------------------------------------------

    def _ask(self, asking: bool) -> None:
        if asking == self.asking:
            return
        self.asking = asking
        for frame in self._frames:
            frame.view.ask_for_point(self._nipple_at if asking else None)
        self._area.reading_changed.emit()

    def _nipple_at(self, x: float, y: float) -> None:
        self._session.mark_nipple((x, y))
        images = [frame.pane.image for frame in self._area.frames]
        if all(self._session.nipple(image) is not None for image in images if image is not None and self._session.sighting(image)):
            self._ask(False)
            self._area.said.emit(translate(_NIPPLES))

    # sweeping --------------------------------------------------------------------------------------------------------------------

    def _begin(self, number: int, *, last: bool, at: int = 0) -> None:
        """Go through the active view from its first field, or its last; fields are as large as the view is now."""
        if not self._area.solo:
            self._sweep = number, at
            self._area.show_alone(True)
            self._area.settle()
        view, image = self._area.view, self._session.image
        tissue, transform = self._session.tissue(image) if image is not None else None, view.eye.transform
        if tissue is None or transform is None:
            return
        mirrored, upended = transform.placed.mirrored, transform.placed.upended
        shown = tissue.mask[:: -1 if upended else 1, :: -1 if mirrored else 1]
        placed, ratio = transform.placed, view.devicePixelRatioF()
        size = view.width() * ratio / placed.pixel_width, view.height() * ratio / placed.pixel_height
        self._fields = fields(shown, (placed.rows, placed.columns), size, self._wall_seen(image) if image is not None else "")
        if self._fields:
            self._sweep = number, 0
            self._go(len(self._fields) - 1 if last else min(at, len(self._fields) - 1))

    def _go(self, place: int) -> None:
        view = self._area.view
        transform = view.eye.transform
        if transform is None or self._sweep is None:
            return
        self._sweep = self._sweep[0], place
        self._mark(self._frames[self._sweep[0]])
        view.look_at(1.0, *transform.placed.turned(*self._fields[place].centre))

    def _leave_view(self, number: int, step: int) -> None:
        """Go on in the next view that can be gone through, or show all of them again."""
        self._area.view.fit()
        for place in range(number + step, len(self._area.frames) if step > 0 else -1, step):
            image = self._area.frames[place].pane.image
            if image is not None and self._session.tissue(image) is not None:
                self._sweep = None
                self._session.activate(place)
                self._area.settle()
                self._begin(place, last=step < 0)
                return
        self._leave_sweep()
        self._area.said.emit(translate(_SWEPT))

    def _leave_sweep(self) -> None:
        """Show all views again, if one is gone through."""
        if self._sweep is not None:
            self._end_sweep()
            self._area.show_alone(False)

    def _end_sweep(self) -> None:
        self._sweep, self._fields = None, ()
        for frame in self._area.frames:
            frame.view.fit()
        self._show()

    def _map(self, image: Image) -> Map | None:
        tissue = self._session.tissue(image)
        if tissue is None or self._sweep is None:
            return None
        mirrored, upended = self._session.turned_over(image)
        return Map(tissue.mask[:: -1 if upended else 1, :: -1 if mirrored else 1], self._fields, self._sweep[1])


def _millimetres(image: Image, width: float, height: float) -> float | None:
    """How many millimetres a device pixel must be for all of an image to be seen in so many of them."""
    if image.spacing is None:
        return None
    down, right = image.spacing
    return max(image.columns * right / max(width, 1.0), image.rows * down / max(height, 1.0))
