"""What is on the table when the watch starts: images written by our own code, outlines of any number of corners, the window at work."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation
from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from annotator.dicom.phantom.writer import Patient, Series, header, store
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.edit import Change, Edit
from annotator.domain.path import Point
from annotator.domain.region import Region
from annotator.gui import app
from annotator.gui.demo.hands import Hands
from annotator.gui.window import MainWindow
from annotator.i18n import message

MAMMOGRAM = (4084, 3328)
"""Rows and columns."""
SIZE = (1440, 900)
"""The window, in pixels."""
VIEW = (803, 837)
"""What the window of this size leaves for the picture: what peers get."""


def mammogram(folder: Path) -> None:
    """Write one mammogram of 4084 × 3328: a bright half disc with grain."""
    rows, columns = MAMMOGRAM
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    breast = np.clip(1.0 - np.hypot(x / columns, (y - rows / 2) / (rows / 2)), 0.0, 1.0)
    grain = np.random.default_rng(8).normal(0.0, 40.0, MAMMOGRAM)
    series = Series("mammogram", "1", Patient("PHANTOM^BENCH", "BENCH", "F", "052Y"), "MG", 1, "Mammography", "R CC")
    more: dict[str, Any] = {"ImagerPixelSpacing": ["0.07", "0.07"], "ViewPosition": "CC", "ImageLaterality": "R"}
    dataset = header(series, DigitalMammographyXRayImageStorageForPresentation, **more, WindowCenter="2000", WindowWidth="3500")
    store(dataset, series, 1, np.clip(breast * 3600 + grain + 60, 0, 4095).astype(np.uint16), 12, folder / "RCC.dcm")


def outline(x: float, y: float, radius: float, corners: int, bumps: int = 7) -> list[Point]:
    """Return a freehand outline around (x, y) that does not cross itself."""
    turns = [2 * math.pi * i / corners for i in range(corners)]
    reach = [radius * (1 + 0.15 * math.sin(bumps * t)) for t in turns]
    return [(x + r * math.cos(t), y + r * math.sin(t)) for t, r in zip(turns, reach, strict=True)]


def grid(rows: int, columns: int, count: int, corners: int = 48, aside: float = 0.0) -> list[list[Point]]:
    """Return `count` outlines that fill an image, all of them moved `aside`."""
    across = math.ceil(math.sqrt(count * columns / rows))
    down = math.ceil(count / across)
    step_x, step_y = columns / across, rows / down
    radius = 0.38 * min(step_x, step_y)
    return [outline((i % across + 0.5) * step_x + aside, (i // across + 0.5) * step_y, radius, corners) for i in range(count)]


def painted(window: MainWindow) -> bool:
    """Whether the chosen image is on the screen."""
    image = window.session.image
    return image is not None and window.view.property("image_uid") == image.key.uid and window.session.picture is not None


def opened_window(*arguments: object) -> MainWindow:
    """Open the window as the command line does, and wait until it is on the screen."""
    _, window = app.start([str(argument) for argument in arguments])
    window.resize(*SIZE)
    spin(lambda: window.windowHandle().isExposed())
    idle()
    return window


def opened(*arguments: object) -> Hands:
    """Open the window on a folder, wait until its first image is painted and the series is in memory; returns the window's hands."""
    window = opened_window(*arguments)
    hands = Hands(window)
    hands.wait(lambda: window.session.scanning is None and painted(window), "the folder is open")
    hands.wait(lambda: loaded(window), "the series is in memory")
    idle()
    return hands


def loaded(window: MainWindow) -> bool:
    """Whether every image of the open series is decoded."""
    return window.session.all_decoded


def closed(window: MainWindow) -> None:
    """Close a window and let go of its pictures: Qt keeps the rest of it for a while."""
    window.close()
    window.deleteLater()
    window.session._pictures.forget()
    idle()


def idle() -> None:
    """Let the window do everything that waits."""
    for _ in range(5):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, 0)


def rested() -> None:
    """Wait until what follows a change of thousands of annotations is done: for 0.3 s next to nothing is computed any more."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        spent, began = time.process_time(), time.monotonic()
        while time.monotonic() < began + 0.3:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)
        if time.process_time() - spent < 0.03:
            return
    raise AssertionError("the window does not come to rest")


def notch(view: QWidget, number: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Turn the wheel over the middle of a view by notches, towards oneself for a positive number; painted when it returns."""
    place = QPointF(view.rect().center())
    turned, phase = QPoint(0, -120 * number), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, view.mapToGlobal(place), QPoint(), turned, Qt.MouseButton.NoButton, modifiers, phase, False)
    QApplication.sendEvent(view, event)


def annotate(window: MainWindow, per_image: int, images: Sequence[int], corners: int = 48) -> None:
    """Put `per_image` annotations on each of these images, in one edit that is not worth undoing; they are there, or it fails."""
    session = window.session
    changes, categories = [], session.categories
    for place in images:
        image = session.images[place]
        for number, points in enumerate(grid(image.rows, image.columns, per_image, corners, place % 7), 1):
            category = categories[number % len(categories)].key
            shape = Region(((tuple(points),),))
            changes.append(Change(None, Annotation(number, image.key, category, FREE, shape, tool="tool.free")))
    if not session._do(Edit(message("Prepare"), tuple(changes))):
        raise AssertionError(f"nothing was annotated: {session.said and session.said.message.text}")
    idle()
    on_images = [session.annotations_of(session.series, session.images[place].key) for place in images] if session.series else []
    if [len(found) for found in on_images] != [per_image] * len(images):
        raise AssertionError("not every image has its annotations")


class Stalls:
    """Watches how long the event loop keeps somebody waiting: the longest gap between two turns, in seconds, beyond its own beat."""

    _BEAT = 0.002

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.longest = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to watch."""
        self._last, self.longest = time.perf_counter(), 0.0
        self._timer.start(round(1000 * self._BEAT))

    def stop(self) -> float:
        """End it; returns the longest gap."""
        self._tick()
        self._timer.stop()
        return self.longest

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last - self._BEAT), now


def spin(until: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the event loop turn until something is true; between two events the process sleeps, as in `exec`, at most a millisecond."""
    end = time.perf_counter() + seconds
    beat = QTimer()
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    beat.start(1)
    while not until():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise TimeoutError


def resident() -> float:
    """Megabytes that this process holds in memory; zero where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
