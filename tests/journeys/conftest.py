"""A place to work in: a lung project, a small chest CT in a Korean folder, and a window that is closed in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.workspace.projects import create
from tests.pixels.room import Hand, room

Open = Callable[..., Hand]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return create("lung-cancer", tmp_path / "폐암 과제").root


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A chest CT of four slices of 64 × 64."""
    chest_ct(tmp_path / "영상", slices=4, size=64)
    return tmp_path / "영상"


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Open]:
    """Start the program as the command line does."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(room(qtbot, *arguments))
