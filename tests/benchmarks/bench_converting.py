"""How long 1 000 annotated images of 512² take to COCO, masks and DICOM SEG, beside the plain calls of the libraries on the same data.

The product rasterises, writes through to the disk, digests every mask and makes the reading kit; the libraries get the arrays.  For COCO
there are three peers, because its library has no call for what the product writes; `_coco`, `_coco_encoded` and `_coco_filled` say what
each of them does less.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.scan import Found, scan
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.delivery import Names
from annotator.domain.image import ImageKey
from annotator.domain.raster import fill
from annotator.domain.region import Region, Ring
from annotator.domain.series import spatial_order
from annotator.progress import Report
from annotator.workspace.exchange.dataset import DataSet, Series, item_of
from annotator.workspace.exchange.export import Wish, export
from annotator.workspace.exchange.reading import FromPages
from annotator.workspace.projects import definition_of
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import outline
from tests.benchmarks.table import Budget, Row

PATIENTS, SLICES, SIZE = 4, 250, 512
TIME = "2026-11-26T10:00:00+09:00"


@pytest.fixture(scope="module")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """Four patients with 250 slices each, on each slice an outline of 120 corners of two categories."""
    folder = tmp_path_factory.mktemp("converted")
    project = definition_of("lung-cancer")
    modality = next(one for one in project.modalities if one.code == "CCT")
    series: list[Series] = []
    drawn: dict[ImageKey, tuple[Annotation, ...]] = {}
    for patient in range(PATIENTS):
        chest_ct(folder / str(patient), slices=SLICES, size=SIZE, seed=patient + 1)
        found = [image for entry in scan(folder / str(patient), Report()) if isinstance(entry, Found) for image in entry.images]
        items = []
        for number, image in enumerate(spatial_order(found), start=1):
            names = Names(f"P{patient + 1:06d}", "S001", f"{number:04d}", "malignant")
            items.append(item_of(project, modality, image, names))
            shapes = [outline(150.0 + number % 90, 200.0, 40.0, 120), outline(350.0, 250.0 + number % 60, 30.0, 120)]
            regions = [Region(((tuple(points),),)) for points in shapes]
            drawn[image.key] = tuple(Annotation(n, image.key, f"CCT{n}", FREE, region) for n, region in enumerate(regions, start=1))
        series.append(tuple(items))
    return DataSet(project, tuple(series), FromPages(drawn), origin="record")


@dataclass(frozen=True)
class Drawn:
    """What the libraries get: the outlines on each file and their masks, made before any clock runs."""

    outlines: dict[str, list[Ring]]
    arrays: dict[str, list[NDArray[np.bool_]]]


@pytest.fixture(scope="module")
def drawn(annotated: DataSet) -> Drawn:
    """The outlines and masks of each file's annotations (not by `region_mask`: the regions would keep them)."""
    sheets = [item.sheet for one in annotated.series for item in annotated.fill(one).items]
    outlines = {s.image.path: [ring for a in s.annotations if isinstance(a.shape, Region) for ring in a.shape.rings] for s in sheets}
    return Drawn(outlines, {path: [fill([ring], SIZE, SIZE).array() for ring in rings] for path, rings in outlines.items()})


def _coco(drawn: Drawn, out: Path) -> None:
    """What it takes to write the same annotations with pycocotools: polygons where it fills them with just the mask, else run lengths.

    It rasterises each outline (`frPyObjects`, `merge`), encodes the mask, looks whether both are the same run lengths, and writes the
    vertices, too.  The mask itself it gets: it has no call that sets the pixels whose centres are inside.  No digests, no kit.
    """
    from pycocotools import mask as coco

    found = []
    for number, (path, masks) in enumerate(drawn.arrays.items()):
        for ring, mask in zip(drawn.outlines[path], masks, strict=True):
            vertices = [value for point in ring for value in point]
            encoded = coco.encode(np.asfortranarray(mask, dtype=np.uint8))
            alike = encoded == coco.merge(coco.frPyObjects([vertices], SIZE, SIZE))
            found.append(_entry(len(found), number, encoded) | ({"segmentation": [vertices]} if alike else {"outline": vertices}))
    (out / "coco.json").write_text(json.dumps({"annotations": found}))


def _coco_encoded(drawn: Drawn, out: Path) -> None:
    """Run lengths of the finished masks, area and box alone: nothing of the outlines is looked at or written."""
    from pycocotools import mask as coco

    found = []
    for number, masks in enumerate(drawn.arrays.values()):
        for mask in masks:
            encoded = coco.encode(np.asfortranarray(mask, dtype=np.uint8))
            found.append(_entry(len(found), number, encoded))
    (out / "coco.json").write_text(json.dumps({"annotations": found}))


