"""Make a binary-mask file from the image that was drawn on: what is taken over, what is our own, and how it can be traced back.

The file is a Secondary Capture Image (PS3.3 A.8.1) of 8 bits.  A mask stored in the source's own class would be illegal at 8 bits and be
mistaken for an image.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import RLELosslessEncoder
from pydicom.uid import SecondaryCaptureImageStorage

from annotator.dicom.attributes import PAIRED, SINGLE_FRAME, UNPAIRED
from annotator.dicom.inherited import (
    IMPLEMENTATION_UID,
    PRODUCT,
    Taken,
    Values,
    checked_dataset,
    code_item,
    contribution,
    derived_uid,
    directions,
    file_meta,
    lossiness,
    own_uid,
    patient_and_study,
    placement,
)
from annotator.dicom.legal import copied, decimal, given, left_out, person_name, text
from annotator.domain.category import Category
from annotator.domain.delivery import Sheet
from annotator.i18n import Message


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
    if pixels.shape != (sheet.image.rows, sheet.image.columns):
        raise ValueError(f"a mask of {pixels.shape} for an image of {(sheet.image.rows, sheet.image.columns)}")
    moment = datetime.fromisoformat(sheet.time)
    stored = np.where(pixels, np.uint8(sheet.project.mask.foreground), np.uint8(0))
    takings = [patient_and_study(source, sheet), anatomy(source, sheet), placement(source, sheet), lossiness(source)]
    takings.append(references(source, sheet))
    values: Values = {"SpecificCharacterSet": "ISO_IR 192"}
    for taken, _ in takings:
        values |= taken
    values |= _series(sheet, category) | _instance(sheet, category, stored, moment)
    values |= _origin(source, sheet, category, moment) | _pixels(sheet, stored)
    dataset = checked_dataset(values)
    compressed = sheet.project.mask.compression == "rle"
    dataset["PixelData"].is_undefined_length = compressed
    dataset.file_meta = file_meta(dataset, compressed=compressed)
    return Derived(dataset, tuple(dict.fromkeys(remark for _, remarks in takings for remark in remarks)))


def file_bytes(dataset: Dataset) -> bytes:
    """Return the complete DICOM file (PS3.10), preamble included."""
    stream = BytesIO()
    dcmwrite(stream, dataset, enforce_file_format=True)
    return stream.getvalue()


def anatomy(source: Dataset, sheet: Sheet) -> Taken:
    """Body part and side.  A side belongs to the image or to the series, never to both, and to nothing of which there is one."""
    found, remarks = copied(source, ("BodyPartExamined", "ImageLaterality", "Laterality"))
    values: Values = {}
    part, side = found.get("BodyPartExamined", ""), found.get("ImageLaterality")
    if part and (sheet.in_tree or part in UNPAIRED or part in PAIRED):
        values["BodyPartExamined"] = part
    if side in ("L", "R", "U", "B"):
        values["ImageLaterality"] = side
    elif part not in UNPAIRED:
        values["Laterality"] = found["Laterality"] if found.get("Laterality") in ("L", "R") else ""
    return values, remarks


def _series(sheet: Sheet, category: Category) -> Values:
    software = text(sheet.software, 64) or PRODUCT
    return {
        "Modality": "OT",
        "SeriesInstanceUID": derived_uid(sheet.uid_root, sheet.image.series_uid, category.key),
        "SeriesNumber": None,
        "SeriesDescription": text(f"{category.id} {category.name}", 64),
        "Manufacturer": PRODUCT,
        "ManufacturerModelName": software,
        "SoftwareVersions": software,
        "ConversionType": "WSD",
    }


def _instance(sheet: Sheet, category: Category, stored: NDArray[np.uint8], moment: datetime) -> Values:
    key, digest = sheet.image.key, hashlib.sha256(stored.tobytes()).hexdigest()
    day, clock = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    return {
        "SOPClassUID": SecondaryCaptureImageStorage,
        "SOPInstanceUID": derived_uid(sheet.uid_root, key.uid, key.frame, category.key, digest, sheet.time),
        "InstanceCreatorUID": IMPLEMENTATION_UID,
        **{f"{what}Date": day for what in ("InstanceCreation", "Content")},
        **{f"{what}Time": clock for what in ("InstanceCreation", "Content")},
        "DateOfSecondaryCapture": day,
        "TimeOfSecondaryCapture": clock,
        **({"TimezoneOffsetFromUTC": moment.strftime("%z")[:5]} if moment.tzinfo is not None else {}),
        "InstanceNumber": sheet.names.image if sheet.names.image.isdecimal() else None,
        "ImageType": ["DERIVED", "SECONDARY"],
        "BurnedInAnnotation": "NO",
    }


def _origin(source: Dataset, sheet: Sheet, category: Category, moment: datetime) -> Values:
    """What the mask was made from, by whom, when and with what."""
    author, software = person_name(sheet.author.replace("=", " ").replace("^", " ")), text(sheet.software, 64) or PRODUCT
    what = f"binary mask of frame {sheet.image.key.frame}" if sheet.image.frames > 1 else "binary mask"
    by = f" by {author}" if author else ""
    return {
        "PatientOrientation": directions(given(source, "PatientOrientation")),
        "DerivationDescription": text(f"{category.id} {category.name}; {what}, drawn{by} at {sheet.time} with {software}", 1024),
        "DerivationCodeSequence": [code_item("113076", "DCM", "Segmentation")],
        "ContributingEquipmentSequence": [contribution("binary mask of one category", software, moment, author)],
    }


def references(source: Dataset, sheet: Sheet) -> Taken:
    """The source image and its series (PS3.3 C.12.4, C.12.2); nothing where the source has no legal identifiers to refer to."""
    sop_class, instance, series = (own_uid(source, name) for name in ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID"))
    if not (sop_class and instance):
        return {}, (left_out("SOPInstanceUID"),)
    framed = sheet.image.frames > 1 and sop_class not in SINGLE_FRAME
    frame = {"ReferencedFrameNumber": sheet.image.key.frame} if framed else {}
    reference = {"ReferencedSOPClassUID": sop_class, "ReferencedSOPInstanceUID": instance, **frame}
    purpose = [code_item("121322", "DCM", "Source image for image processing operation")]
    item = checked_dataset({**reference, "SpatialLocationsPreserved": "YES", "PurposeOfReferenceCodeSequence": purpose})
    values: Values = {"SourceImageSequence": [item]}
    if series:
        item = checked_dataset({"SeriesInstanceUID": series, "ReferencedInstanceSequence": [checked_dataset(reference)]})
        values["ReferencedSeriesSequence"] = [item]
    return values, ()


def _pixels(sheet: Sheet, stored: NDArray[np.uint8]) -> Values:
    rows, columns = stored.shape
    layout: Values = {"rows": rows, "columns": columns, "samples_per_pixel": 1, "photometric_interpretation": "MONOCHROME2"}
    layout |= {"bits_allocated": 8, "bits_stored": 8, "pixel_representation": 0, "number_of_frames": 1}
    if sheet.project.mask.compression == "rle":
        content = encapsulate([RLELosslessEncoder.encode(stored, encoding_plugin="pydicom", **layout)])
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
        "WindowCenter": decimal(sheet.project.mask.foreground / 2),
        "WindowWidth": decimal(sheet.project.mask.foreground),
        "PixelData": content,
    }


