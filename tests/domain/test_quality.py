"""What a project promises is read with its mistakes told, samples are the same for a seed, and sizes are those of lesions."""

from __future__ import annotations

import pytest

from annotator.domain.annotation import FREE, Annotation
from annotator.domain.definition import parse_project
from annotator.domain.image import Image, ImageKey
from annotator.domain.lesion_sizes import longest, sized
from annotator.domain.quality_report import age_band, band_of, sampled
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.paths import resources_folder

LUNG = resources_folder() / "projects" / "lung-cancer"
TABLE = (LUNG / "categories.csv").read_text("utf-8")


def project(more):
    text = (LUNG / "project.toml").read_text("utf-8")
    return parse_project(text.replace("[quality]\n", "[quality]\n" + more, 1) if more else text, TABLE)


def test_the_lung_project_promises_what_its_document_says():
    quality = project("")[0].quality
    assert (quality.syntactic, quality.semantic) == (99.5, 90)
    assert [(one.modality, one.millimetres, one.severity.value) for one in quality.smallest] == [("CCT", 4, "error"), ("XRY", 4, "remark")]
    assert quality.collection_of("CCT").thickness == (2, 10) and quality.collection_of("XRY").views == ("PA",)
    assert sum(amount.images for amount in quality.amounts) == 1_813_500


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("targets = 5\n", None),
        ('[[quality.smallest]]\nmodality = "ABC"\n', "modality"),
        ('[[quality.smallest]]\nmodality = "CCT"\ngroups = ["none"]\n', "groups"),
        ('[[quality.collection]]\nmodality = "CCT"\nthickness = [10, 2]\n', "thickness"),
        ('[[quality.collection]]\nmodality = "CCT"\nthickness = [1]\n', "thickness"),
        ('[[quality.target]]\nwhat = "height"\nvalue = "1"\n', "what"),
        ('[[quality.amount]]\nmodality = "CCT"\nclass = "cancer"\n', "class"),
    ],
)
def test_a_mistake_is_told_with_its_key(more, key):
    if key is None:
        _, remarks = project(more)
        assert any("“targets” is not known" in str(remark) for remark in remarks)
        return
    with pytest.raises(AnnotatorError, match=f"quality.*{key}"):
        parse_project((LUNG / "project.toml").read_text("utf-8").replace("# [clinical]", "", 1) + "\n" + more, TABLE)


def test_a_sample_is_the_same_for_a_seed_and_holds_every_stratum():
    cases = {f"1.2.{n}": ("CCT", "malignant" if n % 4 else "benign") for n in range(400)} | {"9.9": ("XRY", "benign")}
    drawn = sampled(cases, 100, 7)
    assert drawn == sampled(dict(reversed(cases.items())), 100, 7) != sampled(cases, 100, 8)
    assert "9.9" in drawn and sum(cases[case][1] == "benign" for case in drawn) == 26 and len(drawn) == 101


@pytest.mark.parametrize(("age", "band"), [(39, "<40"), (40, "40-49"), (69, "60-69"), (80, "≥80"), (None, "?")])
def test_ages_lie_in_bands(age, band):
    assert age_band(age, (40, 50, 60, 70, 80)) == band


def test_sizes_lie_in_bands():
    assert [band_of(value, (5.0, 10.0)) for value in (4.9, 5.0, 10.0)] == ["<5", "5-10", "≥10"]


def image(number):
    return Image(ImageKey(f"1.{number}"), "", 1, 64, 64, "CT", "", "1", "1", spacing=(2.0, 0.5))


def box(number, at, lesion=None, category="CCT1"):
    return Annotation(number, ImageKey(f"1.{at}"), category, FREE, Region.box(10, 10, 20, 20), lesion=lesion)


def test_the_longest_diameter_honours_the_spacing():
    assert longest(Region.box(0, 0, 4, 3), (1.0, 1.0)) == pytest.approx(5.0)
    assert longest(Region.box(0, 0, 4, 3), (2.0, 0.5)) == pytest.approx((2**2 + 6**2) ** 0.5)


def test_outlines_on_neighbouring_slices_are_one_lesion():
    images = [image(n) for n in range(4)]
    drawn = {ImageKey("1.0"): [box(1, 0)], ImageKey("1.1"): [box(1, 1)], ImageKey("1.3"): [box(1, 3)]}
    assert [(one.members, one.image.uid) for one in sized(images, drawn)] == [(2, "1.0"), (1, "1.3")]


def test_a_lesion_number_counts_more_than_neighbourhood():
    images = [image(n) for n in range(3)]
    drawn = {ImageKey("1.0"): [box(1, 0, lesion=1)], ImageKey("1.2"): [box(1, 2, lesion=1), box(2, 2, category="CCT2")]}
    assert sorted(one.members for one in sized(images, drawn)) == [1, 2]
