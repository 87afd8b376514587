"""Look at what was found: series, images, windows.  Looking is not editing: it is never journaled and never undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from annotator import settings
from annotator.domain.display_filter import Filter
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.picture import Picture, Window
from annotator.domain.presets import Preset, presets_of
from annotator.i18n import Message, message
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.display import Displays
from annotator.workspace.hand import Hand, recall, remember
from annotator.workspace.levels import Keep, Kept
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.pixels import Pictures, Stock, Wish, prepared
from annotator.workspace.place import Place
from annotator.workspace.speaking import Speaking
from annotator.workspace.tasks import Tasks

MEMORY = "pictures.megabytes"
"""The setting that bounds the decoded images kept at hand."""


class Looking(Speaking):
    """The part of a session that shows images; `catalogue` is what a scan has found so far, `place` where the active view is."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.catalogue = Catalogue()
        self.selection: frozenset[int] = frozenset()
        self.hand = recall()
        self.kept = Kept()
        self._displays = Displays(tasks, self._displayed, self._not_displayed)
        self._pictures = Pictures(tasks, self._decoded, settings.read(MEMORY, 1024) << 20)
        self.place = Place(self._pictures, self.kept)
        self._offered: tuple[tuple[object, ...], tuple[Preset, ...]] | None = None

    @property
    def series(self) -> Series | None:
        """The open series."""
        return self.place.series

    @series.setter
    def series(self, series: Series | None) -> None:
        self.place.series = series

    @property
    def _key(self) -> ImageKey | None:
        return self.place.key

    def tied_at(self, place: Place) -> frozenset[int]:
        """Return what on another view's image belongs to the selection."""
        return frozenset()

    @property
    def images(self) -> tuple[Image, ...]:
        """The open series' images in spatial order."""
        return self.place.images

    @property
    def index(self) -> int:
        """The chosen image's place in the series, from 0; −1 without one."""
        return self.place.index

    @property
    def image(self) -> Image | None:
        """The chosen image."""
        return self.place.image

    def owner_of(self, image: Image) -> Owner | None:
        """Return whose image it is and which series', as its header says."""
        found = self.catalogue.by_uid.get(image.series_uid)
        return found.owner if found else None

    @property
    def picture(self) -> Picture | None:
        """Its pixels, None while they are being decoded or where they cannot be."""
        return self.place.picture

    @property
    def picture_problem(self) -> Message | None:
        """Why there are no pixels."""
        return self.place.picture_problem

    def picture_of(self, key: ImageKey) -> Picture | None:
        """Return the pixels of any image, as far as they are at hand."""
        found = self._pictures.get(key)
        return found if isinstance(found, Picture) else None

    @property
    def all_decoded(self) -> bool:
        """Whether every image of the open series is in memory, or known to be impossible to show."""
        return self._pictures.hold(self.images)

    @property
    def stock(self) -> Stock:
        """What of the images is in memory, and what still waits."""
        return self._pictures.stock

    def allow_memory(self, megabytes: int) -> None:
        """Keep at most so many megabytes of decoded images, also at the next start; raises OSError where that cannot be remembered."""
        self._pictures.allow(megabytes << 20)
        settings.remember({MEMORY: megabytes})

    def show(self, index: int) -> None:
        """Show the image at a place of the series, the nearest there is."""
        if not self.images:
            return
        if self.place.go(index):
            self.selection = frozenset()
        self._want()
        there = self.picture is not None or self.picture_problem is not None
        self._tell(Topic.IMAGE, Topic.SELECTION, *((Topic.PICTURE, Topic.WINDOW) if there else ()))

    def page(self, step: int) -> None:
        """Go `step` images on, never out of the series."""
        self.show(self.index + step)

    def painted(self, key: ImageKey) -> None:
        """The view painted this image: nothing waits for it now, but the next ones may be fetched."""

    @property
    def window(self) -> Window:
        """The shown range of the chosen image."""
        return self.place.window

    def set_window(self, center: float, width: float) -> None:
        """Show another range, typed or dragged; kept for as much as the person chose (`kept.keep`)."""
        if self.place.set_window(center, width):
            self._window_changed()

    def show_window(self, window: Window) -> None:
        """Show a window as it is, such as one that the header proposes; whether it is inverted stays as it was."""
        if self.place.show_window(window):
            self._window_changed()

    def start_window(self) -> None:
        """Go back to how the image begins."""
        if self.image is not None:
            self.place.levels.begin_again(self.image)
            self._window_changed()

    def invert(self) -> None:
        """Exchange black and white on top of what the image asks for, or take that back."""
        if self.image is not None:
            self.place.levels.invert(self.image)
            self._window_changed()

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The windows that are offered by name for the chosen image."""
        picture, image = self.picture, self.image
        if picture is None or image is None:
            return ()
        asked = (picture.colour, picture.windows, picture.unit, image.modality, self.kept.rules)
        if self._offered is None or self._offered[0] != asked:
            self._offered = asked, presets_of(picture, image.modality, self.kept.rules)
        return self._offered[1]

    def keep_windows(self, keep: Keep) -> None:
        """Keep windows for something else from now on; what is shown stays as it is.  Raises OSError."""
        window = self.window
        try:
            self.kept.choose(keep)
        finally:
            self.place.show_window(window)
            self._window_changed()

    @property
    def filter(self) -> Filter:
        """The display filter of the open series."""
        return self.filter_at(self.place)

    def filter_at(self, place: Place) -> Filter:
        """Return the display filter of the series at a place."""
        return self._displays.filter_of(place.series.uid) if place.series else Filter.NONE

    def use_filter(self, how: Filter) -> None:
        """Look at the open series through a filter; values, masks and what is measured stay those of the picture."""
        if self.series is not None:
            self._displays.choose(self.series.uid, how)
            self._displayed()

    def display(self, image: Image, picture: Picture, window: Window) -> tuple[Picture, Window]:
        """Return what to paint for a picture, and under which window."""
        return self._displays.display(image, picture, window)

    def _displayed(self) -> None:
        """A filter has made a picture, or is another."""
        self._window_changed()

    def _not_displayed(self, error: Exception) -> None:
        self.say(message("The display filter was taken away, it could not be worked out: {reason}", reason=str(error)), Severity.WARNING)
        self._displayed()

    def use_hand(self, hand: Hand) -> None:
        """Let buttons and wheel do something else from now on; raises OSError if that cannot be remembered."""
        self.hand = hand
        remember(hand)

    def _window_changed(self) -> None:
        self._tell(Topic.WINDOW)

    def _put_windows_down(self) -> None:
        try:
            self.kept.put_down()
        except OSError:
            self.say(message("The windows kept for the project could not be remembered"), Severity.WARNING)

    def _renew(self, by_uid: Mapping[str, Series]) -> None:
        """Take in what the catalogue now says of the series that are shown."""
        if self.series is not None and self.series.uid in by_uid:
            self.series = by_uid[self.series.uid]

    def prepare_pictures(self, prepare: Callable[[Picture], object]) -> None:
        """Have this done, beside the main thread, with each picture that is decoded ahead."""

        def both(picture: Picture) -> None:
            prepared(picture)
            prepare(picture)

        self._pictures.prepare = both

    def _want(self) -> None:
        """Have decoded what is looked at, and what comes next."""
        self._pictures.want(self.place.wish.images, self.place.wish.index, self._beside(), self._ahead())

    def _beside(self) -> Sequence[Wish]:
        """What the other views look at."""
        return ()

    def _ahead(self) -> Sequence[Image]:
        """The first images of what is opened next."""
        return ()

    def _decoded(self, key: ImageKey) -> None:
        if key == self._key:
            self.place.arrived()
            self._tell(Topic.PICTURE, Topic.WINDOW)
