"""Stand-ins for source images, to be handed to a library that copies patient and study from them: nothing in them that may not follow.

Each is a single frame without pixels, also for a frame of a longer file; afterwards every reference is made to name the real image.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from annotator.dicom.attributes import SINGLE_FRAME
from annotator.dicom.inherited import IMPLEMENTATION_UID, checked_dataset, derived_uid, lossiness, patient_and_study, placement
from annotator.dicom.legal import decimal, given, is_uid
from annotator.domain.delivery import Sheet
from annotator.domain.image import Image, ImageKey
from annotator.i18n import Message


@dataclass(frozen=True)
class Referred:
    """An image as others refer to it (PS3.3 10.3); `frame` is None where its file holds one image only."""

    key: ImageKey
    sop_class: str
    uid: str
    frame: int | None

    def item(self) -> Dataset:
        """The item of a sequence that refers to the image."""
        frame = {} if self.frame is None else {"ReferencedFrameNumber": self.frame}
        return checked_dataset({"ReferencedSOPClassUID": self.sop_class, "ReferencedSOPInstanceUID": self.uid} | frame)


@dataclass(frozen=True, eq=False)
class StandIns:
    """Stand-ins of some images of a stack; `real` finds the image by its stand-in's identifier.

    They have no PatientName (highdicom takes a name of one word for a mistake): `patient_name` is the one to be put in afterwards.
    """

    datasets: list[Dataset]
    real: Mapping[str, Referred]
    patient_name: str
    remarks: tuple[Message, ...]
    done: dict[int, Referred] = field(default_factory=dict)
    """Items that refer to the real image already, by identity: a library may put one item into several sequences."""


def referred(sheet: Sheet) -> Referred:
    """Return how a derived object refers to an image, by identifiers that are legal."""
    image = sheet.image
    uid = referred_uid(image)
    sop_class = image.sop_class_uid if is_uid(image.sop_class_uid) else SecondaryCaptureImageStorage
    framed = image.frames > 1 and sop_class not in SINGLE_FRAME
    return Referred(image.key, sop_class, uid, image.key.frame if framed else None)


def referred_uid(image: Image) -> str:
    """Return the identifier by which an image is referred to: its own, or where that is not legal one that always belongs to it."""
    return image.key.uid if is_uid(image.key.uid) else derived_uid("image", image.key.uid)


def by_reference(images: Iterable[Image]) -> dict[ImageKey, Image]:
    """Return the images by what references to them say."""
    return {ImageKey(referred_uid(image), image.key.frame): image for image in images} | {image.key: image for image in images}


def series_of(sheets: Sequence[Sheet]) -> Dataset:
    """Return the item that refers to a series and all of its images, each file once (PS3.3 C.12.2)."""
    files = {(one.sop_class, one.uid): one for one in map(referred, sheets)}
    whole = [Referred(one.key, one.sop_class, one.uid, None).item() for one in files.values()]
    return checked_dataset({"SeriesInstanceUID": series_uid_of(sheets[0]), "ReferencedInstanceSequence": whole})


def series_uid_of(sheet: Sheet) -> str:
    """Return the identifier of an image's series, a derived one where its own is not legal."""
    own = sheet.image.series_uid
    return own if is_uid(own) else derived_uid(sheet.uid_root, "series", own)


def frame_of_reference_of(placed: Mapping[str, Any], sheet: Sheet) -> str:
    """Return the frame of reference: the source's own as `placement` gave it, else one that belongs to the series."""
    return str(placed.get("FrameOfReferenceUID") or derived_uid(sheet.uid_root, "frame of reference", sheet.image.series_uid))


def stand_ins(header: Dataset, sheets: Sequence[Sheet], step: float | None) -> StandIns:
    """Return stand-ins for the images of `sheets`, `header` being that of the first one; `step` is the distance of their slices in mm.

    Raises ValueError for a value of the project's own that is not legal in DICOM.
    """
    first = sheets[0]
    takings = patient_and_study(header, first), placement(header, first), lossiness(header)
    shared = takings[0][0] | takings[2][0]
    placed = takings[1][0]
    thickness = next((float(v) for v in given(header, "SliceThickness")[:1] if _positive(v)), step)
    if first.image.plane is not None:
        shared |= {"FrameOfReferenceUID": frame_of_reference_of(placed, first), "PositionReferenceIndicator": ""}
        shared |= {"SliceThickness": decimal(thickness or 1.0)} | ({"SpacingBetweenSlices": decimal(step)} if step else {})
    name = str(shared["PatientName"])
    shared |= {"PatientName": "", "SOPClassUID": SecondaryCaptureImageStorage, "SeriesInstanceUID": series_uid_of(first)}
    same = checked_dataset(shared | {"Modality": first.image.modality or "OT", "Rows": first.image.rows, "Columns": first.image.columns})
    found: list[Dataset] = []
    real: dict[str, Referred] = {}
    for sheet in sheets:
        plane, uid = sheet.image.plane, derived_uid("stand-in", sheet.image.key)
        real[uid] = referred(sheet)
        values: dict[str, Any] = {"SOPInstanceUID": uid}
        if plane is not None:
            values["ImagePositionPatient"] = [decimal(v) for v in plane.position]
            values["ImageOrientationPatient"] = [decimal(v) for v in (*plane.row, *plane.column)]
            values["PixelSpacing"] = [decimal(v) for v in plane.spacing]
        elif "PixelSpacing" in placed:
            values["PixelSpacing"] = placed["PixelSpacing"]
        made = Dataset()
        made.update(same)
        made.update(checked_dataset(values))
        found.append(made)
    remarks = tuple(dict.fromkeys(remark for _, said in takings for remark in said))
    return StandIns(found, real, name, remarks)


def refer(reference: Dataset, sources: StandIns) -> Referred:
    """Let an item of a sequence that refers to a stand-in refer to the real image, and return that."""
    if id(reference) in sources.done:
        return sources.done[id(reference)]
    real = sources.done[id(reference)] = sources.real[str(reference.ReferencedSOPInstanceUID)]
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = real.sop_class, real.uid
    if real.frame is not None:
        reference.ReferencedFrameNumber = real.frame
    return real


def stamped(made: Dataset, sheet: Sheet) -> None:
    """Put the time of the sheet on a new object, and say by what it was written, so that the same content gives the same bytes."""
    moment = datetime.fromisoformat(sheet.time)
    for what in ("InstanceCreation", "Content", "Series"):
        setattr(made, f"{what}Date", moment.strftime("%Y%m%d"))
        setattr(made, f"{what}Time", moment.strftime("%H%M%S"))
    if moment.tzinfo is not None:
        made.TimezoneOffsetFromUTC = moment.strftime("%z")[:5]
    for equipment in made.get("ContributingEquipmentSequence", ()):
        equipment.ContributionDateTime = moment.strftime("%Y%m%d%H%M%S%z")[:19]
    made.InstanceCreatorUID = IMPLEMENTATION_UID
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = made.SOPClassUID, made.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID, meta.ImplementationVersionName = IMPLEMENTATION_UID, "ANNOTATOR"
    made.file_meta = meta


def _positive(value: str) -> bool:
    try:
        return 0 < float(value) < float("inf")
    except ValueError:
        return False
