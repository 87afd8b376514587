"""Files that belong to a case as a whole are written, compared, read back, noticed, taken away and finished as those of an image are."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from annotator.domain.delivery import Reading
from annotator.domain.document import Document
from annotator.domain.facts import DISCARD
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.workspace import publish
from annotator.workspace.durable import Calls, calling
from annotator.workspace.store import Store
from tests.workspace.cases import CASE, FORMATS, KEYS, WHOLE, Place, box, document, sheets
from tests.workspace.test_store import LATER, ONE, TIME, TWO, save, tree

FILE = "chest-ct/benign/P000001.case.json"


@pytest.fixture
def store(tmp_path):
    (tmp_path / "project").mkdir()
    return Store(Place(tmp_path / "project"), (WHOLE,))


def discarded(drawn, reason="찢어진 영상"):
    return replace(drawn, facts={DISCARD: reason})


def said(store):
    return record.loads(tree(store.root)[FILE])


def with_siblings(drawn, index=0):
    images = sheets(drawn)
    return replace(images[index], siblings=images)


def test_a_save_writes_one_file_with_every_image(store):
    saved = save(store, ONE)
    assert set(tree(store.root)) == set(saved.files) == set(saved.written) == {FILE}
    assert [(a["image"], a["category"]) for a in said(store)["drawn"]] == [(str(KEYS[0]), "CCT1"), (str(KEYS[1]), "CCT2")]


def test_it_stands_beside_the_files_of_the_images(tmp_path):
    (tmp_path / "both").mkdir()
    store = Store(Place(tmp_path / "both"), (*FORMATS, WHOLE))
    saved = save(store, ONE)
    assert len(saved.files) == 5
    assert FILE in saved.files
    assert store.altered(CASE) == ()


def test_a_change_of_any_image_writes_it_anew_and_no_change_does_not(store):
    first = save(store, ONE)
    assert save(store, ONE, first.digest, time=LATER).digest == first.digest
    second = save(store, TWO, first.digest, time=LATER)
    assert second.written == (FILE,)
    assert [a["image"] for a in said(store)["drawn"]] == [str(KEYS[0])] * 2


def test_a_mark_on_the_case_alone_writes_it_and_taking_the_mark_back_takes_it_away(store):
    first = save(store, discarded(Document()))
    assert said(store) == {"made": TIME, "drawn": [], "discarded": True}
    assert store.load(CASE).document.facts == {DISCARD: "찢어진 영상"}
    second = save(store, Document(), first.digest)
    assert second.removed == (FILE,)
    assert tree(store.root) == {}
    assert store.altered(CASE) == ()


def test_nothing_drawn_and_nothing_said_writes_nothing(store):
    assert save(store, Document({}, {KEYS[0]: 3})).files == ()
    assert tree(store.root) == {}


def test_a_new_class_moves_it(store):
    first = save(store, ONE)
    save(store, ONE, first.digest, class_folder="malignant")
    assert set(tree(store.root)) == {FILE.replace("benign", "malignant")}


def test_the_fingerprint_knows_every_sibling():
    made = publish.fingerprint(with_siblings(ONE))
    assert publish.fingerprint(with_siblings(ONE)) == made
    assert publish.fingerprint(with_siblings(document(box(1), box(2, KEYS[1], "CCT3")))) != made
    assert publish.fingerprint(replace(with_siblings(ONE), siblings=sheets(ONE)[:2])) != made
    assert publish.fingerprint(sheets(ONE)[0]) != made


def test_a_file_that_lacks_a_stroke_of_another_image_is_never_delivered(store):
    def forgetful(sheet, files):
        found = WHOLE.read(sheet, files)
        return replace(found, annotations=found.annotations[:1])

    store.formats = (replace(WHOLE, read=forgetful),)
    with pytest.raises(AnnotatorError, match=r"image 0002.*Plain case does not give back what was drawn as CCT2"):
        save(store, ONE)
    assert tree(store.root) == {}


def test_what_others_changed_is_noticed_kept_and_replaced_only_when_accepted(store):
    first = save(store, ONE)
    (store.root / FILE).write_bytes(b'{"drawn": [], "discarded": true}')
    assert store.altered(CASE) == (FILE,)
    second = save(store, TWO, first.digest)
    assert (second.foreign, second.written) == ((FILE,), ())
    delivered = store.read_delivered(with_siblings(Document()))
    assert delivered.json == Reading(facts={DISCARD: ""})
    store.accept(delivered)
    third = save(store, TWO, second.digest)
    assert (third.foreign, third.written) == ((), (FILE,))
    assert store.altered(CASE) == ()
    assert len(list((store.root / ".annotator/quarantine/delivered").iterdir())) == 1


def test_a_file_that_lies_there_already_is_read_and_may_then_be_saved_over(store, tmp_path):
    save(store, ONE)
    (tmp_path / "other").mkdir()
    other = Store(Place(tmp_path / "other"), (WHOLE,))
    (other.root / FILE).parent.mkdir(parents=True)
    (other.root / FILE).write_bytes((store.root / FILE).read_bytes())
    found = [other.read_delivered(with_siblings(Document(), index)).json for index in range(3)]
    assert [reading.annotations for reading in found] == [ONE.on(key) for key in KEYS]
    assert save(other, TWO, time=LATER).written == (FILE,)


def test_a_file_that_lies_there_already_and_that_nobody_read_is_left_alone(store):
    (store.root / FILE).parent.mkdir(parents=True)
    (store.root / FILE).write_bytes(b"theirs")
    assert save(store, ONE).foreign == (FILE,)
    assert tree(store.root) == {FILE: b"theirs"}


def test_with_an_image_missing_the_file_stays_and_comes_when_the_image_is_back(store):
    first = save(store, ONE)
    before = tree(store.root)
    part = store.save(CASE, TWO_MORE, first.digest, sheets(TWO_MORE)[:1], "김판독", LATER)
    assert (part.written, part.removed, part.foreign) == ((), (), ())
    assert [str(remark) for remark in part.remarks] == [
        "The files of the whole case stay as they are until all its images are there again: 1 are missing"
    ]
    assert tree(store.root) == before
    assert save(store, TWO_MORE, part.digest).written == (FILE,)
    assert len(said(store)["drawn"]) == 3


TWO_MORE = document(box(1), box(3), box(2, KEYS[1], "CCT2"))


def test_a_save_that_fails_half_way_is_finished_by_the_next_start(store):
    first = save(store, ONE)
    real = Calls().replace

    def full(source, target):
        if str(target).endswith(".case.json"):
            raise OSError(errno.ENOSPC, "full")
        real(source, target)

    with calling(replace(Calls(), replace=full)), pytest.raises(AnnotatorError):
        save(store, TWO, first.digest)
    assert b"CCT2" in tree(store.root)[FILE]
    again = Store(Place(store.root), (WHOLE,))
    assert again.load(CASE).document == TWO
    assert again.altered(CASE) == ()
    assert b"CCT3" in tree(store.root)[FILE]
