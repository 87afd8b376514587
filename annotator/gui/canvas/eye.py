"""Hold how the image view looks at its image: fitted or by hand, and what stays where it is when something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from annotator.gui.canvas.transform import LEAST_ZOOM, MOST_ZOOM, Placed, Transform, fitted, looking_at

Fit = Callable[[Placed, float, float, float], Transform]
"""How an image is shown when it is fitted: by what is placed, width and height in logical pixels, and their device pixels."""
Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in image coordinates."""
_SMALL = 0.125
"""Of the fitted zoom, up to which a hand makes the image smaller."""
_FULL, _FILLING = 0.95, 0.7
"""What takes more of the view than this is shown so that it takes no more than that."""
_TINY, _SEEN, _NEAREST = 16.0, 64.0, 8.0
"""What is smaller (logical pixels) than this is shown as large as that, but never nearer than so many screen pixels a pixel."""


class Eye:
    """The view's transform; `fitted` while it follows the size of the widget.  Sizes and places in logical pixels."""

    def __init__(self) -> None:
        self.transform: Transform | None = None
        self.fitted = True
        self.rule: Fit = fitted
        self._size = (1.0, 1.0)
        self._ratio = 1.0
        self._wanted: tuple[float, float, float] | None = None
        self._sought: Box | None = None

    def place(self, placed: Placed, *, anew: bool) -> None:
        """Look at an image; the view stays as it is unless the image lies otherwise or `anew` is set (a new series)."""
        if self._wanted is not None:
            zoom, x, y = self._wanted
            self.transform, self.fitted, self._wanted = looking_at(placed, zoom, (x, y), self.middle, self._ratio), False, None
        elif self.transform is None or anew or placed != self.transform.placed:
            self.transform = self.rule(placed, *self._size, self._ratio)
            self.fitted = True
        if self._sought is not None:
            sought, self._sought = self._sought, None
            self.bring(sought)

    def clear(self) -> None:
        """Look at nothing."""
        self.transform, self.fitted = None, True

    def resize(self, width: float, height: float, ratio: float, *, drawn: bool = False) -> None:
        """Take a new size of the widget and ratio of its screen: what is in the middle stays there, what is fitted stays fitted.

        While something is being `drawn` under a held button, the image stays where it is under the pointer; the size is taken afterwards.
        """
        transform, size = self.transform, (max(width, 1.0), max(height, 1.0))
        if drawn and transform is not None:
            self.transform = _on(ratio, transform)
            return
        if size == self._size and ratio == self._ratio and (transform is None or transform.ratio == ratio):
            return
        centre, before = self.centre, self._ratio
        self._size, self._ratio = size, ratio
        if transform is None or centre is None:
            return
        if self.fitted:
            self.fit()
        else:
            self.transform = looking_at(transform.placed, _on(before, transform).zoom, centre, self.middle, ratio)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the widget."""
        return self._size[0] / 2, self._size[1] / 2

    @property
    def centre(self) -> tuple[float, float] | None:
        """The image point in the middle of the widget."""
        return self.transform.to_image(*self.middle) if self.transform else None

    def fit(self) -> None:
        """Show the whole image."""
        self.fitted = True
        if self.transform is not None:
            self.transform = self.rule(self.transform.placed, *self._size, self._ratio)

    def zoom_to(self, zoom: float, at: tuple[float, float] | None = None) -> None:
        """Zoom; the image point at a place of the widget (its middle by default) stays there.

        An image as a whole is not made so small that it is lost in the view.
        """
        transform = self.transform
        if transform is not None:
            least = min(self.rule(transform.placed, *self._size, self._ratio).zoom * _SMALL, transform.zoom, 1.0)
            self.transform = transform.zoomed(max(zoom, least), *(at or self.middle))
            self.fitted = False

    def look(self, transform: Transform) -> None:
        """Take a whole new transform, after a pan."""
        self.transform, self.fitted = transform, False

    def look_at(self, zoom: float, x: float, y: float, *, later: bool = False) -> None:
        """Put the image point (x, y) in the middle at a zoom; remembered for the next image to be placed if there is none, or `later`."""
        zoom = min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
        if later or self.transform is None:
            self._wanted = (zoom, x, y)
        else:
            self.look(looking_at(self.transform.placed, zoom, (x, y), self.middle, self._ratio))

    def bring(self, box: Box, *, later: bool = False) -> None:
        """Bring a box of the image into sight, as little as need be: nearer where it is tiny, farther where it is too large for the view.

        What is in sight at a good size stays where it is; `later`: as soon as the next image is placed.
        """
        transform = self.transform
        if later or transform is None:
            self._sought = box
            return
        (ax, ay), (bx, by) = transform.to_widget(*box[:2]), transform.to_widget(*box[2:])
        wide, high, (width, height) = abs(bx - ax), abs(by - ay), self._size
        zoom, span = transform.zoom, max(wide, high, 1e-6)
        if wide > _FULL * width or high > _FULL * height:
            zoom *= _FILLING * min(width / max(wide, 1e-6), height / max(high, 1e-6))
        elif span < _TINY:
            zoom = max(min(zoom * _SEEN / span, _NEAREST), zoom)
        seen = min(ax, bx) >= 0 and min(ay, by) >= 0 and max(ax, bx) <= width and max(ay, by) <= height
        if zoom != transform.zoom or not seen:
            self.look_at(zoom, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _on(ratio: float, transform: Transform) -> Transform:
    """Return the same places and sizes in logical pixels on a screen of another ratio."""
    return replace(transform, zoom=transform.zoom * ratio / transform.ratio, ratio=ratio) if ratio != transform.ratio else transform
