"""Make a label image out of the MR image that it belongs to: pixel value = region × 10 + judgement, de-identified by the dementia rule.

The file is an MR Image (PS3.3 A.4) of 16 bits, `DERIVED\\SECONDARY`, in the place of its source.  The rule blanks whatever tells person,
place or time, names the examination alike for all, and leaves what describes the acquisition.  The sequences of which it blanks code value
and meaning are left out: an item without them would be illegal.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import RLELosslessEncoder
from pydicom.uid import MRImageStorage

from annotator.dicom.attributes import UNPAIRED
from annotator.dicom.derive import references
from annotator.dicom.inherited import (
    IMPLEMENTATION_UID,
    PRODUCT,
    Taken,
    Values,
    checked_dataset,
    code_item,
    contribution,
    derived_uid,
    file_meta,
    lossiness,
    own_uid,
    placement,
)
from annotator.dicom.legal import copied, decimal, mended, text
from annotator.domain.delivery import Sheet
from annotator.i18n import Message

BLANK = (
    "PatientName PatientID PatientBirthDate PatientSex PatientWeight StudyDate StudyTime SeriesDate SeriesTime AcquisitionDate "
    "AcquisitionTime ContentDate ContentTime InstanceCreationDate InstanceCreationTime PerformedProcedureStepStartDate "
    "PerformedProcedureStepStartTime PerformedProcedureStepEndDate PerformedProcedureStepEndTime PerformedProcedureStepID StationName "
    "AccessionNumber DeviceSerialNumber"
).split()
"""What the rule blanks: it is there, and empty."""
NAMED_ALIKE = "ProtocolName StudyDescription RequestedProcedureDescription PerformedProcedureStepDescription".split()
EXAMINATION = "BRAIN T1 weighted MRI"
ACQUISITION = (
    "BodyPartExamined ScanningSequence SequenceVariant ScanOptions MRAcquisitionType SliceThickness RepetitionTime EchoTime InversionTime "
    "NumberOfAverages ImagingFrequency ImagedNucleus EchoNumbers MagneticFieldStrength SpacingBetweenSlices "
    "NumberOfPhaseEncodingSteps EchoTrainLength PercentSampling PercentPhaseFieldOfView PixelBandwidth ReconstructionDiameter "
    "ReceiveCoilName TransmitCoilName AcquisitionMatrix InPlanePhaseEncodingDirection FlipAngle SAR dBdt PatientPosition SliceLocation "
    "AcquisitionNumber InstanceNumber Manufacturer ManufacturerModelName SoftwareVersions"
).split()
"""What is kept of the source: how the image was acquired (PS3.3 C.8.3.1), and with what."""
_IN_TREE = "InstitutionalDepartmentName StudyID PatientAge EthnicGroup PregnancyStatus RequestedProcedureID RequestingService".split()
"""What is kept besides of an image of the tree, which is de-identified already."""
_TYPE_2 = (
    "ReferringPhysicianName StudyID SeriesNumber PositionReferenceIndicator ScanOptions MRAcquisitionType EchoTime "
    "EchoTrainLength RepetitionTime PatientPosition InstanceNumber"
).split()
_REQUIRED = {"ScanningSequence": "RM", "SequenceVariant": "NONE"}
"""Attributes of type 1 of an MR image, and what stands there where the source says nothing: research mode, none (PS3.3 C.8.3.1)."""


def label_dataset(source: Dataset, sheet: Sheet, codes: NDArray[np.uint16]) -> tuple[Dataset, tuple[Message, ...]]:
    """Return the label image of a sheet's image, and what had to be mended of its source; `codes` is (rows, columns).

    The same source, sheet and codes give the same data set.  Raises ValueError for codes of another size than the image, and for values of
    our own that are illegal.
    """
    if codes.shape != (sheet.image.rows, sheet.image.columns):
        raise ValueError(f"labels of {codes.shape} for an image of {(sheet.image.rows, sheet.image.columns)}")
    takings = [_acquisition(source, sheet), placement(source, sheet), lossiness(source), references(source, sheet), _study(source, sheet)]
    values: Values = {"SpecificCharacterSet": "ISO_IR 192"}
    for taken, _ in takings:
        values |= taken
    values |= _identity(sheet, codes) | _origin(sheet) | _pixels(sheet, codes)
    dataset = checked_dataset(values)
    compressed = sheet.project.mask.compression == "rle"
    dataset["PixelData"].VR = "OB" if compressed else "OW"
    dataset["PixelData"].is_undefined_length = compressed
    dataset.file_meta = file_meta(dataset, compressed=compressed)
    return dataset, tuple(dict.fromkeys(remark for _, remarks in takings for remark in remarks))


def json_model(dataset: Dataset) -> bytes:
    """Return a data set in the DICOM JSON model (PS3.18 Annex F), without its pixels; UTF-8."""
    bare = Dataset({tag: element for tag, element in dataset.items() if tag != 0x7FE00010})
    return (json.dumps(bare.to_json_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _acquisition(source: Dataset, sheet: Sheet) -> Taken:
    found, remarks = copied(source, (*ACQUISITION, *(_IN_TREE if sheet.in_tree else ())))
    values: Values = dict.fromkeys((*_TYPE_2, *BLANK), "") | _REQUIRED | found
    if values.get("BodyPartExamined") not in UNPAIRED:
        values["Laterality"] = ""
    return values | dict.fromkeys(BLANK, "") | dict.fromkeys(NAMED_ALIKE, EXAMINATION), remarks


def _study(source: Dataset, sheet: Sheet) -> Taken:
    study, frame = own_uid(source, "StudyInstanceUID"), own_uid(source, "FrameOfReferenceUID")
    remarks = () if study else (mended("StudyInstanceUID"),)
    study = study or derived_uid(sheet.uid_root, "study", sheet.names.patient, sheet.image.study_uid)
    own = {} if frame else {"FrameOfReferenceUID": derived_uid(sheet.uid_root, "frame of reference", sheet.image.series_uid)}
    return {"StudyInstanceUID": study, **own}, remarks


def _identity(sheet: Sheet, codes: NDArray[np.uint16]) -> Values:
    key, digest = sheet.image.key, hashlib.sha256(codes.astype("<u2").tobytes()).hexdigest()
    return {
        "SOPClassUID": MRImageStorage,
        "SOPInstanceUID": derived_uid(sheet.uid_root, "label", key.uid, key.frame, digest, sheet.time),
        "SeriesInstanceUID": derived_uid(sheet.uid_root, "labels", sheet.image.series_uid),
        "InstanceCreatorUID": IMPLEMENTATION_UID,
        "Modality": "MR",
        "SeriesDescription": "Region labels",
        "ImageType": ["DERIVED", "SECONDARY", "OTHER"],
        "BurnedInAnnotation": "NO",
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": "dates, person, station and procedure blanked",
    }


def _origin(sheet: Sheet) -> Values:
    software, judging = text(sheet.software, 64) or PRODUCT, sheet.project.judging
    rule = "region number" if judging is None else f"region number x {judging.factor} + atrophy (1 yes, 0 no)"
    equipment = contribution("regions of the brain and their atrophy", software, datetime.fromisoformat(sheet.time))
    return {
        "DerivationDescription": f"pixel value = {rule}; 0 outside",
        "DerivationCodeSequence": [code_item("113076", "DCM", "Segmentation")],
        "ContributingEquipmentSequence": [equipment],
    }


def _pixels(sheet: Sheet, codes: NDArray[np.uint16]) -> Values:
    rows, columns = codes.shape
    stored = np.ascontiguousarray(codes, dtype="<u2")
    layout: Values = {"rows": rows, "columns": columns, "samples_per_pixel": 1, "photometric_interpretation": "MONOCHROME2"}
    layout |= {"bits_allocated": 16, "bits_stored": 16, "pixel_representation": 0, "number_of_frames": 1}
    rle = sheet.project.mask.compression == "rle"
    most = int(stored.max(initial=0))
    return {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": rows,
        "Columns": columns,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        "SmallestImagePixelValue": int(stored.min(initial=most)),
        "LargestImagePixelValue": most,
        "WindowCenter": decimal(50),
        "WindowWidth": decimal(102),
        "RescaleIntercept": "0",
        "RescaleSlope": "1",
        "RescaleType": "US",
        "PixelData": encapsulate([RLELosslessEncoder.encode(stored, encoding_plugin="pydicom", **layout)]) if rle else stored.tobytes(),
    }
