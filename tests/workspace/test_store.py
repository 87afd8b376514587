"""What was saved is there again, nothing of anybody's is lost, and the delivered files are those of the newest revision."""

from __future__ import annotations

import errno
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import message
from annotator.workspace import publish, revisions
from annotator.workspace.durable import Calls, calling
from annotator.workspace.publish import digest_of
from annotator.workspace.store import Delivered, Store
from tests.workspace.cases import CASE, FORMATS, KEYS, Place, box, document, drawing, sheets
from tests.workspace.test_durable import failing

TIME = "2024-05-01T10:00:00+09:00"
LATER = "2031-01-01T00:00:00+09:00"


@pytest.fixture
def store(tmp_path):
    return opened(tmp_path / "project")


def opened(root):
    root.mkdir(exist_ok=True)
    return Store(Place(root), FORMATS)


def save(store, drawn, parent="", time=TIME, author="김판독", class_folder="benign", **more):
    return store.save(CASE, drawn, parent, sheets(drawn, time, class_folder), author, time, **more)


def tree(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file() and ".annotator" not in p.parts}


def files(store):
    return sorted(revisions.listed(store.root, CASE).values())


ONE = document(box(1), box(2, KEYS[1], "CCT2"))
TWO = document(box(1), box(3, KEYS[0], "CCT3"))  # nothing left on the second image


def test_a_case_that_was_never_saved_is_empty(store):
    loaded = store.load(CASE)
    assert (loaded.document, loaded.revision, loaded.digest, loaded.conflict) == (Document(), 0, "", False)


def test_what_was_saved_comes_back(store):
    saved = save(store, ONE, regions_only=True, through=("run", 7))
    loaded = opened(store.root).load(CASE)
    assert (loaded.document, loaded.document.issued) == (ONE, ONE.issued)
    assert (loaded.revision, loaded.digest, loaded.regions_only, loaded.through) == (1, saved.digest, True, (("run", 7),))
    assert (loaded.remarks, loaded.conflict) == ((), False)


def test_ids_that_were_given_are_remembered_after_a_deletion(store):
    empty = Document({}, {KEYS[0]: 9})
    save(store, empty)
    assert store.load(CASE).document.next_id(KEYS[0]) == 10


def test_a_save_delivers_json_and_masks_of_every_image(store):
    saved = save(store, ONE)
    expected = {"chest-ct/benign/0001.json", "chest-ct/benign/binary/0001_1.mask",
                "chest-ct/benign/0002.json", "chest-ct/benign/binary/0002_2.mask"}
    assert set(tree(store.root)) == set(saved.files) == set(saved.written) == expected


def test_deleting_the_last_annotation_of_an_image_takes_its_files_away(store):
    first = save(store, ONE)
    second = save(store, TWO, first.digest)
    assert set(second.removed) == {"chest-ct/benign/0002.json", "chest-ct/benign/binary/0002_2.mask"}
    assert set(tree(store.root)) == set(second.files)
    assert store.altered(CASE) == ()


def test_a_new_class_moves_the_files(store):
    first = save(store, ONE)
    save(store, ONE, first.digest, class_folder="malignant")
    assert {name.split("/")[1] for name in tree(store.root)} == {"malignant"}


def test_an_unchanged_document_writes_nothing(store):
    first = save(store, ONE)
    before = {p: p.stat().st_mtime_ns for p in store.root.rglob("*") if p.is_file()}
    again = save(store, ONE, first.digest, time=LATER)
    assert (again.digest, again.revision, again.written) == (first.digest, 1, ())
    assert set(again.files) == set(first.files)
    assert {p: p.stat().st_mtime_ns for p in store.root.rglob("*") if p.is_file()} == before


def test_images_that_did_not_change_keep_their_files(store):
    first = save(store, ONE)
    changed = apply(ONE, drawing(box(5, KEYS[2])))
    second = save(store, changed, first.digest, time=LATER)
    assert set(second.written) == {"chest-ct/benign/0003.json", "chest-ct/benign/binary/0003_1.mask"}
    assert b"2024" in tree(store.root)["chest-ct/benign/0001.json"]


def test_unchanged_files_are_written_anew_on_demand(store):
    first = save(store, ONE)
    again = save(store, ONE, first.digest, time=LATER, anew=True)
    assert set(again.written) == set(first.files)
    assert b"2031" in tree(store.root)["chest-ct/benign/0001.json"]


