"""Regions are bound to lines, lines are answered on their own image, and what is said of lines is undone as every edit is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from annotator.domain import facts
from annotator.domain.annotation import BOX, FREE, LINE, Annotation
from annotator.domain.binding import REFERENCE, TAKES_CATEGORY, bound, dispute, excuse, forbidden, rebind, see_nothing
from annotator.domain.coverage import Coverage, answering_pass, answers_lines, coverage, proposed
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.line_rule import Meaning
from annotator.domain.merge import Mode, Pen, Refusal, draw
from annotator.domain.path import Path
from annotator.domain.project import Modality, Pass
from annotator.domain.region import Region
from annotator.domain.regrouping import merge, split
from annotator.domain.retouching import Rules
from annotator.workspace.work import united

A, B = ImageKey("1.2"), ImageKey("1.3")
IMAGE = Image(A, "", 1, 100, 100, "CT", "", "", "")


def line(number: int, *points: tuple[float, float], key: ImageKey = A, lesion: int | None = None, category: str = "CCT1") -> Annotation:
    return Annotation(number, key, category, LINE, Path((points,)), lesion=lesion)


def box(number: int, *sides: float, key: ImageKey = A, lesion: int | None = None, answers: tuple[ImageKey, int] | None = None,
        category: str = "CCT1") -> Annotation:  # fmt: skip
    return Annotation(number, key, category, BOX, Region.box(*sides), lesion=lesion, answers=answers)


def case(*there: Annotation, said: dict[str, str] | None = None) -> Document:
    found: dict[ImageKey, tuple[Annotation, ...]] = {}
    for a in there:
        found[a.image] = (*found.get(a.image, ()), a)
    return Document(found, {}, said or {})


def seen(document: Document, meaning: Meaning = Meaning.ALONG, order: Sequence[ImageKey] = (A, B)) -> Coverage:
    return coverage([a for there in document.annotations.values() for a in there], document.facts, meaning, order)


def after(before: Document, edit: Edit | Refusal) -> Document:
    assert isinstance(edit, Edit), edit
    done = apply(before, edit)
    assert apply(done, edit.inverse()) == before
    return done


FLAT = line(1, (10, 50), (30, 50))


@pytest.mark.parametrize(("sides", "share", "enough"), [
    ((5, 40, 35, 60), 1.0, True),
    ((15, 40, 35, 60), 0.75, True),
    ((20, 40, 35, 60), 0.5, True),
    ((21, 40, 35, 60), 0.45, False),
    ((14, 40, 19, 60), 0.25, False),
], ids=str)  # fmt: skip
def test_along_a_line_its_middle_and_half_of_it_must_be_held(sides: tuple[float, ...], share: float, enough: bool) -> None:
    (answer,) = seen(case(FLAT, box(2, *sides))).lines
    assert (answer.share, answer.enough, answer.settled) == (pytest.approx(share), enough, True)


def test_half_of_a_line_without_its_middle_is_not_enough() -> None:
    two = case(FLAT, box(2, 9, 40, 15, 60, answers=(A, 1)), box(3, 25, 40, 31, 60, answers=(A, 1)))
    (answer,) = seen(two).lines
    assert (answer.share, answer.enough) == (pytest.approx(0.5), False)
    assert seen(two).weak == (answer,)


def test_across_only_the_middle_counts_and_around_what_lies_within() -> None:
    small, beside = box(2, 19, 48, 21, 52), box(2, 22, 48, 30, 52)
    assert [seen(case(FLAT, region), Meaning.ACROSS).lines[0].enough for region in (small, beside)] == [True, False]
    ring = line(1, (10, 10), (30, 10), (30, 30), (10, 30))
    for sides, share, enough in (((12, 12, 28, 28), 1.0, True), ((20, 10, 40, 30), 0.5, True), ((25, 10, 45, 30), 0.25, False)):
        (answer,) = seen(case(ring, box(2, *sides)), Meaning.AROUND).lines
        assert (answer.share, answer.enough) == (pytest.approx(share), enough)


def test_a_region_answers_the_line_that_it_covers_most_else_none() -> None:
    other = line(2, (10, 80), (30, 80))
    most, none = box(3, 5, 45, 35, 85), box(4, 60, 60, 70, 70)
    assert proposed(Region.box(5, 40, 20, 85), (FLAT, line(2, (18, 80), (30, 80))), Meaning.ALONG) == FLAT
    assert proposed(most.shape, (FLAT, other), Meaning.ALONG, (A, 2)) == other  # as much of both: the one that is asked for
    found = seen(case(FLAT, other, most, none))
    assert ([a.line.id for a in found.open], found.strays) == ([2], (none,))


def test_a_line_is_answered_by_a_lesion_and_measured_on_its_own_slice() -> None:
    above = box(1, 12, 45, 28, 55, key=B, lesion=4)
    without = seen(case(FLAT, above))
    assert ([a.line.id for a in without.open], without.strays) == ([1], (above,))
    whole = seen(case(FLAT, box(2, 5, 45, 35, 55, lesion=4), above))
    assert (whole.open, whole.strays, len(whole.lines[0].regions), whole.lines[0].share) == ((), (), 2, pytest.approx(1.0))


def test_an_answer_that_leaves_out_the_slice_of_its_line_is_a_remark() -> None:
    (answer,) = seen(case(FLAT, box(1, 12, 45, 28, 55, key=B, answers=(A, 1)))).lines
    assert (answer.settled, answer.share, answer.enough) == (True, 0.0, False)


def test_lines_that_show_one_lesion_are_answered_together() -> None:
    lines = line(1, (10, 50), (30, 50), lesion=1), line(1, (10, 50), (30, 50), key=B, lesion=1)
    found = seen(case(*lines, box(2, 5, 45, 35, 55)))
    assert (found.open, [answer.enough for answer in found.lines]) == ((), [True, False])


def test_a_binding_to_a_line_that_is_gone_counts_for_nothing() -> None:
    left = box(2, 60, 60, 70, 70, answers=(A, 9))
    assert seen(case(FLAT, left)).strays == (left,)


def test_a_stroke_is_bound_with_the_category_of_its_line_and_stays_so_through_add_sub_split_and_merge() -> None:
    start = case(replace(FLAT, category="CCT3"))
    pen = Pen("CCT1", "악성", FREE, "tool.free")
    first = draw(start, IMAGE, Region.box(5, 45, 35, 55), Mode.NEW, pen)
    assert isinstance(first, Edit)
    drawn = after(start, bound(start, first, Meaning.ALONG))
    region = drawn.on(A)[1]
    assert (region.answers, region.category) == ((A, 1), "CCT3")
    pen = replace(pen, category="CCT3")
    added = after(drawn, draw(drawn, IMAGE, Region.box(30, 45, 60, 55), Mode.ADD, pen))
    cut = after(added, draw(added, IMAGE, Region.box(40, 40, 44, 60), Mode.SUB, pen))
    parted = after(cut, split(cut, IMAGE, {2}, Rules()))
    assert [(a.id, a.parent, a.answers) for a in parted.on(A)[1:]] == [(2, None, (A, 1)), (3, 2, (A, 1))]
    alone = case(FLAT, box(2, 60, 60, 70, 70), box(3, 5, 45, 35, 55, answers=(A, 1)))
    assert after(alone, merge(alone, IMAGE, {2, 3}, Rules())).on(A)[1].answers == (A, 1)
    assert after(alone, draw(alone, IMAGE, Region.box(30, 50, 65, 65), Mode.ADD, replace(pen, category="CCT1"))).on(A)[1].answers == (A, 1)


def test_another_line_may_be_chosen_and_the_lesion_goes_along() -> None:
    other = line(2, (10, 80), (30, 80), category="CCT2")
    start = case(FLAT, other, box(3, 5, 45, 35, 85, lesion=1, answers=(A, 1)), box(1, 5, 45, 35, 85, key=B, lesion=1))
    done = after(start, rebind(start, [start.on(A)[2]], other))
    assert [(a.answers, a.category) for a in (done.on(A)[2], done.on(B)[0])] == [((A, 2), "CCT2")] * 2
    assert isinstance(rebind(done, [done.on(A)[2]], other), Refusal)
    assert isinstance(rebind(done, [], other), Refusal)


def test_an_excuse_settles_a_line_and_a_dispute_does_not() -> None:
    start = case(FLAT)
    disputed = after(start, dispute(start, FLAT, "양성으로 보임"))
    assert (seen(disputed).lines[0].dispute, seen(disputed).lines[0].settled) == ("양성으로 보임", False)
    excused = after(disputed, excuse(disputed, FLAT, "병변 아님"))
    assert (seen(excused).open, seen(excused).lines[0].excuse) == ((), "병변 아님")
    assert seen(after(excused, excuse(excused, FLAT, " "))).open
    assert facts.about(facts.excuse(A, 1)) == A
    assert after(start, see_nothing(start, facts.NO_LESION)).facts == {facts.NOTHING_SEEN: facts.NO_LESION}
    assert isinstance(excuse(start, FLAT, ""), Refusal)


def test_a_second_pass_changes_neither_lines_nor_the_category_of_what_answers_them() -> None:
    region = box(2, 5, 45, 35, 55, answers=(A, 1))
    assert forbidden(Edit(REFERENCE, (Change(FLAT, None),))) is REFERENCE
    assert forbidden(Edit(REFERENCE, (Change(None, FLAT),))) is REFERENCE
    assert forbidden(Edit(REFERENCE, (Change(region, replace(region, category="CCT2")),))) is TAKES_CATEGORY
    assert forbidden(Edit(REFERENCE, (Change(region, replace(region, category="CCT2", answers=(A, 3))), Change(None, region)))) is None


def test_a_modality_has_an_answering_pass_where_lines_come_before_regions() -> None:
    lines, boxes = Pass("specialist", (LINE,)), Pass("annotator", (BOX,))
    modality = Modality("XRY", "x", "x", ("DX",), "XRY", passes=(lines, boxes))
    assert answering_pass(modality) is boxes
    assert answering_pass(replace(modality, passes=(boxes,))) is None
    assert (answers_lines(None), answers_lines(replace(modality, passes=(lines,)))) == (False, False)


def test_two_versions_of_a_case_keep_their_bindings_and_excuses_under_the_ids_that_they_get() -> None:
    own = case(FLAT)
    theirs = case(line(1, (60, 50), (80, 50)), box(2, 55, 45, 85, 55, answers=(A, 1)), said={facts.excuse(A, 1): "병변 아님"})
    whole = united([own, theirs])
    (_, region, moved) = whole.on(A)
    assert (moved.shape, region.answers) == (theirs.on(A)[0].shape, (A, moved.id))
    assert whole.facts == {facts.excuse(A, moved.id): "병변 아님"}
