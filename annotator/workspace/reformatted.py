"""A series of cuts through another one, as views show it; its pictures are made from that one's when they are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture
from annotator.domain.reformat import Along, Cutting, cut_picture, cutting_of
from annotator.i18n import Message, translate
from annotator.workspace.catalogue import Series

Outcome = Picture | Message
_KEPT = 48


@dataclass(frozen=True, eq=False)
class Reformatted(Series):
    """The cuts of `source`; nobody draws on them."""

    source: Series = field(kw_only=True)
    cutting: Cutting = field(kw_only=True)
    _made: OrderedDict[ImageKey, tuple[int, Picture]] = field(default_factory=OrderedDict, kw_only=True, repr=False)

    def picture(self, key: ImageKey, known: Callable[[ImageKey], Outcome | None]) -> Picture | None:
        """Return a cut from the slices that are known; the same picture as long as these are the same.  None while there is none."""
        made, wanted = self._made.get(key), len(self.cutting.slices)
        if made is not None and made[0] == wanted:
            self._made.move_to_end(key)
            return made[1]
        pictures = [found if isinstance(found := known(image.key), Picture) else None for image in self.cutting.slices]
        there = sum(picture is not None for picture in pictures)
        if made is not None and made[0] == there:
            return made[1]
        picture = cut_picture(self.cutting, self.places[key], pictures)
        if picture is not None:
            self._made[key] = there, picture
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return picture

    def missing(self, key: ImageKey) -> int:
        """How many slices were not there when a cut was made."""
        made = self._made.get(key)
        return 0 if made is None else len(self.cutting.slices) - made[0]


def native(series: Series, key: ImageKey | None) -> tuple[Series, ImageKey | None]:
    """Return a series as it is and an image of it: of cuts the series they go through, and its middle image."""
    if not isinstance(series, Reformatted):
        return series, key
    return series.source, series.source.images[len(series.source.images) // 2].key


def reformatted(series: Series, along: Along, *, maximum: bool = False) -> Reformatted | Message:
    """Return the cuts through a series, or why there are none."""
    uid = f"{series.uid}.{along.value}{'.maximum' if maximum else ''}"
    cutting = cutting_of(series.images, along, uid, maximum=maximum)
    if isinstance(cutting, Message):
        return cutting
    owner = replace(series.owner, series_description=f"{series.owner.series_description} · {translate(cutting.name)}".strip(" ·"))
    return Reformatted(uid, series.study_uid, series.modality, owner, cutting.images, None, source=series, cutting=cutting)
