"""Look at what was found: series, images, windows.  Looking is not editing: it is never journaled and never undone."""

from __future__ import annotations

from annotator import settings
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.picture import Picture, Window
from annotator.domain.presets import Preset, presets_of
from annotator.i18n import Message, message
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.hand import Hand, recall, remember
from annotator.workspace.levels import Keep, Kept, Levels
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.pixels import Pictures
from annotator.workspace.speaking import Speaking
from annotator.workspace.tasks import Tasks

MEMORY = "pictures.megabytes"
"""The setting that bounds the decoded images kept at hand."""


class Looking(Speaking):
    """The part of a session that shows images; `catalogue` is what a scan has found so far."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.catalogue = Catalogue()
        self.series: Series | None = None
        self.selection: frozenset[int] = frozenset()
        self._key: ImageKey | None = None
        self.hand = recall()
        self.kept = Kept()
        self._levels = Levels(self.kept)
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
        return self._levels.window(self.image, self.picture)

    def set_window(self, center: float, width: float) -> None:
        """Show another range, typed or dragged; kept for as much as the person chose (`kept.keep`)."""
        center, width = float(center), max(float(width), 1e-3)
        if self.picture is None or (center, width) != (self.window.center, self.window.width):
            self.show_window(self.window.moved(center, width))

    def show_window(self, window: Window) -> None:
        """Show a window as it is, such as one that the header proposes; whether it is inverted stays as it was."""
        if self.image is not None and self._levels.choose(self.image, self.picture, window):
            self._tell(Topic.WINDOW)

    def start_window(self) -> None:
        """Go back to how the image begins."""
        if self.image is not None:
            self._levels.begin_again(self.image)
            self._tell(Topic.WINDOW)

    def invert(self) -> None:
        """Exchange black and white on top of what the image asks for, or take that back."""
        if self.image is not None:
            self._levels.invert(self.image)
            self._tell(Topic.WINDOW)

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The windows that are offered by name for the chosen image."""
        return presets_of(self.picture, self.image.modality, self.kept.rules) if self.picture and self.image else ()

    def keep_windows(self, keep: Keep) -> None:
        """Keep windows for something else from now on; what is shown stays as it is.  Raises OSError."""
        window = self.window
        try:
            self.kept.choose(keep)
        finally:
            if self.image is not None:
                self._levels.choose(self.image, self.picture, window)
            self._tell(Topic.WINDOW)

    def use_hand(self, hand: Hand) -> None:
        """Let buttons and wheel do something else from now on; raises OSError if that cannot be remembered."""
        self.hand = hand
        remember(hand)

    def _put_windows_down(self) -> None:
        try:
            self.kept.put_down()
        except OSError:
            self.say(message("The windows kept for the project could not be remembered"), Severity.WARNING)

    def _decoded(self, key: ImageKey) -> None:
        if key != self._key:
            return
        if self.picture is not None and self.image is not None:
            self._levels.arrived(self.image, self.picture)
        self._tell(Topic.PICTURE, Topic.WINDOW)
