"""A window is there before what its first folder, its exports and its covers need is loaded; that follows while the window waits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LATER = {
    "pydicom", "gdcm", "openjpeg", "jpeg_ls", "PIL", "highdicom", "nibabel", "openpyxl", "defusedxml", "skimage", "scipy", "xml",
}  # fmt: skip
LATER_OWN = tuple(
    f"annotator.{name}."
    for name in (
        *("gui.covers", "gui.demo", "gui.planes", "checks", "workspace.exchange", "workspace.batch", "workspace.planes"),
        *("domain.reformat", "domain.sections", "gui.four_views", "gui.canvas.breast_sheet", "gui.panels.view_bar"),
    )
)
LOOK = """
import sys
from annotator.gui.app import start
from annotator.gui.part import panels
application, window = start([])
window.grab()
print(*sorted(sys.modules))
print(*[name for name in window.parts.built() if name not in dict(panels())])
while "annotator.dicom.pixels" not in sys.modules:
    application.processEvents()
window.close()
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The modules that a painted, empty window has loaded, and the parts over the picture that it has built."""
    place: Path = tmp_path_factory.mktemp("home")
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(place), "ANNOTATOR_HOME": str(place), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True, timeout=120)
    return said.stdout.split("\n")


def test_an_empty_window_has_not_loaded_what_only_some_moments_need(told: list[str]) -> None:
    loaded = told[0].split()
    assert "annotator.gui.window" in loaded
    assert [name for name in loaded if name.split(".")[0] in LATER or f"{name}.".startswith(LATER_OWN)] == []


def test_an_empty_window_has_built_nothing_that_lies_over_the_picture(told: list[str]) -> None:
    assert told[1] == ""
