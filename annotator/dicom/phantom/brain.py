"""The head of the brain MR phantom: where its tissues lie, as levels over any grid, and which cortex belongs to which lobe.

Patient millimetres (see `fields`), the origin in the middle of the brain; the cortex is folded by waves whose zero sheets are the sulci.
"""

from __future__ import annotations

import numpy as np

from annotator.dicom.phantom.fields import Array, Bools, Ellipsoid, capsule, ellipsoid

HIPPOCAMPI = {
    "L hippocampus": Ellipsoid((27.0, 10.0, -19.0), (6.5, 19.0, 6.0)),
    "R hippocampus": Ellipsoid((-27.0, 10.0, -19.0), (6.5, 19.0, 6.0)),
}
LOBES = ("frontal", "temporal", "parietal", "occipital")
CSF_UP_TO, CORTEX_UP_TO = 0.9, 3.7
"""Distance from the pial surface (mm) at which grey and white matter begin."""


def hemispheres(x: Array, y: Array, z: Array) -> tuple[Array, Array]:
    """Return the levels of the cerebrum without its temporal lobes, and of the temporal lobes."""
    upper = ellipsoid(x, y, z, (0, 2, 10), (66, 84, 58))
    floor = z + 23 - 0.0026 * (y - 5) ** 2 + 0.004 * x**2
    side = np.abs(x)
    temporal = ellipsoid(side, y, z, (41, -2, -22), (23, 45, 19))
    return np.minimum(upper, floor), temporal


def folds(x: Array, y: Array, z: Array) -> Array:
    """Return the distance (mm, about) from the nearest sulcus sheet."""
    wave: Array = np.sin(0.25 * x + 1.4 * np.sin(0.12 * y + 0.10 * z) + 0.7)
    wave = wave + np.sin(0.26 * y + 1.5 * np.sin(0.11 * z + 0.09 * x) + 0.2)
    wave = wave + np.sin(0.25 * z + 1.4 * np.sin(0.11 * x + 0.13 * y) + 1.9)
    return np.abs(wave) * np.float32(2.9)


def pial_distance(x: Array, y: Array, z: Array) -> Array:
    """Return the distance (mm, about) of brain tissue from the nearest fluid outside or between its gyri; negative outside the cerebrum."""
    upper, temporal = hemispheres(x, y, z)
    depth = np.maximum(upper, temporal)
    shallow = folds(x, y, z) + 0.9 * np.clip(depth - 15, 0, None)
    core: Array = (1 - np.sqrt(((y - 6) / 50) ** 2 + ((z - 4) / 27) ** 2)) * 27
    midline: Array = np.abs(x) + 0.7 + 3 * np.clip(core, 0, None)
    return np.asarray(np.minimum(np.minimum(depth, shallow + 0.2), midline))


def cortex(x: Array, y: Array, z: Array) -> dict[str, Bools]:
    """Return the cortex of each lobe as exact masks: `L frontal`, `R frontal`, … (the patient's left is x > 0)."""
    distance = pial_distance(x, y, z)
    upper, temporal = hemispheres(x, y, z)
    core = ((y - 6) / 46) ** 2 + ((z - 2) / 25) ** 2 + (x / 34) ** 2 < 1
    grey = (distance >= CSF_UP_TO) & (distance < CORTEX_UP_TO) & ~core
    behind = y > 48 - 0.30 * (z - 10)
    below = (temporal > upper) & ~behind
    front = ~behind & ~below & (y < 2 + 0.35 * (z - 20))
    parts = (front, below, ~(behind | below | front), behind)
    sides = (("L", x > 0), ("R", x < 0))
    return {f"{name} {lobe}": grey & part & side for lobe, part in zip(LOBES, parts, strict=True) for name, side in sides}


def ventricles(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the fluid inside the brain."""
    side = np.abs(x)
    level = ellipsoid(side, y, z + 0.0045 * (y - 4) ** 2, (9, 4, 13), (6, 36, 6.5))
    np.maximum(level, ellipsoid(side, y, z, (23, 36, 2), (6, 15, 8)), out=level)
    np.maximum(level, capsule(side, y, z, (25, 36, -2), (35, -4, -20), 2.2), out=level)
    np.maximum(level, np.minimum(2.2 - side, ellipsoid(np.zeros_like(x), y, z, (0, 6, -5), (9, 15, 9))), out=level)
    np.maximum(level, ellipsoid(x, y, z, (0, 30, -42), (7, 6, 11)), out=level)
    np.maximum(level, capsule(x, y, z, (0, 18, -10), (0, 26, -34), 1.2), out=level)
    return level


def callosum(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the white bridge between the hemispheres."""
    arch: Array = np.sqrt(((y - 6) / 40) ** 2 + ((z - 1) / 23) ** 2)
    band: Array = 3.6 - np.abs(arch - 1) * 25
    return np.asarray(np.minimum(np.minimum(band, z + 4 - 0.1 * np.abs(y - 6)), 16 - np.abs(x)))


def nuclei(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the grey masses deep in the brain."""
    side = np.abs(x)
    level = ellipsoid(side, y, z, (11.5, 10, -1), (8.5, 14, 8.5))
    np.maximum(level, ellipsoid(side, y, z, (17, -14, 6), (5, 14, 7)), out=level)
    np.maximum(level, ellipsoid(side, y, z, (27, -2, 0), (5, 17, 10)), out=level)
    return level


def stem(x: Array, y: Array, z: Array) -> Array:
    """Return the level of brain stem and spinal cord."""
    level = capsule(x, y, z, (0, 14, -14), (0, 14, -26), 13)
    np.maximum(level, ellipsoid(x, y, z, (0, 10, -38), (17, 15, 15)), out=level)
    np.maximum(level, capsule(x, y, z, (0, 17, -48), (0, 24, -72), 8.5), out=level)
    np.maximum(level, capsule(x, y, z, (0, 24, -72), (0, 34, -200), 5.5), out=level)
    return level


def cerebellum(x: Array, y: Array, z: Array) -> tuple[Array, Array]:
    """Return the level of the cerebellum, and the distance from the fluid between its leaves."""
    level = ellipsoid(x, y, z, (0, 54, -42), (50, 29, 25))
    np.maximum(level, ellipsoid(x, y, z, (0, 46, -44), (20, 24, 26)), out=level)
    around = np.hypot(y - 34, (z + 42) * 1.1)
    turn = np.arctan2(z + 42, y - 34)
    leaves = np.abs(np.sin(9 * turn + 0.10 * around + 0.05 * x)) * (0.12 * around + 0.8) + 0.09 * np.clip(18 - around, 0, None) ** 1.5
    return level, np.minimum(level, leaves + 0.5)


def cranium(x: Array, y: Array, z: Array) -> Array:
    """Return the level of the space inside the skull."""
    level = ellipsoid(x, y, z, (0, 3, 8), (69, 87.5, 62))
    level = np.minimum(level, z + 27 - 0.0026 * (y - 5) ** 2)
    np.maximum(level, ellipsoid(np.abs(x), y, z, (41, -2, -22), (26, 48, 22)), out=level)
    np.maximum(level, ellipsoid(x, y, z, (0, 46, -40), (56, 40, 32)), out=level)
    np.maximum(level, ellipsoid(x, y, z, (0, 16, -34), (26, 26, 32)), out=level)
    np.maximum(level, capsule(x, y, z, (0, 23, -60), (0, 34, -200), 9.5), out=level)
    return level
