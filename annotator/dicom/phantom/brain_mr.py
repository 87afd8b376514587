"""A T1-weighted brain MR, sagittal, with the ten regions whose atrophy is judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import MRImageStorage

from annotator.dicom.phantom import brain
from annotator.dicom.phantom.fields import Array, Bools, axis, capsule, cloud, ellipsoid, merged, paint, soft
from annotator.dicom.phantom.writer import Patient, Series, Truth, decimal, decimals, header, plane, store

KIND = "brain-mr"
FIELD, SPAN = 256.0, 160.0
"""Side of a slice and extent of the slab, mm."""
FRONT, TOP = -136.0, 100.0
"""y of the first column's and z of the first row's edge."""
PATIENT = Patient("PHANTOM^뇌", "PHANTOM06", "F", "074Y")
WHITE, GREY, FLUID, FAT, MUSCLE, BONE, MARROW, VOID = 430.0, 300.0, 95.0, 470.0, 205.0, 28.0, 330.0, 10.0


def brain_mr(folder: Path, slices: int = 160, size: int = 256, seed: int = 5) -> tuple[Truth, ...]:
    """Write `slices` sagittal slices (size × size, 160 mm in all, the patient's left first) to `folder`.

    Masks: `L frontal`, `R frontal`, then temporal, parietal, occipital (cortex) and hippocampus, each where the slice meets it.
    Raises OSError where a file cannot be written.
    """
    rng = np.random.default_rng(seed)
    step, spacing = SPAN / slices, FIELD / size
    series = Series(KIND, f"{seed} {slices} {size}", PATIENT, "MR", 3, "뇌 MRI", "T1 MPRAGE SAG")
    y = axis(size, spacing, FRONT + FIELD / 2)[None, :]
    z = axis(size, -spacing, TOP - FIELD / 2)[:, None]
    gain = 1 + 0.05 * cloud(rng, size, size, (3, 3), 1)
    dataset = _header(series, spacing, step)
    truths = []
    for number, across in enumerate((-axis(slices, step)).tolist(), 1):
        x = np.full((1, 1), across, dtype=np.float32)
        image = _head(x, y, z, max(spacing, 1.0)) * gain
        real, imaginary = rng.standard_normal((2, size, size), dtype=np.float32) * np.float32(11)
        stored = np.clip(np.rint(np.hypot(image + real, imaginary)), 0, 4095).astype(np.uint16)
        dataset.ImagePositionPatient = decimals(across, float(y[0, 0]), float(z[0, 0]))
        dataset.SliceLocation = decimal(across)
        path = folder / f"IM{number:04d}.dcm"
        truths.append(Truth(KIND, str(path), store(dataset, series, number, stored, 12, path), 1, _regions(x, y, z)))
    return tuple(truths)


def _regions(x: Array, y: Array, z: Array) -> dict[str, Bools]:
    wide = [v.astype(np.float64) for v in (x, y, z)]
    hippocampi = {name: body.mask(*wide) for name, body in brain.HIPPOCAMPI.items()}
    either = np.logical_or.reduce(tuple(hippocampi.values()))
    found = {name: mask & ~either for name, mask in brain.cortex(x, y, z).items()} | hippocampi
    return {name: mask for name, mask in found.items() if mask.any()}


def _head(x: Array, y: Array, z: Array, edge: float) -> Array:
    """Return the slice at x without noise."""
    image = np.full(np.broadcast_shapes(y.shape, z.shape), VOID, dtype=np.float32)
    cranium = brain.cranium(x, y, z)
    outside = merged(ellipsoid(x, y, z, (0, 3, 8), (83, 101, 76)), _face(x, y, z), 16)
    paint(image, soft(outside, edge), 250)
    paint(image, soft(outside - 1.8, edge), FAT)
    paint(image, soft(outside - 6.5, edge), MUSCLE)
    _deep_face(image, x, y, z, edge)
    vault = np.maximum(soft(cranium + 8, edge) * soft(z + 34 - 0.25 * y, 10), soft(cranium + 4, edge))
    paint(image, vault, BONE)
    paint(image, soft(1.8 - np.abs(cranium + 4.2), edge) * soft(z + 20 - 0.25 * y, 10), MARROW)
    paint(image, soft(cranium, edge), FLUID)
    _brain(image, x, y, z, edge)
    return image


def _brain(image: Array, x: Array, y: Array, z: Array, edge: float) -> None:
    level, leaves = brain.cerebellum(x, y, z)
    small = soft(level, edge)
    paint(image, small * soft(leaves - 0.7, edge), GREY - 10)
    paint(image, small * soft(leaves - 2.6, edge), WHITE - 20)
    paint(image, soft(brain.stem(x, y, z), edge), WHITE - 45)
    distance = brain.pial_distance(x, y, z)
    upper, temporal = brain.hemispheres(x, y, z)
    inside = soft(np.maximum(upper, temporal), edge)
    paint(image, inside, FLUID)
    paint(image, inside * soft(distance - brain.CSF_UP_TO, edge), GREY)
    paint(image, inside * soft(distance - brain.CORTEX_UP_TO, edge), WHITE)
    paint(image, soft(brain.nuclei(x, y, z), edge), GREY + 35)
    paint(image, soft(brain.callosum(x, y, z), edge), WHITE + 15)
    paint(image, soft(brain.ventricles(x, y, z), edge), FLUID - 15)
    for body in brain.HIPPOCAMPI.values():
        paint(image, soft(body.level(x, y, z), edge), GREY + 10)


def _face(x: Array, y: Array, z: Array) -> Array:
    level = ellipsoid(x, y, z, (0, -44, -56), (66, 54, 62))
    for part, rounding in (
        (capsule(x, y, z, (0, -90, -24), (0, -106, -54), 10), 12),
        (ellipsoid(x, y, z, (0, -100, -57), (17, 16, 11)), 8),
        (ellipsoid(x, y, z, (0, -74, -82), (30, 28, 14)), 12),
        (ellipsoid(x, y, z, (0, -72, -96), (30, 26, 10)), 6),
        (ellipsoid(x, y, z, (0, -58, -112), (44, 40, 20)), 8),
        (capsule(x, y, z, (0, 26, -80), (0, 34, -260), 60), 40),
        (capsule(x, y, z, (0, -6, -100), (0, 8, -260), 50), 30),
    ):
        level = merged(level, part, rounding)
    return level


def _deep_face(image: Array, x: Array, y: Array, z: Array, edge: float) -> None:
    side = np.abs(x)
    paint(image, soft(ellipsoid(side, y, z, (30, -66, -30), (19, 24, 17)), edge), FAT - 60)
    paint(image, soft(ellipsoid(side, y, z, (31, -78, -30), (12, 12, 12)), edge), 70)
    paint(image, soft(capsule(side, y, z, (29, -66, -30), (12, -36, -24), 2.2), edge), WHITE - 90)
    paint(image, soft(ellipsoid(x, y, z, (0, -60, -100), (25, 33, 19)), edge), MUSCLE + 50)
    paint(image, soft(1.5 - np.abs(ellipsoid(x, y, z, (0, -60, -100), (25, 33, 19)) + 1.5), edge), 60)
    paint(image, soft(ellipsoid(x, y, z, (0, -78, -118), (20, 8, 9)), edge), MARROW)
    hollows = ellipsoid(side, y, z, (33, -68, -62), (14, 18, 17))
    np.maximum(hollows, ellipsoid(x, y, z, (0, -38, -34), (15, 13, 10)), out=hollows)
    np.maximum(hollows, ellipsoid(x, y, z, (0, -86, -8), (16, 5, 10)), out=hollows)
    passages = 2.2 - np.abs((z + 0.2 * y) % 9 - 4.5)
    np.maximum(hollows, np.minimum(capsule(x, y, z, (0, -96, -62), (0, -34, -62), 15), passages), out=hollows)
    np.maximum(hollows, capsule(x, y, z, (0, -32, -58), (0, -16, -96), 7), out=hollows)
    np.maximum(hollows, capsule(x, y, z, (0, -16, -96), (0, -8, -220), 8), out=hollows)
    paint(image, soft(hollows, edge), VOID)
    paint(image, soft(ellipsoid(x, y, z, (0, -14, -40), (15, 14, 17)), edge), MARROW + 40)
    neck = 9 - np.abs(y - 12 - 0.09 * (-70 - z)) + 0 * x
    block = np.minimum(np.minimum(neck, 10 - side), np.minimum(-74 - z, 7.2 - np.abs((z + 4) % 17 - 8.5)))
    paint(image, soft(np.minimum(np.minimum(neck + 1, 11 - side), -72 - z), edge), 120)
    paint(image, soft(block, edge), MARROW - 30)
    spines = np.minimum(np.minimum(6 - np.abs((z + 8) % 17 - 8.5), 3.5 - side), np.minimum(-78 - z, 12 - np.abs(y - 60)))
    paint(image, soft(spines, edge), MARROW - 40)


def _header(series: Series, spacing: float, step: float) -> Dataset:
    return header(
        series,
        MRImageStorage,
        **plane(series, (0, 1, 0, 0, 0, -1), (spacing, spacing), step),
        ImageType=["ORIGINAL", "PRIMARY", "OTHER"], BodyPartExamined="HEAD", PatientPosition="HFS",
        SpacingBetweenSlices=decimal(step), ScanningSequence=["GR", "IR"], SequenceVariant=["SP", "MP"], ScanOptions="",
        MRAcquisitionType="3D", SequenceName="tfl3d1", AngioFlag="N", RepetitionTime="2300", EchoTime="2.98", InversionTime="900",
        EchoTrainLength=1, FlipAngle="9", NumberOfAverages="1", ImagingFrequency="123.2", ImagedNucleus="1H", MagneticFieldStrength="3",
        PixelBandwidth="240", ProtocolName="T1 MPRAGE SAG", WindowCenter="260", WindowWidth="520",
    )  # fmt: skip
