"""The chest that chest CT, chest X-ray and PET-CT have in common: where its organs lie, as levels over any grid.

Patient millimetres (see `fields`); the middle of the lungs is z = 0, the domes of the diaphragm stand near z = -65,
the apices near z = 135.
Every function takes x, y, z that broadcast, so that the same chest is cut by an axial slice or summed up along the beam.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.phantom.fields import Array, Ellipsoid, Point3, at, capsule, ellipsoid, oval

MIDDLE = -2.0
"""y of the middle of the chest cavity."""
SPINE = 60.0
"""y of the middle of the vertebral bodies."""
VERTEBRA = 25.0
"""Distance from one vertebra to the next."""
RIB = 27.0
"""Distance from one rib to the next."""
RIB_TOP = 152.0
"""z of the first rib at the spine."""

HEART = Ellipsoid((26.0, -30.0, -42.0), (56.0, 46.0, 56.0))
LIVER = Ellipsoid((-52.0, -4.0, -152.0), (104.0, 92.0, 98.0))
SPLEEN = Ellipsoid((92.0, 42.0, -124.0), (32.0, 42.0, 46.0))
STOMACH = Ellipsoid((64.0, -20.0, -122.0), (50.0, 50.0, 48.0))


@dataclass(frozen=True)
class Rod:
    """A piece of a tube: vessel, bronchus or bone."""

    start: Point3
    end: Point3
    radius: float


AORTA = (
    Rod((-8, -20, 8), (-16, -22, 30), 15), Rod((-16, -22, 30), (-6, -8, 52), 14), Rod((-6, -8, 52), (10, 20, 54), 13),
    Rod((10, 20, 54), (24, 36, 34), 12.5), Rod((24, 36, 34), (20, 40, -60), 12), Rod((20, 40, -60), (6, 36, -170), 11),
)  # fmt: skip
PULMONARY = (
    Rod((18, -38, 8), (14, -22, 18), 13), Rod((14, -22, 18), (-36, 2, 10), 10.5), Rod((14, -22, 18), (42, 6, 20), 11),
    Rod((-18, 10, -22), (-48, 14, -14), 8), Rod((20, 12, -22), (46, 16, -12), 8),
)  # fmt: skip
VEINS = (
    Rod((-32, -16, 10), (-26, -22, 80), 9), Rod((-26, -22, 80), (-46, -24, 124), 7), Rod((-26, -22, 72), (34, -34, 104), 6),
    Rod((-30, -2, -60), (-20, 6, -110), 12), Rod((-20, 6, -110), (-16, 22, -170), 12),
)  # fmt: skip
HEPATIC = (
    Rod((-26, 4, -98), (-70, -20, -112), 4), Rod((-26, 4, -98), (-92, 30, -110), 4.5), Rod((-26, 0, -98), (-40, -50, -116), 4),
    Rod((-20, -6, -130), (-66, 0, -128), 5.5), Rod((-66, 0, -128), (-104, -24, -134), 4), Rod((-66, 0, -128), (-100, 36, -138), 4),
    Rod((-30, -6, -130), (-30, -52, -138), 4),
)  # fmt: skip
ARCH = (
    Rod((-10, -14, 56), (-20, -14, 120), 6), Rod((0, -4, 58), (14, -8, 130), 4.5), Rod((9, 12, 58), (26, 4, 130), 5),
)  # fmt: skip
AIRWAYS = (
    Rod((0, 2, 190), (2, 12, 40), 9), Rod((2, 12, 40), (-36, 14, 16), 6.5), Rod((2, 12, 40), (40, 16, 12), 6),
    Rod((-36, 14, 16), (-62, 6, 38), 4), Rod((-36, 14, 16), (-52, 24, -34), 4.5), Rod((40, 16, 12), (64, 8, 34), 3.6),
    Rod((40, 16, 12), (58, 28, -34), 4),
)  # fmt: skip
OESOPHAGUS = (Rod((2, 27, 190), (4, 32, -40), 7), Rod((4, 32, -40), (16, 20, -110), 7.5))
CLAVICLES = tuple(
    rod
    for side in (-1, 1)
    for rod in (
        Rod((side * 16, -64, 112), (side * 74, -58, 126), 6.5),
        Rod((side * 74, -58, 126), (side * 112, -20, 132), 5.5),
        Rod((side * 112, -20, 132), (side * 132, 2, 136), 6),
    )
)
SCAPULA = ((92.0, 71.0, 118.0), (134.0, 34.0, 114.0), (97.0, 77.0, -2.0))
"""Corners of the left shoulder blade: upper inner, socket, tip."""


def girth(z: Array) -> tuple[Array, Array]:
    """Return half width and half depth of the body at height z, arms raised."""
    rise = np.clip((z - 95) / 80, 0, 1) ** 2
    low = np.clip((-40 - z) / 140, 0, 1)
    return 160 - 22 * rise - 3 * low, 110 - 14 * rise + 3 * low


def cavity_girth(z: Array) -> tuple[Array, Array]:
    """Return half width and half depth of the chest cavity (inside the ribs) at height z; it closes at z = 143."""
    up = np.clip(z / 143, 0, 1)
    cap = np.sqrt(np.clip(1 - up**2.3, 0, 1))
    low = np.clip(-z / 160, 0, 1)
    return (132 + 4 * low) * cap + np.float32(0.5), (87 + 3 * low) * (0.35 + 0.65 * cap)


def body(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the body's outline."""
    return oval(x, y, *girth(z))


