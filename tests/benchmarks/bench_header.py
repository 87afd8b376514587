"""What it costs that a header is looked through for harm: the walk that holds lengths, depth and number also reads it, in one go.

The budget is that of the scan on top of a reading: a tenth.  There is no reading without it to compare with, so pydicom's stands for that.
"""

from __future__ import annotations

import time
from pathlib import Path

from pydicom import dcmread
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.dicom.header import images_of, read_header
from annotator.dicom.pixels import picture
from tests.benchmarks.aside import ROUNDS
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row, middle


def test_a_header_within_its_limits(benchmark: BenchmarkFixture, note: Note, chest: Path) -> None:
    paths = sorted(chest.rglob("*.dcm"))[:100]
    own: list[float] = []
    peer: list[float] = []
    whole: list[float] = []

    def each() -> None:
        for seconds, read in ((own, read_header), (peer, _by_pydicom), (whole, _shown)):
            start = time.perf_counter()
            for path in paths:
                read(path)
            seconds.append(time.perf_counter() - start)

    benchmark.pedantic(each, rounds=ROUNDS + 1)
    note(Row("headers within their limits, 100 CT", middle(own[1:]), "pydicom", middle(peer[1:]), Budget(ratio=1.1)))
    note(Row("… beside reading header and pixels", middle(own[1:]), "all of it", middle(whole[1:])))


def _by_pydicom(path: Path) -> object:
    return dcmread(path, stop_before_pixels=True)


def _shown(path: Path) -> object:
    return picture(images_of(read_header(path), path)[0])
