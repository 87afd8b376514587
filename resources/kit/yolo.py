"""Load boxes or outlines that were exported for YOLO; run, it compares every annotation with index.csv."""

import csv
import hashlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def load(path, rows, columns):
    """Return (class number, mask) of each line of a label file; the numbers are those of classes.csv."""
    lines = [line.split() for line in path.read_text().splitlines()]
    return [(int(words[0]), mask_of(np.array(words[1:], dtype=float), rows, columns)) for words in lines]


def mask_of(shares, rows, columns):
    """A pixel is set where an odd number of edges lies to the left of its centre or on it; an edge has its upper end, not its lower."""
    if len(shares) == 4:  # centre, width, height
        x1, y1, x2, y2 = *(shares[:2] - shares[2:] / 2), *(shares[:2] + shares[2:] / 2)
        shares = np.array([x1, y1, x2, y1, x2, y2, x1, y2])
    ends, flips = shares.reshape(-1, 2) * (columns, rows), np.zeros((rows, columns + 1), dtype=bool)
    for pair in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        (xa, ya), (xb, yb) = sorted(pair, key=lambda end: end[1])
        y = np.arange(max(int(np.ceil(ya - 0.5)), 0), min(int(np.ceil(yb - 0.5)), rows))
        x = xa + (y + 0.5 - ya) * (xb - xa) / ((yb - ya) or 1)
        flips[y, np.clip(np.ceil(x - 0.5), 0, columns).astype(int)] ^= True
    return np.logical_xor.accumulate(flips[:, :columns], axis=1).astype(np.uint8)


if __name__ == "__main__":
    files, equal = {}, []
    for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()):
        if row["mask_sha256"]:  # empty for lines that were drawn: they are not in the file; the others stand there in this order
            if row["file"] not in files:
                files[row["file"]] = load(HERE / row["file"], int(row["rows"]), int(row["columns"]))
            equal.append(hashlib.sha256(files[row["file"]].pop(0)[1].tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal) or any(files.values()))
