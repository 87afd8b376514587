"""Exchange segmentations as DICOM SEG (PS3.3 A.51): bit masks with coded segments, one file for each stack of a series' images.

A segment is a category, or a single annotation that a tracking identifier names.  Each frame is one segment on one image and refers to
it; its FrameLabel is the image's id.  Images that do not say where they lie have a file each, as the standard wants it.  What cannot be
held: outlines finer than a pixel, and lines (they leave their stroke).  The files are made by highdicom from stand-ins for the source
images that hold nothing of whose they are but what the identity rule lets through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.derive import file_bytes
from annotator.dicom.header import read_header
from annotator.dicom.inherited import PRODUCT, derived_uid, directions
from annotator.dicom.legal import given, person_name, text
from annotator.dicom.stand_in import StandIns, refer, series_of, stamped, stand_ins
from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.volume import grid_of
from annotator.errors import AnnotatorError
from annotator.formats.format import SERIES, Exchange
from annotator.formats.label_volume import stacked
from annotator.formats.seg_reading import SCHEME, read
from annotator.i18n import Message, mark, message

SEGMENTS = Choice(
    "segments",
    mark("What a segment is"),
    (
        ("category", mark("a category")),
        ("annotation", mark("each annotation by itself")),
    ),
)
_LARGEST = 2**30
_LESION, _ANATOMY = ("49755003", "SCT", "Morphologically Altered Structure"), ("123037004", "SCT", "Anatomical Structure")


@dataclass(frozen=True)
class _Segment:
    """One segment: its category, its name where it is a single annotation, and its mask on each of the images."""

    category: Category
    tracking: str
    masks: dict[int, Mask]


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return a file for each stack of a series' images on which something is drawn.

    Raises AnnotatorError for a category that the project does not have for this modality, and for too many overlapping annotations.
    """
    files: dict[str, bytes] = {}
    holds: dict[ImageKey, tuple[str, ...]] = {}
    remarks: list[Message] = []
    for index, (stem, there) in enumerate(stacked(items)):
        segments = _segments(there, single=chosen.value(SEGMENTS) == "annotation")
        if not segments:
            continue
        path = f"{stem}.dcm"
        files[path], said = _file(there, segments, index + 1)
        remarks += said
        holds |= {item.sheet.image.key: (path,) for n, item in enumerate(there) if any(n in segment.masks for segment in segments)}
    return Written(files, None, holds, tuple(dict.fromkeys(remarks)))


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """Return the pixels of the segment that an annotation is in, on its image."""
    if chosen.value(SEGMENTS) == "annotation":
        own = shape_mask(annotation.shape, sheet.image.rows, sheet.image.columns, sheet.project.mask.line_width)
        return None if own.empty else own
    return category_masks(sheet, delivered(sheet)).get(annotation.category)


def lost_when(chosen: Chosen) -> tuple[Trait, ...]:
    """Single annotations are lost only where a segment is a whole category."""
    single = chosen.value(SEGMENTS) == "annotation"
    return tuple(trait for trait in EXCHANGE.cannot_hold if not (single and trait is Trait.SINGLES))


def _segments(items: Sequence[Item], *, single: bool) -> list[_Segment]:
    found: dict[tuple[int, int], _Segment] = {}
    for place, item in enumerate(items):
        sheet = item.sheet
        order = {category.key: number for number, category in enumerate(sheet.categories)}
        drawn = delivered(sheet)
        if unknown := next((a.category for a in drawn if a.category not in order), None):
            raise _refused(sheet, message("the project has no category {category} for this modality", category=unknown))
        if single:
            rows, columns, width = sheet.image.rows, sheet.image.columns, sheet.project.mask.line_width
            masks = [((place, a.id), a.category, shape_mask(a.shape, rows, columns, width)) for a in drawn]
        else:
            masks = [((-1, order[key]), key, mask) for key, mask in category_masks(sheet, drawn).items()]
        for (first, second), key, mask in masks:
            if not mask.empty:
                fresh = _Segment(sheet.categories[order[key]], f"{item.stem} {second}" if single else "", {})
                found.setdefault((first, second), fresh).masks[place] = mask
    return [found[key] for key in sorted(found)]


def _file(items: Sequence[Item], segments: Sequence[_Segment], number: int) -> tuple[bytes, tuple[Message, ...]]:
    """The file of a stack of images; `number` is the file's in its series."""
    import highdicom

    used = sorted({place for segment in segments for place in segment.masks})
    sheet, first = items[used[0]].sheet, items[used[0]].sheet.image
    header = read_header(first.path)
    sources = stand_ins(header, [items[place].sheet for place in used], _step(items))
    pixels = _pixels(items[used[0]], segments, used)
    software = text(sheet.software, 64) or PRODUCT
    root, told = sheet.uid_root, [(s.category.key, s.tracking) for s in segments]
    content = hashlib.sha256(repr((told, used, pixels.shape)).encode() + pixels.tobytes()).hexdigest()
    made = highdicom.seg.Segmentation(
        source_images=sources.datasets,
        pixel_array=pixels,
        segmentation_type="BINARY",
        segment_descriptions=[_described(n, segment, sheet) for n, segment in enumerate(segments, 1)],
        series_instance_uid=derived_uid(root, "SEG", first.series_uid),
        series_number=1,
        sop_instance_uid=derived_uid(root, "SEG", first.key, content, sheet.time),
        instance_number=number,
        manufacturer=PRODUCT,
        manufacturer_model_name=software,
        software_versions=software,
        device_serial_number="0",
        content_label="SEGMENTATION",
        specific_character_set="ISO_IR 192",
    )
    _completed(made, items, sources)
    if first.plane is None:
        made.PatientOrientation = directions(given(header, "PatientOrientation"))
    made.SeriesDescription = "Segmentation"
    made.PatientName = sources.patient_name
    made.ContentCreatorName = person_name(sheet.author.replace("=", " ").replace("^", " "))
    stamped(made, sheet)
    _one_dimension_uid(made, derived_uid(root, "SEG dimensions", first.key))
    return file_bytes(made), sources.remarks


