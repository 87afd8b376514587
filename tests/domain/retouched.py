"""Documents of random annotations on one small image, and what every command must obey, for the tests of retouching and regrouping."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.retouching import Rules
from annotator.domain.shapes import region_of_stroke, trace

ROWS, COLUMNS = 12, 14
KEY = ImageKey("1.2.3")
IMAGE = Image(KEY, "", 1, ROWS, COLUMNS, "CT", "", "1.2", "1", spacing=(0.7, 0.5))
PLAIN, BOXES, EXCLUSIVE = Rules(), Rules(deliver_boxes=True), Rules(exclusive=True)
DRAWN = Drawn("kim", "2026-01-02T03:04:05+09:00", 40.0, 400.0, 2.0, 3)

halves = st.integers(0, 28).map(lambda n: n / 2)
anywhere = st.integers(0, 14 * 4096).map(lambda n: n / 4096)
strokes = st.lists(st.tuples(halves, halves), min_size=3, max_size=12) | st.lists(st.tuples(anywhere, anywhere), min_size=3, max_size=12)
arrays = st.integers(0, 2**42 - 1).map(
    lambda n: np.pad(np.array([(n >> i) & 1 for i in range(42)], dtype=bool).reshape(6, 7), ((0, ROWS - 6), (3, COLUMNS - 10)))
)
regions = (strokes.map(lambda points: region_of_stroke(points, ROWS, COLUMNS)) | arrays.map(lambda a: trace(Mask.of(a)))).filter(
    lambda region: not region.empty
)
boxes = st.tuples(halves, halves, halves, halves).map(lambda b: Region.box(*b)).filter(lambda r: r.is_box and not mask(r).empty)
lines = st.lists(st.tuples(anywhere, anywhere), min_size=2, max_size=4, unique=True).map(lambda points: Path((tuple(points),)))


def mask(shape):
    return region_mask(shape, ROWS, COLUMNS) if isinstance(shape, Region) else Mask.none(ROWS, COLUMNS)


def annotation(number, shape, category="CCT1", **facts):
    toolname = LINE if isinstance(shape, Path) else BOX if shape.is_box else FREE
    known = Annotation(number, KEY, category, toolname, shape, DRAWN, "tool.free", attributes=(("size", "3"),), note="왼쪽", lesion=7)
    return replace(known, **facts)


def document(*annotations):
    return Document({KEY: annotations}, {KEY: max(a.id for a in annotations)})


@st.composite
def documents(draw, shapes=regions, least=1, most=4, categories=("CCT1", "CCT3")):
    """Annotations with ids that are no row of numbers, some of them locked."""
    numbers = draw(st.lists(st.integers(1, 20), min_size=least, max_size=most, unique=True).map(sorted))
    return document(*(annotation(n, draw(shapes), draw(st.sampled_from(categories)), locked=draw(st.integers(0, 4)) == 0) for n in numbers))


def obey(before, edit):
    """Apply an edit, check what every edit must obey, and return the document after it."""
    after = apply(before, edit)
    undone = apply(after, edit.inverse())
    assert undone == before
    assert all(change.before != change.after for change in edit.changes)
    for old in before.on(KEY):
        new = after.find(KEY, old.id)
        if old.locked:
            assert new == old
        if new is not None:
            assert replace(new, shape=old.shape, toolname=old.toolname) == old
    for new in after.on(KEY):
        assert isinstance(new.shape, Path) or new.shape.geometry.is_valid
        assert isinstance(new.shape, Path) or not mask(new.shape).empty
        assert new.toolname != BOX or new.shape.is_box
        if before.find(KEY, new.id) is None:
            old = before.find(KEY, new.parent)
            assert new.id > max(a.id for a in before.on(KEY))
            assert replace(new, id=old.id, parent=old.parent, shape=old.shape, toolname=old.toolname) == old
    return after
