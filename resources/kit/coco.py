"""Load masks that were exported as COCO instances; run, it compares every mask with index.csv."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def mask_of(segmentation, rows, columns):
    """Run lengths go down the columns: outside, inside, outside …; as text five bits a character (32 more: another one follows)."""
    counts, number, shift, flips = [], 0, 0, np.zeros((rows, columns + 1), dtype=bool)
    if isinstance(segmentation, dict):
        for code in (code - 48 for code in segmentation["counts"].encode()):
            number, shift = number | (code & 31) << shift, shift + 5
            if code < 32:  # the last character carries the sign; from the fourth number on it is the difference to the last but one
                counts.append(number - (code >> 4 << shift) + (counts[-2] if len(counts) > 2 else 0))
                number = shift = 0
        return np.repeat(np.arange(len(counts)) % 2, counts).reshape(columns, rows).T.astype(np.uint8)
    for ring in (np.reshape(ring, (-1, 2)).astype(float) for ring in segmentation):  # rings, whose parts do not overlap
        for (xa, ya), (xb, yb) in (sorted(pair, key=lambda end: end[1]) for pair in zip(ring, np.roll(ring, -1, axis=0), strict=True)):
            y = np.arange(max(int(np.ceil(ya - 0.5)), 0), min(int(np.ceil(yb - 0.5)), rows))  # centres at or below the upper end
            x = xa + (y + 0.5 - ya) * (xb - xa) / ((yb - ya) or 1)  # a pixel is inside with an odd number of edges left of its centre
            flips[y, np.clip(np.ceil(x - 0.5), 0, columns).astype(int)] ^= True
    return np.logical_xor.accumulate(flips[:, :columns], axis=1).astype(np.uint8)


if __name__ == "__main__":
    found, equal, wanted = {}, 0, list(csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()))
    for split in (json.loads((HERE / path).read_bytes()) for path in {row["file"].split(";")[0] for row in wanted}):
        images = {image["id"]: (image["patient"], image["series"], image["image"]) for image in split["images"]}
        found |= {(*images[one["image_id"]], str(one["annotation_id"])): one["segmentation"] for one in split["annotations"]}
    for row in (wanted := [row for row in wanted if row["mask_sha256"]]):
        segmentation = found[row["patient"], row["series"], row["image"], row["annotation_id"]]
        equal += hashlib.sha256(mask_of(segmentation, int(row["rows"]), int(row["columns"])).tobytes()).hexdigest() == row["mask_sha256"]
    print(f"{len(wanted)} annotations, {equal} masks equal")
    raise SystemExit(equal != len(wanted))
