"""Four mammograms of one person: RCC, LCC, RMLO, LMLO; a mass in the left breast, microcalcifications in both.

A view is painted with the chest wall at the left and turned over for the right breast; `out` is mm from the chest wall, `down` mm below
the nipple.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation

from annotator.dicom.phantom import projection
from annotator.dicom.phantom.fields import (
    Array,
    Bools,
    Ellipsoid,
    at,
    axis,
    chord,
    cloud,
    ellipsoid,
    enlarge,
    grain,
    oval,
    smooth,
    soft,
    stroke,
)  # fmt: skip
from annotator.dicom.phantom.marker import write
from annotator.dicom.phantom.writer import Patient, Series, Truth, header, store

KIND = "mammography"
HEIGHT = 230.4
"""Height of the detector, mm; it is 5/6 as wide."""
DEPTH = 98.0
"""From the chest wall to the nipple, mm."""
PATIENT = Patient("PHANTOM^유방", "PHANTOM05", "F", "052Y")
FLAT = np.zeros(1)


@dataclass(frozen=True)
class View:
    """One of the four views; places are (out, down) in mm."""

    side: str
    oblique: bool
    cluster: tuple[float, float]
    mass: Ellipsoid | None = None

    @property
    def name(self) -> str:
        """RCC, LCC, RMLO or LMLO."""
        return self.side + ("MLO" if self.oblique else "CC")


VIEWS = (
    View("R", False, (48.0, 20.0)),
    View("L", False, (66.0, 12.0), Ellipsoid((50.0, -24.0, 0.0), (10.0, 8.5, 9.0))),
    View("R", True, (47.0, 24.0)),
    View("L", True, (64.0, 4.0), Ellipsoid((52.0, -30.0, 0.0), (9.5, 9.0, 9.0))),
)


@dataclass(frozen=True)
class _Sheet:
    """The grid of a view: (rows, columns) pixels of `pitch` mm."""

    rows: int
    columns: int
    pitch: float
    out: Array = field(init=False)
    down: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", ((np.arange(self.columns) + 0.5) * self.pitch).astype(np.float32)[None, :])
        object.__setattr__(self, "down", axis(self.rows, self.pitch)[:, None])

    def pixel(self, out: float, down: float) -> tuple[float, float]:
        """Return the pixel (x, y) of a place."""
        return out / self.pitch - 0.5, down / self.pitch + (self.rows - 1) / 2


def mammography(folder: Path, size: int = 2304, seed: int = 4) -> tuple[Truth, ...]:
    """Write RCC.dcm, LCC.dcm, RMLO.dcm and LMLO.dcm (`size` rows, 5/6 as many columns) to `folder`.

    Masks: `calcifications` (all grains of the cluster) on each view, `mass` on the left ones.  12 bits unsigned, For Presentation.
    Raises OSError where a file cannot be written.
    """
    columns, truths = size * 5 // 6, []
    sheet = _Sheet(size, columns, HEIGHT / size)
    for number, view in enumerate(VIEWS, 1):
        rng = np.random.default_rng([seed, number])
        grains = _grains(view, sheet.pitch, rng)
        shown = _picture(view, sheet, grains, rng)
        masks = {"calcifications": _calcified(sheet, grains)}
        if view.mass is not None:
            masks["mass"] = view.mass.mask((np.arange(columns) + 0.5)[None, :] * sheet.pitch, _exact_down(sheet), FLAT)
        if view.side == "R":
            shown, masks = shown[:, ::-1], {name: mask[:, ::-1].copy() for name, mask in masks.items()}
        stored = np.clip(np.rint(shown * 3900 + 60), 0, 4095).astype(np.uint16)
        series = Series(KIND, f"{seed} {size}", PATIENT, "MG", number, "유방촬영", f"{view.side} {'MLO' if view.oblique else 'CC'}")
        path = folder / f"{view.name}.dcm"
        uid = store(_header(series, view, sheet), series, 1, stored, 12, path)
        truths.append(Truth(KIND, str(path), uid, 1, masks))
    return tuple(truths)


def _exact_down(sheet: _Sheet) -> Array:
    return ((np.arange(sheet.rows) - (sheet.rows - 1) / 2) * sheet.pitch)[:, None]


def _grains(view: View, pitch: float, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Return (out, down, radius) of the cluster's grains, mm; none so small that no pixel's centre lies in it."""
    places = rng.normal(0, 3.2, (16, 2)) + view.cluster
    radii = np.maximum(rng.uniform(0.16, 0.42, 16), 0.75 * pitch)
    return [(float(o), float(d), float(r)) for (o, d), r in zip(places, radii, strict=True)]


