"""Whatever exchange format is found: what is written is read back, and bad files neither raise nor hang."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from time import monotonic
from typing import cast

import pytest

from annotator.dicom.phantom import write_study
from annotator.domain.exchange import Chosen, Item, Page, Source
from annotator.domain.losses import Trait
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.plugins import offers
from tests.formats.items import files_of
from tests.formats.sheets import sheet_of

FORMATS = cast("tuple[Exchange, ...]", offers("annotator.formats", "EXCHANGE"))
READ = [one for one in FORMATS if one.read is not None]
BOX = Region.box(12.0, 8.0, 40.0, 30.0)
TRIANGLE = Region(((((60.25, 50.5), (110.0, 61.0), (70.5, 100.75)),),))
SECONDS = 20.0


@cache
def study(folder):
    made = sorted(write_study(folder, ("chest-ct",), small=True), key=lambda truth: str(truth.path))[:3]
    sheets = [sheet_of(truth.path, ("CCT1", BOX), ("CCT4", TRIANGLE)) for truth in made]
    ordered = sorted(sheets, key=lambda sheet: sheet.image.plane.distance())
    return [Item(replace(s, names=replace(s.names, image=f"{n:04d}")), f"cct_{n:04d}") for n, s in enumerate(ordered, start=1)]


@pytest.fixture(scope="session")
def items(tmp_path_factory):
    return study(tmp_path_factory.mktemp("exchange"))


def source_of(files, items):
    return Source(tuple(files), files.__getitem__, tuple(item.sheet.image for item in items), items[0].sheet.project)


def read(format, files, items):
    return list(format.read(source_of(files, items)))


def meant(page, items):
    """The item that a page is about: by its key, else by a file name that holds the stem."""
    found = [i for i in items if page.where.key == i.sheet.image.key]
    return (found or [i for i in items if i.stem in page.where.file_name or i.stem in page.place])[0]


def category_of(label, item):
    """The key of the category that is meant: by key, else by name, else by id."""
    told = (lambda c: c.key == label.key, lambda c: c.name == label.name, lambda c: c.id == label.id)
    return next(category.key for same in told for category in item.sheet.categories if same(category))


@pytest.mark.parametrize("format", READ, ids=lambda one: one.id)
def test_what_is_written_is_read_back_to_the_pixel(format, items):
    found = read(format, files_of(format, items), items)
    assert not [str(one) for one in found if isinstance(one, AnnotatorError)]
    chosen = Chosen(items[0].sheet.project)
    back = {}
    for page in found:
        item = meant(page, items)
        rows, columns = item.sheet.image.rows, item.sheet.image.columns
        for mark in page.marks:
            place = (item.stem, category_of(mark.label, item))
            back[place] = back.get(place, Mask.none(rows, columns)) | region_mask(mark.shape, rows, columns)
    wanted = {}
    for item in items:
        sheet = item.sheet
        for annotation in sheet.annotations:
            mask = format.held(sheet, annotation, chosen) if format.held else None
            boxed = Trait.OUTLINES in format.cannot_hold
            shape = Region.box(*annotation.shape.bounds) if boxed else annotation.shape
            wanted[item.stem, annotation.category] = mask or region_mask(shape, sheet.image.rows, sheet.image.columns)
    assert back.keys() == wanted.keys()
    assert [place for place in wanted if back[place] != wanted[place]] == []


def spoiled(content):
    """A file as bad days leave it."""
    chance = random.Random(len(content))
    yield "empty", b""
    for part in range(1, 20):
        yield f"cut at {part}/20", content[: len(content) * part // 20]
    yield "UTF-16", content.decode("utf-8", "replace").encode("utf-16")
    yield "not a number", content.replace(b"1", b"NaN")
    yield "nested", b"[" * 200_000
    yield "nested objects", b'{"a":' * 200_000
    yield "zeros", bytes(1000)
    for n in range(20):
        flipped = bytearray(content)
        for _ in range(1 + n % 3):
            if flipped:
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        yield f"flipped {n}", bytes(flipped)


@pytest.mark.parametrize("format", READ, ids=lambda one: one.id)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_spoiled_file_neither_raises_nor_hangs(format, items):
    files = files_of(format, items[:2])
    heavy = [name for name in files if not name.startswith(("images/", "JPEGImages/"))][:4]
    for name in heavy:
        for kind, content in spoiled(files[name]):
            started = monotonic()
            found = read(format, files | {name: content}, items[:2])
            assert monotonic() - started < SECONDS, (name, kind)
            assert all(isinstance(one, Page | AnnotatorError) for one in found), (name, kind)
            for error in found:
                if isinstance(error, AnnotatorError):
                    assert str(error) and len(str(error)) < 2000, (name, kind)


@pytest.mark.parametrize("format", FORMATS, ids=lambda one: one.id)
def test_a_data_set_without_annotations_can_be_written(format, items):
    empty = [replace(item, sheet=replace(item.sheet, annotations=())) for item in items]
    files = files_of(format, empty)
    assert all(isinstance(content, bytes) for content in files.values())
    if format.read is not None and files:
        assert not any(one.marks for one in read(format, files, empty) if isinstance(one, Page))
