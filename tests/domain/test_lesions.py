"""Annotations that show one lesion are joined, parted, named, recategorised and deleted as one; versions of a case keep theirs apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from operator import is_

from annotator.domain import facts
from annotator.domain.annotation import FREE, Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.image import ImageKey
from annotator.domain.lesions import (
    LesionRegister,
    apart,
    delete,
    join,
    lesions,
    letter,
    members,
    next_number,
    recategorise,
    rename,
    separate,
    shared,
)
from annotator.domain.merge import Refusal
from annotator.domain.region import Region
from annotator.workspace.work import united

A, B, C = ImageKey("1"), ImageKey("2"), ImageKey("3")


def drawn(key: ImageKey, number: int, lesion: int | None = None, category: str = "CCT1") -> Annotation:
    return Annotation(number, key, category, FREE, Region.box(0, 0, 4, 4), lesion=lesion)


def document(*there: Annotation, **said: str) -> Document:
    found: dict[ImageKey, tuple[Annotation, ...]] = {}
    for a in there:
        found[a.image] = (*found.get(a.image, ()), a)
    return Document(found, {}, {name.replace("_", "."): text for name, text in said.items()})


def after(before: Document, edit: Edit | Refusal) -> Document:
    assert isinstance(edit, Edit)
    done = apply(before, edit)
    assert apply(done, edit.inverse()) == before
    return done


def test_an_annotation_without_a_number_is_listed_as_a_lesion_of_its_own() -> None:
    case = document(drawn(A, 1), drawn(A, 2, 7), drawn(B, 1, 7), drawn(C, 1), lesion_name_7="왼쪽 위")
    found = lesions(case, (A, B))
    assert [(one.number, [(a.image, a.id) for a in one.members], one.name) for one in found] == [
        (None, [(A, 1)], ""),
        (7, [(A, 2), (B, 1)], "왼쪽 위"),
    ]


def test_the_lesions_of_some_annotations_are_those_listed_in_that_order() -> None:
    case = document(drawn(A, 1), drawn(A, 2, 7), drawn(B, 1), drawn(B, 2, 7), drawn(B, 3), drawn(C, 1), drawn(C, 2, 8))
    register = LesionRegister()
    listed, every = register.lesions(case, (A, B, C)), [a for there in case.annotations.values() for a in there]
    for size in (1, 2, 3):
        for some in combinations(every[::-1], size):
            meant = tuple(one for one in listed if any(a in one.members for a in some))
            assert all(map(is_, register.among(some), meant)) and len(register.among(some)) == len(meant)
    assert register.among([drawn(C, 9), drawn(A, 3, 12)]) == ()


def test_joined_annotations_get_a_free_number_and_are_shared() -> None:
    case = document(drawn(A, 1), drawn(B, 1), drawn(C, 1, 4))
    joined = after(case, join(case, case.on(A)[0], [case.on(B)[0]]))
    assert shared(joined) == {(A, 1): 5, (B, 1): 5}
    assert next_number(joined) == 6


def test_joining_two_lesions_takes_all_members_along_and_one_name() -> None:
    case = document(drawn(A, 1, 1), drawn(B, 1, 1), drawn(B, 2, 2), drawn(C, 1, 2), lesion_name_2="b")
    joined = after(case, join(case, case.on(B)[0], [case.on(C)[0]]))
    assert len(members(joined, 1)) == 4
    assert joined.facts == {facts.lesion_name(1): "b"}
    assert isinstance(join(joined, joined.on(A)[0], [joined.on(C)[0]]), Refusal)


def test_a_lesion_of_one_is_none() -> None:
    case = document(drawn(A, 1, 1), drawn(B, 1, 1), lesion_name_1="a")
    parted = after(case, separate(case, [case.on(A)[0]]))
    assert (dict(shared(parted)), members(parted, 1), parted.facts) == ({}, (), {})
    assert isinstance(separate(parted, [parted.on(A)[0]]), Refusal)
    assert shared(document(drawn(A, 1, 1))) == {}


def test_of_three_the_other_two_stay_one_lesion() -> None:
    case = document(drawn(A, 1, 1), drawn(B, 1, 1), drawn(C, 1, 1))
    assert set(shared(after(case, separate(case, [case.on(B)[0]])))) == {(A, 1), (C, 1)}


def test_the_only_one_that_is_left_stays_as_it_is_if_it_is_locked_and_so_do_the_lesion_and_its_name() -> None:
    held = replace(drawn(B, 1, 1), locked=True)
    case = document(drawn(A, 1, 1), held, drawn(C, 1, 2), drawn(C, 2, 2), lesion_name_1="a", lesion_name_2="b")
    parted = after(case, separate(case, [case.on(A)[0], case.on(C)[0]]))
    assert [a.lesion for there in parted.annotations.values() for a in there] == [None, 1, None, None]
    assert parted.on(B) == (held,)
    assert parted.facts == {"lesion.name.1": "a"}


def test_a_locked_lesion_keeps_its_name_until_it_is_unlocked() -> None:
    case = document(replace(drawn(A, 1), locked=True), replace(drawn(B, 1, 3), locked=True), drawn(C, 1, 3))
    alone, shown = lesions(case, [A, B, C])
    assert isinstance(rename(case, alone, "a"), Refusal)
    assert after(case, rename(case, shown, "b")).facts == {"lesion.name.3": "b"}
    assert isinstance(rename(case, replace(shown, members=shown.members[:1]), "b"), Refusal)


def test_a_name_is_given_and_taken_back_and_gives_a_single_annotation_a_number() -> None:
    case = document(drawn(A, 1))
    named = after(case, rename(case, lesions(case, [A])[0], "  표적 1 "))
    (one,) = lesions(named, [A])
    assert (one.number, one.name) == (1, "표적 1")
    assert lesions(after(named, rename(named, one, "")), [A])[0].name == ""


def test_all_members_change_category_and_go_together_and_locked_ones_stop_that() -> None:
    case = document(drawn(A, 1, 1), drawn(B, 1, 1), drawn(B, 2), lesion_name_1="a", lesion_first_1="1#1")
    (one, other) = lesions(case, [A, B])
    assert {a.category for a in members(after(case, recategorise(one, "CCT2", "둘")), 1)} == {"CCT2"}
    gone = after(case, delete(case, one))
    assert (lesions(gone, [A, B]), gone.facts) == ((other,), {})
    held = replace(one, members=(one.members[0], replace(one.members[1], locked=True)))
    assert isinstance(delete(case, held), Refusal)
    assert isinstance(recategorise(held, "CCT2", "둘"), Refusal)


def test_letters_go_on_after_z() -> None:
    assert [letter(number) for number in (1, 26, 27, 52, 53)] == ["A", "Z", "AA", "AZ", "BA"]


def test_lesions_of_two_versions_stay_apart_when_they_are_united() -> None:
    mine = document(drawn(A, 1, 1), drawn(B, 1, 1), lesion_name_1="mine")
    other = [replace(a, drawn=Drawn("somebody else")) for a in (drawn(A, 1, 1), drawn(B, 1, 1))]
    both = united([mine, document(*other, lesion_name_1="theirs")])
    found = lesions(both, [A, B])
    assert {one.number: (one.name, len(one.members)) for one in found} == {1: ("mine", 2), 2: ("theirs", 2)}


def test_a_lesion_that_both_versions_know_stays_one() -> None:
    mine = document(drawn(A, 1, 1), drawn(B, 1, 1))
    theirs = document(drawn(A, 1, 1), drawn(B, 1, 1), drawn(C, 1, 1))
    assert apart(theirs, mine) == {}
    assert len(members(united([mine, theirs]), 1)) == 3


def test_joining_alone_makes_no_second_annotation_of_one_that_both_versions_have() -> None:
    mine, theirs = document(drawn(A, 1), drawn(B, 1)), document(drawn(A, 1, 1), drawn(B, 1, 1))
    for versions in ([mine, theirs], [theirs, mine]):
        both = united(versions)
        assert (both.count(), len(members(both, 1))) == (2, 2)