def _coco_filled(drawn: Drawn, out: Path) -> None:
    """Run lengths of the outlines as pycocotools fills them, with the vertices: no mask is made or looked at, and the pixels are others."""
    from pycocotools import mask as coco

    found = []
    for number, rings in enumerate(drawn.outlines.values()):
        for ring in rings:
            vertices = [value for point in ring for value in point]
            encoded = coco.merge(coco.frPyObjects([vertices], SIZE, SIZE))
            found.append(_entry(len(found), number, encoded) | {"outline": vertices})
    (out / "coco.json").write_text(json.dumps({"annotations": found}))


def _entry(before: int, image: int, encoded: dict[str, Any]) -> dict[str, Any]:
    from pycocotools import mask as coco

    counts = {"size": encoded["size"], "counts": encoded["counts"].decode()}
    bounds, area = coco.toBbox(encoded).tolist(), int(coco.area(encoded))
    return {"id": before + 1, "image_id": image, "segmentation": counts, "bbox": bounds, "area": area}


def _masks(drawn: Drawn, out: Path) -> None:
    from pydicom.uid import RLELossless, generate_uid

    for number, (path, masks) in enumerate(drawn.arrays.items()):
        source = pydicom.dcmread(path, stop_before_pixels=True)
        for place, mask in enumerate(masks, start=1):
            made = pydicom.Dataset()
            for key in ("PatientID", "StudyInstanceUID", "ImagePositionPatient"):
                made[key] = source[key]
            made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", generate_uid()
            made.Rows, made.Columns, made.SamplesPerPixel, made.PhotometricInterpretation = SIZE, SIZE, 1, "MONOCHROME2"
            made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 8, 8, 7, 0
            made.compress(RLELossless, (mask * np.uint8(255)), encoding_plugin="pydicom")
            made.save_as(out / f"{number}_{place}.dcm", enforce_file_format=True)


def _seg(drawn: Drawn, out: Path) -> None:
    import highdicom as hd
    from pydicom.sr.codedict import codes
    from pydicom.uid import generate_uid

    by_hand, kind = hd.seg.SegmentAlgorithmTypeValues.MANUAL, codes.SCT.Lesion
    lesions = [hd.seg.SegmentDescription(n, f"lesion {n}", kind, kind, by_hand) for n in (1, 2)]
    for number in range(PATIENTS):
        paths = list(drawn.arrays)[number * SLICES : (number + 1) * SLICES]
        sources = [pydicom.dcmread(path) for path in paths]
        pixels = np.stack([np.stack(drawn.arrays[path], axis=-1) for path in paths]).astype(np.uint8)
        made = hd.seg.Segmentation(
            sources, pixels, hd.seg.SegmentationTypeValues.BINARY, lesions, generate_uid(), 1, generate_uid(), 1, "x", "x", "1", "1",
            omit_empty_frames=True,
        )  # fmt: skip
        made.save_as(out / f"{number}.dcm")


PEERS: dict[str, dict[str, Callable[[Drawn, Path], None]]] = {
    "coco": {"pycocotools + json": _coco, "pycocotools, finished masks": _coco_encoded, "pycocotools, its own pixels": _coco_filled},
    "mask-dicom": {"pydicom": _masks},
    "seg": {"highdicom": _seg},
}


CHOICES = {"coco": ("pictures=no",)}
"""The libraries write no pictures either."""


@pytest.mark.parametrize("name", PEERS)
def test_a_thousand_images(annotated: DataSet, drawn: Drawn, note: Note, tmp_path: Path, name: str) -> None:
    """Everything that `convert` does after reading, against the library alone."""
    theirs: dict[str, float] = {}
    for peer, call in PEERS[name].items():
        out = tmp_path / call.__name__
        out.mkdir()
        begun = time.perf_counter()
        call(drawn, out)
        theirs[peer] = time.perf_counter() - begun
    begun = time.perf_counter()
    outcome = export(annotated, Wish(name, tmp_path / "own", CHOICES.get(name, ())), Report(), time=TIME, lend=True)
    own = time.perf_counter() - begun
    assert not outcome.failures
    assert outcome.annotations == 2 * PATIENTS * SLICES
    for peer, seconds in theirs.items():
        budget = Budget() if PEERS[name][peer] is _coco_filled else Budget(ratio=1.5)
        note(Row(f"1 000 images to {name}", 1000 * own, peer, 1000 * seconds, budget))
