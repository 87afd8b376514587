"""Contours that others rasterised long ago give exactly their voxels: the half pixel, the axes and the rule are right."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from annotator.dicom.header import images_of, read_header
from annotator.domain.raster import fill

SERIES = {"ct": "CT", "mr_t1": "MR_T1", "pet": "PET"}


def slices(folder: Path):
    """The images of a series by their place along z, in mm."""
    return {image.plane.distance(): image for path in folder.glob("*.dcm") for image in images_of(read_header(path), path)}


def in_image(plane, contour):
    """Points in patient millimetres as image coordinates: the inverse of `Plane.to_patient`."""
    beside = np.array(contour, dtype=float).reshape(-1, 3) - plane.position
    x, y = (beside @ np.array(axis) / step + 0.5 for axis, step in ((plane.row, plane.spacing[1]), (plane.column, plane.spacing[0])))
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def voxels(plane, mask, affine):
    """Where the centres of set pixels are in a NIfTI grid, which counts along right-anterior-superior axes."""
    row, column = mask.pixels()
    left, posterior, superior = np.array([plane.to_patient(c + 0.5, r + 0.5) for r, c in zip(row, column, strict=True)]).T
    found = np.linalg.inv(affine) @ np.stack([-left, -posterior, superior, np.ones_like(left)])
    whole = np.rint(found[:3])
    assert np.abs(found[:3] - whole).max() < 1e-3
    return tuple(whole.astype(int))


@pytest.mark.parametrize("name", SERIES)
def test_contours_give_exactly_the_voxels_of_the_truth(data_folder: Path, name: str) -> None:
    truth = nibabel.load(data_folder / "annotations" / f"truthmask_sts001_{name}.nii.gz")
    wanted = np.asarray(truth.dataobj) > 0
    there = slices(data_folder / "series" / "sts001_petctmr" / SERIES[name])
    structures = pydicom.dcmread(data_folder / "annotations" / f"rtstruct_sts001_{name}.dcm")
    by_slice: dict[float, list[list[tuple[float, float]]]] = {}
    for contour in structures.ROIContourSequence[0].ContourSequence:
        nearest = min(there, key=lambda z: abs(z - contour.ContourData[2]))
        assert abs(nearest - contour.ContourData[2]) < 0.01
        by_slice.setdefault(nearest, []).append(in_image(there[nearest].plane, contour.ContourData))
    found = np.zeros_like(wanted)
    for z, rings in by_slice.items():
        image = there[z]
        found[voxels(image.plane, fill(rings, image.rows, image.columns, even_odd=True), truth.affine)] = True
    assert wanted.sum() > 5000 and len(by_slice) == 31
    assert (found != wanted).sum() == 0
