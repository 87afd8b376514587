"""Exchange outlines as DICOM RT Structure Set (PS3.3 A.19): closed contours in millimetres, one file a series.

A structure (ROI) is a category, or a single annotation.  Each part of a region is one CLOSED_PLANAR contour; a hole is joined to it by a
channel of no width (PS3.3 C.8.8.6.3), so that readers that add contours, those that combine them by exclusive or, and those that know the
keyhole all see the same.  Lines are OPEN_PLANAR.  The transfer syntax is implicit: an explicit one ends contours at 64 kB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.uid import ImplicitVRLittleEndian, RTStructureSetStorage

from annotator.dicom.derive import file_bytes
from annotator.dicom.header import read_header
from annotator.dicom.inherited import PRODUCT, checked_dataset, code_item, derived_uid, patient_and_study, placement
from annotator.dicom.legal import person_name, text
from annotator.dicom.stand_in import frame_of_reference_of, referred, series_uid_of, stamped
from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.volume import from_millimetres, numbered, stem_of
from annotator.errors import AnnotatorError
from annotator.formats.contour_texts import closed_contours, texts_of, united_region
from annotator.formats.format import SERIES, Exchange
from annotator.formats.json_text import dump
from annotator.formats.label_volume import distinct
from annotator.formats.rtstruct_reading import read
from annotator.formats.seg_reading import SCHEME
from annotator.i18n import Message, mark, message

ROIS = Choice(
    "rois",
    mark("What a structure is"),
    (
        ("category", mark("a category")),
        ("annotation", mark("each annotation by itself")),
    ),
)
_DATA = BaseTag(0x30060050)
"""ContourData; its texts are put in as they are, because to have each checked by pydicom takes longer than all the rest."""
_STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"


@dataclass
class _Roi:
    """One structure: its category, its name, what tells annotations apart, and its contours: (image, type, decimal texts)."""

    category: Category
    name: str
    tracking: str
    contours: list[tuple[int, str, list[str]]] = field(default_factory=list)


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return a file for the images of a series on which something is drawn, one for each frame of reference there is.

    Raises AnnotatorError where such an image does not say where it lies, and for a category that is not one of its modality.
    """
    files: dict[str, bytes] = {}
    holds: dict[ImageKey, tuple[str, ...]] = {}
    remarks: list[Message] = []
    listed: list[dict[str, object]] = []
    called = numbered(stem_of([(item.stem, item.sheet.names.image) for item in items]))
    images = distinct(items).values()
    for index, uid in enumerate(dict.fromkeys(item.sheet.image.frame_of_reference_uid for item in images)):
        there = [item for item in images if item.sheet.image.frame_of_reference_uid == uid]
        rois = _rois(there, remarks, single=chosen.value(ROIS) == "annotation")
        if rois:
            path = f"{called(index)}.dcm"
            files[path], said = _file(there, rois, index + 1)
            remarks += said
            used = sorted({place for roi in rois for place, _, _ in roi.contours})
            holds |= {there[place].sheet.image.key: (path,) for place in used}
            listed += [_listed(path, place, there[place].sheet, rois) for place in used]
    return Written(files, listed, holds, tuple(dict.fromkeys(remarks)))


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return `images.json`: how contours lie on the images, for readers that do not have these."""
    images = [image for part in parts if isinstance(part, list) for image in part]
    return {"images.json": dump({"images": images})} if images else {}


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """Return the pixels of the closed contours of the structure that an annotation is in, on its image; none for a line."""
    single = chosen.value(ROIS) == "annotation"
    same = [a.shape for a in delivered(sheet) if (a.id == annotation.id if single else a.category == annotation.category)]
    masks = [region_mask(shape, sheet.image.rows, sheet.image.columns) for shape in same if isinstance(shape, Region)]
    united = Mask.union(sheet.image.rows, sheet.image.columns, masks)
    return united if masks and isinstance(annotation.shape, Region) else None


def lost_when(chosen: Chosen) -> tuple[Trait, ...]:
    """Single annotations are lost only where a structure is a whole category."""
    single = chosen.value(ROIS) == "annotation"
    return tuple(trait for trait in EXCHANGE.cannot_hold if not (single and trait is Trait.SINGLES))


def _listed(path: str, place: int, sheet: Sheet, rois: Sequence[_Roi]) -> dict[str, object]:
    """What a reader without the image needs: its size, which contours are closed on it, and the way from millimetres to its pixels."""
    image = sheet.image
    assert image.plane is not None
    kinds = [(where, kind) for roi in rois for where, kind, _ in roi.contours]
    closed = [number for number, (where, kind) in enumerate(kinds, start=1) if where == place and kind == "CLOSED_PLANAR"]
    return {
        "file": path, "image": sheet.names.image, "uid": image.key.uid, "frame": image.key.frame, "rows": image.rows,
        "columns": image.columns, "contours": closed, "to_pixel": from_millimetres(image.plane).tolist(),
    }  # fmt: skip


def _rois(items: Sequence[Item], remarks: list[Message], *, single: bool) -> list[_Roi]:
    found: dict[tuple[int, int], _Roi] = {}
    for place, item in enumerate(items):
        sheet = item.sheet
        order = {category.key: number for number, category in enumerate(sheet.categories)}
        for annotation in delivered(sheet):
            number = order.get(annotation.category)
            if number is None:
                cause = message("the project has no category {category} for this modality", category=annotation.category)
                raise _refused(sheet, cause, message("Correct the project's definition; nothing that was drawn is lost"))
            category = sheet.categories[number]
            own = f"{category.name} {sheet.names.image}-{annotation.id}" if single else category.name
            key = (place, annotation.id) if single else (-1, number)
            found.setdefault(key, _Roi(category, own, f"{item.stem} {annotation.id}" if single else ""))
        for key, group in _grouped(sheet, order, place, single=single).items():
            found[key].contours += [(place, kind, texts) for kind, texts in _contours(sheet, group, remarks)]
    return [found[key] for key in sorted(found) if found[key].contours]


def _grouped(sheet: Sheet, order: Mapping[str, int], place: int, *, single: bool) -> dict[tuple[int, int], list[Annotation]]:
    groups: dict[tuple[int, int], list[Annotation]] = {}
    for annotation in delivered(sheet):
        groups.setdefault((place, annotation.id) if single else (-1, order[annotation.category]), []).append(annotation)
    return groups


def _contours(sheet: Sheet, annotations: Sequence[Annotation], remarks: list[Message]) -> list[tuple[str, list[str]]]:
    """The contours of what one structure has on one image: of the union of its regions, and of each line."""
    plane = sheet.image.plane
    if plane is None:
        cause = message("image {image} does not say where it lies in the patient", image=sheet.names.image)
        raise _refused(sheet, cause, message("Use DICOM SEG, which holds images without a place as well"))
    found: list[tuple[str, list[str]]] = []
    regions = [a.shape for a in annotations if isinstance(a.shape, Region)]
    united = united_region(regions, sheet.image.rows, sheet.image.columns)
    if united is not None:
        told, moved = closed_contours(united, plane, sheet.image.rows, sheet.image.columns)
        found += [("CLOSED_PLANAR", texts) for texts in told]
        if moved:
            remarks.append(message("an outline on image {image} was written along the pixels' edges", image=sheet.names.image))
    for path in (a.shape for a in annotations if isinstance(a.shape, Path)):
        found += [("OPEN_PLANAR", texts_of(plane, part)) for part in path.parts]
    return found


def _file(items: Sequence[Item], rois: Sequence[_Roi], number: int) -> tuple[bytes, tuple[Message, ...]]:
    first = items[min(place for roi in rois for place, _, _ in roi.contours)].sheet
    header = read_header(first.image.path)
    patient, said = patient_and_study(header, first)
    placed, more = placement(header, first)
    frame, root, software = frame_of_reference_of(placed, first), first.uid_root, text(first.software, 64) or PRODUCT
    content = hashlib.sha256(repr([(roi.category.key, roi.name, roi.contours) for roi in rois]).encode()).hexdigest()
    day, clock = (first.time[:10].replace("-", ""), first.time[11:19].replace(":", ""))
    made = checked_dataset(
        {
            "SpecificCharacterSet": "ISO_IR 192",
            **patient,
            "SOPClassUID": RTStructureSetStorage,
            "SOPInstanceUID": derived_uid(root, "RTSTRUCT", first.image.key, content, first.time),
            "Modality": "RTSTRUCT",
            "SeriesInstanceUID": derived_uid(root, "RTSTRUCT", first.image.series_uid),
            "SeriesNumber": 1,
            "SeriesDescription": "Structures",
            "InstanceNumber": number,
            "OperatorsName": person_name(first.author.replace("=", " ").replace("^", " ")),
            "Manufacturer": PRODUCT,
            "ManufacturerModelName": software,
            "SoftwareVersions": software,
            "FrameOfReferenceUID": frame,
            "PositionReferenceIndicator": "",
            "StructureSetLabel": "ANNOTATIONS",
            "StructureSetDate": day,
            "StructureSetTime": clock,
            "ReferencedFrameOfReferenceSequence": [_frame(items, frame, str(patient["StudyInstanceUID"]))],
            "StructureSetROISequence": [_structure(n, roi, frame) for n, roi in enumerate(rois, start=1)],
            "ROIContourSequence": [_contour(n, roi, items, rois[: n - 1]) for n, roi in enumerate(rois, start=1)],
            "RTROIObservationsSequence": [_observation(n, roi) for n, roi in enumerate(rois, start=1)],
            "ApprovalStatus": "UNAPPROVED",
        }
    )
    stamped(made, first)
    del made.ContentDate, made.ContentTime  # a structure set has its own date and time
    made.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    return file_bytes(made), (*said, *more)


def _frame(items: Sequence[Item], uid: str, study: str) -> Dataset:
    """The frame of reference with the study, the series and every image of it (PS3.3 C.8.8.5)."""
    images = [referred(item.sheet).item() for item in items if item.sheet.image.plane is not None]
    series = checked_dataset({"SeriesInstanceUID": series_uid_of(items[0].sheet), "ContourImageSequence": images})
    referenced = {"ReferencedSOPClassUID": _STUDY_CLASS, "ReferencedSOPInstanceUID": study, "RTReferencedSeriesSequence": [series]}
    return checked_dataset({"FrameOfReferenceUID": uid, "RTReferencedStudySequence": [checked_dataset(referenced)]})


def _structure(number: int, roi: _Roi, frame: str) -> Dataset:
    tracking = {"ROIDescription": text(roi.tracking, 1024)} if roi.tracking else {}
    name = text(roi.name, 64) or roi.category.key
    values = {"ROINumber": number, "ReferencedFrameOfReferenceUID": frame, "ROIName": name, "ROIGenerationAlgorithm": "MANUAL"}
    return checked_dataset(values | tracking)


def _contour(number: int, roi: _Roi, items: Sequence[Item], before: Sequence[_Roi]) -> Dataset:
    """The contours of a structure; they are numbered through the whole file."""
    first = 1 + sum(len(other.contours) for other in before)
    contours = [
        checked_dataset(
            {
                "ContourImageSequence": [referred(items[place].sheet).item()],
                "ContourGeometricType": kind,
                "NumberOfContourPoints": len(texts) // 3,
                "ContourNumber": index,
            }
        )
        for index, (place, kind, texts) in enumerate(roi.contours, start=first)
    ]
    for made, (_, _, texts) in zip(contours, roi.contours, strict=True):
        value = "\\".join(texts).encode("ascii")
        value += b" " * (len(value) % 2)
        made[_DATA] = RawDataElement(_DATA, "DS", len(value), value, 0, is_implicit_VR=True, is_little_endian=True)
    return checked_dataset({"ROIDisplayColor": list(roi.category.rgb), "ContourSequence": contours, "ReferencedROINumber": number})


def _observation(number: int, roi: _Roi) -> Dataset:
    category = roi.category
    code = code_item(text(category.key, 16), SCHEME, text(category.name, 64) or category.key)
    values = {"ObservationNumber": number, "ReferencedROINumber": number, "RTROIInterpretedType": "", "ROIInterpreter": ""}
    return checked_dataset(values | {"RTROIIdentificationCodeSequence": [code]})


def _refused(sheet: Sheet, cause: Message, remedy: Message) -> AnnotatorError:
    doing = message("Writing the structures of series {series} of {patient}", series=sheet.names.series, patient=sheet.names.patient)
    return AnnotatorError(doing, cause, remedy)


EXCHANGE = Exchange(
    id="rtstruct",
    name=mark("DICOM structure set (RTSTRUCT)"),
    cannot_hold=(Trait.SINGLES, Trait.BOXES, Trait.ATTRIBUTES, Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    write=write,
    finish=finish,
    read=read,
    unit=SERIES,
    choices=(ROIS,),
    traps=(
        mark("Coordinates are millimetres of the patient; ImagePositionPatient is the centre of the first pixel, not its corner."),
        mark("A hole hangs on its outline by a channel of no width: fill each contour as it is, at the centres of the pixels."),
    ),
    needs_source=True,
    cannot_hold_when=lost_when,
    held=held,
)
