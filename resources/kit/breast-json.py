"""Load a breast-cancer data set from the folder this file lies in; run it to check every mask against index.csv."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent

def mask_of(polygon, rows, columns):
    """Pixel rule: (r, c) is set if its centre is inside; on a left or top edge inside, on a right or bottom edge outside (half-open)."""
    y, inside = np.arange(rows) + 0.5, np.zeros((rows, columns), bool)
    for (ax, ay), (bx, by) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        (ax, ay), (bx, by) = sorted([(ax, ay), (bx, by)], key=lambda point: point[1])
        for row in np.flatnonzero((ay <= y) & (y < by)):
            cut = ax + (y[row] - ay) * (bx - ax) / (by - ay)
            inside[row] ^= np.arange(columns) + 0.5 >= cut  # every pixel right of the edge changes sides
    return inside

def lesions(path, rows, columns):
    """view → id → polygon in pixels; the JSON counts from the centre of the image, x right, y down, and repeats the first point."""
    views = {k: v for kind in json.loads(path.read_text("utf-8"))["contour_list"].values() for k, v in kind.items()}
    return {v: {n: [(p["x"] + columns / 2, p["y"] + rows / 2) for p in ps[:-1]] for n, ps in f.items()} for v, f in views.items()}

def main():
    rows_of_index, equal = list(csv.DictReader((FOLDER / "index.csv").open(encoding="utf-8-sig", newline=""))), 0
    for row in rows_of_index:
        path, rows, columns = FOLDER / row["file"].split(";")[0], int(row["rows"]), int(row["columns"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"], path
        digests = {""}
        for found in lesions(path, rows, columns).values():  # an image keeps its name where a person corrected its view later
            masks = [mask_of(polygon, rows, columns) for polygon in found.values()]
            digests |= {hashlib.sha256(m.astype(np.uint8).tobytes()).hexdigest() for m in [*masks, np.any(masks, axis=0)]}
        assert row["mask_sha256"] in digests, f"{path} {row['image']}: no contour has the mask of annotation {row['annotation_id']}"
        equal += row["mask_sha256"] != ""
    print(f"{len(rows_of_index)} annotations, {equal} masks equal")

main() if __name__ == "__main__" else None
