"""What a derived file takes over from the image that it was made from, and how new data sets and identifiers are made for it.

Whose image it is follows the identity rule: an image of the project's tree is de-identified already, so its patient and study attributes
go along as they are; of an image used in place only sex, age, study and frame of reference do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydicom import config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless

from annotator.dicom.attributes import ALWAYS_THERE, LOSSY_METHODS, PATIENT, STUDY
from annotator.dicom.legal import copied, decimal, given, is_uid, left_out, mended, text
from annotator.domain.delivery import Sheet
from annotator.i18n import Message

PRODUCT = "annotator"
IMPLEMENTATION_UID = UID("2.25.302914667846014906424925061253418733521")

Values = dict[str, Any]
"""Attributes by keyword."""
Taken = tuple[Values, tuple[Message, ...]]
"""Attributes made from the source, and what had to be mended for it."""


def patient_and_study(source: Dataset, sheet: Sheet) -> Taken:
    """Whose image it is, by the identity rule; the study's identifier is derived where the source has no legal one."""
    values: Values = dict.fromkeys(ALWAYS_THERE, "")
    if sheet.in_tree:
        found, remarks = copied(source, (*PATIENT, *STUDY))
        values |= found
        if values.get("PatientIdentityRemoved") == "YES" and "DeidentificationMethod" not in values:
            values["DeidentificationMethod"] = "de-identified before it was annotated"
    else:
        patient = text(sheet.names.patient, 64)
        found, remarks = copied(source, ("PatientSex", "PatientAge"))
        values |= {"PatientName": patient, "PatientID": patient} | found
    study = own_uid(source, "StudyInstanceUID")
    if not study:
        study = derived_uid(sheet.uid_root, "study", sheet.names.patient, sheet.image.study_uid)
        remarks += (mended("StudyInstanceUID"),)
    return values | {"StudyInstanceUID": study}, remarks


def placement(source: Dataset, sheet: Sheet) -> Taken:
    """Where the pixels lie in the patient, and how large they are; an image of its own plane says so itself, a frame by its plane."""
    image, values, remarks = sheet.image, Values(), tuple[Message, ...]()
    if image.plane is not None:
        place = [decimal(v) for v in image.plane.position]
        turn = [decimal(v) for v in (*image.plane.row, *image.plane.column)]
        if None not in place and None not in turn:
            values |= {"ImagePositionPatient": place, "ImageOrientationPatient": turn}
            between = _positive(given(source, "SpacingBetweenSlices"))
            values |= {"SpacingBetweenSlices": between} if between else {}
    size = [decimal(length) for length in image.spacing or () if 0 < length < float("inf")]
    if len(size) == 2 and None not in size:
        on_patient = not image.spacing_at_detector or bool(given(source, "PixelSpacing"))
        at_detector = ("ImagerPixelSpacing", "NominalScannedPixelSpacing") if image.spacing_at_detector else ()
        values |= dict.fromkeys((*(("PixelSpacing",) if on_patient else ()), *at_detector), size)
    elif given(source, "PixelSpacing"):
        remarks = (left_out("PixelSpacing"),)
    frame_of_reference = own_uid(source, "FrameOfReferenceUID")
    if frame_of_reference and frame_of_reference == own_uid(source, "StudyInstanceUID"):
        frame_of_reference = derived_uid(sheet.uid_root, "frame of reference", frame_of_reference)
        remarks += (mended("FrameOfReferenceUID"),)
    if frame_of_reference:
        indicator, said = copied(source, ("PositionReferenceIndicator",)) if sheet.in_tree else ({}, ())
        values |= {"FrameOfReferenceUID": frame_of_reference, "PositionReferenceIndicator": ""} | indicator
        remarks += said
    return values, remarks


def lossiness(source: Dataset) -> Taken:
    """Whether and how the source was compressed with loss, in the standard's words only."""
    values, remarks = copied(source, ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"))
    if values.get("LossyImageCompression") not in ("00", "01"):
        return {}, remarks
    methods = values.get("LossyImageCompressionMethod", [])
    if not set([methods] if isinstance(methods, str) else methods) <= LOSSY_METHODS:
        values.pop("LossyImageCompressionMethod", None)
    return dict(values), remarks


def derived_uid(*parts: object) -> str:
    """Return a unique identifier (`2.25.`, PS3.5 B.2) that follows from the parts and from nothing else."""
    told = "\n".join(f"{len(str(part))}:{part}" for part in parts)
    return f"2.25.{int.from_bytes(hashlib.sha256(told.encode()).digest()[:16], 'big')}"


def own_uid(source: Dataset, keyword: str) -> str:
    """A unique identifier as the source itself has it; empty where it has none that is legal."""
    found = given(source, keyword)
    return found[0] if len(found) == 1 and is_uid(found[0]) else ""


def code_item(value: str, scheme: str, meaning: str) -> Dataset:
    """The item of a code sequence (PS3.3 8.8)."""
    return checked_dataset({"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning})


def contribution(what: str, software: str, moment: datetime, author: str = "") -> Dataset:
    """Say what this program did to the file, when, and for whom: an item of ContributingEquipmentSequence (PS3.3 C.12.1)."""
    return checked_dataset({
        "PurposeOfReferenceCodeSequence": [code_item("109103", "DCM", "Modifying Equipment")],
        "Manufacturer": PRODUCT,
        "ManufacturerModelName": software,
        "SoftwareVersions": software,
        "ContributionDateTime": moment.strftime("%Y%m%d%H%M%S%z")[:19],
        "ContributionDescription": what,
        **({"OperatorsName": author} if author else {}),
    })  # fmt: skip


def file_meta(dataset: Dataset, *, compressed: bool) -> FileMetaDataset:
    """Return the file meta information of a data set of ours (PS3.10 7.1), whose pixels are RLE or as they are."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = RLELossless if compressed else ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = "ANNOTATOR"
    return meta


def checked_dataset(values: Mapping[str, Any]) -> Dataset:
    """A data set of these values, each checked against its value representation as it goes in (whatever pydicom's settings are)."""
    made = Dataset()
    for keyword, value in values.items():
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise KeyError(keyword)
        vr = "OB" if keyword == "PixelData" else dictionary_VR(tag)
        made[tag] = DataElement(tag, vr, value, validation_mode=config.RAISE)
    return made


def _positive(numbers: Sequence[str]) -> str | None:
    """The first number as a decimal string, if it is above zero: without it readers take a slice for 1 mm thick."""
    try:
        number = float(numbers[0]) if numbers else 0.0
    except ValueError:
        return None
    return decimal(number) if 0 < number < float("inf") else None


def directions(values: tuple[str, ...]) -> list[str]:
    """PatientOrientation as the source has it, where it consists of two directions; empty (type 2C) else."""
    known = [value for value in values if 0 < len(value) <= 3 and set(value) <= set("APLRHF")]
    return known if len(known) == len(values) == 2 else []
