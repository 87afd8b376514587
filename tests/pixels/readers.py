"""Other people's eyes on delivered files: what a JSON and a mask DICOM say, read without a line of the product."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK

from tests.pixels import oracle

LINE_WIDTH = 2.0


def outlines(segmentation):
    """The lists of a segmentation as lists of points."""
    lists = segmentation if isinstance(segmentation[0], list) else [segmentation]
    return [list(zip(flat[::2], flat[1::2], strict=True)) for flat in lists]


def entry_mask(entry, rows, columns):
    """The pixels of one JSON annotation; every outline gives the same by the even-odd and by the non-zero rule."""
    mask = np.zeros((rows, columns), dtype=bool)
    for points in outlines(entry["segmentation"]):
        if entry["toolname"] == "Line":
            mask |= oracle.stroke(points, LINE_WIDTH, rows, columns)
            continue
        filled = oracle.even_odd([points], rows, columns)
        assert np.array_equal(filled, oracle.nonzero([points], rows, columns)), "even-odd and non-zero differ"
        assert not (mask & filled).any(), "two parts share a pixel"
        mask |= filled
    return mask


def json_masks(path: Path):
    """The entries of a JSON and their masks: id → (category id, mask)."""
    content = json.loads(path.read_text("utf-8"))
    (image,) = content["images"]
    return {a["id"]: (a["category_id"], entry_mask(a, image["height"], image["width"])) for a in content["annotations"]}


def dicom_mask(path: Path):
    """The pixels of a mask file, as pydicom and as SimpleITK read it."""
    stored = pydicom.dcmread(path).pixel_array
    assert set(np.unique(stored)) <= {0, 255}
    seen = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))).squeeze()
    assert np.array_equal(stored, seen)
    return stored > 0