def test_a_second_person_with_a_stale_parent_loses_nothing(store):
    first = save(store, ONE)
    mine, theirs = apply(ONE, drawing(box(5))), apply(ONE, drawing(box(6, KEYS[2])))
    save(store, mine, first.digest, author="가")
    delivered = tree(store.root)
    second = save(store, theirs, first.digest, author="나")
    assert second.conflict
    loaded = store.load(CASE)
    assert loaded.conflict
    assert [head.author for head in loaded.heads] == ["나", "가"]
    assert {store.load(CASE, head.digest).document.count() for head in loaded.heads} == {3}
    assert [store.load(CASE, head.digest).document for head in loaded.heads] == [theirs, mine]
    assert tree(store.root) == delivered  # of a conflict nothing is delivered
    assert any("가" in str(remark) and "나" in str(remark) for remark in loaded.remarks)


def test_a_conflict_lasts_until_the_versions_are_united(store):
    first = save(store, ONE)
    mine, theirs = apply(ONE, drawing(box(5))), apply(ONE, drawing(box(6, KEYS[2])))
    a = save(store, mine, first.digest)
    b = save(store, theirs, first.digest)
    a2 = save(store, apply(mine, drawing(box(7))), a.digest)
    assert a2.conflict
    assert len(store.load(CASE).heads) == 2
    both = apply(apply(mine, drawing(box(7))), drawing(box(6, KEYS[2])))
    united = save(store, both, a2.digest, merges=[b.digest])
    assert not united.conflict
    loaded = store.load(CASE)
    assert (loaded.document, loaded.conflict) == (both, False)
    assert store.altered(CASE) == ()
    assert set(tree(store.root)) == set(united.files)


def test_saving_a_new_case_over_an_old_one_is_a_conflict_too(store):
    save(store, ONE)
    assert save(store, TWO, "").conflict
    assert len(store.load(CASE).heads) == 2


def test_files_that_others_change_in_the_midst_of_a_save_are_kept_and_named(store, monkeypatch):
    first, writing = save(store, ONE), publish.write_intent
    place = store.root / "chest-ct/benign/0001.json"

    def meanwhile(root, intent):
        writing(root, intent)
        place.write_bytes(b"theirs")

    monkeypatch.setattr(publish, "write_intent", meanwhile)
    second = save(store, apply(ONE, drawing(box(5, KEYS[0], "CCT3"))), first.digest)
    assert second.foreign == ("chest-ct/benign/0001.json",) and place.read_bytes() == b"theirs"
    assert store.altered(CASE) == second.foreign


def test_files_that_others_changed_are_kept_and_named(store):
    first = save(store, ONE)
    place = store.root / "chest-ct/benign/0001.json"
    place.write_bytes(b"theirs")
    assert store.altered(CASE) == ("chest-ct/benign/0001.json",)
    changed = apply(apply(ONE, drawing(box(5, KEYS[0], "CCT3"))), drawing(box(6, KEYS[2])))
    second = save(store, changed, first.digest)
    assert second.foreign == ("chest-ct/benign/0001.json",)
    assert place.read_bytes() == b"theirs"
    assert not (store.root / "chest-ct/benign/binary/0001_3.mask").exists()  # json and masks of an image are one
    assert (store.root / "chest-ct/benign/0003.json").exists()
    assert store.load(CASE).document == changed
    third = save(store, changed, second.digest)
    assert (third.foreign, third.revision) == (second.foreign, second.revision)
    store.accept(Delivered(None, None, {second.foreign[0]: digest_of(b"theirs")}))
    fourth = save(store, changed, second.digest)
    assert fourth.foreign == ()
    assert store.altered(CASE) == ()
    assert [p.read_bytes() for p in (store.root / ".annotator/quarantine/delivered").iterdir()] == [b"theirs"]


def test_delivered_files_alone_are_read_and_may_then_be_saved_over(store, tmp_path):
    other = opened(tmp_path / "other")
    save(other, ONE)
    shutil.copytree(other.root / "chest-ct", store.root / "chest-ct")
    delivered = store.read_delivered(sheets(Document())[0])
    assert delivered.json.annotations == ONE.on(KEYS[0])
    assert [a.category for a in delivered.masks.annotations] == ["CCT1"]
    assert store.read_delivered(sheets(Document())[2]) == Delivered(None, None, {})
    saved = save(store, ONE, time=LATER)  # the second image's files were not read, so nobody knows what is lost with them
    assert set(saved.foreign) == {"chest-ct/benign/0002.json", "chest-ct/benign/binary/0002_2.mask"}
    assert b"2031" in tree(store.root)["chest-ct/benign/0001.json"]
    assert b"2024" in tree(store.root)["chest-ct/benign/0002.json"]
    assert len(list((store.root / ".annotator/quarantine/delivered").iterdir())) == 2


