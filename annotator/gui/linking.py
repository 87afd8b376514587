"""Carry between the views of a window what their hands do: zoom and pan where they are linked, the slice's line and the pointer's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from annotator.domain.image import Image
from annotator.domain.links import crossing, project, same_frame, same_look
from annotator.gui.canvas.cross import Cross
from annotator.gui.canvas.guides import Guides
from annotator.gui.canvas.view import ImageView
from annotator.gui.panels.pane import PaneFrame
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

_SLICE = 2.0
"""Half of a slice whose neighbours are not known, in mm: a point farther off lies outside it."""


class Linking:
    """What goes on between the frames that `frames` gives."""

    def __init__(self, session: Session, frames: Callable[[], Sequence[PaneFrame]]) -> None:
        self._session, self._frames = session, frames
        self._pointer: tuple[Pane, float, float] | None = None
        self._carried: tuple[object, ...] = ()
        self.crossing: Callable[[Pane], Cross | None] = lambda pane: None
        """Where other planes of the same series cross a pane's image."""

    def looked(self, leader: ImageView) -> None:
        """A hand changed how a view looks at its image: linked views look alike, in millimetres."""
        image, centre = leader.model.image, leader.centre
        if not self._session.links.look or image is None or centre is None:
            return
        for frame in self._frames():
            other, view = frame.view.model.image, frame.view
            if view is leader or other is None or frame.pane.through is not None:
                continue
            found = self._session.look_alike(image, centre, other) or same_look(image, centre, other)
            if found is not None:
                (x, y), factor = found
                view.follow(leader.zoom * factor * view.devicePixelRatioF() / leader.devicePixelRatioF(), x, y)

    def painted(self, view: ImageView) -> None:
        """The view that is worked in was painted: views that came beside it, and a fit to another size, are carried to the others."""
        if not self._session.links.look or len(self._frames()) == 1:
            return
        shown = tuple(image.series_uid for frame in self._frames() if (image := frame.pane.image) is not None)
        look = (view, view.zoom, view.centre, shown)
        if look != self._carried and view.shown_picture() is not None:
            self._carried = look
            self.looked(view)

    def point(self, pane: Pane, x: float, y: float) -> None:
        """The pointer is at this image point of a pane."""
        self._pointer = (pane, x, y)
        self.show()

    def point_nowhere(self) -> None:
        """The pointer left the views."""
        self._pointer = None
        self.show()

    def show(self) -> None:
        """Show in each view the line of the active slice, where the pointer is in another one, and where other planes cross."""
        frames = self._frames()
        if not self._session.links.guides:
            for frame in frames:
                frame.view.set_guides(None)
            return
        active = self._session.image
        for frame in frames:
            image = frame.pane.image
            line = crossing(active, image) if active and image and not frame.pane.active else None
            point, near = self._place_in(frame.pane, image)
            cross = self.crossing(frame.pane)
            frame.view.set_guides(Guides(line, point, near, cross) if line or point or cross else None)

    def _place_in(self, pane: Pane, image: Image | None) -> tuple[tuple[float, float] | None, bool]:
        """Where the pointer is in an image, and whether inside its slice."""
        if self._pointer is None or image is None or image.plane is None or self._pointer[0] is pane:
            return None, True
        source = self._pointer[0].image
        if source is None or source.plane is None or not same_frame(source, image):
            return None, True
        point, off = project(image.plane, source.plane.to_patient(*self._pointer[1:]))
        inside = 0 <= point[0] <= image.columns and 0 <= point[1] <= image.rows
        return (point, off <= _half_slice(pane)) if inside else (None, True)


def _half_slice(pane: Pane) -> float:
    """Half the distance to a neighbouring image, in mm."""
    place, images = pane.index, pane.images
    plane = images[place].plane
    for other in (place + 1, place - 1):
        beside = images[other].plane if 0 <= other < len(images) else None
        if plane is not None and beside is not None:
            apart = project(plane, beside.position)[1]
            if apart > 0:
                return apart / 2 + 1e-3
    return _SLICE
