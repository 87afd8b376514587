"""Make pictures of an image for programs and people that read no DICOM: the grey picture itself, and one with outlines drawn on it.

A picture shows the image as the window does at first: in its header's first window, MONOCHROME1 upright, colours as they are.  Nothing of
the header goes along: a PNG file holds its size and its pixels.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item
from annotator.domain.grayscale import shade_stored
from annotator.errors import AnnotatorError
from annotator.i18n import Message, mark, message

if TYPE_CHECKING:
    from PIL.Image import Image as Pillow

PICTURES = Choice(
    "pictures",
    mark("Pictures of the images"),
    (
        ("yes", mark("written along")),
        ("no", mark("left out")),
    ),
)

_REVIEWED = 1024
"""The longer side, in pixels, that a picture with outlines has at least."""
_MOST = 8
_DEFLATE = 4
"""zlib's level: files as small as at the usual 6 (within 2 % on CT and chest X-ray) in a third to four fifths of the time."""


def shades(sheet: Sheet) -> NDArray[np.uint8]:
    """Return the image as the window first shows it: (rows, columns) grey or (rows, columns, 3) RGB, 8 bits.

    Raises AnnotatorError where the source image is not there or cannot be decoded.
    """
    if not sheet.image.path:
        doing = message("Making a picture of image {image}", image=sheet.names.image)
        remedy = message("Open the folder that holds its DICOM file, or write the data set without pictures")
        raise AnnotatorError(doing, message("its DICOM file is not there"), remedy)
    from annotator.dicom.pixels import picture  # what decodes is loaded where something is decoded

    shown = picture(sheet.image)
    return shade_stored(shown.stored, shown, shown.start_window())


def png_of(sheet: Sheet) -> bytes:
    """Return the image as an 8-bit PNG, one pixel for each of its own: grey, or RGB for a colour image.

    Raises AnnotatorError as `shades`.
    """
    from PIL import Image as Pillow

    return png(Pillow.fromarray(shades(sheet)))


def contour_png(sheet: Sheet) -> bytes:
    """Return the image as an RGB PNG with the outlines of what is delivered drawn on it, in the categories' colours, and small labels.

    A small image is magnified by a whole number, so that a line is finer than a pixel.  Raises AnnotatorError as `shades`.
    """
    from PIL import Image as Pillow  # what draws is loaded where something is drawn

    from annotator.formats.contours import drawn_on

    found = Pillow.fromarray(shades(sheet)).convert("RGB")
    scale = min(max(-(-_REVIEWED // max(found.size)), 1), _MOST)
    large = found.resize((found.width * scale, found.height * scale), Pillow.Resampling.BICUBIC) if scale > 1 else found
    return png(drawn_on(large, sheet, scale))


def with_picture(item: Item, path: str, chosen: Chosen) -> tuple[dict[str, bytes], tuple[Message, ...]]:
    """Return the picture of an image at its path where pictures are wanted, and what there is to say about it.

    Nothing and a remark where the data set has no DICOM file for it; raises AnnotatorError where that cannot be decoded.
    """
    if chosen.value(PICTURES) == "no":
        return {}, ()
    if not item.sheet.image.path:
        return {}, (message("Pictures are missing: there are no DICOM files to make them of"),)
    return {path: png_of(item.sheet)}, ()


def png(made: Pillow) -> bytes:
    """Return a picture as the bytes of a PNG file without any text or time in it."""
    stream = BytesIO()
    made.save(stream, "PNG", compress_level=_DEFLATE)
    return stream.getvalue()


def png_size(content: bytes) -> tuple[int, int] | None:
    """Return (rows, columns) as the first bytes of a PNG file say; None for anything else (ISO/IEC 15948, 11.2.2)."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or len(content) < 24:
        return None
    columns, rows = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return (rows, columns) if 0 < rows < 2**31 and 0 < columns < 2**31 else None