def test_a_read_only_project_is_never_written_to(store):
    save(store, ONE)
    damaged = files(store)[-1]
    damaged.write_bytes(b"")
    before = sorted(store.root.rglob("*"))
    readonly = Store(Place(store.root, read_only=True), FORMATS)
    assert readonly.load(CASE).revision == 0
    assert len(readonly.load(CASE).remarks) == 1
    with pytest.raises(AnnotatorError, match="read-only"):
        save(readonly, TWO)
    assert sorted(store.root.rglob("*")) == before


def test_a_project_folder_that_went_away_is_not_made_again(store):
    first = save(store, ONE)
    store.root.rename(store.root.with_name("away"))
    for parent in (first.digest, ""):
        with pytest.raises(AnnotatorError, match="not there"):
            save(store, TWO, parent)
    assert not store.root.exists()
    store.root.with_name("away").rename(store.root)
    assert not save(store, TWO, first.digest).conflict


def test_a_record_of_a_newer_version_is_left_alone_and_said(store, monkeypatch):
    save(store, ONE)
    monkeypatch.setattr(record, "VERSION", 0)
    with pytest.raises(AnnotatorError, match="newer version"):
        store.load(CASE)
    assert len(files(store)) == 1


def damages(content):
    """Every way in which a revision may be found damaged."""
    for twentieth in range(20):
        yield f"cut {twentieth}", content[: len(content) * twentieth // 20]
    dice = random.Random(7)
    for _ in range(100):
        bit = dice.randrange(len(content) * 8)
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit}", bytes(flipped)
    yield "byte order mark", b"\xef\xbb\xbf" + content
    yield "another encoding", content.decode().encode("utf-16")
    yield "twice", content + content
    inner = record.unseal(content)[0]
    for name, text in (("NaN", json.dumps(inner | {"number": float("nan")})), ("nesting", "[" * 200_000),
                       ("key twice", json.dumps(inner)[:-1] + ', "number": 3}'), ("a list", "[]"), ("empty", "{}")):
        yield name, _resealed(text.encode())
    yield "another case", record.seal(inner | {"case": "somebody else's"})[0]
    yield "another number", record.seal(inner | {"number": 9})[0]


def _resealed(inner):
    return b'{"sha256": "%s", "length": %d, "content": ' % (hashlib.sha256(inner).hexdigest().encode(), len(inner)) + inner + b"}\n"


def test_a_damaged_revision_goes_to_quarantine_and_the_one_before_is_used(store):
    first = save(store, ONE)
    second = save(store, TWO, first.digest)
    path = files(store)[1]
    content = path.read_bytes()
    quarantine = store.root / ".annotator" / "quarantine"
    for name, damaged in damages(content):
        path.write_bytes(damaged)
        loaded = store.load(CASE)
        assert (loaded.document, loaded.digest, loaded.conflict) == (ONE, first.digest, False), name
        assert len(loaded.remarks) == 1, name
        assert not path.exists()
        assert damaged in [p.read_bytes() for p in quarantine.rglob("*.json")], name
        for kept in quarantine.rglob("*.json"):
            kept.unlink()
        assert store.load(CASE).remarks == ()
    path.write_bytes(content)
    assert store.load(CASE).digest == second.digest


def test_a_damaged_revision_in_the_middle_makes_no_conflict(store):
    digest, now = "", Document()
    for number in range(1, 6):
        now = apply(now, drawing(box(number)))
        digest = save(store, now, digest).digest
    files(store)[2].write_bytes(b"")
    assert (store.load(CASE).revision, store.load(CASE).conflict) == (5, False)
    files(store)[4].write_bytes(b"")
    loaded = store.load(CASE)
    assert (loaded.revision, loaded.conflict, loaded.document.count()) == (4, False, 4)
    saved = save(store, now, loaded.digest)
    assert (saved.conflict, store.load(CASE).document) == (False, now)


