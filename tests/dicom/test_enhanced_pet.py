"""Enhanced (multi-frame) PET is shown in SUV where its mapping to the real world and its facts give it, else it says why not."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from annotator.dicom.deidentify import Engine
from annotator.dicom.pixels import picture
from annotator.dicom.traits import traits_of
from annotator.domain.deidentification import Deidentification
from annotator.domain.keyed import Keyed
from annotator.domain.picture import Picture
from annotator.domain.suv import NoSuv, Suv
from tests.dicom.enhanced import item, one
from tests.dicom.written import dataset, images, saved

ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
PIXELS = np.arange(2 * 3 * 4, dtype=np.uint16).reshape(2, 3, 4)
LEFT = 370e6 * 2 ** (-3600 / 6586.2)
"""What is left of the activity an hour after the injection."""


def mapping(code: str, slope: float, intercept: float = 0.0, last: int = 4095, **more: Any) -> Dataset:
    """What stored values mean in a unit (UCUM)."""
    unit = one(CodeValue=code, CodingSchemeDesignator="UCUM", CodeMeaning=code)
    said = {"RealWorldValueFirstValueMapped": 0, "RealWorldValueLastValueMapped": last, **more}
    made = item(RealWorldValueSlope=slope, RealWorldValueIntercept=intercept, MeasurementUnitsCodeSequence=unit, LUTLabel="PET")
    for keyword, value in said.items():
        made.add_new(keyword, "US" if isinstance(value, int) else "FD", value)
    return made


def enhanced(*shared: Dataset, frames: tuple[tuple[Dataset, ...], ...] = ((), ()), **attributes: Any) -> Dataset:
    """Two frames of FDG, an hour after the injection; mappings of all frames, and of each."""
    tracer = item(
        RadiopharmaceuticalStartDateTime="20200102100000", RadionuclideTotalDose="370000000", RadionuclideHalfLife="6586.2",
        RadionuclideCodeSequence=one(CodeValue="77004003", CodingSchemeDesignator="SCT", CodeMeaning="^18^Fluorine"),
    )  # fmt: skip
    said = {
        "SOPClassUID": ENHANCED_PET, "Modality": "PT", "NumberOfFrames": 2, "PatientWeight": "70", "DecayCorrected": "YES",
        "AttenuationCorrected": "YES", "DecayCorrectionDateTime": "20200102110000",
        "RadiopharmaceuticalInformationSequence": Sequence([tracer]), **attributes,
    }  # fmt: skip
    made = dataset(PIXELS, **{keyword: value for keyword, value in said.items() if value is not None})
    made.SharedFunctionalGroupsSequence = one(
        PixelMeasuresSequence=one(PixelSpacing=[4, 4], SliceThickness=3),
        PlaneOrientationSequence=one(ImageOrientationPatient=[1, 0, 0, 0, 1, 0]),
        PixelValueTransformationSequence=one(RescaleIntercept=-10, RescaleSlope=2, RescaleType="US"),
    )
    if shared:
        made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence = Sequence(shared)
    made.PerFrameFunctionalGroupsSequence = Sequence([
        item(
            PlanePositionSequence=one(ImagePositionPatient=[0, 0, place * 3.0]),
            FrameContentSequence=one(FrameAcquisitionDateTime="20200102105900", FrameAcquisitionDuration=120_000.0),
            FrameVOILUTSequence=one(WindowCenter=40, WindowWidth=20, VOILUTFunction="LINEAR_EXACT"),
            **({"RealWorldValueMappingSequence": Sequence(own)} if own else {}),
        )
        for place, own in enumerate(frames)
    ])  # fmt: skip
    return made


def shown(made: Dataset, tmp_path: Path, syntax: str = ExplicitVRLittleEndian) -> tuple[Picture, ...]:
    return tuple(picture(image) for image in sorted(images(saved(made, tmp_path / "a", syntax)), key=lambda found: found.key.frame))


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("code", ["{SUVbw}g/ml", "g/ml{SUVbw}"])
def test_a_mapping_to_suv_is_what_is_shown(tmp_path: Path, code: str, syntax: str) -> None:
    made = enhanced(mapping("Bq/ml", 100.0), mapping(code, 9.0), frames=((mapping(code, 0.25, 0.5),), (mapping(code, 0.125),)))
    first, second = shown(made, tmp_path, syntax)
    assert isinstance(first.suv, Suv) and isinstance(second.suv, Suv) and first.unit == second.unit == "SUVbw"
    assert np.allclose(first.values(), PIXELS[0] * 0.25 + 0.5) and np.allclose(second.values(), PIXELS[1] * 0.125)
    (window,) = first.windows  # 40 ± 10 after the rescale are the stored values 20 to 30
    assert (window.center, window.width) == (pytest.approx(25 * 0.25 + 0.5), pytest.approx(10 * 0.25))


def test_a_mapping_to_becquerel_is_turned_into_suv_by_weight_and_what_is_left_of_the_dose(tmp_path: Path) -> None:
    _, second = shown(enhanced(mapping("Bq/ml", 50.0, 3.0)), tmp_path)
    assert isinstance(second.suv, Suv) and not second.suv.assumed
    assert np.allclose(second.values(), (PIXELS[1] * 50.0 + 3.0) * 70_000 / LEFT)


def test_what_is_not_decay_corrected_is_taken_at_the_time_of_the_frame(tmp_path: Path) -> None:
    first, _ = shown(enhanced(mapping("Bq/ml", 50.0), DecayCorrected="NO", DecayCorrectionDateTime=None), tmp_path)
    rate = np.log(2) / 6586.2
    middle = np.log(rate * 120 / -np.expm1(-rate * 120)) / rate
    assert np.allclose(first.values(), PIXELS[0] * 50.0 * 70_000 / (370e6 * np.exp(-rate * (3540 + middle))))


@pytest.mark.parametrize(("mappings", "attributes", "reason"), [
    ((), {}, "the header does not say in what unit its values are"),
    ((("mm", 1.0),), {}, "the header does not say in what unit its values are"),
    ((("Bq/ml", 0.0),), {}, "the header does not say in what unit its values are"),
    ((("Bq/ml", 1.0),), {"PatientWeight": None}, "the patient's weight is missing"),
    ((("Bq/ml", 1.0),), {"RadiopharmaceuticalInformationSequence": None}, "the injected activity is missing"),
    ((("Bq/ml", 1.0),), {"DecayCorrectionDateTime": None}, "the header does not say to which time it is decay corrected"),
    ((("Bq/ml", 1.0),), {"AttenuationCorrected": "NO"}, "it is not corrected for attenuation"),
    ((("{SUVbw}g/ml", 1.0, 0.0, 20),), {}, "the header says only of a part of the values what they mean"),
])  # fmt: skip
def test_where_something_is_missing_the_values_stay_and_it_is_said(
    tmp_path: Path, mappings: tuple[tuple[Any, ...], ...], attributes: dict[str, Any], reason: str
) -> None:
    _, second = shown(enhanced(*(mapping(*said) for said in mappings), **attributes), tmp_path)
    assert isinstance(second.suv, NoSuv) and reason in [str(found) for found in second.suv.reasons]
    assert np.allclose(second.values(), PIXELS[1] * 2.0 - 10.0) and second.unit != "SUVbw"


def test_signed_values_are_mapped_as_signed(tmp_path: Path) -> None:
    made = enhanced(mapping("{SUVbw}g/ml", 0.5, RealWorldValueFirstValueMapped=65536 - 100))
    made.PixelRepresentation, made.PixelData = 1, (PIXELS.astype(np.int16) - 50).tobytes()
    first, _ = shown(made, tmp_path)
    assert isinstance(first.suv, Suv) and np.allclose(first.values(), (PIXELS[0].astype(float) - 50) * 0.5)


def test_a_mapping_of_floating_bounds_holds(tmp_path: Path) -> None:
    bounds = {"DoubleFloatRealWorldValueFirstValueMapped": 0.0, "DoubleFloatRealWorldValueLastValueMapped": 4095.0}
    made = enhanced(mapping("{SUVbw}g/ml", 0.5, **bounds))
    for keyword in ("RealWorldValueFirstValueMapped", "RealWorldValueLastValueMapped"):
        delattr(made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0], keyword)
    assert isinstance(shown(made, tmp_path)[0].suv, Suv)


def engine_of() -> Engine:
    return Engine(Deidentification(keep_in={"PT": ("size",)}), Keyed(b"k" * 32), "P000001", "00123")


def taken(made: Dataset, tmp_path: Path, frame: int, name: str = "taken") -> Picture:
    """A frame as an intake makes a classic image of it, where the project keeps the patient's size."""
    (tmp_path / name).mkdir()
    path = tmp_path / name / "one.dcm"
    path.write_bytes(engine_of().file(saved(made, tmp_path / f"{name}.dcm"), (), frame).content)
    (image,) = images(path)
    return picture(image)


