"""Decode one image into a `Picture`: its stored values, exactly as they are in the file, and what they mean.

Raises AnnotatorError for everything that stands in the way; a decoder that crashes takes only its own process with it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from numpy.typing import NDArray

from annotator.dicom.codecs import CODECS, announced_size
from annotator.dicom.colour import rgb_of
from annotator.dicom.elements import Malformed
from annotator.dicom.fragments import Fragments, fragments_of, frame_bytes
from annotator.dicom.graphics import graphics_of
from annotator.dicom.honesty import honesty_of
from annotator.dicom.layout import Layout, layout_of, problem_of
from annotator.dicom.meaning import modality_table_of, padding_of, rescale_of, windows_of
from annotator.dicom.native import native_frame
from annotator.dicom.pet import enhanced_pet_of, pet_of
from annotator.dicom.pool import POOL
from annotator.dicom.source import Header, read_source
from annotator.domain.honesty import Mapping
from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.domain.suv import suv_of
from annotator.domain.uptake import in_suv, in_world
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import nfc


@dataclass(frozen=True)
class _Opened:
    header: Header
    layout: Layout
    fragments: Fragments | None


def picture(image: Image) -> Picture:
    """Decode an image; grey values are those of pydicom's `pixel_array`, colours are 8-bit RGB.

    Uncompressed frames are read here; compressed ones are decoded in another process with limits of memory and time.  Safe to call from
    several threads.  Raises AnnotatorError: the file is gone, cut off, broken, too large, or compressed in a way nobody here decodes.
    """
    try:
        facts = os.stat(image.path)
        opened = _open(image.path, facts.st_mtime_ns, facts.st_size)
        return _picture(image, opened)
    except (Malformed, OSError) as error:
        raise _not_shown(image, error.cause if isinstance(error, Malformed) else system_cause(error)) from None
    except MemoryError:
        raise _not_shown(image, message("there is not enough memory for it")) from None


def _not_shown(image: Image, cause: Message) -> AnnotatorError:
    doing = message("Showing image {frame} of {name}", frame=image.key.frame, name=nfc(os.path.basename(image.path)))
    return AnnotatorError(doing, cause, message("The other images are not affected; copy this file again if you can"))


@lru_cache(maxsize=8)
def _open(path: str, modified: int, size: int) -> _Opened:
    """Read the header (and find the frames) of a file; remembered, because the frames of one file are shown one after the other."""
    header = read_source(path)
    layout = layout_of(header)
    problem = problem_of(header, layout, 0)
    if problem is not None:
        raise Malformed(problem)
    compressed = header.transfer_syntax in CODECS
    return _Opened(header, layout, fragments_of(header, layout.frames) if compressed else None)


def _picture(image: Image, opened: _Opened) -> Picture:
    header, layout, frame = opened.header, opened.layout, image.key.frame - 1
    if (layout.rows, layout.columns) != (image.rows, image.columns) or not 0 <= frame < layout.frames:
        raise Malformed(message("the file has changed since the folder was read"))
    problem = problem_of(header, layout, frame)
    if problem is not None:
        raise Malformed(problem)
    stored = _stored(opened, frame)
    coloured = layout.samples == 3 or layout.photometric == "PALETTE COLOR"
    if coloured:
        stored = rgb_of(stored, layout, header, decoded=opened.fragments is not None)
    stored.flags.writeable = False
    slope, intercept, unit = (1.0, 0.0, "") if coloured else rescale_of(header, frame)
    table = None if coloured else modality_table_of(header, layout.signed)
    lowest = float(table[0].values.min()) if table else _lowest(layout, slope, intercept)
    mapping = Mapping.TABLE if table else Mapping.NONE if (slope, intercept) == (1.0, 0.0) else Mapping.RESCALE
    honesty = honesty_of(header, layout, mapping, image.spacing)
    found = Picture(
        key=image.key,
        stored=stored,
        slope=slope,
        intercept=intercept,
        unit=table[1] if table else unit,
        inverted=bool(honesty.inverted_by),
        windows=() if coloured else windows_of(header, frame, lowest=lowest),
        modality_table=table[0] if table else None,
        padding=None if coloured else padding_of(header, layout.signed),
        honesty=honesty,
        graphics=graphics_of(header, layout, frame, native=opened.fragments is None),
    )
    if coloured or image.modality != "PT":
        return found
    pet = pet_of(header)
    if pet.units:
        return in_suv(found, suv_of(pet))
    pet, world = enhanced_pet_of(header, frame, signed=layout.signed)
    return in_suv(found, suv_of(pet)) if world is None else in_world(found, world, suv_of(pet))


def _lowest(layout: Layout, slope: float, intercept: float) -> float:
    """The lowest grey value that stored values of this kind can mean."""
    least = -(1 << layout.stored - 1) if layout.signed else 0
    return intercept + min(slope * least, slope * (least + (1 << layout.stored) - 1))


def _stored(opened: _Opened, frame: int) -> NDArray[Any]:
    header, layout = opened.header, opened.layout
    if opened.fragments is None:
        return native_frame(header, layout, frame)
    syntax = header.transfer_syntax
    codec, content = CODECS[syntax], frame_bytes(header, opened.fragments, frame, layout.frame_bits // 8)
    expected = (layout.rows, layout.columns, layout.samples)
    if codec.family != "rle" and announced_size(codec, content) != expected:
        raise Malformed(message("its compressed pixels are broken or not of the size that its header announces"))
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "samples_per_pixel": layout.samples,
        "bits_allocated": layout.allocated,
        "bits_stored": layout.stored,
        "photometric_interpretation": layout.photometric,
        "pixel_representation": int(layout.signed),
    }
    if layout.samples > 1:
        options["planar_configuration"] = int(layout.planar)
    stored = POOL.decode(syntax, content, options)
    if stored.shape != (expected if layout.samples > 1 else expected[:2]):
        raise Malformed(message("its compressed pixels are broken or not of the size that its header announces"))
    return stored
