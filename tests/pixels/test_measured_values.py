"""What is measured under a mask is what another program measures in the same file, and a true lesion has the size that others find."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from annotator.domain.image import Image
from annotator.domain.lesion_measures import lesion_measures
from annotator.domain.mask_measures import mask_measures, mask_values, pixel_values
from annotator.domain.raster import Mask

SERIES = {"ct": "CT", "mr_t1": "MR_T1", "pet": "PET"}


def true_lesion(data_folder: Path, name: str) -> tuple[list[tuple[Image, Mask]], tuple[float, ...], sitk.Image]:
    """The slices of a series that carry the lesion with its masks, the places of all slices, and the whole as SimpleITK reads it."""
    file = data_folder / "annotations" / f"truthmask_sts001_{name}.nii.gz"
    truth, label = np.asarray(nibabel.load(file).dataobj) > 0, sitk.ReadImage(str(file), sitk.sitkUInt8)
    images = [image for path in (data_folder / "series" / "sts001_petctmr" / SERIES[name]).glob("*.dcm")
              for image in images_of(read_header(path), path)]  # fmt: skip
    found = []
    for image in sorted(images, key=lambda image: image.plane.distance()):
        place = round(label.TransformPhysicalPointToContinuousIndex(image.plane.to_patient(0.5, 0.5))[2])
        mask = truth[:, :, place].T if 0 <= place < truth.shape[2] else np.zeros((image.rows, image.columns), bool)
        if mask.any():
            found.append((image, Mask.of(mask)))
    return found, tuple(image.plane.distance() for image in images), label


@pytest.mark.parametrize("name", SERIES)
def test_values_are_those_that_another_program_reads(data_folder: Path, name: str) -> None:
    """Of a PET in SUV: the other program's Bq/ml times the factor."""
    slices, _, _ = true_lesion(data_folder, name)
    for image, mask in slices[:: max(len(slices) // 4, 1)]:
        shown, statistics = picture(image), sitk.LabelIntensityStatisticsImageFilter()
        factor = getattr(shown.suv, "factor", 1.0)
        read = sitk.ReadImage(image.path, sitk.sitkFloat64)[:, :, 0]
        label = sitk.GetImageFromArray(mask.array().astype(np.uint8))
        label.CopyInformation(read)
        statistics.Execute(label, read)
        found = mask_values(mask, shown)
        wanted = [value * factor for value in (statistics.GetMean(1), statistics.GetMinimum(1), statistics.GetMaximum(1))]
        assert [found.mean, found.least, found.most] == pytest.approx(wanted, rel=1e-5, abs=1e-4)
        assert mask_measures(mask, image.spacing).area == pytest.approx(statistics.GetPhysicalSize(1), rel=1e-5)


@pytest.mark.parametrize("name", SERIES)
def test_a_true_lesion_has_the_volume_that_another_program_finds(data_folder: Path, name: str) -> None:
    slices, places, label = true_lesion(data_folder, name)
    shapes = sitk.LabelShapeStatisticsImageFilter()
    shapes.ComputeFeretDiameterOn()
    shapes.Execute(label > 0)
    cuts = [(mask, image.plane.distance(), pixel_values(mask, picture(image))) for image, mask in slices]
    found = lesion_measures(cuts, slices[0][0].spacing, places)
    assert found.volume == pytest.approx(shapes.GetPhysicalSize(1), rel=1e-4)
    pixel = float(np.linalg.norm(slices[0][0].spacing))
    assert shapes.GetFeretDiameter(1) <= found.longest_through <= shapes.GetFeretDiameter(1) + pixel + 1e-6
    assert found.longest.length <= found.longest_through
    assert found.glycolysis == pytest.approx(found.values.mean * found.volume / 1000, rel=1e-4)
