"""Write an image that was prepared from others as a DICOM file of its own: derived, with new identifiers, its place and its scale.

The file is a Secondary Capture Image (PS3.3 A.8.1): what was resampled or made 8 bits is no CT or CR any more, whatever its modality says.
Whose image it is follows the identity rule of `inherited`; the sources are named, and what was done to them stands in
DerivationDescription.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import SecondaryCaptureImageStorage

from annotator.dicom.derive import anatomy, references
from annotator.dicom.inherited import (
    IMPLEMENTATION_UID,
    PRODUCT,
    Values,
    checked_dataset,
    code_item,
    contribution,
    directions,
    file_meta,
    lossiness,
    patient_and_study,
    placement,
)
from annotator.dicom.legal import decimal, given, text
from annotator.domain.delivery import Sheet
from annotator.domain.picture import Voi, Window
from annotator.domain.quantised import Scale
from annotator.i18n import Message

CLASS = str(SecondaryCaptureImageStorage)


@dataclass(frozen=True)
class Derivation:
    """How an image came to be: what was done (English), whether its pixels lie elsewhere than its sources', how its numbers are meant.

    `window` is how it is shown, `unit` what its values are counted in, `between` the distance of slices in mm.
    """

    description: str
    resampled: bool
    scale: Scale
    window: Window
    unit: str = ""
    inverted: bool = False
    between: float | None = None


def image_dataset(sources: Sequence[tuple[Dataset, Sheet]], sheet: Sheet, stored: NDArray[Any],
                  how: Derivation) -> tuple[Dataset, tuple[Message, ...]]:  # fmt: skip
    """Return the file of a prepared image, and what had to be mended of its sources.

    `sheet` is that of the new image (its key, size, place and series); `sources` are the headers and sheets of the images that it was made
    from, the nearest one first; `stored` is (rows, columns), uint8, uint16 or int16,
    or in colour (rows, columns, 3), uint8.  Raises ValueError for illegal values of our own.
    """
    if stored.shape[:2] != (sheet.image.rows, sheet.image.columns) or str(stored.dtype) != how.scale.kind:
        raise ValueError(f"{stored.shape} {stored.dtype} for an image of {(sheet.image.rows, sheet.image.columns)} {how.scale.kind}")
    header, own = sources[0]
    takings = [patient_and_study(header, sheet), anatomy(header, own), placement(header, sheet), lossiness(header)]
    values: Values = {"SpecificCharacterSet": "ISO_IR 192"}
    for taken, _ in takings:
        values |= taken
    values.pop("SpacingBetweenSlices", None)
    if how.between and "ImagePositionPatient" in values:
        values["SpacingBetweenSlices"] = decimal(how.between)
    values |= _identity(header, sheet) | _origin(sources, sheet, how) | _pixels(stored, how)
    dataset = checked_dataset(values)
    dataset["PixelData"].VR = "OB" if stored.dtype.itemsize == 1 else "OW"
    dataset.file_meta = file_meta(dataset, compressed=False)
    return dataset, tuple(dict.fromkeys(remark for _, remarks in takings for remark in remarks))


def _identity(header: Dataset, sheet: Sheet) -> Values:
    moment, software = datetime.fromisoformat(sheet.time), text(sheet.software, 64) or PRODUCT
    day, clock = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    number = sheet.names.image if sheet.names.image.isdecimal() else sheet.image.instance_number
    return {
        "SOPClassUID": CLASS,
        "SOPInstanceUID": sheet.image.key.uid,
        "SeriesInstanceUID": sheet.image.series_uid,
        "InstanceCreatorUID": IMPLEMENTATION_UID,
        "Modality": text(sheet.image.modality, 16) or "OT",
        "SeriesNumber": None,
        "InstanceNumber": number,
        "Manufacturer": PRODUCT,
        "ManufacturerModelName": software,
        "SoftwareVersions": software,
        "ConversionType": "WSD",
        **{f"{what}Date": day for what in ("InstanceCreation", "Content")},
        **{f"{what}Time": clock for what in ("InstanceCreation", "Content")},
        **({"TimezoneOffsetFromUTC": moment.strftime("%z")[:5]} if moment.tzinfo is not None else {}),
        "ImageType": ["DERIVED", "SECONDARY"],
        "BurnedInAnnotation": "NO",
        "PatientOrientation": directions(given(header, "PatientOrientation")),
    }


def _origin(sources: Sequence[tuple[Dataset, Sheet]], sheet: Sheet, how: Derivation) -> Values:
    software = text(sheet.software, 64) or PRODUCT
    items, series = list[Dataset](), dict[str, list[Dataset]]()
    for header, own in sources:
        told, _ = references(header, own)
        for item in told.get("SourceImageSequence", ()):
            item.SpatialLocationsPreserved = "NO" if how.resampled else "YES"
            items.append(item)
        for item in told.get("ReferencedSeriesSequence", ()):
            series.setdefault(str(item.SeriesInstanceUID), []).extend(item.ReferencedInstanceSequence)
    of_series = [checked_dataset({"SeriesInstanceUID": uid, "ReferencedInstanceSequence": found}) for uid, found in series.items()]
    return {
        "DerivationDescription": text(how.description, 1024) or "as it was",
        **({"DerivationCodeSequence": [code_item("113085", "DCM", "Spatial resampling")]} if how.resampled else {}),
        **({"SourceImageSequence": items} if items else {}),
        **({"ReferencedSeriesSequence": of_series} if of_series else {}),
        "ContributingEquipmentSequence": [contribution("image prepared for training", software, datetime.fromisoformat(sheet.time))],
    }


def _pixels(stored: NDArray[Any], how: Derivation) -> Values:
    bits = stored.dtype.itemsize * 8
    content = np.ascontiguousarray(stored, stored.dtype.newbyteorder("<")).tobytes()
    if stored.ndim == 3:
        return _colours(stored, content)
    exact = how.window.table is not None or how.window.function is not Voi.LINEAR
    function = Voi.LINEAR_EXACT if how.window.table is not None else how.window.function
    plain = bits == 8 and (how.scale.slope, how.scale.intercept) == (1.0, 0.0)
    return {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME1" if how.inverted else "MONOCHROME2",
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(stored.dtype.kind == "i"),
        "WindowCenter": decimal(how.window.center),
        "WindowWidth": decimal(max(how.window.width, 1.0) if function is Voi.LINEAR else how.window.width),
        **({"VOILUTFunction": function.value} if exact else {}),
        **({} if plain else {"RescaleIntercept": decimal(how.scale.intercept), "RescaleSlope": decimal(how.scale.slope)}),
        **({} if plain else {"RescaleType": text(how.unit, 16) or "US"}),
        "PixelData": content + b"\0" * (len(content) % 2),
    }


def _colours(stored: NDArray[Any], content: bytes) -> Values:
    """RGB of 8 bits, pixel by pixel (PS3.3 C.7.6.3.1)."""
    return {
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "RGB",
        "PlanarConfiguration": 0,
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "PixelData": content + b"\0" * (len(content) % 2),
    }
