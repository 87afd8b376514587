"""Chest X-rays from behind (PA): the chest of `thorax` summed up along the beam, bones and vessels drawn as rods of bone and blood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ComputedRadiographyImageStorage, DigitalXRayImageStorageForPresentation

from annotator.dicom.phantom import projection, thorax
from annotator.dicom.phantom.fields import (
    Array,
    Bools,
    Ellipsoid,
    at,
    axis,
    capsule,
    chord,
    cloud,
    ellipsoid,
    enlarge,
    grain,
    smooth,
    soft,
    stroke,
)  # fmt: skip
from annotator.dicom.phantom.marker import write
from annotator.dicom.phantom.writer import Patient, Series, Truth, decimals, header, store

KIND = "chest-xray"
FIELD = 409.6
"""Width and height of the detector, mm."""
MIDDLE = 12.0
"""z at the middle of the picture."""


@dataclass(frozen=True)
class Film:
    """One of the two X-rays."""

    name: str
    patient: Patient
    inverted: bool
    nodules: Mapping[str, Ellipsoid]


FILMS = (
    Film("pa_monochrome2", Patient("PHANTOM^가슴사진", "PHANTOM02", "F", "058Y"), False, {
        "nodule1": Ellipsoid((-84.0, 0.0, 62.0), (14.0, 14.0, 13.0)),
        "nodule2": Ellipsoid((96.0, 20.0, -22.0), (8.5, 8.5, 8.5)),
    }),
    Film("pa_monochrome1", Patient("PHANTOM^엑스선", "PHANTOM03", "M", "071Y"), True, {
        "nodule1": Ellipsoid((78.0, -10.0, 74.0), (17.0, 17.0, 15.0)),
    }),
)  # fmt: skip


def chest_xray(folder: Path, size: int = 2048, seed: int = 2) -> tuple[Truth, ...]:
    """Write two PA chest X-rays (size × size, 409.6 mm wide) to `folder`: DX MONOCHROME2 and CR MONOCHROME1, each of its own person.

    12 bits unsigned; masks `nodule1`, `nodule2`: the ellipses that the nodules throw on the detector (no magnification).
    Raises OSError where a file cannot be written.
    """
    truths = []
    for index, film in enumerate(FILMS):
        rng = np.random.default_rng([seed, index])
        spacing = FIELD / size
        shown = _shown(_paths(film, size, rng), rng)
        stored = np.clip(np.rint(shown * 3600 + 200), 0, 4095).astype(np.uint16)
        if film.inverted:
            stored = 4095 - stored
        series = Series(KIND, f"{seed} {index} {size}", film.patient, "CR" if film.inverted else "DX", 1, "흉부 X선", "Chest PA")
        path = folder / f"{film.name}.dcm"
        photometric = "MONOCHROME1" if film.inverted else "MONOCHROME2"
        uid = store(_header(series, film, spacing, size), series, 1, stored, 12, path, photometric)
        truths.append(Truth(KIND, str(path), uid, 1, _masks(film, size, spacing)))
    return tuple(truths)


def _masks(film: Film, size: int, spacing: float) -> dict[str, Bools]:
    pixels = (np.arange(size) - (size - 1) / 2) * spacing
    x, z = pixels[None, :], (MIDDLE - pixels)[:, None]
    return {name: nodule.mask(x, np.asarray(nodule.centre[1]), z) for name, nodule in film.nodules.items()}


def _paths(film: Film, size: int, rng: np.random.Generator) -> Array:
    """Return how many mm of water each ray has crossed."""
    coarse = min(max(size // 4, 64), size)
    total = enlarge(_soft_tissue(coarse), size, size)
    scale = size / FIELD
    total += _bones(size, scale)
    total += _vessels(size, scale, rng)
    x, z = axis(size, 1 / scale)[None, :], axis(size, -1 / scale, MIDDLE)[:, None]
    for nodule in film.nodules.values():
        (a, b, c), (p, _, q) = nodule.radii, nodule.centre
        total += np.float32(1.6 * b) * np.sqrt(np.clip(1 - ((x - p) / a) ** 2 - ((z - q) / c) ** 2, 0, None))
    return total


def _soft_tissue(size: int) -> Array:
    step = FIELD / size
    x, z = axis(size, step)[None, :], axis(size, -step, MIDDLE)[:, None]
    total = np.zeros((size, size), dtype=np.float32)
    half, depth = _standing(z)
    behind = soft(np.abs(x - 4) - 19, 26.0)
    through = 6.0
    for y in np.arange(-112, 113, through).tolist():
        here = at(y)
        body = soft((1 - np.sqrt((x / half) ** 2 + (here / depth) ** 2)) * np.minimum(half, depth), 4.0)
        lungs = soft(thorax.lung(x, here, z), 2.0) * behind
        heart = soft(thorax.heart(x, here, z), 2.5)
        total += body * (1 - 0.80 * lungs + 0.12 * heart) * np.float32(through)
    total -= 30 * soft(ellipsoid(x, at(0), z, (72, 0, -112), (30, 30, 20)), 3.0)
    return total + _spine(x, z) + _shoulders(x, z)


def _standing(z: Array) -> tuple[Array, Array]:
    """Return half width and half depth of a standing body: trunk, shoulders, neck."""
    heights = [-220, 30, 50, 62, 74, 84, 120, 132, 142, 150, 160, 172, 188, 230]
    half = np.interp(z, heights, [156, 160, 164, 172, 192, 226, 218, 208, 186, 156, 118, 88, 70, 62])
    depth = np.interp(z, heights, [108, 106, 103, 101, 98, 96, 84, 76, 70, 66, 62, 60, 58, 58])
    return half.astype(np.float32), depth.astype(np.float32)


def _spine(x: Array, z: Array) -> Array:
    height = (z / thorax.VERTEBRA) % 1.0 - 0.5
    wide = 17.5 + 3.5 * (2 * height) ** 2
    plates, discs = soft(1.5 - np.abs(np.abs(height) - 0.40) * 25, 1.0), soft(np.abs(height) * 25 - 11, 1)
    bone = soft(wide - np.abs(x), 1.5) * (10 + 6 * plates - 4 * discs)
    bone += 5 * soft(1.5 - np.abs(np.abs(x) - wide), 1.5) * (np.abs(height) < 0.42)
    for side in (-1, 1):
        ring = np.hypot((x - side * 11) / 4.5, (height - 0.08) * thorax.VERTEBRA / 6) - 1
        bone += 7 * soft(0.35 - np.abs(ring), 0.4)
    bone += 8 * soft(1 - np.hypot(x / 3, (height + 0.2) * thorax.VERTEBRA / 8), 0.3)
    bone += 6 * soft(4.5 - np.abs(height * thorax.VERTEBRA - 0.12 * np.abs(x)), 2) * soft(36 - np.abs(x), 2) * (np.abs(x) > 20)
    return np.asarray(bone, dtype=np.float32)


def _shoulders(x: Array, z: Array) -> Array:
    total = np.zeros(np.broadcast_shapes(x.shape, z.shape), dtype=np.float32)
    for side in (-1, 1):
        head = 25 - np.hypot(x - side * 186, z - 100)
        shaft = capsule(side * x, at(0), z, (186, 0, 98), (250, 0, 66), 14)
        arm = np.maximum(head, shaft)
        total += 12 * soft(arm, 1.5) + 9 * soft(2 - np.abs(arm - 2), 1.5)
        inner, outer = side * x - (112 - 0.1 * (100 - z)), (160 - 0.34 * (112 - z)) - side * x
        blade = np.minimum(np.minimum(inner, outer), np.minimum(118 - z + 0.2 * (side * x - 130), z + 18))
        total += 5 * soft(blade, 2) + 9 * soft(2.2 - np.abs(outer), 1.5) * soft(blade + 4, 4)
        total += 6 * soft(1.2 - np.abs(inner), 1.2) * soft(blade + 3, 3)
        socket = np.abs(np.hypot((x - side * 160) / 0.5, z - 98) - 17)
        total += 5 * soft(2.5 - socket, 2)
    return total


def _bones(size: int, scale: float) -> Array:
    def pixel(x: float, z: float) -> tuple[float, float]:
        return x * scale + (size - 1) / 2, (MIDDLE - z) * scale + (size - 1) / 2

    total = np.zeros((size, size), dtype=np.float32)
    tube = chord(6.4 * scale, 1.3 * scale) / scale
    step = max(scale, 0.7)
    for count in range(11):
        for side in (-1, 1):
            layer = np.zeros_like(total)
            stroke(layer, [pixel(x, z) for x, _, z in thorax.rib_line(thorax.RIB_TOP - count * thorax.RIB, side)], tube, step)
            total += 0.85 * layer
    for side in (-1, 1):
        layer = np.zeros_like(total)
        curve = [(14, 112), (34, 122), (62, 126), (92, 124), (122, 128), (150, 134)]
        stroke(layer, [pixel(side * x, z) for x, z in curve], chord(6.5 * scale, 1.6 * scale) / scale, step)
        total += 1.3 * layer
    windpipe = np.zeros_like(total)
    for rod in thorax.AIRWAYS[:3]:
        stroke(windpipe, [pixel(rod.start[0], rod.start[2]), pixel(rod.end[0], rod.end[2])], chord(rod.radius * scale) / scale, step)
    knob = np.zeros_like(total)
    stroke(knob, [pixel(22, 50), pixel(26, 44), pixel(24, -60)], chord(13 * scale) / scale, step)
    lead = write(size, size, "R", pixel(-190, 186), 18 * scale)
    return np.asarray(total - 1.1 * windpipe + 0.9 * knob + 160 * lead)


def _vessels(size: int, scale: float, rng: np.random.Generator) -> Array:
    layer = np.zeros((size, size), dtype=np.float32)
    for rod in thorax.vessels(rng):
        ends = [(p[0] * scale + (size - 1) / 2, (MIDDLE - p[2]) * scale + (size - 1) / 2) for p in (rod.start, rod.end)]
        stroke(layer, ends, chord(max(rod.radius * scale, 0.6)) / scale, max(rod.radius * scale * 0.45, 1.0))
    return smooth(layer) * np.float32(1.25)


def _shown(water: Array, rng: np.random.Generator) -> Array:
    """Return the picture (0 dark to 1 bright) of the paths: logarithmic, large differences evened out, with the noise of few quanta."""
    rows, columns = water.shape
    few = enlarge(water, max(rows // 32, 8), max(columns // 32, 8))
    even = enlarge(smooth(few, 12), rows, columns)
    level = (water - 0.5 * even - 46) / 25
    shown = np.clip(1.16 / (1 + np.exp(-level)) - 0.11, 0, 1)
    shown += 0.012 * cloud(rng, rows, columns, (40, 40), 2)
    shown += grain(rng, rows, columns) * (0.004 + 0.010 * shown)
    return np.asarray(shown, dtype=np.float32)


def _header(series: Series, film: Film, spacing: float, size: int) -> Dataset:
    common = {
        **projection.view("272479007", "postero-anterior", "PA", ("L", "F")),
        **projection.exposure(120, 4, 1800),
        "ImageType": ["ORIGINAL", "PRIMARY"], "BodyPartExamined": "CHEST", "WindowCenter": "2048", "WindowWidth": "4096",
    }  # fmt: skip
    if film.inverted:
        del common["ViewCodeSequence"]
        spaced = {"ImagerPixelSpacing": decimals(spacing, spacing), "PlateID": "PHANTOM"}
        return header(series, ComputedRadiographyImageStorage, **common, **spaced)
    digital = projection.digital(spacing, (size, size)) | {"PositionerType": "COLUMN", "BodyPartThickness": "220"}
    return header(series, DigitalXRayImageStorageForPresentation, **{**common, **projection.anatomy("51185008", "Chest", "U"), **digital})
