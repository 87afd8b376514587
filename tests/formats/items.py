"""Data sets on their way out and back: sheets without a DICOM file behind them, written by an exchange format and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from annotator.domain.annotation import Annotation, Drawn, Shape
from annotator.domain.delivery import Names, Sheet
from annotator.domain.exchange import Chosen, Item, Mark, Page, Source
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.path import Path
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.shapes import region_of_stroke, trace
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from tests.formats.sheets import TIME, bundled, toolname_of

ROWS, COLUMNS = 48, 64
WINDOW = Drawn("김판독", TIME, -600.0, 1600.0, 2.5, 7)


def image(number: int = 1, rows: int = ROWS, columns: int = COLUMNS) -> Image:
    """A CT slice of which no file is there; slices lie 2.5 mm apart, pixels are 0.5 mm high and 0.75 mm wide."""
    plane = Plane((-10.0, 20.0, 2.5 * number), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.75))
    uids = ("1.2.840.10008.5.1.4.1.1.2", "1.2.826.0.2", "1.2.826.0.3", "1.2.826.0.4")
    return Image(ImageKey(f"1.2.826.0.1.{number}"), "", 1, rows, columns, "CT", *uids, plane, plane.spacing)


def item(*shapes: Shape | tuple[str, Shape], number: int = 1, split: str = "", line_width: float | None = 2) -> Item:
    """An image of the lung project with shapes drawn on it, of the first category or of the one named."""
    project, own = bundled(), image(number)
    project = replace(project, mask=replace(project.mask, line_width=line_width))
    modality = project.modality_of("CT")
    assert modality is not None
    drawn = [shape if isinstance(shape, tuple) else ("CCT1", shape) for shape in shapes]
    annotations = tuple(Annotation(n, own.key, key, toolname_of(shape), shape) for n, (key, shape) in enumerate(drawn, start=1))
    names = Names("P000001", "S001", f"{number:04d}", "malignant")
    return Item(Sheet(project, modality, own, names, annotations, time=TIME), f"cct_P000001_S001_{number:04d}", split)


def described(one: Item, **said: object) -> Item:
    """The item, its annotations with more said of them."""
    return replace(one, sheet=replace(one.sheet, annotations=tuple(replace(a, **said) for a in one.sheet.annotations)))


def files_of(format: Exchange, items: Sequence[Item], splits: tuple[str, ...] = (), **values: str) -> dict[str, bytes]:
    """Every file of a data set, as the driver writes them."""
    chosen = Chosen(items[0].sheet.project, values, splits)
    units = [items] if format.unit == "series" else [[one] for one in items]
    files: dict[str, bytes] = {}
    parts = []
    for unit in units:
        written = format.write(unit, chosen)
        assert not set(files) & set(written.files), "no file stands twice"
        files.update(written.files)
        parts.append(written.part)
    return files | dict(format.finish(parts, chosen))


def pages_of(format: Exchange, files: dict[str, bytes], items: Sequence[Item] = ()) -> tuple[list[Page], list[AnnotatorError]]:
    """What a format reads out of files: pages, and what could not be read."""
    assert format.read is not None
    project = items[0].sheet.project if items else None
    found = list(format.read(Source(tuple(files), files.__getitem__, tuple(one.sheet.image for one in items), project)))
    return [one for one in found if isinstance(one, Page)], [one for one in found if isinstance(one, AnnotatorError)]


def mask_of(shape: Shape, one: Item) -> Mask:
    """The pixels of a shape on an item's image."""
    return shape_mask(shape, one.sheet.image.rows, one.sheet.image.columns, one.sheet.project.mask.line_width)


def same(mark: Mark, annotation: Annotation) -> bool:
    """Whether a mark says all that was said of an annotation, but for its category."""
    return (mark.shape, mark.toolname, mark.id, mark.drawn, mark.tool, mark.parent, mark.attributes, mark.note) == (
        annotation.shape, annotation.toolname, annotation.id, annotation.drawn, annotation.tool, annotation.parent, annotation.attributes,
        annotation.note,
    )  # fmt: skip


def _within(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    whole = np.zeros((ROWS, COLUMNS), dtype=bool)
    whole[-9:, -11:] = pixels
    return whole


_PLACES = some.sampled_from((1, 2, 5, 64)).flatmap(
    lambda fine: some.tuples(some.integers(0, COLUMNS * fine), some.integers(0, ROWS * fine)).map(lambda p: (p[0] / fine, p[1] / fine))
)
STROKES = (
    some.lists(_PLACES, min_size=3, max_size=9, unique=True)
    .map(lambda points: region_of_stroke(points, ROWS, COLUMNS))
    .filter(lambda r: not r.empty)
)
"""What a hand may draw: on pixel edges, on centres, on fifths, or anywhere."""
TRACED = (
    arrays(bool, (9, 11)).filter(lambda pixels: pixels.any()).map(lambda pixels: trace(Mask.of(_within(pixels))))
)
"""Any mask: holes, parts, parts that meet at a corner, pixels at the image's edges."""
LINES = some.lists(_PLACES, min_size=2, max_size=6, unique=True).map(lambda points: Path((tuple(points),)))
SHAPES = STROKES | TRACED | LINES
