"""Hold where one view is: the series and image it looks at, and the window of each; looking changes nothing else."""

from __future__ import annotations

from annotator.domain.honesty import Origin
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.i18n import Message
from annotator.workspace.catalogue import Series
from annotator.workspace.pixels import Pictures

_PER_IMAGE_WINDOW = {"CR", "DX", "MG", "US", "OT", "XA", "RF"}


class Place:
    """One view's place; the pictures are everybody's."""

    def __init__(self, pictures: Pictures) -> None:
        self.series: Series | None = None
        self.key: ImageKey | None = None
        self.windows: dict[object, Window] = {}
        self._pictures = pictures

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
        index = self.index
        return self.images[index] if index >= 0 else None

    @property
    def picture(self) -> Picture | None:
        """Its pixels, None while they are being decoded or where they cannot be."""
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
        chosen = self.windows.get(self.window_key)
        if chosen is not None:
            return chosen
        picture = self.picture
        return picture.start_window() if picture else Window(128.0, 256.0, origin=Origin.RANGE)

    @property
    def window_key(self) -> object:
        """What the window belongs to: the series, or the image where a series is no volume."""
        if self.series is None or self.series.modality in _PER_IMAGE_WINDOW:
            return self.key
        return self.series.uid

    @property
    def windowed(self) -> bool:
        """Whether the window was chosen, or taken from the first picture that came."""
        return self.window_key in self.windows

    def set_window(self, center: float, width: float) -> bool:
        """Show another range; returns whether it is another."""
        center, width = float(center), max(float(width), 1e-3)
        same = self.picture is not None and (center, width) == (self.window.center, self.window.width)
        return not same and self.show_window(self.window.moved(center, width))

    def show_window(self, window: Window) -> bool:
        """Show a window as it is; returns whether it is another."""
        changed = window != self.windows.get(self.window_key)
        self.windows[self.window_key] = window
        return changed

    def arrived(self) -> None:
        """The picture is there: its start window becomes the series', where that has none yet."""
        picture = self.picture
        if picture is not None and self.window_key not in self.windows:
            self.windows[self.window_key] = picture.start_window()

    def go(self, index: int) -> bool:
        """Look at the image at a place of the series, the nearest there is; returns whether that is another."""
        if not self.images:
            return False
        key = self.images[min(max(index, 0), len(self.images) - 1)].key
        changed, self.key = key != self.key, key
        return changed

    def leave(self) -> None:
        """Look at nothing."""
        self.series, self.key, self.windows = None, None, {}
