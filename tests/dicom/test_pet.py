"""PET images are shown in SUV, checked against a SUV series that others made of the same patient."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from annotator.dicom.header import read_header
from annotator.dicom.pet import pet_of
from annotator.dicom.pixels import picture
from annotator.domain.honesty import Doubt
from annotator.domain.picture import Picture
from annotator.domain.suv import NoSuv, Pet, Suv, When
from tests.dicom.written import dataset, images, saved

PIXELS = np.arange(12, dtype=np.int16).reshape(3, 4)


def pet(**attributes: Any) -> Dataset:
    """Return an FDG image; attributes by keyword, those of the tracer too."""
    tracer, code = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "C-111A1", "SRT", "^18^Fluorine"
    tracer.RadiopharmaceuticalStartTime, tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = "100000.00", "370000000", "6586.2"
    tracer.RadionuclideCodeSequence = [code]
    own = {"RadiopharmaceuticalStartDateTime", "RadiopharmaceuticalStartTime", "RadionuclideTotalDose", "RadionuclideHalfLife"}
    for keyword in own & set(attributes):
        setattr(tracer, keyword, attributes.pop(keyword))
    said = {
        "Modality": "PT", "Units": "BQML", "DecayCorrection": "START", "CorrectedImage": ["DECY", "ATTN"], "PatientWeight": "70",
        "SeriesDate": "20200102", "SeriesTime": "110000", "AcquisitionDate": "20200102", "AcquisitionTime": "110000.5",
        "PixelSpacing": [4, 4], "RescaleSlope": 0.5, "RescaleIntercept": 0, "RadiopharmaceuticalInformationSequence": [tracer],
        "FrameReferenceTime": "90000", "ActualFrameDuration": "180000",
    }  # fmt: skip
    return dataset(PIXELS, **(said | attributes))


def shown(path: Path) -> Picture:
    return picture(images(path)[0])


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_an_image_in_becquerel_is_shown_in_suv(tmp_path: Path, syntax: str) -> None:
    found = shown(saved(pet(), tmp_path / "a", syntax))
    factor = 70_000 / (370e6 * 2 ** (-3600 / 6586.2))
    assert isinstance(found.suv, Suv) and found.suv.factor == pytest.approx(factor) and found.unit == "SUVbw"
    assert found.value_at(3.5, 2.5) == pytest.approx(11 * 0.5 * factor)


def test_every_attribute_is_read(tmp_path: Path) -> None:
    made = pet(RadiopharmaceuticalStartDateTime="20200102093000.25+0900", Units="CNTS", SUVType="BW")
    made.DecayCorrectionDateTime = "20200102105900"
    made.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x00, "DS", "0.00045")
    made.private_block(0x7053, "Philips PET Private Group").add_new(0x09, "DS", "1.5")
    made.private_block(0x0009, "OTHER", create=True).add_new(0x0D, "DT", "19990101")
    made.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", "20200102105800.5")
    day = datetime(2020, 1, 2).toordinal()
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        (image,) = images(saved(made, tmp_path / "a", syntax))
        assert pet_of(read_header(image.path)) == Pet(
            units="CNTS", suv_type="BW", corrected=("DECY", "ATTN"), decay_correction="START", weight=70.0, dose=370e6, half_life=6586.2,
            nuclide="18F", injected=When(9.5 * 3600 + 0.25, day), series=When(11 * 3600, day), acquired=When(11 * 3600 + 0.5, day),
            scanned=When(10 * 3600 + 58 * 60 + 0.5, day), corrected_to=When(10 * 3600 + 59 * 60, day), frame_reference=90.0,
            frame_duration=180.0, suv_factor=0.00045, activity_factor=1.5,
        )  # fmt: skip


@pytest.mark.parametrize("meaning", ["18F", "F-18", "^18^F", "F18"])
def test_a_nuclide_is_known_by_its_name_too(tmp_path: Path, meaning: str) -> None:
    made = pet(RadionuclideHalfLife=None)
    code = made.RadiopharmaceuticalInformationSequence[0].RadionuclideCodeSequence[0]
    code.CodeValue, code.CodeMeaning = "X", meaning
    found = shown(saved(made, tmp_path / "a"))
    assert isinstance(found.suv, Suv) and [caution.kind for caution in found.honesty.cautions] == [Doubt.SUV]


def test_why_there_is_no_suv_is_said(tmp_path: Path) -> None:
    found = shown(saved(pet(PatientWeight="", RadiopharmaceuticalStartTime=""), tmp_path / "a"))
    assert isinstance(found.suv, NoSuv) and found.unit == "Bq/ml" and found.slope == 0.5
    assert [str(reason) for reason in found.suv.reasons] == ["the patient's weight is missing", "the time of injection is missing"]
    bare = shown(saved(dataset(PIXELS, Modality="PT", RadiopharmaceuticalInformationSequence=Sequence()), tmp_path / "b"))
    assert isinstance(bare.suv, NoSuv)


def test_no_other_modality_has_suv(tmp_path: Path) -> None:
    assert shown(saved(pet(Modality="NM"), tmp_path / "a")).suv is None


def test_uptake_equals_the_suv_series_of_the_same_patient(data_folder: Path) -> None:
    raw = {round(image.plane.position[2], 1): image for image in _series(data_folder / "series" / "sts001_pet_raw")}
    compared = 0
    for image in _series(data_folder / "series" / "sts001_petctmr" / "PET"):
        source = raw.get(round(image.plane.position[2], 1))
        if source is None:
            continue
        column = round((image.plane.position[0] - source.plane.position[0]) / image.plane.spacing[1])
        row = round((image.plane.position[1] - source.plane.position[1]) / image.plane.spacing[0])
        theirs, ours = picture(image), picture(source)
        assert ours.unit == theirs.unit == "SUVbw"
        part = ours.values((slice(row, row + theirs.rows), slice(column, column + theirs.columns)))
        assert np.abs(part - theirs.values()).max() <= 1.01 * (theirs.slope + ours.slope)
        compared += 1
    assert compared > 40


def test_uptake_equals_an_independent_calculation(data_folder: Path) -> None:
    path = data_folder / "series" / "sts001_pet_raw" / "pet_050.dcm"
    header = dcmread(path)
    tracer = header.RadiopharmaceuticalInformationSequence[0]
    scanned, injected = (datetime.strptime(clock[:6], "%H%M%S") for clock in (header.SeriesTime, tracer.RadiopharmaceuticalStartTime))
    waited = (scanned - injected).seconds
    left = float(tracer.RadionuclideTotalDose) * 2 ** (-waited / float(tracer.RadionuclideHalfLife))
    wanted = header.pixel_array * float(header.RescaleSlope) * float(header.PatientWeight) * 1000 / left
    assert np.allclose(shown(path).values(), wanted, rtol=1e-6)


def _series(folder: Path) -> list[Any]:
    return [image for path in sorted(folder.glob("*.dcm")) for image in images(path) if image.plane is not None]
