"""Load masks that were exported as PNG pictures; run, it compares the mask of every annotation's category with index.csv."""

import csv
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent


def table(name):
    """Return the rows of a table."""
    return list(csv.DictReader((HERE / name).read_text(encoding="utf-8-sig").splitlines()))


def load(paths, supercategory, category_id, numbers):
    """Return the mask of a category; of an index picture the pixels that have its number, which later categories may hide."""
    own = [path for path in paths if path.startswith("masks/") and path.endswith(f"_{category_id}.png")]
    if own:
        return (np.asarray(Image.open(HERE / own[0])) > 0).astype(np.uint8)
    values = np.asarray(Image.open(HERE / paths[0]))  # without .convert("RGB"): the value is the number
    return (values == numbers[supercategory, category_id]).astype(np.uint8)


if __name__ == "__main__":
    checked = [row for row in table("index.csv") if row["mask_sha256"]]
    numbers = {(c["supercategory"], c["category_id"]): int(c["number"]) for c in table("classes.csv")} if checked else {}
    equal = []
    for row in checked:
        mask = load(row["file"].split(";"), row["supercategory"], row["category_id"], numbers)
        assert mask.shape == (int(row["rows"]), int(row["columns"]))
        equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
