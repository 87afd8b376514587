"""A chest CT with contrast, from below the diaphragm to the shoulders, with four nodules of known extent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from annotator.dicom.phantom.axial import Cut
from annotator.dicom.phantom.fields import Ellipsoid, axis
from annotator.dicom.phantom.writer import Patient, Series, Truth, decimal, decimals, header, plane, store

KIND = "chest-ct"
FIELD = 384.0
"""Width of the reconstructed field, mm."""
THICKNESS = 5.0
PATIENT = Patient("PHANTOM^흉부", "PHANTOM01", "M", "064Y")
VALUES = {"nodule1": 45.0, "nodule2": 60.0, "nodule3": -560.0, "nodule4": 320.0}
"""HU of the nodules: solid, spiculated, ground glass, calcified."""


def nodules(slices: int) -> Mapping[str, Ellipsoid]:
    """Return the nodules of a chest CT of so many slices; their heights shrink with the part of the chest that is covered."""
    reach = min(slices * THICKNESS / 2, 110.0) - THICKNESS
    return {
        "nodule1": Ellipsoid((-82.0, -28.0, 0.36 * reach), (9.5, 8.5, 9.0)),
        "nodule2": Ellipsoid((78.0, 10.0, 0.62 * reach), (13.0, 11.5, 12.0)),
        "nodule3": Ellipsoid((-76.0, 46.0, -0.25 * reach), (11.0, 9.0, 10.0)),
        "nodule4": Ellipsoid((101.0, 34.0, -0.05 * reach), (6.5, 6.5, 6.5)),
    }


def chest_ct(folder: Path, slices: int = 64, size: int = 512, seed: int = 1) -> tuple[Truth, ...]:
    """Write a chest CT of `slices` axial slices (size × size, 5 mm apart, lowest first) to `folder`; masks `nodule1` … `nodule4`.

    Stored values are HU + 1024, 12 bits unsigned; raises OSError where a file cannot be written.
    """
    rng = np.random.default_rng(seed)
    series = Series(KIND, f"{seed} {slices} {size}", PATIENT, "CT", 2, "흉부 CT", "Chest 5.0 CE")
    cut = Cut(size, FIELD, rng, blood=165.0)
    found = nodules(slices)
    dataset = _header(series, FIELD / size)
    truths = []
    for number, z in enumerate(axis(slices, THICKNESS).tolist(), 1):
        image = cut.tissue(z)
        for name, nodule in found.items():
            cut.nodule(image, z, nodule, VALUES[name], spikes=24 if name == "nodule2" else 0, edge=2.5 if name == "nodule3" else 0.8)
        hounsfield = cut.noisy(image, 13.0)
        dataset.ImagePositionPatient = decimals(float(cut.x[0, 0]), float(cut.y[0, 0]), z)
        dataset.SliceLocation = decimal(z)
        stored = np.clip(np.rint(hounsfield) + 1024, 0, 4095).astype(np.uint16)
        path = folder / f"IM{number:04d}.dcm"
        masks = cut.masks(z, found)
        truths.append(Truth(KIND, str(path), store(dataset, series, number, stored, 12, path), 1, masks))
    return tuple(truths)


def _header(series: Series, spacing: float) -> Dataset:
    return header(
        series,
        CTImageStorage,
        **plane(series, (1, 0, 0, 0, 1, 0), (spacing, spacing), THICKNESS),
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"], BodyPartExamined="CHEST", PatientPosition="HFS",
        SpacingBetweenSlices=decimal(THICKNESS),
        RescaleIntercept="-1024", RescaleSlope="1", RescaleType="HU", KVP="120", XRayTubeCurrent=220, ExposureTime=500, Exposure=110,
        DataCollectionDiameter="500", ReconstructionDiameter=decimal(FIELD), GantryDetectorTilt="0", ConvolutionKernel="SOFT",
        WindowCenter=["-600", "40"], WindowWidth=["1500", "400"], WindowCenterWidthExplanation=["LUNG", "MEDIASTINUM"],
        ContrastBolusAgent="IODINE", ContrastBolusRoute="IV",
    )  # fmt: skip
