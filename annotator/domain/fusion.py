"""What is laid over an image: an uptake of the same frame of reference, in which colours, how strongly, and up to which value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.colour_maps import ColourMap, colours_of
from annotator.domain.image import Image
from annotator.domain.links import same_frame
from annotator.domain.reslice import Lattice, lattice_of
from annotator.i18n import Message, message

UPPER = 7.0
"""SUV up to which colours reach at first."""
_FAINT = 64
"""Steps of the table over which an uptake comes out of the image: what takes up next to nothing leaves the image as it is."""


@dataclass(frozen=True)
class FusionLook:
    """How a person wants it: colours, blend (0: the image alone, 1: the uptake alone), upper SUV, linear or nearest within slices."""

    colours: ColourMap = ColourMap.HOT
    blend: float = 0.5
    upper: float = UPPER
    smooth: bool = True


@dataclass(frozen=True)
class Fusion:
    """What lies over an image; `upper` is in `unit`."""

    lattice: Lattice
    look: FusionLook
    upper: float
    unit: str
    modality: str = "PET"


def fusible(base: Sequence[Image], over: Sequence[Image]) -> Lattice | Message:
    """Return the lattice of a series that may be laid over another one, or why that may not be."""
    if not base or not over:
        return message("there are no images")
    if base[0].plane is None:
        return message("the image does not say where it lies in the patient")
    if not same_frame(base[0], over[0]):
        if over[0].plane is None:
            return message("the {modality} does not say where it lies in the patient", modality=over[0].modality)
        return message("the frames of reference differ: nobody knows how the two lie to one another")
    return lattice_of(over)


def table_of(colours: ColourMap, blend: float) -> NDArray[np.uint32]:
    """Return premultiplied 32-bit ARGB of 257 places: nothing for “no value”, then 256 steps from the lowest to the highest.

    Up to an even blend the faint steps come in gradually; beyond that they become as dense as the others, until nothing of the image is
    left at 1.
    """
    rise = np.minimum(np.arange(256) / _FAINT, 1.0)
    dense = max(0.0, 2.0 * blend - 1.0)
    alpha = blend * (rise + (1.0 - rise) * dense)
    parts = np.rint(colours_of(colours).astype(np.float64) * alpha[:, None]).astype(np.uint32)
    opaque = np.rint(alpha * 255.0).astype(np.uint32)
    table = np.zeros(257, dtype=np.uint32)
    table[1:] = opaque << 24 | parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]
    return table


def places_in_table(values: NDArray[np.float32], upper: float) -> NDArray[np.intp]:
    """Return where in a table values between 0 and `upper` (any shape) have their colours; what is no number has the first place."""
    places = values * np.float32(255.0 / max(upper, 1e-9))
    places += np.float32(1.5)
    np.clip(places, 1.0, 256.0, out=places)
    np.nan_to_num(places, copy=False, nan=0.0)
    return places.astype(np.intp)


def coloured(values: NDArray[np.float32], upper: float, table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the colours of values between 0 and `upper` (any shape); what is no number has none."""
    return np.asarray(table[places_in_table(values, upper)])