def _calcified(sheet: _Sheet, grains: list[tuple[float, float, float]]) -> Bools:
    out, down = (np.arange(sheet.columns) + 0.5) * sheet.pitch, _exact_down(sheet)[:, 0]
    mask = np.zeros((sheet.rows, sheet.columns), dtype=np.bool_)
    for o, d, radius in grains:
        rows, columns = np.flatnonzero(np.abs(down - d) <= radius), np.flatnonzero(np.abs(out - o) <= radius)
        mask[np.ix_(rows, columns)] |= (out[columns][None, :] - o) ** 2 + (down[rows][:, None] - d) ** 2 <= radius**2
    return mask


def _picture(view: View, sheet: _Sheet, grains: list[tuple[float, float, float]], rng: np.random.Generator) -> Array:
    """Return the view, chest wall at the left, 0 black to 1 white."""
    rough = _Sheet(max(sheet.rows // 2, 48), max(sheet.columns // 2, 40), HEIGHT / max(sheet.rows // 2, 48))
    level, tissue = _breast(view, rough), _tissue(view, rough, rng)
    level, tissue = enlarge(level, sheet.rows, sheet.columns), enlarge(tissue, sheet.rows, sheet.columns)
    tissue += 0.030 * grain(rng, sheet.rows, sheet.columns)
    if view.mass is not None:
        _mass(view.mass, sheet, tissue)
    for o, d, radius in grains:
        x, y = sheet.pixel(o, d)
        reach = int(radius / sheet.pitch) + 2
        part = slice(max(int(y) - reach, 0), int(y) + reach + 2), slice(max(int(x) - reach, 0), int(x) + reach + 2)
        away = np.hypot(sheet.out[:, part[1]] - o, sheet.down[part[0]] - d)
        tissue[part] += 0.42 * soft(radius - away, sheet.pitch)
    shown = np.clip(tissue, 0.05, 1) * soft(level, 0.8) * (1 - 0.38 * np.exp(-np.clip(level, 0, None) / 5))
    shown += 0.10 * soft(1.1 - np.abs(level - 1.0), 0.8)
    right = view.side == "R"
    x, y = sheet.pixel(176 if right else 150, -100)
    letters = write(sheet.rows, sheet.columns, view.name, (sheet.columns - x if right else x, y), 7 / sheet.pitch)
    letters = letters[:, ::-1] if right else letters
    return np.asarray(np.clip(np.maximum(shown, letters), 0, 1), dtype=np.float32)


def _breast(view: View, sheet: _Sheet) -> Array:
    """Return the level of the breast's outline with nipple; for MLO also the fold below and the armpit above."""
    out, down = sheet.out, sheet.down
    if not view.oblique:
        level = oval(out, down, at(DEPTH), np.where(down < 0, 92, 86).astype(np.float32), 0.12)
    else:
        sag = down - 14
        level = oval(out, sag, at(DEPTH), np.where(sag < 0, 165, 82).astype(np.float32), 0.25)
        belly = 26 + 0.9 * (down - 96) - out
        level = np.maximum(level, np.where(down > 70, belly, -50).astype(np.float32))
    return np.maximum(level, ellipsoid(out, down, at(0), (DEPTH, 14 if view.oblique else 0, 0), (6, 6.5, 9)))


def _tissue(view: View, sheet: _Sheet, rng: np.random.Generator) -> Array:
    """Return the brightness of fat, glandular tissue, strands, vessels and muscle, before the skin."""
    rows, columns = sheet.rows, sheet.columns
    out, down = sheet.out, sheet.down
    nipple = 14 if view.oblique else 0
    clouds = cloud(rng, rows, columns, (9, 8), 5)
    rays = _rays(sheet, nipple, rng)
    core = ellipsoid(out, down - 0.25 * (DEPTH - out) * -1 * view.oblique, at(0), (56, nipple - 4, 0), (44, 50, 99)) / 44
    gland = 1 / (1 + np.exp(-(4.2 * core - 1.2 + 0.9 * clouds + 0.8 * rays)))
    strands = np.zeros((rows, columns), dtype=np.float32)
    for cells in ((14, 12), (26, 22), (44, 38)):
        strands += np.clip(1 - 0.9 * np.abs(cloud(rng, rows, columns, cells, 2) + 0.5 * rays), 0, None) ** 6
    tissue = 0.25 + 0.03 * clouds + 0.36 * gland * (0.8 + 0.16 * clouds + 0.10 * rays) + strands * (0.045 + 0.05 * gland)
    veins = np.zeros((rows, columns), dtype=np.float32)
    for start in (-46.0, 38.0):
        wander = np.cumsum(rng.normal(0, 2.2, 24))
        path = [(4 + 3.4 * k, start + wander[k] * 0.5 + (nipple - start) * (k / 24) ** 2 * 0.5) for k in range(24)]
        stroke(veins, [sheet.pixel(*p) for p in path], chord(max(0.9 / sheet.pitch, 1.0)) * sheet.pitch, 1.0)
    tissue += 0.055 * smooth(veins, 2)
    if view.oblique:
        edge = 66 - 0.52 * (down + 115) - 0.0012 * (down + 20) ** 2
        muscle = soft((edge - out) * np.float32(0.88), 3.0)
        tissue += muscle * (0.60 + 0.035 * clouds - tissue)
    return np.asarray(tissue, dtype=np.float32)


def _rays(sheet: _Sheet, nipple: float, rng: np.random.Generator) -> Array:
    """Return noise that runs in streaks towards the nipple."""
    streaks = cloud(rng, 512, 256, (34, 4), 3)
    dx, dy = DEPTH + 8 - sheet.out, sheet.down - nipple
    turn = np.clip((np.arctan2(dy, dx) / np.pi + 0.5), 0, 1) * 511
    away = np.clip(np.hypot(dx, dy) / 200, 0, 1) * 255
    return smooth(streaks[turn.astype(np.intp), away.astype(np.intp)], 3)


def _mass(mass: Ellipsoid, sheet: _Sheet, tissue: Array) -> None:
    (o, d, _), (a, b, c) = mass.centre, mass.radii
    reach = 3 * max(a, b) / sheet.pitch
    x, y = sheet.pixel(o, d)
    part = slice(max(int(y - reach), 0), int(y + reach)), slice(max(int(x - reach), 0), int(x + reach))
    spicules = np.zeros_like(tissue[part])
    for index in range(34):
        turn, far = index * 2.4, 1.15 + 0.14 * (index * 7 % 9)
        bend = 0.09 * (index % 7 - 3)
        ends = [(a * k * np.cos(turn + bend * k), b * k * np.sin(turn + bend * k)) for k in np.linspace(0.3, far, 8).tolist()]
        places = [sheet.pixel(o + right, d + low) for right, low in ends]
        pen = chord(max((0.3 + 0.1 * (index % 4)) / sheet.pitch, 0.7)) * sheet.pitch
        stroke(spicules, [(px - part[1].start, py - part[0].start) for px, py in places], pen, 1.0)
    tissue[part] += 0.085 * smooth(spicules, 3)
    level = ellipsoid(sheet.out[:, part[1]], sheet.down[part[0]], at(0), mass.centre, (a, b, c))
    tissue[part] += soft(level, 2.4) * (0.13 + 0.09 * np.clip(level / b, 0, 1)) * np.clip(1.45 - tissue[part], 0.3, 1)


def _header(series: Series, view: View, sheet: _Sheet) -> Dataset:
    if view.oblique:
        projected = projection.view("399368009", "medio-lateral oblique", "MLO", ("P", "FL") if view.side == "R" else ("A", "FR"))
    else:
        projected = projection.view("399162004", "cranio-caudal", "CC", ("P", "L") if view.side == "R" else ("A", "R"))
    angle = (45 if view.side == "L" else -45) if view.oblique else 0
    digital = projection.digital(sheet.pitch, (sheet.rows, sheet.columns))
    return header(
        series,
        DigitalMammographyXRayImageStorageForPresentation,
        **digital, **projected, **projection.anatomy("76752008", "Breast", view.side), **projection.exposure(29, 80, 660),
        BodyPartExamined="BREAST", OrganExposed="BREAST", PositionerType="MAMMOGRAPHIC", PositionerPrimaryAngle=str(angle),
        BodyPartThickness="54", CompressionForce="110", AnodeTargetMaterial="TUNGSTEN", FilterMaterial="RHODIUM",
        BreastImplantPresent="NO", PartialView="NO", EstimatedRadiographicMagnificationFactor="1.0",
        OrganDose="0.012", WindowCenter="2048", WindowWidth="4096",
    )  # fmt: skip
