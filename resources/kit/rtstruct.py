"""Load contours that were exported as DICOM RTSTRUCT; run, it compares the mask of every annotation's structure with index.csv."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
from pydicom import dcmread

HERE = Path(__file__).resolve().parent


def turned(mask, points):
    """Turn over, for each edge, the pixels whose centre lies on it or right of it, its upper end included, its lower end not."""
    for (xa, ya), (xb, yb) in (sorted(edge, key=lambda end: end[1]) for edge in zip(points, np.roll(points, -1, axis=0), strict=True)):
        for row in range(max(0, int(np.ceil(ya - 0.5))), min(len(mask), int(np.ceil(yb - 0.5)))):
            mask[row] ^= np.arange(mask.shape[1]) + 0.5 >= xa + (row + 0.5 - ya) * (xb - xa) / (yb - ya)


def load(made, image, key, annotation):
    """Return the mask of a category (of one annotation, if structures are such) on an image: all closed contours by exclusive or."""
    mask = np.zeros((image["rows"], image["columns"]), np.uint8)
    for roi, told, code in zip(made.ROIContourSequence, made.StructureSetROISequence, made.RTROIObservationsSequence, strict=True):
        if code.RTROIIdentificationCodeSequence[0].CodeValue == key and told.get("ROIDescription", annotation).endswith(annotation):
            for contour in (contour for contour in roi.ContourSequence if contour.ContourNumber in image["contours"]):
                points = np.array(contour.ContourData, float).reshape(-1, 3)
                turned(mask, np.column_stack([points, np.ones(len(points))]) @ np.array(image["to_pixel"]).T)
    return mask


if __name__ == "__main__":
    equal, rows = [], csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines())
    for row in filter(lambda row: row["mask_sha256"], rows):
        images = json.loads((HERE / "images.json").read_text(encoding="utf-8"))["images"]
        (image,) = (one for one in images if (one["file"], one["image"]) == (row["file"], row["image"]))
        mask = load(dcmread(HERE / row["file"]), image, row["supercategory"] + row["category_id"], " " + row["annotation_id"])
        equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
