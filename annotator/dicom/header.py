"""Turn the header of a file into images: one `Image` per frame, with its place in the patient and why it cannot be shown, if so."""

from __future__ import annotations

import hashlib
import re
from os import PathLike, fspath
from pathlib import PurePath

from pydicom.dataset import Dataset

from annotator.dicom.contradictions import contradiction_of
from annotator.dicom.geometry import places_of
from annotator.dicom.inherited import PRODUCT
from annotator.dicom.layout import MAX_FRAMES, PIXEL_LIMIT, frames_shown, layout_of, problem_of
from annotator.dicom.source import HEADER_LIMIT, Header, read_source, unreadable
from annotator.dicom.values import first, integer, items, name_of_uid, text, texts, years
from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.mammography import view_in
from annotator.i18n import Message, message

_UID = re.compile(r"[0-9A-Za-z._-]{1,64}")
_CLASS, _INSTANCE, _MODALITY, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x00080060, 0x0020000D, 0x0020000E
_DIRECTORY_RECORDS = 0x00041220
_SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation Storage and Label Map Segmentation Storage (PS3.4 B.5)."""
_SEGMENTED = ("113076", "DCM")
"""The code of a derivation by segmentation (PS3.16 CID 7203)."""
_ROWS = 0x00280010
_VIEW_CODES = {
    "R-10242": "CC", "399162004": "CC", "R-10226": "MLO", "399368009": "MLO", "R-10224": "ML", "399260004": "ML", "R-10228": "LM",
    "399352003": "LM", "R-10230": "LMO", "399099002": "LMO", "R-1024A": "XCCL", "399265009": "XCCL", "R-1024B": "XCCM", "399101009": "XCCM",
}  # fmt: skip
"""Code of a mammography view (SNOMED RT, SNOMED CT; PS3.16 CID 4014) → ViewPosition."""


def read_header(path: str | PathLike[str], limit: int = HEADER_LIMIT) -> Header:
    """Read everything before the pixels of a DICOM file, at most `limit` bytes; Korean texts are readable in it.

    Lenient: preamble, file meta information and transfer syntax may be missing.  Raises AnnotatorError for what is no DICOM file, ends
    inside its header or goes beyond the limits; never returns an empty data set.
    """
    return read_source(path, limit)


def images_of(dataset: Header, path: str | PathLike[str]) -> tuple[Image, ...]:
    """Return the images of a file, one per frame; none for objects that are no images (reports, plans, structures, directories).

    Missing UIDs are replaced by ones derived from the content (`2.25.…`), the same at every reading.  Raises AnnotatorError if the file
    must be read for that and cannot be.
    """
    sop_class = text(dataset, _CLASS)
    if dataset.place is None and (_DIRECTORY_RECORDS in dataset or not (_ROWS in dataset or "Image" in name_of_uid(sop_class))):
        return ()
    layout = layout_of(dataset)
    uid = _instance_uid(dataset, fspath(path))
    impossible = layout.frames > MAX_FRAMES or layout.total_bytes > PIXEL_LIMIT or not layout.values
    shown = 1 if impossible else frames_shown(dataset, layout)
    series, study = _series_uid(dataset, uid), _study_uid(dataset, uid)
    modality = text(dataset, _MODALITY)
    frame_of_reference, instance_number = text(dataset, 0x00200052), integer(dataset, 0x00200013)
    syntax, name = dataset.transfer_syntax, fspath(path)
    view, directions, contradiction = _view(dataset, name), _directions(dataset), contradiction_of(dataset, shown)
    labels = sop_class in _SEGMENTATIONS or _written_here(dataset)
    quadruped = text(dataset, 0x00102210) == "QUADRUPED"
    return tuple(
        Image(
            key=ImageKey(uid, index + 1),
            path=name,
            frames=layout.frames,
            rows=layout.rows,
            columns=layout.columns,
            modality=modality,
            sop_class_uid=sop_class,
            series_uid=series,
            study_uid=study,
            frame_of_reference_uid=frame_of_reference,
            plane=place.plane,
            spacing=place.spacing,
            spacing_at_detector=place.at_detector,
            instance_number=instance_number,
            transfer_syntax=syntax,
            view=view,
            directions=directions,
            quadruped=quadruped,
            thickness=place.thickness,
            labels=labels,
            problem=problem_of(dataset, layout, index),
            contradiction=contradiction,
        )
        for index, place in enumerate(places_of(dataset, shown))
    )


def no_image_reason(dataset: Dataset) -> Message:
    """Say what a file without images holds instead: “holds no image: RT Plan”."""
    kind = name_of_uid(text(dataset, _CLASS)).removesuffix(" Storage")
    if _DIRECTORY_RECORDS in dataset:
        kind = "DICOMDIR"
    return message("holds no image: {kind}", kind=kind or text(dataset, _MODALITY) or message("unknown kind"))


def owner_of(dataset: Dataset) -> Owner:
    """Return whose image it is and what took it, as the header says, for the screen; empty texts where it says nothing."""
    return Owner(
        patient_id=text(dataset, 0x00100020),
        patient_name="\\".join(texts(dataset, 0x00100010)).rstrip("^= "),
        study_description=text(dataset, 0x00081030),
        study_date=text(dataset, 0x00080020),
        series_number=integer(dataset, 0x00200011),
        series_description=text(dataset, 0x0008103E),
        series_date=text(dataset, 0x00080021) or text(dataset, 0x00080022),
        sex=text(dataset, 0x00100040).upper(),
        age=years(dataset, 0x00101010),
        device=" ".join(part for part in (text(dataset, 0x00080070), text(dataset, 0x00081090)) if part),
    )


def _directions(dataset: Dataset) -> tuple[str, str]:
    """PatientOrientation (PS3.3 C.7.6.1.1.1): the letters of rows and of columns, empty where it does not give two."""
    found = texts(dataset, 0x00200020)
    return (found[0].upper(), found[1].upper()) if len(found) == 2 else ("", "")


def _view(dataset: Dataset, path: str) -> str:
    """Laterality and view of a projection, as “R MLO” (PS3.3 C.8.7.1.1.1, C.8.11.7), of a mammogram also from its view code (CID 4014).

    Where the header of a mammogram leaves one of them out, the series description may say both, unless the file name does.
    """
    side, position = text(dataset, 0x00200062) or text(dataset, 0x00200060), text(dataset, 0x00185101)
    if text(dataset, _MODALITY) == "MG":
        code = first(dataset, 0x00540220)
        position = position or (_VIEW_CODES.get(text(code, 0x00080100), "") if code else "")
        if not (side and position) and not view_in(PurePath(path).stem):
            described = view_in(text(dataset, 0x0008103E))
            side, position = (described[0], described[1:]) if described else (side, position)
    return " ".join(part for part in (side, position) if part)


def _written_here(dataset: Dataset) -> bool:
    """Whether it is a mask or label image of this program: derived by segmentation with it.  Others derive pictures so, too."""
    segmented = any((text(code, 0x00080100), text(code, 0x00080102)) == _SEGMENTED for code in items(dataset, 0x00089215))
    return segmented and any(text(made, 0x00080070) == PRODUCT for made in items(dataset, 0x0018A001))


def _instance_uid(dataset: Header, path: str) -> str:
    uid = text(dataset, _INSTANCE)
    if uid:
        return uid if _UID.fullmatch(uid) else derived_uid(uid.encode())
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            while block := stream.read(2**20):
                digest.update(block)
    except OSError as error:
        raise unreadable(path, error) from None
    return derived_uid(digest.digest())


def _series_uid(dataset: Dataset, instance_uid: str) -> str:
    """The series; without one, images that name the same patient or study and the same series number and description share a series."""
    uid = text(dataset, _SERIES)
    if uid:
        return uid if _UID.fullmatch(uid) else derived_uid(uid.encode())
    whose = [text(dataset, tag) for tag in (_STUDY, 0x00100020, 0x00100010)]
    which = [text(dataset, tag) for tag in (_MODALITY, 0x00200011, 0x0008103E, 0x00080021)]
    return derived_uid("\n".join(["series", *whose, *which] if any(whose) else ["series", instance_uid]).encode())


def _study_uid(dataset: Dataset, instance_uid: str) -> str:
    uid = text(dataset, _STUDY)
    if uid:
        return uid if _UID.fullmatch(uid) else derived_uid(uid.encode())
    whose = [text(dataset, tag) for tag in (0x00100020, 0x00100010)]
    which = [text(dataset, tag) for tag in (0x00080020, 0x00200010, 0x00080050)]
    return derived_uid("\n".join(["study", *whose, *which] if any(whose) else ["study", instance_uid]).encode())


def derived_uid(content: bytes) -> str:
    """Return the UID `2.25.<number>` (PS3.5 B.2) that always belongs to this content."""
    return f"2.25.{int.from_bytes(hashlib.sha256(content).digest()[:16])}"
