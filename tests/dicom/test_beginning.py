"""Where a scan begins: at the lowest slice, whichever way the files are numbered, with few headers read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.dicom.beginning import beginning
from annotator.dicom.found import Found, Lot
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.scan import scan, scan_knowing
from annotator.domain.image import Image, ImageKey, Plane
from annotator.progress import Report
from annotator.workspace.index import Index


def image(series: str, height: float | None) -> Image:
    plane = None if height is None else Plane((0.0, 0.0, height), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))
    return Image(ImageKey(f"{series}.{height}"), "", 1, 8, 8, "CT", "1.2", series, "study", plane=plane)


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=5))
def test_of_the_first_series_the_lower_end_is_read_first(runs: list[tuple[int, bool]]) -> None:
    files = [image(str(n), float(z)) for n, (count, down) in enumerate(runs) for z in (range(count, 0, -1) if down else range(count))]
    asked: list[int] = []

    def image_at(number: int) -> Image:
        asked.append(number)
        return files[number]

    first = files[beginning(len(files), image_at)]
    assert first is min(files[: runs[0][0]], key=lambda found: found.plane.distance() if found.plane else 0.0)
    assert len(asked) <= 4 + math.log2(len(files))


def test_what_has_no_place_or_is_no_image_changes_nothing() -> None:
    assert beginning(0, lambda number: None) == 0
    assert beginning(9, lambda number: None) == 0
    assert beginning(3, lambda number: image("1", None)) == 0
    mixed = [image("1", 5.0), image("1", None), image("1", None)]
    assert beginning(3, mixed.__getitem__) == 0


def test_a_folder_may_begin_with_something_else() -> None:
    files = [None, image("1", 3.0), image("1", 2.0), image("1", 1.0)]
    assert beginning(4, files.__getitem__) == 3


@pytest.fixture
def downwards(tmp_path: Path) -> Path:
    """A chest CT whose files are numbered from head to foot."""
    chest_ct(tmp_path / "up", slices=6, size=32)
    (tmp_path / "down").mkdir()
    for number, path in enumerate(sorted((tmp_path / "up").iterdir(), reverse=True), 1):
        path.rename(tmp_path / "down" / f"{number}.dcm")
    return tmp_path / "down"


def names(found: Iterable[object]) -> list[str]:
    return [Path(one.images[0].path).name for one in found if isinstance(one, Found)]


def test_the_rest_of_a_folder_follows_in_its_order(downwards: Path) -> None:
    assert names(scan(downwards, Report())) == ["6.dcm", "1.dcm", "2.dcm", "3.dcm", "4.dcm", "5.dcm"]


def test_a_known_folder_comes_as_one_lot_and_no_file_of_it_is_read(
    downwards: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("annotator.dicom.shelf.settled", lambda *facts: True)
    index = Index(1, tmp_path / "index.sqlite")
    assert names(scan_knowing(downwards, Report(), index))[0] == "6.dcm"
    index.close()
    monkeypatch.setattr("annotator.dicom.scan.read_source", None)
    index = Index(1, tmp_path / "index.sqlite")
    (lot,) = scan_knowing(downwards, Report(), index)
    assert isinstance(lot, Lot) and lot.count == 6
    index.close()
