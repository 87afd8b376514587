"""Read label volumes of others: a series of label DICOM, or a NIfTI file; what their values mean for a project, and what they propose."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.pixels import picture
from annotator.domain.image import Image
from annotator.domain.judging import Judging, proposal
from annotator.domain.project import Project
from annotator.domain.sampling import LabelGrid, grid_of_affine, grid_of_planes
from annotator.domain.series import PARALLEL
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

MOST_VOXELS = 1 << 29
"""Larger volumes are refused."""
MOST_VALUES = 1000
_SMALL = 1 << 16
_NIFTI = (".nii", ".nii.gz")


@dataclass(frozen=True)
class Meaning:
    """What the values of a label volume are: value → category id; facts that it proposes; values that mean nothing, with their count.

    `sure`: every value has a meaning, and only one; else `also` may hold another reading.
    """

    ids: Mapping[int, int]
    proposals: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[int, int] = field(default_factory=dict)
    sure: bool = True
    also: Mapping[int, int] = field(default_factory=dict)


def is_nifti(name: str) -> bool:
    """Whether a file is a NIfTI volume by its name."""
    return name.lower().endswith(_NIFTI)


def read_nifti(content: bytes, name: str) -> LabelGrid:
    """Return the label volume of a NIfTI file (also compressed); raises AnnotatorError.

    NIfTI counts millimetres to the right and to the front; here they are turned to DICOM's, to the left and to the back.
    """
    import nibabel
    from nibabel.filebasedimages import ImageFileError
    from nibabel.imageglobals import LoggingOutputSuppressor
    from nibabel.spatialimages import HeaderDataError
    from nibabel.wrapstruct import WrapStructError

    try:
        if content[:2] == b"\x1f\x8b":
            content = _unpacked(content, name)
        if content[344:347] != b"n+1" and content[4:7] != b"n+2":
            raise _unusable(name, message("it is no NIfTI volume, or is damaged"))
        made = nibabel.Nifti1Image if content[:4] in (b"\x5c\x01\x00\x00", b"\x00\x00\x01\x5c") else nibabel.Nifti2Image
        with LoggingOutputSuppressor():  # what it would log is told as an error
            volume = made.from_bytes(content)
        header = volume.header
        shape = tuple(size for size in volume.shape)
        if len(shape) != 3 and shape[3:] != (1,) * (len(shape) - 3):
            raise _unusable(name, message("it is not one volume"))
        if int(np.prod(shape)) > MOST_VOXELS:
            raise _unusable(name, message("it has more voxels than can be loaded"))
        if int(header["sform_code"]) <= 0 and int(header["qform_code"]) <= 0:
            raise _unusable(name, message("it does not say where it lies in the patient (neither sform nor qform)"))
        data = np.asanyarray(volume.dataobj).reshape(shape[:3])
        affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    except (ImageFileError, HeaderDataError, WrapStructError, OSError, ValueError, EOFError, zlib.error, OverflowError):
        raise _unusable(name, message("it is no NIfTI volume, or is damaged")) from None
    try:
        if not np.isfinite(affine).all():
            raise np.linalg.LinAlgError
        return grid_of_affine(affine, _whole(data, name).transpose(2, 1, 0))
    except np.linalg.LinAlgError:
        raise _unusable(name, message("its place in the patient is not legal")) from None


def read_series(images: Sequence[Image], step: Callable[[], None], name: str) -> LabelGrid:
    """Return the label volume of a series of label DICOM, in whatever order its files are; raises AnnotatorError.

    `step` is called after each image and may raise what ends the reading.
    """
    first = images[0]
    if sum(image.rows * image.columns for image in images) > MOST_VOXELS:
        raise _unusable(name, message("it has more voxels than can be loaded"))
    planes, pixels = [], []
    for image in images:
        plane = image.plane
        if plane is None or first.plane is None:
            raise _unusable(name, message("it does not say where it lies in the patient"))
        turned = min(float(np.dot(a, b)) for a, b in ((plane.normal, first.plane.normal), (plane.row, first.plane.row)))
        if turned < PARALLEL or (image.rows, image.columns) != (first.rows, first.columns):
            raise _unusable(name, message("its images differ in size or direction"))
        planes.append(plane)
        pixels.append(_whole(picture(image).stored, name))
        step()
    grid = grid_of_planes(planes, np.stack(pixels), first.frame_of_reference_uid)
    if len(planes) > 1 and np.diff(grid.heights).min() <= 1e-3:
        raise _unusable(name, message("two of its images lie in one place"))
    return grid


def meaning_of(values: NDArray[np.integer], project: Project, judging: Judging) -> Meaning:
    """Return what the values of a volume mean: the project's own table, region numbers, or codes of region and judgement.

    Raises AnnotatorError where there are far too many different values for labels.
    """
    there = _counted(values)
    if len(there) > MOST_VALUES:
        raise _unusable("", message("it has {count} different values: it is an image, not labels", count=len(there)))
    listed = {value: number for value, number in project.label_values.items() if value in there}
    numbers = {value: value for value in there if value in judging.ids}
    codes = {value: decoded for value in there if (decoded := judging.decoded(value)) is not None}
    if listed and len(listed) == len(there):
        return Meaning(listed)
    by_number, by_code = len(numbers) == len(there), len(codes) == len(there)
    if by_number != by_code:
        return Meaning(numbers) if by_number else Meaning({v: number for v, (number, _) in codes.items()}, _proposals(judging, codes))
    best = max((listed, numbers, {v: number for v, (number, _) in codes.items()}), key=len)
    unknown = {value: count for value, count in there.items() if value not in best}
    proposals = _proposals(judging, codes) if best.keys() == codes.keys() and best != numbers else {}
    also = {value: number for value, (number, _) in codes.items()} if by_code else {}
    if unknown and len(there) == len(judging.ids):
        also = dict(zip(sorted(there), judging.ids, strict=True))
    return Meaning(best, proposals, unknown, sure=False, also=also)


def mapped(values: NDArray[np.integer], ids: Mapping[int, int]) -> NDArray[np.uint8]:
    """Return the category ids of a volume's values, 0 for all others."""
    found = np.zeros(values.shape, dtype=np.uint8)
    for place, plane in zip(found, values, strict=True):
        for value, number in ids.items():
            place[plane == value] = number
    return found


