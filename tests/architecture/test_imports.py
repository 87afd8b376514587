"""Imports point down, Qt stays in the window, DICOM in its two packages, and nothing goes round in a circle."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.imports import breaches, cycles
from tests.architecture.sources import ROOT, modules


def test_imports_point_down() -> None:
    assert breaches(modules()) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert cycles(modules()) == []


def test_the_command_line_loads_no_qt_before_a_window_is_asked_for() -> None:
    look = "import sys; from annotator.cli.main import commands; commands(); print(*sorted({m.split('.')[0] for m in sys.modules}))"
    said = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(said.stdout.split())
    assert "annotator" in loaded
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "pydicom", "numpy"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("annotator.domain.wrong", "import pydicom"),
        ("annotator.domain.wrong", "from annotator.workspace import session"),
        ("annotator.domain.wrong", "def now():\n    import time\n    return time.time()"),
        ("annotator.domain.wrong", "from datetime import datetime"),
        ("annotator.domain.wrong", "from numpy import random"),
        ("annotator.domain.wrong", "text = open('categories.csv').read()"),
        ("annotator.domain.wrong", "from PySide6.QtCore import QPointF"),
        ("annotator.tools.wrong", "from annotator.formats.format import Format"),
        ("annotator.checks.wrong", "from annotator.tools import line"),
        ("annotator.checks.wrong", "from pydicom import dcmread"),
        ("annotator.workspace.wrong", "def draw():\n    from annotator.gui import app"),
        ("annotator.workspace.wrong", "import PySide6"),
        ("annotator.present.wrong", "from ..gui import window"),
        ("annotator.gui.wrong", "from annotator.cli.main import main"),
        ("annotator.gui.wrong", "import pydicom"),
        ("annotator.cli.wrong", "from annotator.gui.app import main"),
        ("annotator.paths", "import numpy"),
        ("annotator.i18n", "from annotator.domain.image import Image"),
    ],
)
def test_an_import_that_points_up_is_found(module: str, source: str) -> None:
    assert len(breaches({module: source})) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("annotator.domain.right", "import numpy as np\nfrom annotator.i18n import mark"),
        ("annotator.formats.right", "import pydicom\nfrom annotator.dicom.derive import mask"),
        ("annotator.gui.right", "from PySide6.QtWidgets import QWidget\nfrom annotator.present.overlay import Overlays"),
        ("annotator.cli.right", "def run():\n    from annotator.gui.app import main"),
    ],
)
def test_an_import_that_points_down_is_not_found(module: str, source: str) -> None:
    assert breaches({module: source}) == []


def test_a_circle_is_found_however_long_it_is() -> None:
    circle = {
        "annotator.domain.a": "from annotator.domain.b import x",
        "annotator.domain.b": "def f():\n    from annotator.domain import c",
        "annotator.domain.c": "import annotator.domain.a",
        "annotator.domain.d": "import annotator.domain.a",
        "annotator.domain.e": "",
    }
    assert "annotator.domain.e" not in cycles(circle)
    assert {"annotator.domain.a", "annotator.domain.b", "annotator.domain.c"} <= set(cycles(circle))
