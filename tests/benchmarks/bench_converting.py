"""How long 1 000 annotated images of 512² take to COCO, masks and DICOM SEG, beside the plain calls of the libraries on the same data.

The product rasterises, writes through to the disk, digests every mask and makes the reading kit; the libraries get the arrays.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

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
from annotator.domain.region import Region
from annotator.domain.series import spatial_order
from annotator.progress import Report
from annotator.workspace.exchange.dataset import DataSet, Series, item_of
from annotator.workspace.exchange.export import Wish, export
from annotator.workspace.exchange.reading import FromPages
from annotator.workspace.projects import definition_of
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import outline
from tests.benchmarks.table import Budget, Row

Arrays = dict[str, list[NDArray[np.bool_]]]
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


@pytest.fixture(scope="module")
def arrays(annotated: DataSet) -> Arrays:
    """The masks of each file's annotations, made before any clock runs (and not by `region_mask`: the regions would keep them)."""
    sheets = [item.sheet for one in annotated.series for item in annotated.fill(one).items]
    regions = {s.image.path: [a.shape for a in s.annotations if isinstance(a.shape, Region)] for s in sheets}
    return {path: [fill(one.rings, SIZE, SIZE, even_odd=True).array() for one in drawn] for path, drawn in regions.items()}


def _coco(arrays: Arrays, out: Path) -> None:
    from pycocotools import mask as coco

    found = []
    for number, (_, masks) in enumerate(arrays.items()):
        for mask in masks:
            encoded = coco.encode(np.asfortranarray(mask, dtype=np.uint8))
            bounds, area = coco.toBbox(encoded).tolist(), int(coco.area(encoded))
            counts = {"size": encoded["size"], "counts": encoded["counts"].decode()}
            found.append({"id": len(found) + 1, "image_id": number, "segmentation": counts, "bbox": bounds, "area": area})
    (out / "coco.json").write_text(json.dumps({"annotations": found}))


def _masks(arrays: Arrays, out: Path) -> None:
    from pydicom.uid import RLELossless, generate_uid

    for number, (path, masks) in enumerate(arrays.items()):
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


def _seg(arrays: Arrays, out: Path) -> None:
    import highdicom as hd
    from pydicom.sr.codedict import codes
    from pydicom.uid import generate_uid

    by_hand, kind = hd.seg.SegmentAlgorithmTypeValues.MANUAL, codes.SCT.Lesion
    lesions = [hd.seg.SegmentDescription(n, f"lesion {n}", kind, kind, by_hand) for n in (1, 2)]
    for number in range(PATIENTS):
        paths = list(arrays)[number * SLICES : (number + 1) * SLICES]
        sources = [pydicom.dcmread(path) for path in paths]
        pixels = np.stack([np.stack(arrays[path], axis=-1) for path in paths]).astype(np.uint8)
        made = hd.seg.Segmentation(
            sources, pixels, hd.seg.SegmentationTypeValues.BINARY, lesions, generate_uid(), 1, generate_uid(), 1, "x", "x", "1", "1",
            omit_empty_frames=True,
        )  # fmt: skip
        made.save_as(out / f"{number}.dcm")


PEERS: dict[str, tuple[str, Callable[[Arrays, Path], None]]] = {
    "coco": ("pycocotools + json", _coco),
    "mask-dicom": ("pydicom", _masks),
    "seg": ("highdicom", _seg),
}


CHOICES = {"coco": ("pictures=no",)}
"""The libraries write no pictures either."""


@pytest.mark.parametrize("name", PEERS)
def test_a_thousand_images(annotated: DataSet, arrays: Arrays, note: Note, tmp_path: Path, name: str) -> None:
    """Everything that `convert` does after reading, against the library alone."""
    peer, call = PEERS[name]
    (tmp_path / "peer").mkdir()
    begun = time.perf_counter()
    call(arrays, tmp_path / "peer")
    theirs = time.perf_counter() - begun
    begun = time.perf_counter()
    outcome = export(annotated, Wish(name, tmp_path / "own", CHOICES.get(name, ())), Report(), time=TIME, lend=True)
    own = time.perf_counter() - begun
    assert not outcome.failures
    assert outcome.annotations == 2 * PATIENTS * SLICES
    note(Row(f"1 000 images to {name}", 1000 * own, peer, 1000 * theirs, Budget(ratio=1.5)))
