"""Make a binary-mask file from the image that was drawn on: what is taken over, what is our own, and how it can be traced back.

The file is a Secondary Capture Image (PS3.3 A.8.1) of 8 bits.  A mask stored in the source's own class would be illegal at 8 bits and be
mistaken for an image.  Whose image it is follows the identity rule: an image of the project's tree is de-identified already, so its patient
and study attributes go along as they are; of an image used in place only sex, age, study and frame of reference do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import config, dcmwrite
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.multival import MultiValue
from pydicom.pixels.encoders import RLELosslessEncoder
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage
from pydicom.valuerep import TEXT_VR_DELIMS

from annotator.dicom.legal import decimal, is_uid, legal, person_name, text
from annotator.domain.category import Category
from annotator.domain.delivery import Sheet
from annotator.i18n import Message, message

PRODUCT = "annotator"
IMPLEMENTATION_UID = "2.25.302914667846014906424925061253418733521"


@dataclass(frozen=True)
class Derived:
    """A mask file as a data set, and what had to be mended of the source."""

    dataset: Dataset
    remarks: tuple[Message, ...]


def mask_dataset(source: Dataset, sheet: Sheet, category: Category, pixels: NDArray[np.bool_]) -> Derived:
    """Return the mask file of one category of an image; `pixels` is (rows, columns), `source` the image's header.

    Everything the file holds is checked against its value representation; raises ValueError for a value of our own that is illegal, or for
    pixels of another size than the image.
    """
    image = sheet.image
    if pixels.shape != (image.rows, image.columns):
        raise ValueError(f"a mask of {pixels.shape} for an image of {(image.rows, image.columns)}")
    remarks: list[Message] = []
    moment = datetime.fromisoformat(sheet.time)
    stored = np.where(pixels, np.uint8(sheet.project.mask.foreground), np.uint8(0))
    dataset = _dataset(
        {
            "SpecificCharacterSet": "ISO_IR 192",
            **_patient_and_study(source, sheet, remarks),
            **_series(sheet, category),
            **_anatomy(source, sheet, remarks),
            **_place(source, sheet, remarks),
            **_instance(sheet, category, stored, moment),
            **_origin(source, sheet, category, moment, remarks),
            **_pixels(sheet, stored),
        }
    )
    dataset.file_meta = _meta(dataset, compressed=sheet.project.mask.compression == "rle")
    return Derived(dataset, tuple(dict.fromkeys(remarks)))


def file_bytes(dataset: Dataset) -> bytes:
    """Return the complete DICOM file (PS3.10), preamble included."""
    stream = BytesIO()
    dcmwrite(stream, dataset, enforce_file_format=True)
    return stream.getvalue()


def derived_uid(*parts: object) -> str:
    """Return a unique identifier (`2.25.`, PS3.5 B.2) that follows from the parts and from nothing else."""
    told = "\n".join(f"{len(str(part))}:{part}" for part in parts)
    return f"2.25.{int.from_bytes(hashlib.sha256(told.encode()).digest()[:16], 'big')}"


def _patient_and_study(source: Dataset, sheet: Sheet, remarks: list[Message]) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(ALWAYS_THERE, "")
    if sheet.in_tree:
        found = empty | _copied(source, (*PATIENT, *STUDY), remarks)
        if found.get("PatientIdentityRemoved") == "YES" and not found.get("DeidentificationMethod"):
            found["DeidentificationMethod"] = "de-identified before it was annotated"
    else:
        patient = text(sheet.names.patient, 64)
        found = empty | {"PatientName": patient, "PatientID": patient} | _copied(source, ("PatientSex", "PatientAge"), remarks)
    study = sheet.image.study_uid
    if not is_uid(study):
        remarks.append(message("{attribute} of the source image is not legal and was mended", attribute="StudyInstanceUID"))
        study = derived_uid(sheet.uid_root, "study", sheet.names.patient, study or sheet.image.series_uid)
    return found | {"StudyInstanceUID": study}


def _series(sheet: Sheet, category: Category) -> dict[str, Any]:
    named = text(f"{category.id} {category.name}", 64)
    return {
        "Modality": "OT",
        "SeriesInstanceUID": derived_uid(sheet.uid_root, sheet.image.series_uid, category.key),
        "SeriesNumber": None,
        "SeriesDescription": named,
        "Manufacturer": PRODUCT,
        "ManufacturerModelName": text(sheet.software, 64) or PRODUCT,
        "SoftwareVersions": text(sheet.software, 64) or PRODUCT,
        "ConversionType": "WSD",
    }


def _anatomy(source: Dataset, sheet: Sheet, remarks: list[Message]) -> dict[str, Any]:
    """Body part and side.  A side belongs to the image or to the series, never to both, and to nothing of which there is one."""
    found = _copied(source, ("BodyPartExamined",), remarks)
    part = found.get("BodyPartExamined", "")
    if not sheet.in_tree and part not in UNPAIRED | PAIRED:
        found.pop("BodyPartExamined", None)
    side = _copied(source, ("ImageLaterality",), remarks).get("ImageLaterality")
    if side in ("L", "R", "U", "B"):
        return found | {"ImageLaterality": side}
    if part in UNPAIRED:
        return found
    side = _copied(source, ("Laterality",), remarks).get("Laterality")
    return found | {"Laterality": side if side in ("L", "R") else ""}


def _place(source: Dataset, sheet: Sheet, remarks: list[Message]) -> dict[str, Any]:
    """Where the pixels lie in the patient, and how large they are."""
    image, found = sheet.image, dict[str, Any]()
    if image.plane is not None:
        place = [decimal(v) for v in image.plane.position]
        turn = [decimal(v) for v in (*image.plane.row, *image.plane.column)]
        if all(place) and all(turn):
            found |= {"ImagePositionPatient": place, "ImageOrientationPatient": turn}
    spacing = image.plane.spacing if image.plane is not None else image.spacing
    if spacing is not None and all(0 < size < float("inf") for size in spacing):
        found["ImagerPixelSpacing" if image.spacing_at_detector else "PixelSpacing"] = [decimal(size) for size in spacing]
    elif any(texts(source, "PixelSpacing")):
        remarks.append(message("{attribute} of the source image is not legal and was left out", attribute="PixelSpacing"))
    if is_uid(image.frame_of_reference_uid):
        indicator = _copied(source, ("PositionReferenceIndicator",), remarks) if sheet.in_tree else {}
        found |= {"FrameOfReferenceUID": image.frame_of_reference_uid, "PositionReferenceIndicator": ""} | indicator
    return found


def _instance(sheet: Sheet, category: Category, stored: NDArray[np.uint8], moment: datetime) -> dict[str, Any]:
    image = sheet.image
    pixels = hashlib.sha256(stored.tobytes()).hexdigest()
    day, clock = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    offset = {"TimezoneOffsetFromUTC": moment.strftime("%z")[:5]} if moment.tzinfo is not None else {}
    return {
        "SOPClassUID": SecondaryCaptureImageStorage,
        "SOPInstanceUID": derived_uid(sheet.uid_root, image.key.uid, image.key.frame, category.key, pixels, sheet.time),
        "InstanceCreationDate": day,
        "InstanceCreationTime": clock,
        "InstanceCreatorUID": IMPLEMENTATION_UID,
        "ContentDate": day,
        "ContentTime": clock,
        "DateOfSecondaryCapture": day,
        "TimeOfSecondaryCapture": clock,
        "InstanceNumber": sheet.names.image if sheet.names.image.isdecimal() else None,
        "ImageType": ["DERIVED", "SECONDARY"],
        "BurnedInAnnotation": "NO",
        **offset,
    }


def _origin(source: Dataset, sheet: Sheet, category: Category, moment: datetime, remarks: list[Message]) -> dict[str, Any]:
    """What the mask was made from, by whom, when and with what."""
    image, author = sheet.image, person_name(sheet.author.replace("=", " ").replace("^", " "))
    software = text(sheet.software, 64) or PRODUCT
    by = f" by {author}" if author else ""
    equipment = {
        "PurposeOfReferenceCodeSequence": [_code("109103", "DCM", "Modifying Equipment")],
        "Manufacturer": PRODUCT,
        "ManufacturerModelName": software,
        "SoftwareVersions": software,
        "ContributionDateTime": moment.strftime("%Y%m%d%H%M%S%z")[:19],
        "ContributionDescription": "binary mask of one category",
        **({"OperatorsName": author} if author else {}),
    }
    found = {
        "PatientOrientation": _directions(texts(source, "PatientOrientation")),
        **_lossiness(source, sheet, remarks),
        "DerivationDescription": text(f"{category.id} {category.name}; binary mask, drawn{by} at {sheet.time} with {software}", 1024),
        "DerivationCodeSequence": [_code("113076", "DCM", "Segmentation")],
        "ContributingEquipmentSequence": [_dataset(equipment)],
    }
    if not (is_uid(image.sop_class_uid) and is_uid(image.key.uid)):
        return found
    frame = {"ReferencedFrameNumber": image.key.frame} if image.frames > 1 else {}
    reference = {"ReferencedSOPClassUID": image.sop_class_uid, "ReferencedSOPInstanceUID": image.key.uid, **frame}
    purpose = [_code("121322", "DCM", "Source image for image processing operation")]
    found["SourceImageSequence"] = [
        _dataset({**reference, "SpatialLocationsPreserved": "YES", "PurposeOfReferenceCodeSequence": purpose})
    ]
    if is_uid(image.series_uid):
        series = {"SeriesInstanceUID": image.series_uid, "ReferencedInstanceSequence": [_dataset(reference)]}
        found["ReferencedSeriesSequence"] = [_dataset(series)]
    return found


def _directions(values: tuple[str, ...]) -> list[str]:
    """PatientOrientation as the source has it, where it consists of two directions; empty (type 2C) else."""
    known = [value for value in values if value and set(value) <= set("APLRHF") and len(value) <= 3]
    return known if len(known) == len(values) == 2 else []


def _lossiness(source: Dataset, sheet: Sheet, remarks: list[Message]) -> dict[str, Any]:
    said = _copied(source, ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"), remarks)
    if said.get("LossyImageCompression") not in ("00", "01"):
        return {}
    methods = said.get("LossyImageCompressionMethod", [])
    if not set([methods] if isinstance(methods, str) else methods) <= LOSSY_METHODS:
        said.pop("LossyImageCompressionMethod", None)
    return said


def _pixels(sheet: Sheet, stored: NDArray[np.uint8]) -> dict[str, Any]:
    rows, columns = stored.shape
    highest = sheet.project.mask.foreground
    if sheet.project.mask.compression == "rle":
        frame = RLELosslessEncoder.encode(
            stored, encoding_plugin="pydicom", rows=rows, columns=columns, samples_per_pixel=1, number_of_frames=1, bits_allocated=8,
            bits_stored=8, pixel_representation=0, photometric_interpretation="MONOCHROME2",
        )  # fmt: skip
        content = encapsulate([frame])
    else:
        content = stored.tobytes() + b"\0" * (stored.size % 2)
    return {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": rows,
        "Columns": columns,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "WindowCenter": decimal(highest / 2),
        "WindowWidth": decimal(highest),
        "PixelData": content,
    }


def _meta(dataset: Dataset, *, compressed: bool) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = RLELossless if compressed else ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = "ANNOTATOR"
    return meta


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    return _dataset({"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning})


def _dataset(values: Mapping[str, Any]) -> Dataset:
    """A data set of these values, each checked against its value representation as it goes in (whatever pydicom's settings are)."""
    made = Dataset()
    for keyword, value in values.items():
        vr = "OB" if keyword == "PixelData" else dictionary_VR(keyword)
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise KeyError(keyword)
        element = DataElement(tag, vr, value, validation_mode=config.RAISE)
        element.is_undefined_length = keyword == "PixelData" and value[:4] == b"\xfe\xff\x00\xe0"
        made[tag] = element
    return made
