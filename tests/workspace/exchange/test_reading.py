"""What a source says comes to the image and category that it means; what means nothing is counted and left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.annotation import FREE
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.region import Region
from annotator.formats.format import Exchange
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace.exchange import telling
from annotator.workspace.exchange.dataset import item_of
from annotator.workspace.exchange.labels import PALETTE, colour, meant, own_project
from annotator.workspace.exchange.matching import Way
from annotator.workspace.exchange.meanings import Said
from annotator.workspace.exchange.reading import read_data_set
from annotator.workspace.projects import definition_of
from tests.formats.sheets import bundled
from tests.workspace.cases import CHEST, PROJECT, document, sheets

SQUARE = Region.box(2, 3, 9, 11)
ITEMS = tuple(item_of(PROJECT, CHEST, sheet.image, sheet.names) for sheet in sheets(document()))
HERE = Reference(key=ITEMS[0].sheet.image.key)


def reader(*pages):
    return Exchange("pages", "Pages", (), write=lambda *_: None, read=lambda source: iter(pages))


def read(*pages, project=PROJECT, items=ITEMS):
    source = Source((), lambda name: b"")
    return read_data_set(reader(*pages), source, project, definition_of("scratch"), lambda _: (items,) if items else (), Report())


def page(*labels, where=HERE, shape=SQUARE, **changes):
    return Page(where, tuple(Mark(label, shape) for label in labels), **changes)


def drawn(data):
    return {item.stem: item.sheet.annotations for one in data.series for item in data.fill(one).items if item.sheet.annotations}


@pytest.mark.parametrize(
    ("label", "key", "told"),
    [
        (Label(key="CCT3"), "CCT3", ""),
        (Label("양성", 3, "CCT"), "CCT3", ""),
        (Label("양성", 99), "CCT3", ""),
        (Label("전이성 병변"), "CCT2", "“전이성 병변” is taken as 전이성_병변"),
        (Label("섬유유화반흔", 1), "CCT4", "“섬유유화반흔” is taken as 섬유화반흔"),
        (Label("pneumothorax"), "CCT6", "“pneumothorax” is taken as 기흉"),
        (Label(id=6, supercategory="CCT"), "CCT6", ""),
        (Label(id=6), "CCT6", "by its number alone"),
        (Label("nodule", 6), "CCT6", "by its number alone"),
        (Label(id=6, supercategory="XRY"), None, ""),
        (Label("nodule"), None, ""),
        (Label("nodule", 77), None, ""),
        (Label(), None, ""),
    ],
)
def test_a_label_means_a_category(label, key, told):
    project = bundled()
    found = meant(label, project, next(modality for modality in project.modalities if modality.code == "CCT"))
    assert (found.category.key if found else None) == key
    remark = str(found.remark or "") if found else ""
    assert told in remark if told else not remark


def test_what_is_matched_and_what_is_not_is_counted():
    strange = Reference(file_name="nowhere.png")
    data, findings = read(page(Label(key="CCT1"), Label("?")), page(Label(key="CCT2"), where=strange), page(Label("?"), where=HERE))
    assert findings.ways == {Way.UID: 2}
    assert [name for name, _ in findings.unmatched] == ["nowhere.png"]
    assert findings.unknown == {"?": 2}
    (annotations,) = drawn(data).values()
    assert [a.category for a in annotations] == ["CCT1"]
    told = [str(sentence) for sentence in (*telling.read(data, findings), *telling.problems(data, findings))]
    assert "“?” is no category here: 2 annotations were left out" in told
    assert "2 by SOP Instance UID" in told


def test_what_two_files_say_of_an_image_is_united_and_twins_are_taken_once():
    data, findings = read(page(Label(key="CCT1")), page(Label(key="CCT1"), Label(key="CCT2")))
    (annotations,) = drawn(data).values()
    assert [(a.id, a.category) for a in annotations] == [(1, "CCT1"), (2, "CCT2")]
    assert findings.repeated == 1


def test_ids_stay_where_they_can():
    marks = [Mark(Label(key="CCT1"), SQUARE.moved(n, 0), FREE, number) for n, number in enumerate((7, 3, 7, None))]
    data, _ = read(Page(HERE, tuple(marks)))
    (annotations,) = drawn(data).values()
    assert [a.id for a in annotations] == [3, 4, 5, 6]
    assert annotations[0].shape == SQUARE.moved(1, 0)


def test_shapes_are_clipped_to_the_image_or_left_out():
    shapes = Region.box(30, 20, 60, 60), Region.box(50, 50, 60, 60)
    data, findings = read(*(page(Label(key="CCT1"), shape=shape) for shape in shapes))
    (annotations,) = drawn(data).values()
    assert [a.shape.bounds for a in annotations] == [(30, 20, 40, 32)]
    assert findings.outside == 1


def test_without_a_project_the_labels_become_one_and_without_images_the_sizes_do():
    pages = [
        page(Label("nodule", 4, "lung"), Label("mass", 9, "lung"), where=Reference(file_name="d/a.png", rows=32, columns=40)),
        page(Label("nodule", 4, "lung"), where=Reference(file_name="d/a.png", rows=32, columns=40), shape=SQUARE.moved(9, 0)),
        page(Label("mass", 9, "lung"), where=Reference(file_name="e/a.png", rows=16, columns=16), split="val"),
        page(Label("mass", 9, "lung"), where=Reference(file_name="b.png")),
    ]
    data, findings = read(*pages, project=None, items=())
    assert [(c.supercategory, c.id, c.name) for c in data.project.categories] == [("lung", 4, "nodule"), ("lung", 9, "mass")]
    assert {stem: len(found) for stem, found in drawn(data).items()} == {"a": 3, "a_2": 1}
    assert data.splits == ("val",)
    assert findings.ways == {Way.MADE: 3}
    assert [name for name, _ in findings.unmatched] == ["b.png"]


def test_labels_without_numbers_are_counted_in_order_of_appearance():
    labels = [Label("c"), Label("a"), Label("b"), Label("a")]
    project = own_project([page(*labels)], definition_of("scratch"))
    assert [(c.key, c.name) for c in project.categories] == [("OBJ1", "c"), ("OBJ2", "a"), ("OBJ3", "b")]
    assert tuple(c.colour for c in project.categories) == PALETTE[:3]


def test_categories_of_one_image_are_one_modality():
    project = own_project([page(Label("a", 1, "x"), Label("b", 1, "y"))], definition_of("scratch"))
    assert len(project.modalities) == 1
    assert [c.key for c in project.categories] == ["OBJ1", "OBJ2"]
    apart = own_project([page(Label("a", 1, "x")), page(Label("b", 1, "y"))], definition_of("scratch"))
    assert [c.key for c in apart.categories] == ["x1", "y1"]


def test_forty_colours_differ():
    assert len({colour(n) for n in range(35)}) == 35


def test_a_name_of_the_project_stays_and_a_foreign_one_is_the_files_own():
    own = tuple(replace(item, sheet=replace(item.sheet, uid_root="salt")) for item in ITEMS)
    where = replace(HERE, file_name="scan 7.png")
    assert next(iter(drawn(read(page(Label(key="CCT1"), where=where), items=own)[0]))) == "cct_P000001_S001_0001"
    assert next(iter(drawn(read(page(Label(key="CCT1"), where=where))[0]))).startswith("scan_7-")


def test_remarks_of_a_kind_are_told_once():
    pages = [page(Label(id=1), remarks=(message("odd"),), place="a.json") for _ in range(3)]
    data, findings = read(*pages)
    told = [str(sentence) for sentence in telling.problems(data, findings)]
    assert told.count("a.json: odd (3 times)") == 1
    assert any(text.endswith("by its number alone (3 times)") for text in told)


def test_a_person_says_what_labels_mean():
    source, known, strange = Source((), lambda name: b""), Label("양성"), Label("nodule", 77)
    pages = page(known, strange, strange)
    chosen = {Said("CCT", "nodule"): "CCT2", Said("CCT", "양성"): ""}

    def look(meanings):
        return read_data_set(reader(pages), source, PROJECT, definition_of("scratch"), lambda _: (ITEMS,), Report(), meanings)

    data, findings = look({})
    assert findings.labels == {Said("CCT", "양성"): 1, Said("CCT", "nodule"): 2}
    assert findings.taken == {Said("CCT", "양성"): "CCT3", Said("CCT", "nodule"): ""} and findings.unknown == {"nodule": 2}
    data, findings = look(chosen)
    assert [a.category for (a, *_) in drawn(data).values()] == ["CCT2"] and findings.annotations == 2
    assert findings.taken == chosen and not findings.unknown
    _, findings = look({Said("CCT", "양성"): "CCT99"})
    assert findings.taken[Said("CCT", "양성")] == "CCT3", "a category that is gone does not count"
