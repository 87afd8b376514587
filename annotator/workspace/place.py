"""Hold where one view is: the series and image it looks at, and the window of each; looking changes nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.domain.reslice import Lattice
from annotator.i18n import Message
from annotator.workspace.catalogue import Series
from annotator.workspace.frontal_series import FrontalSeries
from annotator.workspace.levels import Kept, Levels
from annotator.workspace.pixels import Pictures, Wish
from annotator.workspace.readings import OtherReading


@dataclass
class Over:
    """A series that lies over what a place shows; `upper` where its values are no SUV, as a person or its first picture said."""

    series: Series
    lattice: Lattice
    upper: float | None = None
    unit: str = ""


class Place:
    """One view's place; the pictures are everybody's."""

    def __init__(self, pictures: Pictures, kept: Kept) -> None:
        self.series: Series | None = None
        self.key: ImageKey | None = None
        self.over: Over | None = None
        self.levels = Levels(kept)
        self.other: OtherReading | None = None
        """Whose reading is shown there, where that is not the own one."""
        self._pictures = pictures
        self._found: tuple[Series | None, ImageKey | None, Image | None] = None, None, None
        """The image that was looked up last, of which series and by which key: it is asked for hundreds of times at every edit."""

    @property
    def images(self) -> tuple[Image, ...]:
        """The series' images in spatial order."""
        return self.series.images if self.series else ()

    @property
    def index(self) -> int:
        """The image's place in the series, from 0; −1 without one."""
        return self.series.places.get(self.key, -1) if self.series and self.key else -1

    @property
    def image(self) -> Image | None:
        """The image it looks at."""
        found = self._found
        if found[2] is None or found[0] is not self.series or found[1] is not self.key:
            index = self.index
            self._found = found = self.series, self.key, self.images[index] if index >= 0 else None
        return found[2]

    @property
    def wish(self) -> Wish:
        """What must be decoded for it: the image and its neighbours, or the slices that are looked through."""
        if isinstance(self.series, FrontalSeries):
            return Wish(self.series.source.images, len(self.series.source.images) // 2)
        return Wish(self.images, self.index)

    @property
    def picture(self) -> Picture | None:
        """Its pixels, None while they are being decoded or where they cannot be."""
        if isinstance(self.series, FrontalSeries):
            return self.series.picture(self._pictures.get) if self.key is not None else None
        found = self._pictures.get(self.key) if self.key else None
        return found if isinstance(found, Picture) else None

    @property
    def picture_problem(self) -> Message | None:
        """Why there are no pixels."""
        found = self._pictures.get(self.key) if self.key else None
        return found if isinstance(found, Message) else None

    @property
    def window(self) -> Window:
        """The shown range of the image."""
        return self.levels.window(self.image, self.picture)

    @property
    def windowed(self) -> bool:
        """Whether the window was chosen, or taken from the first picture that came."""
        return self.levels.chosen(self.image, self.picture)

    def set_window(self, center: float, width: float) -> bool:
        """Show another range; returns whether it is another."""
        center, width = float(center), max(float(width), 1e-3)
        same = self.picture is not None and (center, width) == (self.window.center, self.window.width)
        return not same and self.show_window(self.window.moved(center, width))

    def show_window(self, window: Window) -> bool:
        """Show a window as it is; returns whether it is another."""
        image = self.image
        return image is not None and self.levels.choose(image, self.picture, window)

    def arrived(self) -> None:
        """The picture is there: its start window becomes the series', where that has none yet."""
        picture, image = self.picture, self.image
        if picture is not None and image is not None:
            self.levels.arrived(image, picture)

    def go(self, index: int) -> bool:
        """Look at the image at a place of the series, the nearest there is; returns whether that is another."""
        if not self.images:
            return False
        key = self.images[min(max(index, 0), len(self.images) - 1)].key
        changed, self.key = key != self.key, key
        return changed

    def leave(self) -> None:
        """Look at nothing."""
        self.series, self.key, self.over, self.other = None, None, None, None
        self.levels.forget()
