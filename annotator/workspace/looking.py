"""Look at what was found: series, images, windows.  Looking is not editing: it is never journaled and never undone."""

from __future__ import annotations

from annotator import settings
from annotator.domain.honesty import Origin
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.picture import Picture, Window
from annotator.i18n import Message
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.notice import Topic
from annotator.workspace.pixels import Pictures
from annotator.workspace.speaking import Speaking
from annotator.workspace.tasks import Tasks

MEMORY = "pictures.megabytes"
"""The setting that bounds the decoded images kept at hand."""
_PER_IMAGE_WINDOW = {"CR", "DX", "MG", "US", "OT", "XA", "RF"}


class Looking(Speaking):
    """The part of a session that shows images; `catalogue` is what a scan has found so far."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.catalogue = Catalogue()
        self.series: Series | None = None
        self.selection: frozenset[int] = frozenset()
        self._key: ImageKey | None = None
        self._windows: dict[object, Window] = {}
        self._pictures = Pictures(tasks, self._decoded, settings.read(MEMORY, 1024) << 20)

    @property
    def images(self) -> tuple[Image, ...]:
        """The open series' images in spatial order."""
        return self.series.images if self.series else ()

    @property
    def index(self) -> int:
        """The chosen image's place in the series, from 0; −1 without one."""
        return self.series.places.get(self._key, -1) if self.series and self._key else -1

    @property
    def image(self) -> Image | None:
        """The chosen image."""
        return self.images[self.index] if self.index >= 0 else None

    def owner_of(self, image: Image) -> Owner | None:
        """Return whose image it is and which series', as its header says."""
        found = self.catalogue.by_uid.get(image.series_uid)
        return found.owner if found else None

    @property
    def picture(self) -> Picture | None:
        """Its pixels, None while they are being decoded or where they cannot be."""
        found = self._pictures.get(self._key) if self._key else None
        return found if isinstance(found, Picture) else None

    @property
    def picture_problem(self) -> Message | None:
        """Why there are no pixels."""
        found = self._pictures.get(self._key) if self._key else None
        return found if isinstance(found, Message) else None

    @property
    def all_decoded(self) -> bool:
        """Whether every image of the open series is in memory, or known to be impossible to show."""
        return self._pictures.hold(self.images)

    def show(self, index: int) -> None:
        """Show the image at a place of the series, the nearest there is."""
        if not self.images:
            return
        index = min(max(index, 0), len(self.images) - 1)
        if self.images[index].key != self._key:
            self._key, self.selection = self.images[index].key, frozenset()
        self._pictures.want(self.images, index)
        self._tell(Topic.IMAGE, Topic.SELECTION)
        if self._pictures.get(self.images[index].key) is not None:
            self._tell(Topic.PICTURE, Topic.WINDOW)

    def page(self, step: int) -> None:
        """Go `step` images on, never out of the series."""
        self.show(self.index + step)

    def painted(self, key: ImageKey) -> None:
        """The view painted this image: nothing waits for it now, but the next ones may be fetched."""

    @property
    def window(self) -> Window:
        """The shown range of the chosen image."""
        chosen = self._windows.get(self._window_key())
        if chosen is not None:
            return chosen
        return self.picture.start_window() if self.picture else Window(128.0, 256.0, origin=Origin.RANGE)

    def set_window(self, center: float, width: float) -> None:
        """Show another range; kept for the series (for the image, where a series is no volume)."""
        center, width = float(center), max(float(width), 1e-3)
        if self.picture is None or (center, width) != (self.window.center, self.window.width):
            self.show_window(self.window.moved(center, width))

    def show_window(self, window: Window) -> None:
        """Show a window as it is, such as one that the header proposes; kept as `set_window` does."""
        if window != self._windows.get(self._window_key()):
            self._windows[self._window_key()] = window
            self._tell(Topic.WINDOW)

    def start_window(self) -> None:
        """Go back to the range that the header proposes."""
        self._windows.pop(self._window_key(), None)
        self._tell(Topic.WINDOW)

    def _window_key(self) -> object:
        if self.series is None or self.series.modality in _PER_IMAGE_WINDOW:
            return self._key
        return self.series.uid

    def _decoded(self, key: ImageKey) -> None:
        if key != self._key:
            return
        if self.picture is not None and self._window_key() not in self._windows:
            self._windows[self._window_key()] = self.picture.start_window()
        self._tell(Topic.PICTURE, Topic.WINDOW)
