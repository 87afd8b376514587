"""Keep what a person measured, per image and until the window is closed: it is no annotation, is not undone, and is never saved."""

from __future__ import annotations

from annotator.domain.image import ImageKey
from annotator.domain.measure import Measure
from annotator.tools.gesture import Measured


class Measuring:
    """The measurements of all images, and the one that was last made or touched (`chosen`: its image and number)."""

    def __init__(self) -> None:
        self._on: dict[ImageKey, tuple[Measure, ...]] = {}
        self._last = 0
        self.chosen: tuple[ImageKey, int] | None = None

    def on(self, image: ImageKey) -> tuple[Measure, ...]:
        """Return the measurements on an image, in the order in which they were made."""
        return self._on.get(image, ())

    def take(self, image: ImageKey, measured: Measured) -> None:
        """Keep a finished measurement, or the new points of one that is there; it becomes the chosen one."""
        known = self.on(image)
        number = measured.number
        if number is None or all(measure.number != number for measure in known):
            number = self._last = self._last + 1
            self._on[image] = (*known, Measure(number, measured.figure, measured.points))
        else:
            self._on[image] = tuple(Measure(number, m.figure, measured.points) if m.number == number else m for m in known)
        self.chosen = image, number

    def chosen_on(self, image: ImageKey) -> int | None:
        """Return the number of the chosen measurement if it is on this image."""
        return self.chosen[1] if self.chosen and self.chosen[0] == image else None

    def delete(self, image: ImageKey) -> bool:
        """Delete the chosen measurement of an image; returns whether there was one."""
        number = self.chosen_on(image)
        if number is None:
            return False
        self._on[image] = tuple(measure for measure in self.on(image) if measure.number != number)
        self.chosen = None
        return True

    def clear(self, image: ImageKey) -> None:
        """Delete all measurements of an image."""
        self._on.pop(image, None)
        self.chosen = None
