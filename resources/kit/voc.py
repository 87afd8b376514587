"""Load boxes that were exported as Pascal VOC; run, it compares every box with index.csv."""

import csv
import hashlib
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def load(path):
    """Return annotation id → (category name, x1, y1, x2, y2): the edges of the box, counted in pixels from the image's corner."""
    root = ET.parse(path).getroot()
    first = int(root.findtext("pixel_origin", "1"))  # 1: VOC counts pixels from 1, both ends inside; 0: corners from 0
    found = {}
    for thing in root.iter("object"):
        x1, y1, x2, y2 = (int(thing.findtext(f"bndbox/{edge}")) for edge in ("xmin", "ymin", "xmax", "ymax"))
        found[thing.findtext("id")] = (thing.findtext("name"), x1 - first, y1 - first, x2, y2)
    return found


def mask_of(box, rows, columns):
    """A pixel is set where its centre lies in the box, on its left or on its top edge."""
    _, x1, y1, x2, y2 = box
    y, x = np.arange(rows)[:, None] + 0.5, np.arange(columns)[None, :] + 0.5
    return ((x1 <= x) & (x < x2) & (y1 <= y) & (y < y2)).astype(np.uint8)


if __name__ == "__main__":
    equal = []
    for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()):
        if row["mask_sha256"]:  # empty for lines that were drawn: they have no box
            mask = mask_of(load(HERE / row["file"])[row["annotation_id"]], int(row["rows"]), int(row["columns"]))
            equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