def cavity(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the chest cavity."""
    return oval(x, y - MIDDLE, *cavity_girth(z), 0.35)


def mediastinum(x: Array, y: Array, z: Array) -> Array:
    """Return the level of what lies between the lungs: great vessels, heart, hila, spine."""
    level = ellipsoid(x, y, z, (2, 2, 62), (37, 56, 98))
    np.maximum(level, heart(x, y, z) + 4, out=level)
    np.maximum(level, (1 - np.sqrt(((x - 5) / 27) ** 2 + ((y - 52) / 33) ** 2)) * 27, out=level)
    np.maximum(level, (1 - np.sqrt(((x - 4) / 7) ** 2 + ((y + 48) / 60) ** 2)) * 7, out=level)
    np.maximum(level, ellipsoid(x, y, z, (-30, 8, 6), (15, 15, 28)), out=level)
    np.maximum(level, ellipsoid(x, y, z, (35, 10, 10), (15, 15, 28)), out=level)
    return level


def heart(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the heart, its apex to the left, the front and below."""
    across, back, up = x - HEART.centre[0], y - HEART.centre[1], z - HEART.centre[2]
    tilted = 0.86 * across - 0.42 * back - 0.28 * up, 0.42 * across + 0.90 * back, 0.30 * across + up
    square: Array = (tilted[0] / 62) ** 2 + (tilted[1] / 45) ** 2 + (tilted[2] / 56) ** 2
    return (1 - np.sqrt(square)) * np.float32(45)


def diaphragm(x: Array, y: Array) -> Array:
    """Return the height z of the diaphragm: two domes, the right one higher."""
    back = np.where(y > -8, 0.0085, 0.0045).astype(np.float32) * (y + 8) ** 2
    right = -62 - 0.0075 * (x + 62) ** 2 - back
    left = -78 - 0.0075 * (x - 72) ** 2 - back
    return np.maximum(right, left)


def lung(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the air-filled lungs."""
    level = np.minimum(cavity(x, y, z), -mediastinum(x, y, z))
    np.minimum(level, 141 - z, out=level)
    return np.minimum(level, (z - diaphragm(x, y)) * np.float32(0.75))


def rods(x: Array, y: Array, z: Array, pieces: tuple[Rod, ...]) -> Array:
    """Return the level of a bundle of rods."""
    level = capsule(x, y, z, pieces[0].start, pieces[0].end, pieces[0].radius)
    for rod in pieces[1:]:
        level = np.maximum(level, capsule(x, y, z, rod.start, rod.end, rod.radius))
    return level


def rib_drop(cosine: Array) -> Array:
    """Return how far a rib has sunk below its head; `cosine` is 1 at the spine and -1 at the breastbone."""
    return 41 * (1 - cosine)


def rib_line(head: float, side: int) -> list[Point3]:
    """Return points along the middle of the rib whose head is at height `head`, from the spine to where its cartilage begins."""
    angles = np.linspace(0.12, 2.45, 60)
    points = []
    for angle in angles.tolist():
        z = at(head - 41 * (1 - np.cos(angle)))
        a, b = cavity_girth(z)
        u, v = (a + 5) * np.sin(angle), (b + 5) * np.cos(angle)
        bulge = 1 + oval(u, v, a + 5, b + 5, 0.35) / np.hypot(u, v)
        points.append((side * (u * bulge).item(), MIDDLE + (v * bulge).item(), z.item()))
    return points


def vessels(rng: np.random.Generator) -> tuple[Rod, ...]:
    """Return the branches of the lung vessels, from the hila to near the pleura."""
    starts, ways, radius = _roots()
    found: list[Rod] = []
    for generation in range(8):
        count = len(starts)
        ends = starts + ways * ((7 + 3.6 * radius) * (0.8 + 0.5 * rng.random(count)))[:, None]
        x, y, z = ends.T.astype(np.float32)
        kept = (cavity(x, y, z) >= 3) | (generation < 2)
        for start, end in zip(starts[kept].tolist(), ends[kept].tolist(), strict=True):
            found.append(Rod(tuple(start), tuple(end), radius))
        bend = rng.normal(0, 1, (count, 3))
        bend -= ways * (bend * ways).sum(axis=1, keepdims=True)
        bend /= np.linalg.norm(bend, axis=1, keepdims=True)
        turned = np.concatenate([(ways + bend * 0.32)[kept], (ways - bend * 0.62)[kept]])
        starts, ways = np.concatenate([ends[kept]] * 2), turned / np.linalg.norm(turned, axis=1, keepdims=True)
        radius *= 0.78
    return tuple(found)


def _roots() -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return where the lung vessels begin, in which directions, and how thick."""
    starts, ways = [], []
    for side, root in ((-1, (-40.0, 8.0, 4.0)), (1, (43.0, 10.0, 6.0))):
        for turn in range(13):
            height = 1.0 - 2.0 * (turn + 0.5) / 13
            around, flat = 2.4 * turn, float(np.sqrt(1 - height**2))
            starts.append(root)
            ways.append((side * (abs(np.cos(around)) * flat + 0.35), np.sin(around) * flat, height * 1.5))
    way = np.array(ways)
    return np.array(starts), way / np.linalg.norm(way, axis=1, keepdims=True), 3.9
