"""What it costs that a header is looked through for harm: the walk that holds lengths, depth and number also reads it, in one go.

The budget is a tenth of reading a native slice, header and pixels, from files that the system holds in memory.  Since nothing is walked
twice, the limits cost what a walk takes longer than one that trusts every length (`_trusting`); the other rows tell what the walk takes in
all, and how reading the header so compares with pydicom's.  Processor time, all sides in turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from struct import Struct

from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.tag import BaseTag
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.dicom.elements import PIXELS, Walk
from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from tests.benchmarks.aside import ROUNDS
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row, middle

_SHORT, _LONG = Struct("<HH2sH").unpack_from, Struct("<L").unpack_from
_LONG_ONES = {b"OB", b"OD", b"OF", b"OL", b"OW", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT", b"SV", b"UV"}


def test_a_header_within_its_limits(benchmark: BenchmarkFixture, note: Note, chest: Path) -> None:
    paths = sorted(chest.rglob("*.dcm"))[:100]
    headers = [read_header(path) for path in paths]
    images = [images_of(header, path)[0] for header, path in zip(headers, paths, strict=True)]
    walked = [(path.read_bytes()[:32_768], path.stat().st_size, header) for path, header in zip(paths, headers, strict=True)]

    def walk(number: int) -> dict[BaseTag, RawDataElement]:
        content, size, header = walked[number]
        made = Walk(content, size, header.coding)
        made.header(header.stream.start)
        return made.elements

    def trusting(number: int) -> dict[BaseTag, RawDataElement]:
        content, _, header = walked[number]
        return _trusting(content, header.stream.start)

    assert all(walk(number) == trusting(number) for number in range(len(paths)))
    sides: dict[str, Callable[[int], object]] = {
        "own": lambda number: read_header(paths[number]),
        "pydicom": lambda number: dcmread(paths[number], stop_before_pixels=True),
        "read": lambda number: picture(images[number]),
        "walk": walk,
        "trusting": trusting,
    }
    spent: dict[str, list[float]] = {name: [] for name in sides}

    def each() -> None:
        for name, side in sides.items():
            start = time.process_time()
            for number in range(len(paths)):
                side(number)
            spent[name].append(time.process_time() - start)

    benchmark.pedantic(each, rounds=ROUNDS + 1)
    took = {name: middle(seconds[1:]) for name, seconds in spent.items()}
    note(Row("headers within their limits, 100 CT", took["own"], "pydicom", took["pydicom"], Budget(ratio=1.1)))
    note(
        Row("… what the limits cost of it", max(took["walk"] - took["trusting"], 0.0), "header and pixels", took["read"], Budget(ratio=0.1))
    )
    note(Row("… the whole walk, elements made", took["walk"], "header and pixels", took["read"]))


def _trusting(content: bytes, position: int) -> dict[BaseTag, RawDataElement]:
    """Cut a data set (explicit, little endian, no sequences of undefined length) into elements as whoever believes its lengths would."""
    found: dict[BaseTag, RawDataElement] = {}
    while True:
        group, element, code, length = _SHORT(content, position)
        tag, value = BaseTag(group << 16 | element), position + 8
        if code in _LONG_ONES:
            value, length = position + 12, _LONG(content, position + 8)[0]
        if tag in PIXELS:
            return found
        position = value + length
        found[tag] = tuple.__new__(RawDataElement, (tag, code.decode(), length, content[value:position], value, False, True, True, False))
