"""A PET-CT of the chest: CT without contrast and FDG-PET at the same heights, one study, one frame of reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, PositronEmissionTomographyImageStorage

from annotator.dicom.phantom import thorax
from annotator.dicom.phantom.axial import Cut
from annotator.dicom.phantom.fields import Array, Ellipsoid, at, axis, ellipsoid, grain, paint, smooth, soft
from annotator.dicom.phantom.writer import Patient, Series, Truth, code, decimal, decimals, header, plane, store

KIND = "pet-ct"
FIELD = 512.0
"""Width of both fields, mm."""
THICKNESS = 5.0
WEIGHT = 62.0
"""Body weight, kg."""
DOSE, HALF_LIFE, INJECTED, WAIT = 3.1e8, 6586.2, "091500", 3600.0
"""Injected Bq, half life in s, when, and s until the scan."""
PATIENT = Patient("PHANTOM^양전자", "PHANTOM04", "F", "061Y")
HEAT = {"nodule1": 9.5, "node1": 6.5, "node2": 4.5}
"""SUV of the findings: a lung nodule, a hilar and a mediastinal lymph node."""


def findings(slices: int) -> dict[str, Ellipsoid]:
    """Return the findings of a PET-CT of so many slices; their heights shrink with the part of the chest that is covered."""
    reach = min(slices * THICKNESS / 2, 90.0) - THICKNESS
    return {
        "nodule1": Ellipsoid((-78.0, 6.0, 0.55 * reach), (14.0, 13.0, 13.0)),
        "node1": Ellipsoid((-44.0, 10.0, 0.1 * reach), (10.5, 9.0, 9.0)),
        "node2": Ellipsoid((20.0, 10.0, 0.45 * reach), (8.5, 8.5, 8.5)),
    }


def bq_per_suv() -> float:
    """Return how many Bq/ml one SUV (body weight) is at the start of the scan."""
    return DOSE * 2 ** (-WAIT / HALF_LIFE) / (WEIGHT * 1000)


def pet_ct(folder: Path, slices: int = 48, size: int = 128, seed: int = 3) -> tuple[Truth, ...]:
    """Write `slices` pairs to `folder`/CT (4·size squared) and `folder`/PT (size squared), 5 mm apart, lowest first.

    PT holds Bq/ml with a slope of its own in every slice.  Masks `nodule1`, `node1`, `node2` on the images of both series.
    Raises OSError where a file cannot be written.
    """
    return _ct(folder / "CT", slices, 4 * size, seed) + _pt(folder / "PT", slices, size, seed)


def _series(slices: int, size: int, seed: int, modality: str, number: int, description: str) -> Series:
    return Series(KIND, f"{seed} {slices} {size}", PATIENT, modality, number, "PET-CT 흉부", description)


def _ct(folder: Path, slices: int, size: int, seed: int) -> tuple[Truth, ...]:
    series = _series(slices, size // 4, seed, "CT", 2, "CT Attn Cor 5.0")
    cut = Cut(size, FIELD, np.random.default_rng([seed, 0]), blood=45.0)
    found = findings(slices)
    dataset = header(
        series,
        CTImageStorage,
        **_placed(series, FIELD / size),
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"], RescaleIntercept="-1024", RescaleSlope="1", RescaleType="HU", PatientPosition="HFS",
        KVP="120", XRayTubeCurrent=90, ExposureTime=500, Exposure=45, ReconstructionDiameter=decimal(FIELD), ConvolutionKernel="SOFT",
        WindowCenter=["40", "-600"], WindowWidth=["400", "1500"], WindowCenterWidthExplanation=["MEDIASTINUM", "LUNG"],
    )  # fmt: skip
    truths = []
    for number, z in enumerate(axis(slices, THICKNESS).tolist(), 1):
        image = cut.tissue(z)
        for nodule in found.values():
            cut.nodule(image, z, nodule, 42.0)
        stored = np.clip(np.rint(cut.noisy(image, 20.0)) + 1024, 0, 4095).astype(np.uint16)
        _place(dataset, cut.x, cut.y, z)
        path = folder / f"CT{number:04d}.dcm"
        truths.append(Truth(KIND, str(path), store(dataset, series, number, stored, 12, path), 1, cut.masks(z, found)))
    return tuple(truths)


def _pt(folder: Path, slices: int, size: int, seed: int) -> tuple[Truth, ...]:
    series = _series(slices, size, seed, "PT", 3, "PET AC")
    rng = np.random.default_rng([seed, 1])
    cut = Cut(size, FIELD, rng, blood=45.0)
    found = findings(slices)
    dataset = header(series, PositronEmissionTomographyImageStorage, **_placed(series, FIELD / size), **_emission(slices))
    truths = []
    for number, z in enumerate(axis(slices, THICKNESS).tolist(), 1):
        uptake = _uptake(cut.x, cut.y, z)
        for name, finding in found.items():
            paint(uptake, soft(finding.level(cut.x, cut.y, at(z)), cut.spacing), HEAT[name])
        noisy = smooth(uptake, 2) + grain(rng, size, size, 2) * (0.03 + 0.10 * np.sqrt(uptake))
        becquerel = np.clip(noisy, 0, None) * np.float32(bq_per_suv())
        slope = decimal(max(float(becquerel.max()), 1.0) / 32767)
        stored = np.clip(np.rint(becquerel / np.float32(slope)), 0, 32767).astype(np.int16)
        dataset.RescaleSlope = slope
        dataset.ImageIndex = number
        _place(dataset, cut.x, cut.y, z)
        path = folder / f"PT{number:04d}.dcm"
        truths.append(Truth(KIND, str(path), store(dataset, series, number, stored, 16, path), 1, cut.masks(z, found)))
    return tuple(truths)


def _uptake(x: Array, y: Array, z: float) -> Array:
    """Return the SUV of healthy tissue in the slice at height z."""
    here = at(z)
    edge = float(abs(x[0, 1] - x[0, 0]))
    suv = np.zeros((y.size, x.size), dtype=np.float32)
    cavity = thorax.cavity(x, y, here)
    paint(suv, soft(thorax.body(x, y, here), edge), 0.35)
    paint(suv, soft(np.minimum(thorax.body(x, y, here) - 12, -cavity), edge), 0.75)
    paint(suv, soft(cavity, edge), 0.8)
    below = soft(thorax.diaphragm(x, y) - here, 8.0) * soft(cavity, edge)
    paint(suv, below * soft(thorax.LIVER.level(x, y, here), edge), 2.3)
    paint(suv, below * soft(thorax.SPLEEN.level(x, y, here), edge), 1.9)
    stomach = thorax.STOMACH.level(x, y, here)
    paint(suv, below * soft(5 - np.abs(stomach - 4), edge), 1.7)
    paint(suv, soft(thorax.lung(x, y, here), edge), 0.42 + 0.0012 * y)
    heart = thorax.heart(x, y, here)
    paint(suv, soft(heart, edge), 1.7)
    left = np.minimum(heart, 0.80 * (x - 24) + 0.6 * (y + 26))
    paint(suv, soft(6 - np.abs(left - 6), edge) * soft(heart, edge), 4.2)
    for group in (thorax.VEINS, thorax.PULMONARY, thorax.AORTA):
        paint(suv, soft(thorax.rods(x, y, here, group), edge), 1.7)
    spine = ellipsoid(x, y, at(0), (0, thorax.SPINE, 0), (19.5, 16, 99))
    paint(suv, soft(spine, edge), 1.4)
    paint(suv, soft(6 - np.hypot(x, y - 83.5), edge), 1.5)
    return suv


def _placed(series: Series, spacing: float) -> dict[str, Any]:
    placed = plane(series, (1, 0, 0, 0, 1, 0), (spacing, spacing), THICKNESS)
    return placed | {"BodyPartExamined": "CHEST", "PatientWeight": decimal(WEIGHT), "PatientSize": "1.62"}


def _place(dataset: Dataset, x: Array, y: Array, z: float) -> None:
    dataset.ImagePositionPatient = decimals(float(x[0, 0]), float(y[0, 0]), z)
    dataset.SliceLocation = decimal(z)


def _emission(slices: int) -> dict[str, Any]:
    """Return the PET series, isotope, acquisition and image modules (PS3.3 C.8.9): all that SUV by body weight needs."""
    drug = Dataset()
    drug.Radiopharmaceutical = "Fluorodeoxyglucose F^18^"
    drug.RadiopharmaceuticalRoute = "IV"
    drug.RadiopharmaceuticalStartTime = INJECTED
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = decimals(DOSE, HALF_LIFE)
    drug.RadionuclidePositronFraction = "0.967"
    drug.RadionuclideCodeSequence = Sequence([code("77004003", "SCT", "^18^Fluorine")])
    drug.RadiopharmaceuticalCodeSequence = Sequence([code("35321007", "SCT", "Fluorodeoxyglucose F^18^")])
    lying = code("102538003", "SCT", "recumbent")
    lying.PatientOrientationModifierCodeSequence = Sequence([code("40199007", "SCT", "supine")])
    return {
        "ImageType": ["ORIGINAL", "PRIMARY"], "Units": "BQML", "SeriesType": ["WHOLE BODY", "IMAGE"], "CountsSource": "EMISSION",
        "NumberOfSlices": slices, "CorrectedImage": ["NORM", "DECY", "ATTN", "SCAT", "DTIM", "RAN"], "DecayCorrection": "START",
        "DecayFactor": "1.0", "RandomsCorrectionMethod": "DLYD", "AttenuationCorrectionMethod": "CT", "ScatterCorrectionMethod": "MODEL",
        "ReconstructionMethod": "OSEM", "CollimatorType": "NONE", "ActualFrameDuration": 120000,
        "FrameReferenceTime": decimal(60000.0), "RescaleIntercept": "0",
        "RadiopharmaceuticalInformationSequence": Sequence([drug]),
        "PatientOrientationCodeSequence": Sequence([lying]),
        "PatientGantryRelationshipCodeSequence": Sequence([code("102540008", "SCT", "headfirst")]),
        "WindowCenter": decimal(round(3.5 * bq_per_suv())), "WindowWidth": decimal(round(7 * bq_per_suv())),
        "SUVType": "BW",
    }  # fmt: skip


