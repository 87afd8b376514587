"""Read from a header what the checks and the papers want to know: whose it is, what made it, where it lies, and who is named in it."""

from __future__ import annotations

from collections.abc import Mapping

from pydicom.dataset import Dataset

from annotator.dicom.values import first, holds, integer, number, numbers, text, texts, years
from annotator.domain.header_facts import HeaderFacts
from annotator.domain.image import ImageKey

NAMING: Mapping[int, str] = {
    0x00100030: "PatientBirthDate",
    0x00100032: "PatientBirthTime",
    0x00101000: "OtherPatientIDs",
    0x00101001: "OtherPatientNames",
    0x00101005: "PatientBirthName",
    0x00101040: "PatientAddress",
    0x00101060: "PatientMotherBirthName",
    0x00102154: "PatientTelephoneNumbers",
    0x00080050: "AccessionNumber",
    0x00080090: "ReferringPhysicianName",
    0x00081048: "PhysiciansOfRecord",
    0x00081050: "PerformingPhysicianName",
    0x00081060: "NameOfPhysiciansReadingStudy",
    0x00081070: "OperatorsName",
    0x00321032: "RequestingPhysician",
}
"""Attributes that name a person or lead to one (PS3.15 Table E.1-1), by tag."""


def facts_of(header: Dataset) -> HeaderFacts:
    """Return what a header says; lenient: what is missing or illegal is absent."""
    return HeaderFacts(
        rows=integer(header, 0x00280010) or 0,
        columns=integer(header, 0x00280011) or 0,
        instance_uid=text(header, 0x00080018),
        study_uid=text(header, 0x0020000D),
        frame_of_reference_uid=text(header, 0x00200052),
        patient_id=text(header, 0x00100020),
        patient_name="\\".join(texts(header, 0x00100010)).rstrip("^= "),
        sex=text(header, 0x00100040).upper(),
        age=years(header, 0x00101010),
        manufacturer=text(header, 0x00080070),
        model=text(header, 0x00081090),
        view_position=text(header, 0x00185101).upper(),
        thickness=number(header, 0x00180050),
        spacing=numbers(header, 0x00280030) or numbers(header, 0x00181164),
        position=numbers(header, 0x00200032),
        directions=numbers(header, 0x00200037),
        source=_source(header),
        naming=tuple((name, value) for tag, name in NAMING.items() if holds(header, tag) and (value := text(header, tag).strip("^= "))),
    )


def _source(header: Dataset) -> ImageKey | None:
    """The image that a derived one names in SourceImageSequence (PS3.3 C.7.6.3.1.4)."""
    item = first(header, 0x00082112) if holds(header, 0x00082112) else None
    uid = text(item, 0x00081155) if item is not None else ""
    return ImageKey(uid, (integer(item, 0x00081160) if item is not None else None) or 1) if uid else None
