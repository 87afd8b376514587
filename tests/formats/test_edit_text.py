"""An edit comes back from its text exactly, whatever it leaves to the document; damage and another document never give another edit."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, StaleEdit, apply
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.formats import edit_text, outline_difference, record
from annotator.formats.edit_text import decode_edit, edit_json, edit_pieces, sealed_edit
from annotator.i18n import message
from tests.formats.test_record import annotations, edits, keys, messages, texts

patches = st.fixed_dictionaries(
    {},
    optional={
        "category": texts, "toolname": st.sampled_from(["Line", "Free", "Box"]), "tool": texts, "parent": st.none() | st.integers(1, 9),
        "lesion": st.none() | st.integers(1, 9), "locked": st.booleans(), "note": texts,
        "attributes": st.lists(st.tuples(texts, texts), max_size=2).map(tuple), "answers": st.none() | st.tuples(keys, st.integers(1, 9)),
    },
)  # fmt: skip


@st.composite
def documents_and_edits(draw):
    """A document, and an edit of it that leaves most outlines as they are."""
    images = [ImageKey("1.2.3"), ImageKey("1.2.3", 2)]
    drawn = draw(st.lists(annotations, min_size=1, max_size=8))
    there = [replace(a, id=number, image=images[draw(st.integers(0, 1))]) for number, a in enumerate(drawn, 1)]
    said, changes = draw(st.lists(patches, min_size=1, max_size=3)), []
    for a in there:
        kind = draw(st.sampled_from(["patch", "patch", "patch", "gone", "reshaped", "left"]))
        after = {"gone": None, "reshaped": replace(a, shape=draw(annotations).shape)}.get(kind, replace(a, **draw(st.sampled_from(said))))
        changes += [Change(a, after)] if kind != "left" else []
    new = replace(draw(annotations), id=99, image=images[0])
    changes += [Change(None, new)] if draw(st.booleans()) else []
    document = Document({key: found for key in images if (found := tuple(a for a in there if a.image == key))})
    return document, Edit(draw(messages), tuple(draw(st.permutations(changes))))


def found_in(document):
    return lambda image, number: document.find(image, number)


@given(edits)
def test_a_small_edit_comes_back_exactly_without_a_document(edit):
    assert decode_edit(record.loads(edit_json(edit))) == edit
    assert sealed_edit(edit) == record.seal_pieces([edit_json(edit)])
    assert b"".join(piece.encode("utf-8", "surrogatepass") for piece in edit_pieces(edit)) == edit_json(edit)


@given(edits)
def test_what_the_record_says_of_an_edit_is_read_too(edit):
    assert decode_edit(record.loads(record.dumps(record.encode_edit(edit)))) == edit


def content_of(edit, few, run=256, beside=False):
    """What the text of an edit says; `beside`: every outline that can be is said by the one that is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_text, "FEW", few)
        patch.setattr(edit_text, "_RUN", run)
        patch.setattr(edit_text, "_LARGE", 0)
        patch.setattr(outline_difference, "_SHARE", 9.0)
        return record.loads("".join(edit_pieces(edit, beside=beside)))


@given(documents_and_edits(), st.integers(1, 3), st.sampled_from([0, 99]), st.booleans())
def test_an_edit_comes_back_exactly_from_the_document_before_and_from_the_one_after(found, run, few, beside):
    document, edit = found
    after = apply(document, edit)
    content = content_of(edit, few, run, beside)
    assert decode_edit(content, found_in(document)) == edit
    assert decode_edit(content, found_in(after), back=True) == edit
    assert apply(apply(document, decode_edit(content, found_in(document))), edit.inverse()) == document


@given(documents_and_edits(), st.sampled_from([0, 99]), st.booleans(), st.data())
def test_of_another_document_there_is_no_such_edit(found, few, beside, data):
    document, edit = found
    content = content_of(edit, few, beside=beside)
    entries = [entry for entry in content["changes"] if isinstance(entry, dict)]
    if not entries:
        return
    entry = data.draw(st.sampled_from(entries))
    image, numbers = (entry["image"], entry["ids"]) if "ids" in entry else (entry["before"]["image"], [entry["before"]["id"]])
    key, number = ImageKey.parse(image), data.draw(st.sampled_from(numbers))
    for one, back in ((document, False), (apply(document, edit), True)):
        subject = one.find(key, number)
        others = [None, replace(subject, note=subject.note + "x"), replace(subject, shape=moved(subject.shape))]
        for other in others:
            there = tuple(a for a in (other if a.id == number else a for a in one.on(key)) if a is not None)
            with pytest.raises(StaleEdit):
                decode_edit(content, found_in(Document({**one.annotations, key: there})), back=back)
    with pytest.raises(StaleEdit):
        decode_edit(content)


def moved(shape):
    """Another outline."""
    if isinstance(shape, Region):
        return Region((*shape.parts, (((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),)))
    return Path((*shape.parts, ((0.0, 0.0), (1.0, 1.0))))


@given(documents_and_edits(), st.data())
def test_damaged_values_are_damaged_or_stale_and_nothing_else(found, data):
    document, edit = found
    content = content_of(edit, data.draw(st.sampled_from([0, 99])), beside=data.draw(st.booleans()))
    spoil(content, data)
    with suppress(record.Damaged, StaleEdit):
        decode_edit(content, found_in(document))


def spoil(content, data):
    """Put something else in the place of one value, however deep it lies."""
    while True:
        places = list(content) if isinstance(content, dict) else list(range(len(content)))
        if not places:
            return
        place = data.draw(st.sampled_from(places))
        if isinstance(content[place], dict | list) and content[place] and data.draw(st.integers(0, 3)):
            content = content[place]
            continue
        others = [None, True, -1, 0, 3, 10**30, 1.5, "", "AAAA", "!", "é", [], [[]], [None, None], {}, {"xy": "AAAA", "region": [[3]]}]
        if isinstance(content, dict) and data.draw(st.booleans()):
            del content[place]
        else:
            content[place] = data.draw(st.sampled_from(others))
        return


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(number):
    shape = Path((((0.0, 0.0), (number, 1.0)),))
    with pytest.raises(ValueError, match="outline"):
        edit_json(Edit(message("Draw"), (Change(None, Annotation(1, ImageKey("1.2"), "CCT1", FREE, shape)),)))


def test_an_edit_of_thousands_of_annotations_is_small():
    ring = tuple((100 + number / 7, number / 3) for number in range(48))
    there = [Annotation(n % 50 + 1, ImageKey(f"1.2.{n // 50}"), f"C{n % 3}", FREE, Region(((ring,),))) for n in range(5000)]
    text = edit_json(Edit(message("Change class"), tuple(Change(a, replace(a, category="D")) for a in there)))
    assert len(text) < 60_000 < len(record.dumps(record.encode_annotation(there[0]))) * 100