def test_a_damaged_rival_leaves_the_revision_that_it_continued(store):
    first = save(store, ONE)
    a = save(store, apply(ONE, drawing(box(5))), first.digest)
    a2 = save(store, apply(ONE, drawing(box(6))), a.digest)
    save(store, apply(ONE, drawing(box(7))), first.digest)
    next(p for p in files(store) if f"-{a2.revision:06d}-" in p.name).write_bytes(b"")
    assert [head.digest for head in store.load(CASE).heads][1:] == [a.digest]


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "close", "replace", "link", "unlink", "mkdir"])
def test_whichever_call_fails_the_save_is_whole_or_not_there_and_can_be_tried_again(tmp_path, name, code):
    if sys.platform == "win32" and name == "link":
        pytest.skip("Windows saves without links")
    for number in range(1, 200):
        store = opened(tmp_path / str(number))
        before = ONE if name != "mkdir" else Document()  # the first save makes the folders
        parent = save(store, ONE).digest if name != "mkdir" else ""
        calls, passes = failing(name, number, code)
        after = (TWO,)
        try:
            with calling(calls):
                parent = save(store, TWO, parent).digest
        except AnnotatorError as error:
            after = (before, TWO)
            assert {errno.EIO: "Input/output", errno.ENOSPC: "disk is full"}[code] in str(error)
        if passes[0] < number:
            break
        loaded = opened(store.root).load(CASE)
        assert loaded.document in after
        assert not loaded.conflict
        assert store.altered(CASE) == ()
        assert not list(store.root.rglob("*.tmp"))
        more = apply(TWO, drawing(box(9)))
        assert not save(store, more, parent).conflict  # drawn on meanwhile, with the parent as it was acknowledged
        assert store.load(CASE).document == more
        assert store.altered(CASE) == ()
        assert not list((store.root / ".annotator" / "intents").glob("*"))
    else:
        pytest.fail("the calls never came to an end")
    assert number > 1


def write_fifty(root, author):
    """One of two people at work on one case."""
    store = Store(Place(root), FORMATS)
    for number in range(50):
        loaded = store.load(CASE)
        drawn = box(loaded.document.next_id(KEYS[0]), tag=f"{author} {number}")
        store.save(CASE, apply(loaded.document, drawing(drawn)), loaded.digest, (), author, TIME)


def test_two_processes_with_fifty_edits_each_lose_none(store):
    context = multiprocessing.get_context("spawn")
    people = [context.Process(target=write_fifty, args=(store.root, author)) for author in ("가", "나")]
    for person in people:
        person.start()
    for person in people:
        person.join(120)
        assert person.exitcode == 0
    assert len(files(store)) == 100
    found = [revisions.decode(path.read_bytes()) for path in files(store)]
    assert [r.number for r in found] == list(range(1, 101))
    heads = store.load(CASE).heads
    drawn = {a.drawn.time for head in heads for a in store.load(CASE, head.digest).document.on(KEYS[0])}
    assert drawn == {f"{author} {number}" for author in ("가", "나") for number in range(50)}


def test_revisions_are_ordered_by_number_and_never_by_clock(store):
    first = save(store, ONE, time=LATER)
    save(store, TWO, first.digest, time="2019-01-01T00:00:00+09:00")
    assert store.load(CASE).document == TWO


@pytest.mark.skipif(sys.platform == "win32", reason="Windows saves without links")
def test_a_number_that_somebody_is_about_to_use_is_passed_over_and_counts_when_it_appears(store):
    first = save(store, ONE)
    save(store, TWO, first.digest)
    theirs = files(store)[1]
    content, claim = theirs.read_bytes(), theirs.with_name(f".{theirs.name}.claim")
    theirs.rename(claim)
    no_links = replace(Calls(), link=lambda *paths: (_ for _ in ()).throw(OSError(errno.EPERM, "no links")))
    with calling(no_links):
        mine = save(store, apply(ONE, drawing(box(9))), first.digest)
    assert (mine.revision, mine.conflict) == (3, False)
    claim.unlink()
    theirs.write_bytes(content)
    assert [head.revision for head in store.load(CASE).heads] == [3, 2]


def test_a_full_disk_is_said_and_the_last_save_stays(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.geteuid() or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be made by root only")
    try:
        for room in range(0, 120, 12):
            store = opened(disk / str(room))
            first = save(store, ONE)
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as stream:
                free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
                stream.write(b"x" * max(0, free - room * 1024))
            parent, after = first.digest, (ONE, TWO)
            try:
                parent, after = save(store, TWO, parent).digest, (TWO,)
            except AnnotatorError as error:
                assert "disk is full" in str(error)
            filler.unlink()
            assert opened(store.root).load(CASE).document in after
            assert store.altered(CASE) == ()
            assert not save(store, TWO, parent).conflict
            assert store.load(CASE).document == TWO
            shutil.rmtree(store.root)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_locked_folder_is_said(store):
    if sys.platform == "win32" or not os.geteuid():
        pytest.skip("root writes everywhere")
    first = save(store, ONE)
    (store.root / ".annotator" / "cases").chmod(0o500)
    with pytest.raises(AnnotatorError, match="no permission"):
        save(store, TWO, first.digest)


def test_an_edit_without_annotations_left_can_be_saved_and_loaded(store):
    first = save(store, ONE)
    gone = apply(ONE, Edit(message("delete"), tuple(Change(a, None) for key in KEYS for a in ONE.on(key))))
    save(store, gone, first.digest)
    assert store.load(CASE).document == gone
    assert tree(store.root) == {}
