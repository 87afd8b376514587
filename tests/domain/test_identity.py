"""Who drew it, when, what was written of it and what it is tied to survive any Add and Sub; nothing else in the document changes."""

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.annotation import BOX, FREE, Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.image import ImageKey
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.domain.regrouping import split
from tests.domain import oracle
from tests.domain.retouched import BOXES, COLUMNS, IMAGE, KEY, PLAIN, ROWS, boxes, lines, mask, regions

OTHER = ImageKey("1.2.9")
CATEGORIES = ("CCT1", "CCT3")
HAND = Drawn("lee", "2026-05-06T07:08:09+09:00", -600.0, 1500.0, 3.5, 4)
words = st.text("왼쪽 above?", max_size=5).map(str.strip)

circumstances = st.builds(
    Drawn, st.sampled_from(["kim", "park", "이영희"]), st.integers(10, 59).map(lambda n: f"2026-01-02T03:04:{n}+09:00"),
    st.sampled_from([40.0, -600.0]), st.sampled_from([400.0, 1500.0]), st.sampled_from([0.5, 2.0]), st.integers(0, 9),
)  # fmt: skip
attributes = st.dictionaries(st.sampled_from(["margin", "size", "side"]), st.sampled_from("123")).map(lambda d: tuple(sorted(d.items())))
known = st.fixed_dictionaries(
    {
        "category": st.sampled_from(CATEGORIES[:1] * 3 + CATEGORIES),
        "drawn": circumstances,
        "tool": st.sampled_from(["tool.free", "tool.brush", "tool.grow"]),
        "parent": st.none() | st.integers(1, 20),
        "lesion": st.none() | st.integers(1, 3),
        "locked": st.integers(0, 5).map(lambda n: n == 5),
        "attributes": attributes,
        "note": words,
        "answers": st.none() | st.integers(1, 9).map(lambda n: (OTHER, n)),
    }
)


def rich(number, shape, facts):
    toolname = "Line" if isinstance(shape, Path) else BOX if shape.is_box else FREE
    return Annotation(number, KEY, facts["category"], toolname, shape, **{k: v for k, v in facts.items() if k != "category"})


@st.composite
def rich_documents(draw_):
    numbers = draw_(st.lists(st.integers(1, 20), min_size=2, max_size=5, unique=True).map(sorted))
    shapes = st.one_of(regions, boxes, lines)
    found = tuple(rich(n, draw_(shapes), draw_(known)) for n in numbers)
    beside = tuple(replace(rich(n, draw_(shapes), draw_(known)), image=OTHER) for n in (1, 2))
    issued = max(numbers) + draw_(st.integers(0, 3))
    return Document({KEY: found, OTHER: beside}, {KEY: issued, OTHER: 2}, {"view": "LCC"})


ALL = Region.box(0.0, 0.0, float(COLUMNS), float(ROWS))
drawn_shapes = st.one_of(regions, boxes, lines, st.just(ALL))
pens = st.builds(
    Pen, st.sampled_from(CATEGORIES), st.just("name"), st.sampled_from([FREE, BOX]), st.just("tool.ellipse"), st.just(HAND),
    st.booleans(), st.booleans(),
)  # fmt: skip


def filled(annotation):
    """The pixels of an area by the oracle; none of a line."""
    shape = annotation.shape if isinstance(annotation, Annotation) else annotation
    return oracle.even_odd(list(shape.rings), ROWS, COLUMNS) if isinstance(shape, Region) else np.zeros((ROWS, COLUMNS), dtype=bool)


def alike(a, b):
    return isinstance(getattr(a, "shape", a), Region) == isinstance(getattr(b, "shape", b), Region)


def touch(a, b):
    one, two = (s.geometry if isinstance(s, Region) else shapely.MultiLineString(list(s.parts)) for s in (a, b))
    return shapely.distance(one, two) == 0


def only_another_shape(old, new):
    """Whether all but the shape, and how its points are to be read, is as it was."""
    return replace(new, shape=old.shape, toolname=old.toolname) == old


@settings(max_examples=settings.default.max_examples * 2)
@given(rich_documents(), drawn_shapes, st.sampled_from([Mode.ADD, Mode.SUB]), pens, st.sets(st.integers(1, 20), max_size=2))
def test_all_but_the_shape_survives_and_nothing_else_changes(before, shape, mode, pen, selection):
    _survives(before, shape, mode, pen, selection)


@given(rich_documents(), pens)
def test_of_several_that_become_one_nothing_that_was_known_is_lost(before, pen):
    _survives(before, ALL, Mode.ADD, pen, ())