def _counted(values: NDArray[np.integer]) -> dict[int, int]:
    """How often each value other than 0 occurs."""
    found: dict[int, int] = {}
    for plane in values if values.ndim == 3 else (values,):
        if plane.size and plane.min() >= 0 and plane.max() < _SMALL:
            counts = np.bincount(plane.ravel())
            there = np.flatnonzero(counts)
            counts = counts[there]
        else:
            there, counts = np.unique(plane, return_counts=True)
        for value, count in zip(there.tolist(), counts.tolist(), strict=True):
            found[value] = found.get(value, 0) + count
        if len(found) > 2 * MOST_VALUES:
            break
    found.pop(0, None)
    return dict(sorted(found.items()))


def _proposals(judging: Judging, codes: Mapping[int, tuple[int, str]]) -> dict[str, str]:
    """A proposal for each region whose voxels say one thing; where they say both, nothing is proposed."""
    said: dict[int, set[str]] = {}
    for number, judgement in codes.values():
        said.setdefault(number, set()).add(judgement)
    return {proposal(judging.key(number)): next(iter(told)) for number, told in said.items() if len(told) == 1}


def _whole(data: NDArray[np.generic], name: str) -> NDArray[np.signedinteger]:
    """Values as whole numbers; raises AnnotatorError for colours, fractions and numbers beyond all labels."""
    if data.dtype.kind not in "iufb" or data.ndim < 2:
        raise _unusable(name, message("its values are no labels"))
    numbers = data.astype(np.float64) if data.dtype.kind == "f" else data
    if data.dtype.kind == "f" and not (np.isfinite(numbers).all() and np.array_equal(numbers, np.rint(numbers))):
        raise _unusable(name, message("its values are no labels"))
    if numbers.size and (numbers.min() < -(2**31) or numbers.max() >= 2**31):
        raise _unusable(name, message("its values are no labels"))
    small = not numbers.size or (numbers.min() >= -(2**15) and numbers.max() < 2**15)
    return numbers.astype(np.int16 if small else np.int32)


def _unpacked(content: bytes, name: str) -> bytes:
    limit = MOST_VOXELS * 8
    with gzip.GzipFile(fileobj=BytesIO(content)) as packed:
        found = packed.read(limit + 1)
    if len(found) > limit:
        raise _unusable(name, message("it has more voxels than can be loaded"))
    return found


def _unusable(name: str, cause: Message) -> AnnotatorError:
    doing = message("Reading the regions in {name}", name=name) if name else message("Reading the regions")
    return AnnotatorError(doing, cause, message("Choose the segmentation of these images"))