@pytest.mark.parametrize(("code", "decay"), [("Bq/ml", "YES"), ("Bq/ml", "NO"), ("{SUVbw}g/ml", "YES")])
def test_what_is_taken_in_has_the_same_suv_as_the_enhanced_image(tmp_path: Path, code: str, decay: str) -> None:
    made = enhanced(mapping(code, 50.0, 3.0), DecayCorrected=decay)
    for frame, before in enumerate(shown(made, tmp_path), start=1):
        after = taken(made, tmp_path, frame, f"{frame}")
        assert isinstance(before.suv, Suv) and isinstance(after.suv, Suv) and after.unit == before.unit == "SUVbw"
        assert np.allclose(after.values(), before.values(), rtol=1e-6)
        (own,), (window,) = before.windows, after.windows
        assert (window.center, window.width) == (pytest.approx(own.center, rel=1e-6), pytest.approx(own.width, rel=1e-6))


def test_what_has_no_meaning_keeps_its_own_rescale_and_says_why_there_is_no_suv(tmp_path: Path) -> None:
    made = enhanced()
    after = taken(made, tmp_path, 2)
    assert isinstance(after.suv, NoSuv) and np.allclose(after.values(), PIXELS[1] * 2.0 - 10.0)
    assert [str(reason) for reason in traits_of(made).no_suv] == ["no SUV: the header does not say in what unit its values are"]
    assert traits_of(enhanced(mapping("Bq/ml", 50.0))).no_suv == () == traits_of(dataset(PIXELS[0], Modality="CT")).no_suv


def test_a_converted_image_that_says_it_as_a_classic_one_stays_as_it_is(tmp_path: Path) -> None:
    made = enhanced(mapping("Bq/ml", 50.0), SOPClassUID="1.2.840.10008.5.1.4.1.1.128.1", Units="CNTS", DecayCorrection="ADMIN",
                    CorrectedImage=["DECY", "ATTN", "SCAT"])  # fmt: skip
    told = pydicom.dcmread(io.BytesIO(engine_of().file(saved(made, tmp_path / "a.dcm"), (), 1).content))
    assert (told.Units, told.DecayCorrection, list(told.CorrectedImage)) == ("CNTS", "ADMIN", ["DECY", "ATTN", "SCAT"])
    assert told.RescaleSlope == 2
