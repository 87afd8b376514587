"""Open napari's window with nothing in it; the seconds until it is painted and waits for a hand."""

from __future__ import annotations

import os
import time

import napari
from qtpy.QtWidgets import QApplication

from tests.benchmarks.peers import since_start, tell

viewer = napari.Viewer(show=True)
while not viewer.window._qt_window.windowHandle().isExposed():
    QApplication.processEvents()
QApplication.processEvents()
tell(wall=since_start(), processor=time.process_time())
os._exit(0)
