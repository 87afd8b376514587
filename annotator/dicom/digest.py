"""Tell whether two images have the same pixels without keeping them: the digest of the stored values."""

from __future__ import annotations

import hashlib

import numpy as np

from annotator.dicom.codecs import CODECS
from annotator.dicom.elements import Malformed
from annotator.dicom.layout import layout_of
from annotator.dicom.native import native_frame
from annotator.dicom.pixels import picture
from annotator.dicom.source import Header
from annotator.domain.image import Image
from annotator.errors import AnnotatorError


def pixel_digest(image: Image, header: Header) -> tuple[str, bool]:
    """Return the SHA-256 of an image's stored values, that of its `Picture`, and whether all of them are the same.

    The digest is empty where the pixels cannot be decoded.  `header` is that of the image's file.
    """
    if image.problem is not None:
        return "", False
    try:
        layout = layout_of(header)
        plain = header.transfer_syntax not in CODECS and layout.samples == 1 and layout.photometric != "PALETTE COLOR"
        stored = native_frame(header, layout, image.key.frame - 1) if plain else picture(image).stored
    except (Malformed, AnnotatorError, OSError):
        return "", False
    whole = np.ascontiguousarray(stored)
    flat = whole.reshape(-1)
    few = flat[:: max(1, flat.size // 64)]
    return hashlib.sha256(whole.data).hexdigest(), bool((few == flat[0]).all() and (flat == flat[0]).all())
