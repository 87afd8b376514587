"""The walk over a header: taking runs of plain elements at once changes nothing of what it finds, refuses or asks for."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path
from struct import pack

import pytest
from pydicom.dataelem import RawDataElement

from annotator.dicom.elements import Coding, Malformed, MoreNeeded, Walk
from tests.dicom.written import element, part10, sample
from tests.faults.fuzz.campaign import damaged

KEPT = Path(__file__).parents[1] / "faults" / "fuzz" / "kept"
CODINGS = (Coding(implicit=False, little=True), Coding(implicit=True, little=True), Coding(implicit=False, little=False))
SAMPLES = ("CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "rtplan.dcm", "liver_1frame.dcm", "UN_sequence.dcm")
DAMAGED = 1500


class Slow(Walk):
    """A walk that weighs every element by itself."""

    def _collected(self, position: int, previous: int, only: int | None) -> tuple[int, int]:
        return position, previous

    def _passed(self, position: int, limit: int, implicit: bool) -> int:
        return position


def outcome(walk: Walk, start: int, group: int | None, whole: bool) -> tuple[object, ...]:
    """What a walk found, or why it did not end."""
    try:
        end: object = walk.header(start, group, whole=whole)
    except (Malformed, MoreNeeded) as error:
        end = type(error), str(error)
    assert all(type(found) is RawDataElement for found in walk.elements.values())
    return end, list(walk.elements.items()), walk.pixels, walk.ascending, walk._count


def seeds() -> list[bytes]:
    """Headers of many kinds, and one whose sequences lie in each other."""
    inner = pack("<HHL", 0xFFFE, 0xE000, 24) + element(0x00080100, "SH", b"ABCD") + element(0x00080102, "SH", b"EFGH")
    outer = pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + element(0x00089215, "SQ", inner) + pack("<HHL", 0xFFFE, 0xE00D, 0)
    nested = part10(element(0x00080060, "CS", b"CT"), element(0x00089124, "SQ", outer), element(0x00280010, "US", b"\1\0"))
    files = [sample(name).read_bytes()[:6000] for name in SAMPLES]
    return [nested, *files, *(path.read_bytes()[:6000] for path in sorted(KEPT.glob("header-*.bin")))]


@pytest.mark.parametrize("coding", CODINGS, ids=str)
def test_runs_of_plain_elements_are_as_weighed_one_by_one(coding: Coding) -> None:
    chance, made = random.Random(7), seeds()
    ends = set[object]()
    for content in (*made, *islice(damaged(made, chance), DAMAGED)):
        have = content[: chance.choice((len(content), chance.randrange(len(content) + 1)))]
        size = max(len(content) + chance.choice((-5, 0, 0, 0, 3, 500)), 0)
        most = chance.choice((100_000, chance.randrange(60)))
        start, group, whole = chance.choice((0, 132, 200, 340)), chance.choice((None, None, 2)), chance.random() < 0.2
        said = [outcome(kind(have, size, coding, most=most), start, group, whole) for kind in (Slow, Walk)]
        assert said[0] == said[1]
        ends.add(said[0][0] if isinstance(said[0][0], tuple) else "read")
    assert len(ends) > 3, "every way to end was met"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_whole_header_is_as_weighed_one_by_one(name: str) -> None:
    content = sample(name).read_bytes()
    for coding in CODINGS:
        meta = [outcome(kind(content, len(content), CODINGS[0]), 132, 2, False) for kind in (Slow, Walk)]
        assert meta[0] == meta[1]
        begin = meta[0][0]
        assert isinstance(begin, int)
        said = [outcome(kind(content, len(content), coding), begin, None, False) for kind in (Slow, Walk)]
        assert said[0] == said[1]
