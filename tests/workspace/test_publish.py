"""The delivered files of a save are all the new ones or all the old ones, and say what was drawn."""

from __future__ import annotations

import random
from dataclasses import replace
from types import MappingProxyType

import pytest

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.path import Path as Line
from annotator.errors import AnnotatorError
from annotator.workspace import publish, revisions
from annotator.workspace.publish import Intent, Step, digest_of
from tests.workspace.cases import CASE, FORMATS, KEYS, PROJECT, Place, box, document, sheets
from tests.workspace.test_store import ONE, opened, save, tree

SHEET = sheets(ONE)[0]


def committed(store, steps):
    """An intent whose revision is there, as a process leaves it that was killed just then."""
    saved = save(store, Document({}, {KEYS[2]: 5}))
    intent = Intent(CASE, revisions.listed(store.root, CASE)[1].name, saved.digest, steps)
    publish.write_intent(store.root, intent)
    return intent


STEPS = (Step("a/x.json", b"{}", ()), Step("a/x_1.mask", b"mask", (digest_of(b"old"),)), Step("a/gone.mask", None, (digest_of(b"old"),)))


@pytest.fixture
def store(tmp_path):
    return opened(tmp_path / "project")


def old_files(store):
    for name in ("x_1.mask", "gone.mask"):
        (store.root / "a").mkdir(exist_ok=True)
        (store.root / "a" / name).write_bytes(b"old")


def intents(store):
    return list((store.root / ".annotator" / "intents").glob("*"))


def test_a_start_finishes_what_was_left_unfinished(store):
    old_files(store)
    committed(store, STEPS)
    assert opened(store.root).remarks == ()
    assert tree(store.root) == {"a/x.json": b"{}", "a/x_1.mask": b"mask"}
    assert intents(store) == []


def test_an_intent_whose_revision_never_came_is_dropped(store):
    old_files(store)
    publish.write_intent(store.root, replace(committed(store, STEPS), digest="0" * 64))
    for intent in intents(store):
        if not intent.name.endswith("000000000000.json"):
            intent.unlink()
    opened(store.root)
    assert tree(store.root) == {"a/x_1.mask": b"old", "a/gone.mask": b"old"}
    assert intents(store) == []


def test_an_intent_of_a_case_that_is_being_saved_is_left_to_its_owner(store):
    committed(store, STEPS)
    with publish.alone(store.root, CASE):
        opened(store.root)
        assert tree(store.root) == {}
        assert len(intents(store)) == 1


def test_masks_come_first_and_json_last(store):
    intent = committed(store, (*STEPS, Step("0/first.json", b"{}", ())))
    (store.root / "0").touch()  # a file where a folder is needed: the first JSON cannot be written
    with pytest.raises(OSError):
        publish.carry_out(store.root, intent)
    assert tree(store.root) == {"0": b"", "a/x_1.mask": b"mask"}


def test_a_file_changed_meanwhile_is_kept_and_said(store):
    old_files(store)
    committed(store, STEPS)
    (store.root / "a" / "x.json").write_bytes(b"theirs")
    remarks = opened(store.root).remarks
    assert [str(r) for r in remarks] == ["a/x.json was changed by another program and was kept as it is"]
    assert tree(store.root) == {"a/x.json": b"theirs", "a/x_1.mask": b"mask"}


def test_a_damaged_intent_is_set_aside_and_said(store):
    dice = random.Random(3)
    for _ in range(30):
        committed_file = store.root / ".annotator" / "intents" / "case.json"
        publish.write_intent(store.root, Intent(CASE, "rev", "d", STEPS))
        content = bytearray(intents(store)[0].read_bytes())
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        intents(store)[0].unlink()
        committed_file.write_bytes(bytes(content))
        remarks = opened(store.root).remarks
        assert len(remarks) == 1
        assert "case.json" in str(remarks[0])
        assert bytes(content) in [p.read_bytes() for p in (store.root / ".annotator" / "quarantine").rglob("*.json")]
    assert tree(store.root) == {}


def test_an_intent_never_writes_outside_the_project(store):
    committed(store, (Step("../outside.json", b"{}", ()),))
    assert len(opened(store.root).remarks) == 1
    assert not (store.root.parent / "outside.json").exists()


def test_a_format_that_loses_a_pixel_stops_the_save(store):
    def shifted(sheet, files):
        reading = FORMATS[0].read(sheet, files)
        return replace(reading, annotations=tuple(replace(a, shape=a.shape.moved(1, 0)) for a in reading.annotations))

    store.formats = (replace(FORMATS[0], read=shifted), FORMATS[1])
    with pytest.raises(AnnotatorError, match="Plain JSON does not give back what was drawn as CCT1"):
        save(store, ONE)
    assert (tree(store.root), store.load(CASE).revision) == ({}, 0)


def test_lines_of_a_second_pass_are_not_missed():
    line = Annotation(3, KEYS[0], "CCT3", "Line", Line((((1.0, 1.0), (20.0, 9.0)),)))
    with_line = replace(SHEET, annotations=(*SHEET.annotations, line))
    publish.compare(with_line, FORMATS[0], FORMATS[0].write(with_line))
    with pytest.raises(AnnotatorError, match="CCT3"):
        publish.compare(with_line, FORMATS[0], FORMATS[0].write(SHEET))
    publish.compare(replace(with_line, regions_only=True), FORMATS[0], FORMATS[0].write(SHEET))


def test_the_fingerprint_knows_what_files_are_made_of_and_forgets_time_and_author():
    made = publish.fingerprint(SHEET)
    assert publish.fingerprint(replace(SHEET, time="later", author="나", software="2")) == made
    patterns = MappingProxyType(dict(reversed(PROJECT.patterns.items())))
    assert publish.fingerprint(replace(SHEET, project=replace(PROJECT, patterns=patterns))) == made
    other = [
        replace(SHEET, annotations=(box(2),)), replace(SHEET, regions_only=True), replace(SHEET, in_tree=True),
        replace(SHEET, uid_root="x"), replace(SHEET, names=replace(SHEET.names, image="0002")),
        replace(SHEET, project=replace(PROJECT, contributor="다른 병원")), replace(SHEET, image=replace(SHEET.image, rows=33)),
    ]
    assert len({made, *map(publish.fingerprint, other)}) == len(other) + 1


def test_a_project_with_an_unknown_format_is_refused():
    with pytest.raises(AnnotatorError, match="no-such-format"):
        publish.formats_of(replace(PROJECT, formats=("no-such-format",)))


def test_a_path_that_leaves_the_project_is_never_written(tmp_path):
    store = opened(tmp_path / "project")
    outside = replace(PROJECT, patterns={**PROJECT.patterns, "json": "../{image}.json"})
    bad = [replace(sheet, project=outside) for sheet in sheets(document(box(1)))]
    with pytest.raises(ValueError, match="leaves"):
        store.save(CASE, document(box(1)), "", bad, "", "")
    assert Place(store.root).root.parent.joinpath("0001.json").exists() is False
