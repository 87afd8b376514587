"""What was done can be taken back and done again, one step or many at once, and every place has one document."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange, StaleEdit, apply, together
from annotator.domain.facts import about, apart, judgement, lesion_name, nipple, source, view
from annotator.domain.history import History, Step
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.i18n import message

KEYS = tuple(ImageKey(f"1.2.{number}") for number in range(3))


@st.composite
def edits(draw, document):
    """An edit of a document: annotations made, changed or deleted on one or several images, and facts."""
    changes = []
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)):
        there = document.on(key)
        found = draw(st.sampled_from([None, *there]))
        if found is None:
            side = draw(st.integers(1, 9))
            changes.append(Change(None, Annotation(document.next_id(key), key, "CCT1", FREE, Region.box(0, 0, side, side))))
        elif draw(st.booleans()):
            changes.append(Change(found, None))
        else:
            changes.append(Change(found, replace(found, note=found.note + "x")))
    fact = draw(st.sampled_from(["", "discard", judgement("CCT1")]))
    told = (FactChange(fact, document.facts.get(fact), None if fact in document.facts else "yes"),) if fact else ()
    return Edit(message("Draw"), tuple(changes), told)


@st.composite
def histories(draw, most=12):
    """A history, and the documents of all its places."""
    history, documents = History(), [Document()]
    for number in range(draw(st.integers(0, most))):
        history = history.do(draw(edits(history.document)), f"time {number}")
        documents.append(history.document)
    return history, documents


@given(st.data())
def test_every_place_has_its_document_however_it_is_reached(data):
    history, documents = data.draw(histories())
    for place in data.draw(st.lists(st.integers(0, len(documents) - 1), max_size=6)):
        way = history.way(place)
        assert apply(history.document, way) == documents[place]
        assert apply(documents[place], way.inverse()) == history.document
        history = history.at(place)
        assert (history.document, history.place) == (documents[place], place)
    while history.undoable:
        history = history.undo()
        assert history.document == documents[history.place]
    while history.redoable:
        history = history.redo()
        assert history.document == documents[history.place]
    assert history.undo().redo() == history and history.redo() is history


@given(st.data())
def test_what_was_kept_of_another_history_is_never_taken_for_this_one(data):
    """A history whose document or steps were exchanged goes its own way."""
    history, _ = data.draw(histories())
    history = history.undo() if data.draw(st.booleans()) else history
    other = replace(history.document, facts={**history.document.facts, "other": "x"})
    for place in range(len(history.steps) + 1):
        way = history.way(place)
        assert replace(history, document=other).at(place).document == apply(other, way)
        told = replace(history, steps=tuple(Step(replace(step.edit, changes=(), facts=())) for step in history.steps))
        assert told.at(place).document == history.document


def test_going_to_and_fro_gives_the_very_same_documents():
    before = History().do(Edit(message("Say"), facts=(FactChange("a", None, "1"),)))
    after = before.do(Edit(message("Say"), facts=(FactChange("b", None, "2"),)))
    assert after.undo().document is before.document and after.undo().redo().document is after.document
    assert after.at(0).at(2).document is after.document


@given(histories())
def test_numbers_that_were_given_are_never_given_again(found):
    history, _ = found
    issued = dict(history.document.issued)
    assert history.at(0).document.issued == issued


@given(st.data())
def test_a_history_goes_on_from_an_older_one(data):
    whole, documents = data.draw(histories())
    cut = data.draw(st.integers(0, len(whole.steps)))
    later = History(documents[cut])
    for step in whole.steps[cut:]:
        later = later.do(step.edit, step.time)
    assert later.after(whole.steps[:cut], cut) == whole
    undone = whole.at(cut)
    assert History(documents[cut]).after(undone.steps, cut) == undone


def test_what_was_undone_is_forgotten_by_a_new_edit_only():
    def drawing(document, key):
        return Edit(message("Draw"), (Change(None, Annotation(document.next_id(key), key, "CCT1", FREE, Region.box(0, 0, 2, 2))),))

    history = History()
    for key in KEYS:
        history = history.do(drawing(history.document, key))
    back = history.at(1)
    assert back.at(3) == history
    again = back.do(drawing(back.document, KEYS[2]), "now")
    assert (len(again.steps), again.place, again.redoable) == (2, 2, None)
    assert again.steps[-1] == Step(again.undoable, "now")
    with pytest.raises(ValueError, match="no place 7"):
        history.way(7)


def test_an_edit_that_does_not_start_from_the_document_changes_nothing():
    one = Annotation(1, KEYS[0], "CCT1", FREE, Region.box(0, 0, 2, 2))
    document = Document({KEYS[0]: (one,)}, {KEYS[0]: 1})
    for wrong in (Change(None, one), Change(replace(one, note="x"), None), Change(replace(one, id=2), None)):
        with pytest.raises(StaleEdit):
            apply(document, Edit(message("Draw"), (wrong,)))
    with pytest.raises(StaleEdit):
        apply(document, Edit(message("Say"), facts=(FactChange("discard", "why", None),)))
    assert document == Document({KEYS[0]: (one,)})


def test_what_ends_as_it_began_is_no_change():
    one = Annotation(1, KEYS[0], "CCT1", FREE, Region.box(0, 0, 2, 2))
    made, gone = Edit(message("Draw"), (Change(None, one),)), Edit(message("Delete"), (Change(one, None),))
    assert together([made, gone]) == Edit(message("Delete"))
    assert together([]) == Edit(message(""))
    assert together([made]) is made


def test_facts_say_which_image_they_speak_of():
    key = ImageKey("1.2.840.7", 3)
    for fact in (view(key), nipple(key), apart(key, "ab" * 32), source(key)):
        assert about(fact) == key
    for fact in ("discard", "judged", judgement("CCT1"), lesion_name(3), "view.x", "view.1.2#"):
        assert about(fact) is None
