"""Somebody who draws, changes, takes back, saves, closes and crashes in any order never finds anything else than what was drawn.

A state machine plays that person on a real session of two cases (`person`), who draws (`drawing`), marks (`marking`) and works on lesions
(`lesion_rules`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.workspace import resting
from tests.laws.lesion_rules import Gathers
from tests.laws.person import MEMORY, SIZE, SLICES


@pytest.fixture(scope="module")
def images():
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for seed in (1, 2):
            chest_ct(Path(folder) / str(seed), slices=SLICES, size=SIZE, seed=seed)
        yield Path(folder)


@pytest.mark.parametrize("kept", [resting.KEPT, 1])
def test_whatever_somebody_does_the_document_is_what_was_drawn(images, kept, monkeypatch):
    """Also where the case that one leaves does not stay at hand."""
    monkeypatch.setattr(resting, "KEPT", kept)
    Gathers.images = images
    Gathers.TestCase.settings = settings(stateful_step_count=40, max_examples=max(100, settings.default.max_examples))
    Gathers.TestCase("runTest").runTest()
