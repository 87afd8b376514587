"""Complete the series of a data set: a project keeps images in place only as they are drawn on, a volume needs every slice."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from annotator.dicom.found import Found
from annotator.dicom.scan import scan
from annotator.domain.delivery import Names
from annotator.domain.exchange import Item
from annotator.domain.image import Image, ImageKey
from annotator.domain.series import spatial_order
from annotator.progress import Report
from annotator.workspace.exchange.dataset import DataSet, Series, stem_of, with_own_stems


def with_whole_series(data: DataSet, report: Report) -> DataSet:
    """Return the data set with the other images of each series that lie in the same folders as those it has; `report` counts files.

    They get the numbers of their places in the series, under the patient and series ids of those that are there.
    """
    wanted = {item.sheet.image.series_uid for item in data.items if not item.sheet.in_tree and item.sheet.image.path}
    folders = {os.path.dirname(item.sheet.image.path) for item in data.items if item.sheet.image.series_uid in wanted}
    found: dict[str, dict[ImageKey, Image]] = {}
    for entry in scan(_files_in(folders), report) if folders else ():
        for image in entry.images if isinstance(entry, Found) else ():
            if image.series_uid in wanted:
                found.setdefault(image.series_uid, {})[image.key] = image
    return replace(data, series=with_own_stems([_completed(series, found) for series in data.series]))


def _files_in(folders: set[str]) -> list[Path]:
    """The files of some folders, without those of the folders inside them."""
    return sorted(Path(entry.path) for folder in folders if os.path.isdir(folder) for entry in os.scandir(folder) if entry.is_file())


def _completed(series: Series, found: dict[str, dict[ImageKey, Image]]) -> Series:
    there = {item.sheet.image.key: item for item in series}
    uids = {item.sheet.image.series_uid for item in series if not item.sheet.in_tree}
    images = {key: image for uid in uids for key, image in found.get(uid, {}).items()}
    images |= {key: item.sheet.image for key, item in there.items()}
    if not uids or len(images) == len(there):
        return series
    ordered = spatial_order(images.values())
    taken = {item.sheet.names.image for item in series}
    added = [there.get(image.key) or _named(series[0], image, place, taken) for place, image in enumerate(ordered, start=1)]
    return tuple(added)


def _named(like: Item, image: Image, place: int, taken: set[str]) -> Item:
    """An image of the series, named by its place in it; by the next free number where that one is another's."""
    sheet, number = like.sheet, place
    pattern = sheet.project.id_patterns.get("image", "{number}")
    while (name := pattern.format(number=number)) in taken:
        number += 1
    taken.add(name)
    names: Names = replace(sheet.names, image=name)
    bare = replace(sheet, image=image, names=names, annotations=(), facts={}, siblings=())
    return Item(bare, stem_of(sheet.modality, names), like.split)
