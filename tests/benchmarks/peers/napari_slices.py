"""Page through a CT in napari with polygons on each of some slices; the seconds from the step to the painted canvas."""

from __future__ import annotations

import sys
import time

import napari
import numpy as np
import SimpleITK
from qtpy.QtWidgets import QApplication

from tests.benchmarks.peers import tell
from tests.benchmarks.scenes import SIZE, grid

folder, first, last, per_slice = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
reader = SimpleITK.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
volume = SimpleITK.GetArrayFromImage(reader.Execute())
viewer = napari.Viewer(show=True)
viewer.window._qt_window.resize(*SIZE)
viewer.add_image(volume, contrast_limits=(-1350, 150))
outlines = [(z, points) for z in range(first, last) for points in grid(volume.shape[1], volume.shape[2], per_slice, aside=z % 7)]
shapes = [np.array([(z, y, x) for x, y in points]) for z, points in outlines]
viewer.add_shapes(shapes, shape_type="polygon", edge_width=1, opacity=0.4)
canvas = viewer.window._qt_viewer.canvas._scene_canvas
drawn = [0]
canvas.events.draw.connect(lambda event: drawn.__setitem__(0, drawn[0] + 1), position="last")
for _ in range(20):
    QApplication.processEvents()
times = []
for z in [*range(first, last), *reversed(range(first, last - 1))]:
    before = drawn[0]
    start = time.perf_counter()
    viewer.dims.set_current_step(0, z)
    while drawn[0] == before and time.perf_counter() - start < 2:
        QApplication.processEvents()
    canvas.context.finish()
    times.append(time.perf_counter() - start)
    for _ in range(3):
        QApplication.processEvents()
tell(step=times[2:])
