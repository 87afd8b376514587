"""Which categories are judged, and how far the judging of a case is."""

from __future__ import annotations

import pytest

from annotator.domain import facts, judging
from annotator.domain.judging import Judging, parse_judging, parse_label_values
from annotator.domain.toml_table import read_toml
from annotator.errors import AnnotatorError
from annotator.workspace import projects

TABLE = '[judgement]\nsupercategory = "MRI"\nleft = [1, 3]\nright = [2, 4]\n'


@pytest.fixture(scope="module")
def dementia(tmp_path_factory: pytest.TempPathFactory):
    return projects.create("dementia", tmp_path_factory.mktemp("dementia") / "project").project


def test_the_bundled_project_judges_ten_regions_by_the_published_codes(dementia) -> None:
    found = dementia.judging
    assert found is not None and found.ids == tuple(range(1, 11))
    assert [found.code(n, "0") for n in found.left] == [10, 30, 50, 70, 90]
    assert [found.code(n, "1") for n in found.right] == [21, 41, 61, 81, 101]
    names = {c.id: c.name_en for c in dementia.categories}
    assert all(names[a].replace("Left", "Right") == names[b] for a, b in zip(found.left, found.right, strict=True))


def test_a_code_is_decoded_and_no_other_value_is(dementia) -> None:
    found = dementia.judging
    assert {value: found.decoded(value) for value in range(120) if found.decoded(value)} == {
        found.code(n, j): (n, j) for n in found.ids for j in "01"
    }


def test_the_first_press_says_yes_the_next_no_and_the_rest_is_no() -> None:
    pair = Judging("MRI", (1,), (2,))
    said: dict[str, str | None] = dict(judging.toggled(pair, {}, 1))
    assert said == {facts.judgement("MRI1"): "1"}
    assert judging.toggled(pair, {facts.judgement("MRI1"): "1"}, 1) == {facts.judgement("MRI1"): "0"}
    assert judging.missing(pair, {facts.judgement("MRI1"): "1"}) == (2,)
    assert judging.completed(pair, {facts.judgement("MRI1"): "1"}) == {facts.judgement("MRI2"): "0", facts.JUDGED: "1"}


def test_what_was_proposed_counts_for_the_rest() -> None:
    pair = Judging("MRI", (1,), (2,))
    assert judging.completed(pair, {judging.proposal("MRI2"): "1"})[facts.judgement("MRI2")] == "1"


def test_the_asymmetry_index_is_the_difference_over_the_mean() -> None:
    assert judging.asymmetry(3.0, 1.0) == pytest.approx(100.0)
    assert judging.asymmetry(1.0, 3.0) == pytest.approx(-100.0)
    assert judging.asymmetry(0.0, 0.0) is None


@pytest.mark.parametrize("wrong", ["left = [1, 1]", "left = [1]", "left = [1, 99]", 'left = "1"', "left = [1, 2]", "left = []"])
def test_a_wrong_table_is_told_with_its_line(dementia, wrong: str) -> None:
    text = TABLE.replace("left = [1, 3]", wrong)
    with pytest.raises(AnnotatorError, match="line"):
        parse_judging(read_toml("project.toml", text), dementia.categories)


def test_values_of_other_programs_are_categories(dementia) -> None:
    assert parse_label_values(read_toml("p", "[label_values]\n17 = 9\n53 = 10\n"), dementia.categories) == {17: 9, 53: 10}
    with pytest.raises(AnnotatorError, match="17"):
        parse_label_values(read_toml("p", "[label_values]\n17 = 99\n"), dementia.categories)
