"""What is told to be lost is what is lost: a line in a mask keeps its stroke, in a table its box and length, elsewhere nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.exchange import Chosen
from annotator.domain.losses import Trait
from annotator.workspace.exchange.offered import format_of, lost_by
from tests.formats.sheets import bundled

STROKES = ("nifti", "nnunet", "png", "seg", "mask-dicom")
OF_LINES = {Trait.LINES, Trait.STROKES, Trait.COURSES}


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        *((name, {Trait.STROKES}) for name in STROKES),
        *((name, {Trait.LINES}) for name in ("label-dicom", "yolo", "voc", "breast-json")),
        ("table", {Trait.COURSES}),
        *((name, set()) for name in ("coco", "labelme", "rtstruct", "lung-json")),
    ],
)
def test_what_becomes_of_a_line_is_said_for_each_format(name, lost):
    project = bundled()
    assert project.mask.line_width is not None
    assert set(lost_by(format_of(name), Chosen(project))) & OF_LINES == lost


@pytest.mark.parametrize("name", STROKES)
def test_a_project_whose_lines_have_no_width_loses_them_in_masks(name):
    project = bundled()
    bare = replace(project, mask=replace(project.mask, line_width=None))
    assert set(lost_by(format_of(name), Chosen(bare))) & OF_LINES == {Trait.LINES}
