"""Load segmentations that were exported as DICOM SEG; run, it compares the mask of every annotation's segment with index.csv."""

import csv
import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from pydicom import dcmread

HERE = Path(__file__).resolve().parent


@cache
def load(path):
    """Return a list of (image id, code of the category, tracking id, mask): one for each frame; a frame may begin inside a byte."""
    made = dcmread(HERE / path)
    shape = int(made.NumberOfFrames), made.Rows, made.Columns
    bits = np.unpackbits(np.frombuffer(made.PixelData, np.uint8), bitorder="little")[: np.prod(shape)].reshape(shape)
    found, shared = [], made.SharedFunctionalGroupsSequence[0]
    for mask, group in zip(bits, made.PerFrameFunctionalGroupsSequence, strict=True):
        number = (group if "SegmentIdentificationSequence" in group else shared).SegmentIdentificationSequence[0].ReferencedSegmentNumber
        segment = made.SegmentSequence[number - 1]
        code = segment.SegmentedPropertyTypeCodeSequence[0].CodeValue
        found.append((group.FrameContentSequence[0].FrameLabel, code, segment.get("TrackingID", ""), mask))
    return found


if __name__ == "__main__":
    equal = []
    for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()):
        if row["mask_sha256"]:
            key, end, mask = row["supercategory"] + row["category_id"], " " + row["annotation_id"], 0
            for image, code, tracking, own in load(row["file"]):
                if (image, code) == (row["image"], key) and (not tracking or tracking.endswith(end)):
                    mask = mask | own
            equal.append(hashlib.sha256(np.asarray(mask, np.uint8).tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
