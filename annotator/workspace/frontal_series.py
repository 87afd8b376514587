"""The view through all of a series, as a series of one image; its picture is made from that one's when it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from annotator.domain.frontal import Frontal, frontal_of, frontal_picture
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture
from annotator.i18n import Message, translate
from annotator.workspace.catalogue import Series

Outcome = Picture | Message


@dataclass(frozen=True, eq=False)
class FrontalSeries(Series):
    """What is seen through `source`; nobody draws on it."""

    source: Series = field(kw_only=True)
    frontal: Frontal = field(kw_only=True)
    _made: dict[int, Picture] = field(default_factory=dict, kw_only=True, repr=False)
    """The last picture, by how many slices it was made of."""

    def picture(self, known: Callable[[ImageKey], Outcome | None]) -> Picture | None:
        """Return the picture of the slices that are known; the same one as long as these are.  None while there is none."""
        complete = self._made.get(len(self.frontal.slices))
        if complete is not None:
            return complete
        pictures = [found if isinstance(found := known(image.key), Picture) else None for image in self.frontal.slices]
        there = sum(picture is not None for picture in pictures)
        if there not in self._made:
            made = frontal_picture(self.frontal, pictures)
            self._made.clear()
            if made is not None:
                self._made[there] = made
        return self._made.get(there)

    @property
    def missing(self) -> int:
        """How many slices were not there when the picture was made."""
        return len(self.frontal.slices) - max(self._made, default=0)


def frontal_series(series: Series) -> FrontalSeries | Message:
    """Return the view through a series, or why there is none."""
    uid = f"{series.uid}.frontal"
    frontal = frontal_of(series.images, uid)
    if isinstance(frontal, Message):
        return frontal
    owner = replace(series.owner, series_description=f"{series.owner.series_description} · {translate(frontal.name)}".strip(" ·"))
    return FrontalSeries(uid, series.study_uid, series.modality, owner, (frontal.image,), None, source=series, frontal=frontal)


def native(series: Series, key: ImageKey | None) -> tuple[Series, ImageKey | None]:
    """Return a series as it is and an image of it; of a view through one that one and its middle image."""
    if not isinstance(series, FrontalSeries):
        return series, key
    return series.source, series.source.images[len(series.source.images) // 2].key
