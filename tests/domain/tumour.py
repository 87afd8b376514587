"""A real tumour as radiologists outlined it, slice by slice beside the images (CT, MR and PET of `sts001`)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from annotator.domain.image import Image
from annotator.domain.raster import Mask

FIGURES = logging.getLogger("figures")
"""Says how well something agrees; `--log-cli-level=INFO` shows it."""
SERIES = {"ct": "CT", "mr_t1": "MR_T1", "pet": "PET"}


@dataclass(frozen=True, eq=False)
class Slice:
    """An image's place along the axis (mm), its values, the tumour's pixels, and the spacing in mm."""

    place: float
    values: NDArray[np.float32]
    mask: Mask
    spacing: tuple[float, float]

    @property
    def area(self) -> float:
        """In mm²."""
        return self.mask.count * self.spacing[0] * self.spacing[1]

    @property
    def deepest(self) -> tuple[int, int]:
        """The pixel (row, column) of the tumour farthest from its outline."""
        depth = ndimage.distance_transform_edt(np.pad(self.mask.array(), 1), sampling=self.spacing)[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        return int(row), int(column)


@cache
def tumour(data_folder: Path, name: str) -> tuple[Slice, ...]:
    """The slices that hold the tumour, from below, of the series `ct`, `mr_t1` or `pet`."""
    truth = nibabel.load(data_folder / "annotations" / f"truthmask_sts001_{name}.nii.gz")
    voxels = np.asarray(truth.dataobj) > 0
    paths = (data_folder / "series" / "sts001_petctmr" / SERIES[name]).glob("*.dcm")
    images = sorted((image for path in paths for image in images_of(read_header(path), path)), key=lambda image: image.plane.position[2])
    inverse = np.linalg.inv(truth.affine)
    found = [
        Slice(image.plane.position[2], picture(image).values(), _of_grid(voxels[:, :, n], inverse, image), image.plane.spacing)
        for n, image in enumerate(images)
        if voxels[:, :, n].any()
    ]
    assert sum(one.mask.count for one in found) == voxels.sum()
    return tuple(found)


def dice(a: Mask, b: Mask) -> float:
    """The overlap of two masks."""
    return 2 * (a & b).count / max(a.count + b.count, 1)


def _of_grid(array: NDArray[np.bool_], inverse: NDArray[np.float64], image: Image) -> Mask:
    """The pixels of an image whose centres lie in the set voxels of a slice of a NIfTI grid, which counts right-anterior-superior."""
    row, column = np.indices((image.rows, image.columns)).reshape(2, -1)
    corner, right, down = (np.array(image.plane.to_patient(x, y)) for x, y in ((0.5, 0.5), (1.5, 0.5), (0.5, 1.5)))
    places = corner[:, None] + np.outer(right - corner, column) + np.outer(down - corner, row)
    i, j, _, _ = np.rint(inverse @ np.vstack([places * np.array([[-1], [-1], [1]]), np.ones(len(row))])).astype(int)
    within = (i >= 0) & (j >= 0) & (i < array.shape[0]) & (j < array.shape[1])
    found = np.zeros(len(row), dtype=bool)
    found[within] = array[i[within], j[within]]
    return Mask.of(found.reshape(image.rows, image.columns))
