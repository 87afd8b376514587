"""A mask or label file has the size, the place and the identifiers of the image that it was made from, and its patient."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.domain.header_facts import HeaderFacts
from annotator.i18n import Message, mark, message

ID = "mask-fits-source"
_NEAR = 1e-3
"""mm, and shares of a direction, within which two places are one."""


def run(saved: Saved) -> tuple[Finding, ...]:
    """Compare the header of each file with that of the image, and name what differs."""
    source = saved.header
    if source is None:
        return ()
    return tuple(
        Finding(ID, Severity.ERROR, told, path) for path, header in saved.masks.items() for told in _differing(saved, source, header)
    )


def _differing(saved: Saved, source: HeaderFacts, mask: HeaderFacts) -> Iterator[Message]:
    sheet = saved.sheet
    if (mask.rows, mask.columns) != (sheet.image.rows, sheet.image.columns):
        yield message("it has {columns} × {rows} pixels and its image {own}", columns=mask.columns, rows=mask.rows,
                      own=f"{sheet.image.columns} × {sheet.image.rows}")  # fmt: skip
    if mask.source is not None and mask.source != sheet.image.key:
        yield message("it names another image as its source")
    for name, here, there in (
        ("StudyInstanceUID", mask.study_uid, source.study_uid),
        ("FrameOfReferenceUID", mask.frame_of_reference_uid, source.frame_of_reference_uid),
    ):
        if here and there and here != there and not (name == "FrameOfReferenceUID" and there == source.study_uid):
            yield message("{name} is another than that of its image", name=name)
    if sheet.image.frames == 1:
        for name, own, other in (
            ("ImagePositionPatient", mask.position, source.position),
            ("ImageOrientationPatient", mask.directions, source.directions),
            ("PixelSpacing", mask.spacing, source.spacing),
        ):
            if own and other and (len(own) != len(other) or any(abs(a - b) > _NEAR for a, b in zip(own, other, strict=True))):
                yield message("{name} is another than that of its image", name=name)
    pairs = ((mask.patient_id, source.patient_id), (mask.patient_name, source.patient_name))
    if sheet.in_tree and any(own and other and own != other for own, other in pairs):
        yield message("its patient is another than that of its image")


CHECK = Check(ID, Severity.ERROR, mark("Masks have size, place, identifiers and patient of their image"), run)
