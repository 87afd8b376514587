"""What the tests of exchange formats share: write sheets as a data set in memory, read it back, compare masks, damage files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Chosen, Item, Page, Source
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange


def written(exchange: Exchange, *sheets: Sheet, splits: Sequence[str] = (), **values: str) -> dict[str, bytes]:
    """The files of a data set; the sheets are called a, b, … and go to the splits in turn."""
    chosen = Chosen(sheets[0].project, {"pictures": "no", **values}, tuple(splits))
    files: dict[str, bytes] = {}
    parts = []
    for number, sheet in enumerate(sheets):
        made = exchange.write([Item(sheet, "abcdefgh"[number], splits[number % len(splits)] if splits else "")], chosen)
        assert not set(files) & set(made.files)
        files.update(made.files)
        parts.append(made.part)
    return {**files, **exchange.finish(parts, chosen)}


def read(exchange: Exchange, files: Mapping[str, bytes], *sheets: Sheet) -> list[Page | AnnotatorError]:
    """What a reader finds in files; the sheets' images are there, and their project."""
    assert exchange.read is not None
    project = sheets[0].project if sheets else None
    return list(exchange.read(Source(tuple(sorted(files)), files.__getitem__, tuple(sheet.image for sheet in sheets), project)))


def pages(exchange: Exchange, files: Mapping[str, bytes], *sheets: Sheet) -> list[Page]:
    """The same where every file can be used."""
    found = read(exchange, files, *sheets)
    assert not [str(error) for error in found if isinstance(error, AnnotatorError)]
    return [page for page in found if isinstance(page, Page)]


def told(page: Page) -> str:
    """All remarks of a page."""
    return "; ".join(map(str, page.remarks))


def masks_of(page: Page, sheet: Sheet) -> list[tuple[str, Mask]]:
    """Category and mask of each mark."""
    rows, columns = sheet.image.rows, sheet.image.columns
    return [(mark.label.key, shape_mask(mark.shape, rows, columns, 2.0)) for mark in page.marks]


def cut_short(content: bytes, parts: int = 20) -> Iterator[bytes]:
    """A file truncated at each twentieth."""
    for n in range(parts):
        yield content[: len(content) * n // parts]


def sized(sheet: Sheet, rows: int, columns: int) -> Sheet:
    """The sheet of an image of another size, without a file."""
    return replace(sheet, image=replace(sheet.image, rows=rows, columns=columns, path=""))


def strokes(rows: int, columns: int) -> st.SearchStrategy[Region]:
    """Regions as strokes make them, on whole, half and odd places, with holes, parts, and vertices beyond the image."""
    places = st.one_of(st.integers(-4, 2 * max(rows, columns) + 4).map(lambda n: n / 2), st.floats(-3, max(rows, columns) + 3))
    points = st.lists(st.tuples(places, places), min_size=3, max_size=14)
    return points.map(lambda p: region_of_stroke(p, rows, columns)).filter(lambda region: not region.empty)
