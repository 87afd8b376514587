"""Fields of the screen's size cover all of a breast in reading order, and no air."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.sweep import fields

ROWS, COLUMNS = 800, 640


def disc() -> np.ndarray:
    """Tissue at the right edge, in blocks of 16 pixels."""
    rows, columns = np.mgrid[: ROWS // 16, : COLUMNS // 16]
    return (rows - 25) ** 2 + (39 - columns) ** 2 < 20**2


@pytest.mark.parametrize("size", [(200.0, 150.0), (333.0, 271.0), (1000.0, 120.0), (90.0, 900.0)])
def test_all_tissue_lies_in_some_field(size: tuple[float, float]) -> None:
    tissue, seen = disc(), np.zeros((ROWS, COLUMNS), bool)
    for field in fields(tissue, (ROWS, COLUMNS), size):
        top, left = max(round(field.top), 0), max(round(field.left), 0)
        seen[top : round(field.top + field.height), left : round(field.left + field.width)] = True
    assert seen[tissue.repeat(16, axis=0).repeat(16, axis=1)].all()


def test_fields_go_row_by_row_from_the_left_and_overlap() -> None:
    found = fields(disc(), (ROWS, COLUMNS), (200.0, 150.0))
    assert [(f.top, f.left) for f in found] == sorted((f.top, f.left) for f in found)
    rows = sorted({f.top for f in found})
    assert all(later - earlier <= 150 * 0.95 for earlier, later in zip(rows, rows[1:], strict=False))


def test_no_field_shows_only_air() -> None:
    tissue = disc()
    for field in fields(tissue, (ROWS, COLUMNS), (100.0, 100.0)):
        top, left = int(field.top // 16), int(field.left // 16)
        assert tissue[max(top, 0) : top + 8, max(left, 0) : left + 8].any()


def test_a_row_of_one_field_has_it_at_the_chest_wall() -> None:
    found = fields(disc(), (ROWS, COLUMNS), (600.0, 300.0), "right")
    assert {field.left + field.width for field in found} == {COLUMNS}
    assert fields(np.zeros((4, 4), bool), (64, 64), (10.0, 10.0)) == ()
