"""The modules that chest X-rays and mammograms have in common (PS3.3 A.14, A.26, A.27)."""

from __future__ import annotations

from typing import Any

from pydicom.sequence import Sequence

from annotator.dicom.phantom.writer import code, decimal, decimals


def digital(spacing: float, size: tuple[int, int], inverted: bool = False) -> dict[str, Any]:
    """Return the DX image, detector and positioning attributes of a For Presentation image.

    `spacing` is that of the detector, mm; `size` is (rows, columns); `inverted`: high values are dark (MONOCHROME1).
    """
    return {
        "PresentationIntentType": "FOR PRESENTATION", "PixelIntensityRelationship": "LOG",
        "PixelIntensityRelationshipSign": 1 if inverted else -1, "RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "US",
        "PresentationLUTShape": "INVERSE" if inverted else "IDENTITY", "LossyImageCompression": "00",
        "ImagerPixelSpacing": decimals(spacing, spacing), "DetectorType": "DIRECT", "DetectorConfiguration": "AREA",
        "DetectorID": "PHANTOM", "DetectorConditionsNominalFlag": "YES", "FieldOfViewShape": "RECTANGLE",
        "FieldOfViewDimensions": [round(size[0] * spacing), round(size[1] * spacing)],
        "FieldOfViewOrigin": ["0", "0"], "FieldOfViewRotation": "0", "FieldOfViewHorizontalFlip": "NO",
        "AcquisitionContextSequence": Sequence(),
    }  # fmt: skip


def anatomy(value: str, meaning: str, laterality: str) -> dict[str, Any]:
    """Return the DX anatomy imaged module: a SNOMED code and U, L, R or B."""
    return {"AnatomicRegionSequence": Sequence([code(value, "SCT", meaning)]), "ImageLaterality": laterality}


def view(value: str, meaning: str, position: str, orientation: tuple[str, str]) -> dict[str, Any]:
    """Return the positioning: coded view, ViewPosition, PatientOrientation (of the rows, of the columns)."""
    item = code(value, "SCT", meaning)
    item.ViewModifierCodeSequence = Sequence()
    return {"ViewCodeSequence": Sequence([item]), "ViewPosition": position, "PatientOrientation": list(orientation)}


def exposure(kilovolt: float, milliampere_seconds: float, distance: float) -> dict[str, Any]:
    """Return how the exposure was made: kV, mAs, mm from source to detector."""
    return {
        "KVP": decimal(kilovolt), "Exposure": round(milliampere_seconds), "ExposureTime": 100,
        "XRayTubeCurrent": round(milliampere_seconds * 10), "DistanceSourceToDetector": decimal(distance),
    }  # fmt: skip
