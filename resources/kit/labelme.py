"""Load masks that were exported for labelme; run, it compares every mask with index.csv."""

import csv
import hashlib
import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent


def mask_of(shape, rows, columns):
    """A pixel is set where an odd number of edges lies to the left of its centre or on it; an edge has its upper end, not its lower."""
    ring, flips = np.array(shape["points"], dtype=float), np.zeros((rows, columns + 1), dtype=bool)
    (x1, y1), (x2, y2) = ring[:2]
    if shape["shape_type"] == "mask":  # a picture of its box, whose second point is the last pixel
        flips[int(y1) : int(y2) + 1, int(x1) : int(x2) + 1] = np.asarray(Image.open(BytesIO(b64decode(shape["mask"]))))
        return flips[:, :columns].astype(np.uint8)
    ring = np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]) if shape["shape_type"] == "rectangle" else ring
    for (xa, ya), (xb, yb) in (sorted(pair, key=lambda end: end[1]) for pair in zip(ring, np.roll(ring, -1, axis=0), strict=True)):
        y = np.arange(max(int(np.ceil(ya - 0.5)), 0), min(int(np.ceil(yb - 0.5)), rows))
        x = xa + (y + 0.5 - ya) * (xb - xa) / ((yb - ya) or 1)
        flips[y, np.clip(np.ceil(x - 0.5), 0, columns).astype(int)] ^= True
    return np.logical_xor.accumulate(flips[:, :columns], axis=1).astype(np.uint8)


if __name__ == "__main__":
    equal = []  # shapes with one group_id are the parts of one annotation, whose id stands in the first of them; lines have no mask
    for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()):
        shapes = json.loads((HERE / row["file"].split(";")[0]).read_bytes())["shapes"]
        parts = [shape for shape in shapes if str(shape.get("annotation_id", shape["group_id"])) == row["annotation_id"]]
        if row["mask_sha256"]:
            mask = np.bitwise_or.reduce([mask_of(part, int(row["rows"]), int(row["columns"])) for part in parts])
            equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
