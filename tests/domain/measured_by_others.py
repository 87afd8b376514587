"""Measure the pairs of `alike` with MONAI, MedPy and scikit-learn, and write what they say to `measured_by_others.json` beside this file.

They are not among the packages of the tests (MONAI brings PyTorch along); in an environment of their own:

    python -m venv others
    others/bin/pip install torch monai medpy scikit-learn
    others/bin/python -m tests.domain.measured_by_others      (in the folder of the repository)
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

from tests.domain.alike import SPACINGS, Mask, pairs, readers

PLACE = Path(__file__).with_suffix(".json")
PACKAGES = ("monai", "torch", "medpy", "scikit-learn")


def by_monai(one: Mask, other: Mask) -> dict[str, object]:
    """Dice, IoU and for each spacing HD, HD95 and the directed 95th percentiles, by MONAI."""
    import torch
    from monai.metrics import compute_dice, compute_hausdorff_distance, compute_iou

    a, b = (torch.from_numpy(mask[None, None].astype(np.float32)) for mask in (one, other))
    found: dict[str, object] = {"dice": compute_dice(a, b, ignore_empty=False).item(), "iou": compute_iou(a, b, ignore_empty=False).item()}
    for spacing in SPACINGS:
        some = {"include_background": True, "spacing": list(spacing)}
        found[str(spacing)] = {
            "hd": compute_hausdorff_distance(a, b, **some).item(),
            "hd95": compute_hausdorff_distance(a, b, percentile=95, **some).item(),
            "there95": compute_hausdorff_distance(a, b, percentile=95, directed=True, **some).item(),
            "back95": compute_hausdorff_distance(b, a, percentile=95, directed=True, **some).item(),
        }
    return found


def by_medpy(one: Mask, other: Mask) -> dict[str, object]:
    """Dice, Jaccard and for each spacing HD and its HD95, which is the percentile of both directions in one heap, by MedPy."""
    from medpy.metric import binary

    found: dict[str, object] = {"dice": float(binary.dc(one, other)), "iou": float(binary.jc(one, other))}
    for spacing in SPACINGS:
        found[str(spacing)] = {"hd": float(binary.hd(one, other, spacing)), "hd95": float(binary.hd95(one, other, spacing))}
    return found


def of_nothing() -> dict[str, float]:
    """What MONAI says of masks without a pixel."""
    import torch
    from monai.metrics import compute_dice, compute_hausdorff_distance

    full, empty = torch.ones(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    return {
        "dice of two empty": compute_dice(empty, empty, ignore_empty=False).item(),
        "dice of one empty": compute_dice(empty, full, ignore_empty=False).item(),
        "hd of two empty": compute_hausdorff_distance(empty, empty, include_background=True).item(),
        "hd of one empty": compute_hausdorff_distance(empty, full, include_background=True).item(),
    }


def main() -> None:
    """Measure everything and write it down."""
    from sklearn.metrics import cohen_kappa_score

    told = {
        "versions": {name: version(name) for name in PACKAGES},
        "monai": {name: by_monai(*pair) for name, pair in pairs().items()},
        "medpy": {name: by_medpy(*pair) for name, pair in pairs().items()},
        "nothing": {name: str(value) for name, value in of_nothing().items()},
        "kappa": float(cohen_kappa_score(*readers())),
    }
    PLACE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
