"""Small images of chosen pixels: what is painted where can be read off the screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom

from annotator.dicom.phantom.chest_ct import chest_ct

ROWS, COLUMNS = 52, 78


def pattern(rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """Neighbours differ by much, and no two rows or columns are alike."""
    row, column = np.indices((rows, columns))
    return ((row * 29 + column * 53 + row * column) % 256).astype(np.uint16)


def patterned(folder: Path, spacing: tuple[float, float] = (1.0, 1.0), pixels: np.ndarray | None = None) -> Path:
    """Write a CT image of one slice that is not square, with the pattern as its values; `spacing` is (row, column) in mm."""
    chest_ct(folder, slices=1, size=16)
    (path,) = folder.glob("*.dcm")
    dataset = pydicom.dcmread(path)
    values = pattern() if pixels is None else pixels
    dataset.Rows, dataset.Columns = values.shape
    dataset.PixelData = values.astype("<u2").tobytes()
    dataset.PixelSpacing = list(spacing)
    dataset.RescaleIntercept, dataset.WindowCenter, dataset.WindowWidth = "0", "128", "256"
    del dataset.WindowCenterWidthExplanation
    dataset.save_as(path)
    return folder
