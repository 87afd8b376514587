"""Make the small picture by which a series is known in a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from annotator.domain.grayscale import shade_stored
from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.domain.start_window import start_window


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """Brightness 0 to 255, (rows, columns) or (rows, columns, 3) for RGB, and how much taller than wide a pixel of it is."""

    shades: NDArray[Any]
    aspect: float = 1.0


def middle_of(images: tuple[Image, ...]) -> Image | None:
    """Return the image that stands for a series: the middle one that can be shown, None where none can."""
    shown = [image for image in images if image.problem is None]
    return shown[len(shown) // 2] if shown else None


def thumbnail(picture: Picture, image: Image, side: int) -> Thumbnail:
    """Return a picture under its start window, with every n-th row and column so that the longer side keeps at least `side` pixels."""
    step = max(1, max(picture.rows, picture.columns) // side)
    shades = shade_stored(picture.stored[::step, ::step], picture, start_window(picture, image.modality, {}))
    return Thumbnail(shades, image.spacing[0] / image.spacing[1] if image.spacing else 1.0)
