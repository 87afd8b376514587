"""Make the mask of one outline on a large image with scikit-image."""

from __future__ import annotations

import time

import numpy as np
from skimage.draw import polygon

from tests.benchmarks.peers import tell
from tests.benchmarks.scenes import MAMMOGRAM, outline

points = np.array(outline(MAMMOGRAM[1] / 2, MAMMOGRAM[0] / 2, 1200.0, 2000))
start = time.perf_counter()
mask = np.zeros(MAMMOGRAM, dtype=bool)
mask[polygon(points[:, 1] - 0.5, points[:, 0] - 0.5, MAMMOGRAM)] = True
tell(mask=[time.perf_counter() - start], pixels=int(mask.sum()))
