"""A COCO file of outlines without any image file, as large as a test wants it."""

from __future__ import annotations

import json
from pathlib import Path


def coco_file(path: Path, images: int) -> Path:
    """Write a COCO file about so many images of 64 × 64 with one triangle on each, and return its path."""
    outline = [10.25, 10.0, 40.5, 12.0, 20.0, 44.75]
    told = {
        "images": [{"id": n, "file_name": f"{n:05d}.png", "width": 64, "height": 64} for n in range(1, images + 1)],
        "categories": [{"id": 1, "name": "nodule"}],
        "annotations": [{"id": n, "image_id": n, "category_id": 1, "segmentation": [outline], "iscrowd": 0} for n in range(1, images + 1)],
    }
    path.write_text(json.dumps(told), "utf-8")
    return path
