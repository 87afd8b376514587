"""The native record gives back exactly what was put in, and refuses anything else."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotation import Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.formats import record
from annotator.i18n import Message, message

texts = st.text(st.sampled_from("가각힣 나ABCxyz019_-{}\"\\\n\t\u1112\u1161\u11ab😀")) | st.text()
numbers = st.floats(allow_nan=False, allow_infinity=False)
points = st.tuples(numbers, numbers)
rings = st.lists(points, min_size=3, max_size=6).map(tuple)
regions = st.lists(st.lists(rings, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple).map(Region)
paths = st.lists(st.lists(points, min_size=2, max_size=5).map(tuple), max_size=3).map(tuple).map(Path)
keys = st.builds(ImageKey, st.from_regex(r"[0-9.]{1,20}", fullmatch=True), st.integers(1, 500))
drawns = st.builds(Drawn, texts, texts, numbers, numbers, numbers, st.integers(0, 5000))
annotations = st.builds(
    Annotation, st.integers(1, 10**6), keys, texts, st.sampled_from(["Line", "Free", "Box"]), regions | paths, drawns, texts,
    *(st.none() | st.integers(1, 9),) * 2, st.booleans(), st.lists(st.tuples(texts, texts), max_size=2).map(tuple), texts,
    st.none() | st.tuples(keys, st.integers(1, 9)),
)
facts = st.dictionaries(texts, texts, max_size=3)
values = st.recursive(texts | st.integers() | numbers | st.booleans() | st.none(),
                      lambda inner: st.builds(lambda t, v: message(t, v=v), texts, inner), max_leaves=3)
messages = st.builds(lambda text, found: Message(text, tuple(found.items())), texts, st.dictionaries(texts, values, max_size=3))
changes = st.tuples(st.none() | annotations, st.none() | annotations).filter(any).map(lambda pair: Change(*pair))
told = st.tuples(st.none() | texts, st.none() | texts).filter(lambda pair: pair[0] != pair[1])
fact_changes = st.builds(lambda fact, pair: FactChange(fact, *pair), texts, told)
edits = st.builds(Edit, messages, st.lists(changes, max_size=3).map(tuple), st.lists(fact_changes, max_size=2).map(tuple))


@given(annotations)
def test_an_annotation_comes_back_exactly(annotation):
    assert record.decode_annotation(record.loads(record.dumps(record.encode_annotation(annotation)))) == annotation


@given(edits)
def test_an_edit_comes_back_exactly_with_its_name(edit):
    assert record.decode_edit(record.loads(record.dumps(record.encode_edit(edit)))) == edit


@given(st.lists(annotations, max_size=5, unique_by=lambda a: (a.image, a.id)), st.dictionaries(keys, st.integers(1, 99), max_size=3), facts)
def test_a_document_comes_back_exactly_with_the_ids_it_issued(drawn, issued, facts):
    found = {key: tuple(sorted((a for a in drawn if a.image == key), key=lambda a: a.id)) for key in {a.image for a in drawn}}
    document = Document(found, issued, facts)
    back = record.decode_document(record.loads(record.dumps(record.encode_document(document))))
    assert (back, back.issued) == (document, issued)


@given(st.lists(numbers, min_size=4, max_size=4))
def test_coordinates_keep_every_bit(found):
    path = Path((((found[0], found[1]), (found[2], found[3])),))
    annotation = Annotation(1, ImageKey("1"), "A1", "Line", path)
    back = record.decode_annotation(record.loads(record.dumps(record.encode_annotation(annotation)))).shape
    assert [math.copysign(1, v) for p in back.parts[0] for v in p] == [math.copysign(1, v) for v in found]
    assert back == path


def test_a_file_name_that_is_no_unicode_comes_back():
    assert record.unseal(record.seal({"path": "/data/\udcff.dcm"})[0])[0] == {"path": "/data/\udcff.dcm"}


def test_not_a_number_is_never_written():
    annotation = Annotation(1, ImageKey("1"), "A1", "Line", Path((((0.0, 0.0), (math.nan, 1.0)),)))
    with pytest.raises(ValueError, match="JSON"):
        record.dumps(record.encode_annotation(annotation))


def test_a_sealed_file_shows_every_flipped_bit():
    sealed, digest = record.seal({"한글": [1.5, "나"]})
    assert record.unseal(sealed) == ({"한글": [1.5, "나"]}, digest)
    for position in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[position // 8] ^= 1 << position % 8
        with pytest.raises(record.Damaged):
            record.unseal(bytes(damaged))


@pytest.mark.parametrize("odd", [
    b"", b"{", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1, "a": 2}', b'\xef\xbb\xbf{"a": 1}', '{"a": 1}'.encode("utf-16"), b"\xff\xfe",
    b"[" * 200_000, b'{"a":' * 200_000, b"1" * 10_000, b"nul",
], ids=lambda odd: f"{odd[:12]!r}")
def test_odd_json_is_called_damaged(odd):
    with pytest.raises(record.Damaged):
        record.loads(odd)


GOOD = record.encode_annotation(Annotation(1, ImageKey("1.2", 3), "A1", "Box", Region.box(1, 2, 3, 4)))


@pytest.mark.parametrize("change", [
    {"id": "1"}, {"id": True}, {"id": 1.5}, {"image": "1.2#x"}, {"image": 5}, {"category": None}, {"locked": 1}, {"parent": "a"},
    {"lesion": "a"}, {"lesion": None}, {"answers": None}, {"answers": ["1.2#3"]}, {"answers": ["1.2#x", 1]}, {"answers": ["1.2#3", "1"]},
    {"drawn": []}, {"drawn": {}}, {"shape": {}},
    {"shape": {"region": [], "path": []}}, {"shape": {"region": [[]]}},
    {"shape": {"region": [[[1, 2, 3]]]}}, {"shape": {"region": [[[1, 2, 3, 4]]]}}, {"shape": {"path": [[1, 2]]}},
    {"shape": {"path": [[1, 2, 3, "4"]]}}, {"shape": {"path": [[1, 2, 3, 10**400]]}}, {"shape": {"path": [{"a": 1}]}},
    {"shape": {"path": 5}},
], ids=str)
def test_a_wrong_field_is_called_damaged(change):
    record.decode_annotation(GOOD)
    with pytest.raises(record.Damaged):
        record.decode_annotation(GOOD | change)


def test_a_document_with_an_id_twice_is_damaged():
    twice = {"version": 1, "images": [{"image": "1.2#3", "issued": 1, "annotations": [GOOD, GOOD]}]}
    with pytest.raises(record.Damaged):
        record.decode_document(twice)


def test_a_record_of_a_later_version_is_not_taken_for_damaged():
    with pytest.raises(record.Newer):
        record.decode_document({"version": record.VERSION + 1, "images": "whatever"})


def test_the_head_of_a_file_is_read_without_what_follows_and_checked_as_a_whole() -> None:
    content = {"case": 'with ", "document": in it', "number": 3, "document": {"images": [1, 2]}, "whole": {}}
    sealed, digest = record.seal(content)
    assert record.unseal_head(sealed, "document", "moved") == ({"case": content["case"], "number": 3}, digest)
    longer, other = record.seal({**content, "moved": ["x"]})
    assert record.unseal_head(longer, "document", "moved") == ({**content, "moved": ["x"]}, other)
    assert record.unseal_head(sealed, "nothing", "moved") == (content, digest)
    with pytest.raises(record.Damaged):
        record.unseal_head(sealed.replace(b"[1, 2]", b"[1, 3]"), "document", "moved")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=40,
)


@given(_JSON)
def test_json_that_is_written_piece_by_piece_is_what_it_would_be_at_once(value: object) -> None:
    assert record.dumps(value) == json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
