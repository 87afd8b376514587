"""Whatever happens to the bytes of a VOC, YOLO or PNG data set, its reader names the file and goes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.dicom.phantom import write_study
from annotator.domain.exchange import Page
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats import png, voc, yolo
from tests.formats.exchanged import read, written
from tests.formats.sheets import HOLED, TWO_PARTS, sheet_of

BITS = (b"nan", b"-inf", b"-1", b"1e308", b"0", b"9" * 25, b"\0", b"\xff", b"\n", b"<", b"&", b'"', b",", b"[", "종양".encode("cp949"))
KINDS = ((voc, {}), (yolo, {"task": "detect"}), (yolo, {"task": "segment", "pictures": "yes"}), (png, {}), (png, {"kind": "index"}))


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    path = write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path
    sheet = sheet_of(path, ("CCT3", HOLED), ("CCT1", Region.box(3, 4, 50, 60.5)), ("CCT9", TWO_PARTS))
    return sheet, [(module.EXCHANGE, written(module.EXCHANGE, sheet, **values)) for module, values in KINDS]


@given(st.data(), st.sampled_from(range(len(KINDS))))
@settings(max_examples=200)
def test_damage_is_said_and_never_stops_the_reader(sets, data, number):
    sheet, prepared = sets
    exchange, files = prepared[number]
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    place = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 12))
    damaged = content[:place] + data.draw(st.sampled_from(BITS)) + content[place + length :]
    found = read(exchange, {**files, name: damaged, f"x/{name}": content[:place]}, sheet)
    assert found
    for one in found:
        assert isinstance(one, Page | AnnotatorError) and (str(one) if isinstance(one, AnnotatorError) else one.place)
        for mark in one.marks if isinstance(one, Page) else ():
            x1, y1, x2, y2 = mark.shape.bounds
            assert not one.where.columns or (0 <= x1 < x2 <= one.where.columns and 0 <= y1 < y2 <= one.where.rows)


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_a_missing_file_takes_nothing_from_the_others(sets, number):
    """Tables, lists and pictures one by one; then every file that cannot be opened is named."""
    sheet, prepared = sets
    exchange, files = prepared[number]
    for name in files:
        found = read(exchange, {n: c for n, c in files.items() if n != name}, sheet)
        assert all(isinstance(one, Page | AnnotatorError) for one in found)
    assert exchange.read is not None
    assert read(exchange, {}) == [] == read(exchange, {"readme.md": b"# x", "a.json": b"{}"})