def _survives(before, shape, mode, pen, selection):
    edit = draw(before, IMAGE, shape, mode, pen, selection)
    if not isinstance(edit, Edit):
        return
    after = apply(before, edit)
    assert apply(after, edit.inverse()) == before
    assert after.on(OTHER) == before.on(OTHER) and after.facts == before.facts
    free = [a for a in before.on(KEY) if alike(a, shape) and not a.locked]
    meant = [a for a in free if a.id in selection] or [a for a in free if a.category == pen.category]
    chosen = any(a.id in selection for a in free)
    joined = [a for a in meant if chosen or touch(a.shape, shape)] if mode is Mode.ADD else []
    may_lose = [] if not pen.exclusive or isinstance(shape, Path) or mode is Mode.SUB else [a for a in free if a not in joined]
    for old in before.on(KEY):
        new = after.find(KEY, old.id)
        if old in joined:
            _one_of_several(old, new, joined)
        elif (mode is Mode.SUB and old in meant) or old in may_lose:
            _lost_pixels_only(old, new, shape, mode)
        else:
            assert new == old
    made = [a for a in after.on(KEY) if before.find(KEY, a.id) is None]
    if mode is Mode.SUB or joined:
        assert made == []
        return
    (new,) = made
    assert new.id > max([before.issued[KEY], *(a.id for a in before.on(KEY))])
    plain = Annotation(new.id, KEY, pen.category, new.toolname, new.shape, HAND, "tool.ellipse")
    assert new == plain


def _one_of_several(old, new, joined):
    """The oldest of those that become one keeps all it has and gets what it lacks; the others go."""
    oldest = min(joined, key=lambda a: a.id)
    if old is not oldest:
        assert new is None
        return
    for name in ("id", "image", "category", "drawn", "tool", "parent", "locked"):
        assert getattr(new, name) == getattr(old, name)
    akin = [a for a in joined if a.category == old.category]
    assert new.lesion == next((a.lesion for a in (old, *akin) if a.lesion is not None), None)
    assert set(old.attributes) <= set(new.attributes) <= {pair for a in akin for pair in a.attributes}
    assert {name for name, _ in new.attributes} == {name for a in akin for name, _ in a.attributes}
    assert new.note.startswith(old.note) and all(a.note in new.note for a in joined)
    assert new.answers == next((a.answers for a in (old, *joined) if a.answers is not None), None)
    if len(joined) == 1:
        assert only_another_shape(old, new)


def _lost_pixels_only(old, new, shape, mode):
    """What something is taken from is itself with fewer pixels, and gone only with the last of them."""
    had = filled(old)
    if new is None:
        assert isinstance(shape, Path) or had.any()
        assert mode is Mode.ADD or isinstance(shape, Path) or not (had & ~filled(shape)).any()
        return
    assert only_another_shape(old, new)
    assert isinstance(old.shape, Path) == isinstance(new.shape, Path)
    if isinstance(new.shape, Region) and new.toolname != BOX:
        assert not (filled(new) & ~had).any()
        assert new.toolname == FREE or new == old


@given(regions, known, st.sampled_from([PLAIN, BOXES]))
def test_a_part_that_is_split_off_by_a_cut_names_its_parent(shape, facts, rules):
    """A bar through an area leaves one annotation in parts, with all it had; separated, each has it too and names where it came from."""
    whole = rich(4, shape, {**facts, "locked": False, "category": "CCT1"})
    before = Document({KEY: (whole,)}, {KEY: 6})
    bar = Region.box(0.0, 5.0, float(COLUMNS), 6.0)
    edit = draw(before, IMAGE, bar, Mode.SUB, Pen("CCT1", "name", FREE, "tool.free", HAND))
    if isinstance(edit, Edit):
        cut = apply(before, edit)
        assert len(cut.on(KEY)) <= 1 and all(only_another_shape(whole, a) for a in cut.on(KEY))
    else:
        cut = before
    apart = split(cut, IMAGE, [4], rules) if cut.on(KEY) else None
    if not isinstance(apart, Edit):
        return
    parts = apply(cut, apart).on(KEY)
    assert len(parts) > 1 and parts[0].id == 4 and only_another_shape(whole, parts[0])
    for part in parts[1:]:
        assert part.id > 6 and part.parent == 4
        assert only_another_shape(whole, replace(part, id=4, parent=whole.parent))
    assert rules is BOXES or np.array_equal(np.logical_or.reduce([filled(a) for a in parts]), filled(cut.on(KEY)[0]))
    assert rules is BOXES or sum(mask(a.shape).count for a in parts) == mask(cut.on(KEY)[0].shape).count
