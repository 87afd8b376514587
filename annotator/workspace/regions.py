"""Find the regions of a study in what others made: label files of the tree, a label series beside the images, a NIfTI volume, a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from annotator.domain.image import Image
from annotator.domain.judging import Judging
from annotator.domain.labels import LabelVolume
from annotator.domain.project import Project
from annotator.domain.sampling import LabelGrid, Sampled, mirrored, sample
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace.catalogue import Series

_PEEKED = 3


@dataclass(frozen=True, eq=False)
class Regions:
    """A segmentation on the grid of a series: its own values, what they mean, from where it came and how it fitted."""

    source: str
    images: tuple[Image, ...]
    sampled: Sampled
    ids: Mapping[int, int]
    proposals: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[int, int] = field(default_factory=dict)
    also: Mapping[int, int] = field(default_factory=dict)
    sure: bool = True
    other_frame: bool = False

    def with_meaning(self, ids: Mapping[int, int], proposals: Mapping[str, str]) -> Regions:
        """Return the regions with the meaning that a person chose."""
        return replace(self, ids=ids, proposals=proposals, sure=True)

    def volume(self) -> LabelVolume:
        """Return them as category ids."""
        from annotator.formats.label_reading import mapped

        return LabelVolume(tuple(image.key for image in self.images), mapped(self.sampled.values, self.ids))

    def told(self) -> Message:
        """Say from where they came and how they were matched."""
        place = message("voxel for pixel")
        if not self.sampled.same_grid:
            place = message("each pixel from the nearest voxel, at most {mm} mm away", mm=f"{self.sampled.farthest:.2f}")
        remark = message("; its frame of reference is another one, it was matched by place alone") if self.other_frame else Message("")
        what = message("with proposed judgements") if self.proposals else message("region numbers")
        return message("Regions loaded from {name} by geometry: {place}, {what}{remark}", name=self.source, place=place, what=what,
                       remark=remark)  # fmt: skip


def stack_of(series: Series) -> tuple[Image, ...]:
    """Return the images of a series that make its volume: those of the most common size and direction, in spatial order."""
    first = series.images[0] if series.images else None
    if first is None or first.plane is None:
        return ()
    normal = np.array(first.plane.normal)
    return tuple(
        image
        for image in series.images
        if image.plane is not None and (image.rows, image.columns) == (first.rows, first.columns) and normal @ image.plane.normal > 0.999
    )


def looks_like_labels(images: Sequence[Image], project: Project, judging: Judging) -> bool:
    """Whether some images from all over a series hold regions' numbers or codes and nothing else."""
    from annotator.dicom.pixels import picture
    from annotator.formats.label_reading import meaning_of

    places = sorted({round((len(images) - 1) * part / (_PEEKED + 1)) for part in range(1, _PEEKED + 1)})
    try:
        stored = [picture(images[place]).stored for place in places]
        if any(values.ndim != 2 for values in stored):
            return False
        found = meaning_of(np.concatenate([values.ravel() for values in stored]), project, judging)
    except AnnotatorError:
        return False
    return bool(found.ids) and not found.unknown


def beside(series: Series, others: Iterable[Series]) -> tuple[Series, ...]:
    """Return the series that share a frame of reference or a study with one, those of the same frame first."""
    frame = series.frame
    near = [one for one in others if one.uid != series.uid and (one.study_uid == series.study_uid or (frame and one.frame == frame))]
    found = [(other.frame != frame, other) for other in near if other.images and other.images[0].plane is not None]
    return tuple(other for _, other in sorted(found, key=lambda pair: (pair[0], pair[1].uid)))


def from_series(labels: Sequence[Image], target: Sequence[Image], project: Project, judging: Judging, report: Report,
                name: str) -> Regions:  # fmt: skip
    """Return the regions that a series of label images holds; raises AnnotatorError, and Cancelled from the report."""
    from annotator.formats.label_reading import read_series

    return _fitted(read_series(labels, report.advance, name), target, project, judging, name)


def from_paths(paths: Sequence[Path], target: Sequence[Image], project: Project, judging: Judging, report: Report) -> Regions:
    """Return the regions in files or a folder that a person chose: a NIfTI volume, or label DICOM in any order; raises AnnotatorError."""
    from annotator.dicom.scan import Found, scan
    from annotator.formats.label_reading import is_nifti, read_nifti

    name = ", ".join(path.name for path in paths)
    files = [path for path in paths if path.is_file()]
    volumes = [path for path in files if is_nifti(path.name)]
    for folder in (path for path in paths if path.is_dir()):
        volumes += [path for path in sorted(folder.iterdir()) if path.is_file() and is_nifti(path.name)]
    if len(volumes) == 1:
        try:
            content = volumes[0].read_bytes()
        except OSError as error:
            raise _refused(volumes[0].name, system_cause(error)) from None
        return _fitted(read_nifti(content, volumes[0].name), target, project, judging, volumes[0].name)
    if volumes:
        raise _refused(name, message("there are {count} volumes in it: choose one", count=len(volumes)))
    where = [path.parent if path.is_file() else path for path in paths]
    series: dict[str, list[Image]] = {}
    for entry in scan(where, report):
        for image in entry.images if isinstance(entry, Found) else ():
            series.setdefault(image.series_uid, []).append(image)
    fitting = [images for images in series.values() if looks_like_labels(images, project, judging)]
    if not fitting and len(series) == 1:
        fitting = list(series.values())
    if len(fitting) != 1:
        cause = message("no series of regions is in it") if not fitting else message("several series of regions are in it: choose one")
        raise _refused(name, cause)
    return from_series(fitting[0], target, project, judging, report, name)


def _fitted(grid: LabelGrid, target: Sequence[Image], project: Project, judging: Judging, name: str) -> Regions:
    from annotator.formats.label_reading import mapped, meaning_of

    sampled = sample(grid, target)
    if isinstance(sampled, Message):
        raise _refused(name, sampled)
    found = meaning_of(grid.values, project, judging)
    if found.sure and mirrored(mapped(sampled.values, found.ids), target, judging.left, judging.right):
        raise _refused(name, message("its left regions lie on the right of the patient: it is mirrored"))
    other = {grid.frame_of_reference_uid, target[0].frame_of_reference_uid}
    return Regions(
        *(name, tuple(target), sampled, found.ids, found.proposals, found.unknown, found.also, found.sure),
        other_frame=len(other) > 1 and "" not in other,
    )


def _refused(name: str, cause: Message) -> AnnotatorError:
    remedy = message("Choose the segmentation of these images; nothing was changed")
    return AnnotatorError(message("Loading the regions from {name}", name=name), cause, remedy)
