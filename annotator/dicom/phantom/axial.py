"""Cut the chest of `thorax` across, in Hounsfield units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from annotator.dicom.phantom import thorax
from annotator.dicom.phantom.fields import Array, Bools, Ellipsoid, Point3, at, axis, capsule, cloud, ellipsoid, grain, paint, soft
from annotator.dicom.phantom.thorax import Rod

AIR, LUNG, FAT, MUSCLE = -1000.0, -868.0, -104.0, 50.0
CORTEX, MARROW = 620.0, 210.0
FLAT = 0.7
"""A thick slice shows lung vessels farther up and down than they reach: heights count this much."""


class Cut:
    """Axial slices of one chest: size × size pixels over `field` mm; `blood` is the HU of vessels (45 without contrast)."""

    def __init__(self, size: int, field: float, rng: np.random.Generator, blood: float) -> None:
        self.spacing = field / size
        centres = axis(size, self.spacing)
        self.x, self.y = centres[None, :], centres[:, None]
        self.blood = blood
        self._rng = rng
        self._vessels = thorax.vessels(rng)
        heights = np.array([(rod.start[2], rod.end[2], rod.radius) for rod in self._vessels])
        self._low = heights[:, :2].min(axis=1) - (heights[:, 2] + 1) / FLAT
        self._high = heights[:, :2].max(axis=1) + (heights[:, 2] + 1) / FLAT
        self._texture = cloud(rng, size, size, (16, 16), 2)
        away = np.hypot(self.x, self.y - thorax.MIDDLE) + np.float32(1e-3)
        self._cosine = ((self.y - thorax.MIDDLE) / away).astype(np.float32)
        self._louder = 0.6 + 0.7 * np.exp(-((away / 120) ** 2))
        self._edge = max(self.spacing, 0.8)

    def tissue(self, z: float) -> Array:
        """Return the slice at height z (mm) without noise, HU."""
        image = np.full((self.y.size, self.x.size), AIR, dtype=np.float32)
        cavity = thorax.cavity(self.x, self.y, at(z))
        self._wall(image, z, cavity)
        self._abdomen(image, z, cavity)
        inside = np.minimum(cavity, -thorax.mediastinum(self.x, self.y, at(z)))
        lungs = soft(inside, 1.4) * soft((z - thorax.diaphragm(self.x, self.y)) * np.float32(0.75), 4.0)
        paint(image, lungs, LUNG + 0.35 * self.y + 7 * self._texture)
        self._vital(image, z)
        for index in np.flatnonzero((self._low <= z) & (z <= self._high)).tolist():
            rod = self._vessels[index]
            self.rod(image, z, rod, min(self.blood, 45 + 40 * rod.radius), FLAT, lungs)
        self._ribs(image, z, cavity)
        self._spine(image, z)
        self._girdle(image, z)
        self._table(image)
        return image

    def noisy(self, image: Array, deviation: float) -> Array:
        """Return the slice with the noise of a scan: correlated, stronger in the middle."""
        rows, columns = image.shape
        return np.asarray(image + grain(self._rng, rows, columns) * self._louder * deviation)

    def nodule(self, image: Array, z: float, nodule: Ellipsoid, value: float, spikes: int = 0, edge: float = 0.8) -> None:
        """Paint a nodule with `spikes` rays into a slice; `edge` mm is the width of its border; denser things stay visible."""
        for index in range(spikes):
            height, turn = 1 - 2 * (index + 0.5) / spikes, 2.4 * index
            flat = float(np.sqrt(1 - height**2))
            way = (float(np.cos(turn)) * flat, float(np.sin(turn)) * flat, 0.5 * height)
            end = [c + w * r * (1.6 + 0.3 * (index % 3)) for c, w, r in zip(nodule.centre, way, nodule.radii, strict=True)]
            self.rod(image, z, Rod(nodule.centre, (end[0], end[1], end[2]), 0.9), value - 40, FLAT)
        part = self._part(nodule.centre, max(nodule.radii) + edge)
        if abs(z - nodule.centre[2]) > nodule.radii[2] + edge or image[part].size == 0:
            return
        level = nodule.level(self.x[:, part[1]], self.y[part[0]], at(z))
        paint(image[part], soft(level, max(edge, self.spacing * 0.5)), np.maximum(image[part], np.float32(value)))

    def masks(self, z: float, found: Mapping[str, Ellipsoid]) -> dict[str, Bools]:
        """Return the masks of those findings that the slice at z meets."""
        x, y, height = self.x.astype(np.float64), self.y.astype(np.float64), np.asarray(z, dtype=np.float64)
        near = {name: body.mask(x, y, height) for name, body in found.items() if abs(z - body.centre[2]) <= body.radii[2]}
        return {name: mask for name, mask in near.items() if mask.any()}

    def rod(self, image: Array, z: float, rod: Rod, value: float, flat: float = 1.0, within: Array | None = None) -> None:
        """Paint a rod into a slice (only `within` a cover): heights count `flat` times."""
        low, high = min(rod.start[2], rod.end[2]), max(rod.start[2], rod.end[2])
        if not low - (rod.radius + 1) / flat <= z <= high + (rod.radius + 1) / flat:
            return
        middle = tuple((s + e) / 2 for s, e in zip(rod.start, rod.end, strict=True))
        half = max(abs(rod.end[0] - rod.start[0]), abs(rod.end[1] - rod.start[1])) / 2
        part = self._part((middle[0], middle[1], 0), half + rod.radius + 1)
        start, end = ((*p[:2], p[2] * flat) for p in (rod.start, rod.end))
        level = capsule(self.x[:, part[1]], self.y[part[0]], at(z * flat), start, end, rod.radius)
        cover = soft(level, self._edge)
        paint(image[part], cover if within is None else cover * within[part], value)

    def rods(self, image: Array, z: float, pieces: Iterable[Rod], value: float, thicker: float = 0.0) -> None:
        """Paint several rods, each `thicker` mm thicker."""
        for rod in pieces:
            self.rod(image, z, Rod(rod.start, rod.end, rod.radius + thicker), value)

    def bone(self, image: Array, z: float, pieces: Iterable[Rod]) -> None:
        """Paint rods as bones: marrow in a cortex."""
        for rod in pieces:
            self.rod(image, z, rod, CORTEX)
            self.rod(image, z, Rod(rod.start, rod.end, max(rod.radius - 1.6, 0.1)), MARROW)

    def _part(self, centre: Point3, reach: float) -> tuple[slice, slice]:
        def span(middle: float, first: float, count: int) -> slice:
            low, high = (middle - reach - first) / self.spacing, (middle + reach - first) / self.spacing
            return slice(min(max(int(low), 0), count), min(max(int(high) + 2, 0), count))

        return span(centre[1], float(self.y[0, 0]), self.y.size), span(centre[0], float(self.x[0, 0]), self.x.size)

    def _wall(self, image: Array, z: float, cavity: Array) -> None:
        body = thorax.body(self.x, self.y, at(z))
        paint(image, soft(body, self._edge), 10)
        paint(image, soft(body - 2.2, self._edge), FAT + 4 * self._texture)
        under = 12.5 - 5.5 * self._cosine**2 + 1.2 * self._texture - 0.03 * min(z, 0.0) * (1 - self._cosine)
        muscle = soft(body - under.astype(np.float32), 1.5)
        seam = np.abs((cavity + 23) % 23 - 11.5 + 4 * self._texture)
        seams = np.maximum(soft(1.0 - np.abs(cavity + 13.5), 1.2), soft(1.2 - seam, 1.5) * (cavity < -18) * soft(self._texture[::-1, ::-1]))
        paint(image, muscle, MUSCLE + 5 * self._texture - 110 * seams)
        paint(image, soft(cavity + 1, 1.5), FAT + 8)

    def _abdomen(self, image: Array, z: float, cavity: Array) -> None:
        if z > -40:
            return
        below = soft((thorax.diaphragm(self.x, self.y) - z) * np.float32(0.75), 4.0) * soft(cavity - 1, 1.5)
        paint(image, below * soft(2.0 - np.abs(cavity - 2), 1.5), MUSCLE)
        rich = 0.4 * (self.blood - 45)
        here = at(z)
        liver = soft(thorax.LIVER.level(self.x, self.y, here), 1.5) * below
        paint(image, liver, 60 + rich + 3 * self._texture)
        self.rods(image, z, thorax.HEPATIC, 62 + 1.5 * rich)
        paint(image, soft(thorax.SPLEEN.level(self.x, self.y, here), 1.5) * below, 52 + 1.3 * rich)
        stomach = thorax.STOMACH.level(self.x, self.y, here)
        paint(image, soft(stomach, 1.5) * below, 48 + 0.5 * rich)
        paint(image, soft(stomach - 5, 1.5) * below, np.where(self.y < -34, np.float32(-960), np.float32(12)))

    def _vital(self, image: Array, z: float) -> None:
        part = self._part((15, -15, 0), 105)
        view, x, y = image[part], self.x[:, part[1]], self.y[part[0]]
        heart = thorax.heart(x, y, at(z))
        paint(view, soft(heart, 1.5), 45 + 0.55 * (self.blood - 45))
        wall = np.abs(0.80 * (x - 24) + 0.6 * (y + 26)) - 4.5
        paint(view, soft(np.minimum(heart - 7, wall), 2.0), self.blood - 8)
        for group in (thorax.VEINS, thorax.PULMONARY, thorax.AORTA, thorax.ARCH):
            self.rods(image, z, group, 48 + 0.25 * (self.blood - 45), 1.0)
            self.rods(image, z, group, self.blood)
        self.rods(image, z, thorax.OESOPHAGUS, 38)
        self.rods(image, z, [Rod(r.start, r.end, 1.8) for r in thorax.OESOPHAGUS], -300)
        self.rods(image, z, thorax.AIRWAYS, 20, 1.5)
        self.rods(image, z, thorax.AIRWAYS, -990)

    def _ribs(self, image: Array, z: float, cavity: Array) -> None:
        ring = np.nonzero((np.abs(cavity + 6) < 5.5) & (self._cosine < 0.985))
        cosine, depth = self._cosine[ring], cavity[ring] + 6
        count = (z + thorax.rib_drop(cosine) - thorax.RIB_TOP) / thorax.RIB
        nearest = np.clip(np.rint(count), -11, 0)
        away = np.sqrt(((count - nearest) * thorax.RIB / 6.8) ** 2 + (depth / 4.4) ** 2)
        bony = cosine > -0.77
        value = np.where(bony, np.where(away > 0.62, CORTEX, MARROW), 105).astype(np.float32)
        painted = image[ring]
        paint(painted, soft((1 - away) * np.float32(4.4), self._edge), value)
        image[ring] = painted
        if -35 < z < 116:
            front = thorax.MIDDLE - thorax.cavity_girth(at(z))[1].item() - 6
            half = 25.0 if z > 82 else 17.0
            part = self._part((0, front, 0), half + 2)
            level = ellipsoid(self.x[:, part[1]], self.y[part[0]], at(0), (0, front, 0), (half, 6.5, 99))
            paint(image[part], soft(level, self._edge), CORTEX - 150)
            paint(image[part], soft(level - 1.5, self._edge), MARROW - 60)

    def _spine(self, image: Array, z: float) -> None:
        part = self._part((0, thorax.SPINE + 22, 0), 62)
        view, x, y = image[part], self.x[:, part[1]], self.y[part[0]]
        back = ellipsoid(np.abs(x), y, at(0), (27, 91, 0), (24, 15, 99))
        paint(view, soft(back, 1.5), MUSCLE + 4 * self._texture[part])
        height = abs((z / thorax.VERTEBRA) % 1.0 - 0.5) * thorax.VERTEBRA
        body = ellipsoid(x, y, at(0), (0, thorax.SPINE, 0), (19.5, 16, 99))
        if height > 9.8:
            paint(view, soft(body, self._edge), 85)
        else:
            paint(view, soft(body, self._edge), CORTEX - 120)
            inner = 330.0 if height > 7.5 else 165.0
            paint(view, soft(body - 1.4, self._edge), inner + 22 * self._texture[part])
        arch = [Rod((s * 11, 74, z), (s * 11, 84, z), 4.2) for s in (-1, 1)] if height < 6 else []
        arch += [Rod((s * 12, 84, z), (0, 94, z), 3.6) for s in (-1, 1)]
        arch += [Rod((s * 12, 84, z), (s * 34, 90, z), 4.4) for s in (-1, 1)] if height < 5 else []
        arch += [Rod((0, 94, z), (0, 104, z), 3.2)] if height > 4 else []
        self.bone(image, z, arch)
        canal = ellipsoid(x, y, at(0), (0, 83.5, 0), (9.0, 7.5, 99))
        paint(view, soft(canal, self._edge), 18)
        paint(view, soft(canal - 3, self._edge), 40)

    def _girdle(self, image: Array, z: float) -> None:
        self.bone(image, z, thorax.CLAVICLES)
        inner, socket, tip = thorax.SCAPULA
        share = (118 - z) / (118 - tip[2])
        if not 0 <= share <= 1:
            return
        for side in (-1, 1):
            a, b = (tuple(p + (t - p) * share for p, t in zip(corner, tip, strict=True)) for corner in (inner, socket))
            near, far = (side * a[0], a[1], z), (side * b[0], b[1], z)
            self.bone(image, z, [Rod(near, far, 2.3), Rod(far, far, 6 - 3 * share)])

    def _table(self, image: Array) -> None:
        top = self.y - (122 - 0.0007 * self.x**2)
        paint(image, soft(12 - np.abs(top - 12), 1.0) * (np.abs(self.x) < 186), -930)
        paint(image, soft(1.3 - np.abs(np.abs(top - 12) - 12), 1.0) * (np.abs(self.x) < 186), -120)