def _step(items: Sequence[Item]) -> float | None:
    """The distance between the slices of a stack in mm; None for a single or uneven ones."""
    grid = grid_of([item.sheet.image for item in items])
    return None if isinstance(grid, Message) or len(items) < 2 else float(np.linalg.norm(grid.affine[:3, 2]))


def _pixels(item: Item, segments: Sequence[_Segment], used: Sequence[int]) -> NDArray[Any]:
    """The segments' numbers as (images, rows, columns), or where segments overlap one bit each as (images, rows, columns, segments)."""
    shape = len(used), item.sheet.image.rows, item.sheet.image.columns
    at = {place: n for n, place in enumerate(used)}
    numbers = np.zeros(shape, dtype=np.uint8 if len(segments) < 256 else np.uint16)
    for number, segment in enumerate(segments, start=1):
        for place, mask in segment.masks.items():
            here, plane = mask.array(), numbers[at[place]]
            if plane[here].any():
                return _layers(item, segments, at, shape)
            plane[here] = number
    return numbers


def _layers(item: Item, segments: Sequence[_Segment], at: dict[int, int], shape: tuple[int, int, int]) -> NDArray[Any]:
    if shape[0] * shape[1] * shape[2] * len(segments) > _LARGEST:
        cause = message("{count} segments that overlap on {images} images are too many for one file", count=len(segments), images=shape[0])
        raise _refused(item.sheet, cause, message("Let a segment be a category (segments=category)"))
    layers = np.zeros((*shape, len(segments)), dtype=np.uint8)
    for number, segment in enumerate(segments):
        for place, mask in segment.masks.items():
            layers[at[place], :, :, number] = mask.array()
    return layers


def _described(number: int, segment: _Segment, sheet: Sheet) -> Any:
    """A segment's description.  Categories that exclude one another part the anatomy; all others name what was found in it."""
    import highdicom

    category, tracking = segment.category, segment.tracking
    kind = highdicom.sr.CodedConcept(text(category.key, 64), SCHEME, text(category.name_en or category.name, 64) or category.key)
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=text(category.name, 64) or category.key,
        segmented_property_category=highdicom.sr.CodedConcept(*(_ANATOMY if sheet.modality.exclusive else _LESION)),
        segmented_property_type=kind,
        algorithm_type="MANUAL",
        tracking_id=tracking or None,
        tracking_uid=derived_uid(sheet.uid_root, "SEG tracking", sheet.image.series_uid, tracking) if tracking else None,
        display_color=highdicom.color.CIELabColor.from_rgb(*category.rgb),
    )


def _completed(made: Any, items: Sequence[Item], sources: StandIns) -> None:
    """Let every reference name the real image, list the whole stack as the referenced series, and label each frame with its image's id."""
    names = {item.sheet.image.key: item.sheet.names.image for item in items}
    for frame in made.PerFrameFunctionalGroupsSequence:
        for derivation in frame.DerivationImageSequence:
            for reference in derivation.SourceImageSequence:
                real = refer(reference, sources)
                frame.FrameContentSequence[0].FrameLabel = text(names[real.key], 64)
    for reference in made.SourceImageSequence:
        refer(reference, sources)
    made.ReferencedSeriesSequence = [series_of([item.sheet for item in items])]


def _one_dimension_uid(made: Any, uid: str) -> None:
    """Replace the identifier that highdicom draws by chance."""
    for item in (*made.DimensionOrganizationSequence, *made.DimensionIndexSequence):
        item.DimensionOrganizationUID = uid


def _refused(sheet: Sheet, cause: Message, remedy: Message | None = None) -> AnnotatorError:
    doing = message("Writing the segmentation of series {series} of {patient}", series=sheet.names.series, patient=sheet.names.patient)
    return AnnotatorError(doing, cause, remedy or message("Correct the project's definition; nothing that was drawn is lost"))


EXCHANGE = Exchange(
    id="seg",
    name=mark("DICOM segmentation (SEG)"),
    cannot_hold=(
        *(Trait.SINGLES, Trait.SUBPIXEL, Trait.STROKES, Trait.BOXES, Trait.ATTRIBUTES, Trait.AUTHORS),
        *(Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    ),
    write=write,
    read=read,
    unit=SERIES,
    choices=(SEGMENTS,),
    traps=(
        mark("Frames without a set pixel are left out: match frames by the image that they refer to, never by their number."),
        mark("Pixels are single bits, packed from the lowest bit on, and a frame may begin in the middle of a byte."),
    ),
    needs_source=True,
    cannot_hold_when=lost_when,
    held=held,
)
