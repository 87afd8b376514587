"""A definition is read whole or refused with the file, the line, the key and what would be right."""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import combinations

import numpy as np
import pytest
from skimage.color import rgb2lab

from annotator.domain.category_table import COLUMNS, decode_table
from annotator.domain.definition import parse_project
from annotator.domain.patterns import id_flaw, matcher, pattern_flaw
from annotator.domain.project import Pass, Project
from annotator.domain.toml_table import line_of
from annotator.errors import AnnotatorError
from annotator.paths import resources_folder

FOLDER = resources_folder() / "projects"
NAMES = ("breast-cancer", "dementia", "lung-cancer", "scratch")

TOML = """\
id = "thyroid"
name = "갑상선"
classes = ["benign", "malignant"]
formats = ["lung-json", "mask-dicom"]

[[modality]]
code = "USG"
folder = "us"
prefix = "us"
dicom = ["US"]

[mask]
foreground = 255

[patterns]
image = "t/{class}/{patient}/{series}/dcm/{prefix}_{image}.dcm"
mask = "t/{class}/{patient}/{series}/binary/{prefix}_{image}_{category}.dcm"
json = "t/{class}/{patient}/{series}/json/{prefix}_{image}.json"
"""
HEADING = ",".join(COLUMNS)
TABLE = f"{HEADING}\nUSG,Ultrasound,1,악성,1,결절,Nodule,#FF2200,1,\nUSG,Ultrasound,2,양성,2,낭종,,#22ddff,2,Free Box\n"


def bundled(name: str) -> Project:
    folder = FOLDER / name
    project, remarks = parse_project(*(decode_table((folder / file).read_bytes()) for file in ("project.toml", "categories.csv")))
    assert remarks == ()
    return project


def refused(toml: str = TOML, table: str = TABLE) -> str:
    with pytest.raises(AnnotatorError) as caught:
        parse_project(toml, table)
    return str(caught.value)


def test_a_fourth_project_needs_no_python():
    project, remarks = parse_project(TOML, TABLE)
    assert remarks == ()
    assert (project.id, project.name, project.name_en, project.unclassified) == ("thyroid", "갑상선", "갑상선", "unclassified")
    nodule, cyst = project.categories
    assert (nodule.key, nodule.colour, nodule.rgb, nodule.shortcut, nodule.tools) == ("USG1", "#ff2200", (255, 34, 0), "1", ())
    assert (cyst.name_en, cyst.tools) == ("낭종", ("Free", "Box"))
    assert project.id_patterns == {"patient": "P{number:06d}", "series": "S{number:03d}", "image": "{number:04d}"}


@pytest.mark.parametrize("name", NAMES)
def test_the_bundled_definitions_are_sound(name):
    project = bundled(name)
    assert project.id == name
    assert all(project.categories_of(modality) for modality in project.modalities)


def test_the_lung_project_has_the_rows_of_its_category_definition():
    nine = "악성 전이성_병변 양성 섬유화반흔 폐경화 기흉 무기폐 흉막_삼출 폐섬유화".split()
    expected = [
        (code, name, 1 if n < 3 else 2, "악성" if n < 3 else "양성", n, title)
        for code, name in (("CCT", "Chest CT"), ("XRY", "X-ray"))
        for n, title in enumerate(nine, 1)
    ]
    four = "악성_림프절 폐_병변_악성 양성_림프절 폐_병변_양성".split()
    expected += [("PCT", "PET-CT", 1 if n < 3 else 2, "악성" if n < 3 else "양성", n, title) for n, title in enumerate(four, 1)]
    rows = bundled("lung-cancer").categories
    assert [(c.supercategory, c.supercategory_name, c.grp_id, c.grp_name, c.id, c.name) for c in rows] == expected
    assert all(c.shortcut == str(c.id) and not c.tools and c.name_en.isascii() for c in rows)


def test_the_lung_project_says_which_image_is_what_and_what_becomes_of_it():
    lung = bundled("lung-cancer")
    modality = {
        (own, "PT" in study): found.code if (found := lung.modality_of(own, frozenset(study))) else None
        for own, study in (("CR", ["CR"]), ("DX", ["DX"]), ("CT", ["CT"]), ("CT", ["CT", "PT"]), ("PT", ["PT", "CT"]), ("MR", ["MR"]))
    }
    assert modality == {
        ("CR", False): "XRY",
        ("DX", False): "XRY",
        ("CT", False): "CCT",
        ("CT", True): "PCT",
        ("PT", True): "PCT",
        ("MR", False): None,
    }
    assert (lung.mask.foreground, lung.mask.compression, lung.mask.line_width) == (255, "rle", 2.0)
    assert (lung.classes, lung.unclassified, lung.formats) == (
        ("benign", "malignant", "normal"),
        "unclassified",
        ("lung-json", "mask-dicom"),
    )
    assert {m.code: m.passes for m in lung.modalities} == {
        "XRY": (Pass("specialist", ("Line",)), Pass("annotator", ("Box",), True)),
        "PCT": (Pass("specialist", ("Box",), True),),
        "CCT": (Pass("specialist", ("Line",)), Pass("annotator", ("Free",))),
    }
    assert not any(m.deliver_boxes for m in lung.modalities)
    assert lung.accepted_names["악성 림프절성"] == "악성_림프절"


def test_scratch_takes_any_image_and_keeps_no_class():
    scratch = bundled("scratch")
    codes = [scratch.modality_of(modality).code for modality in ("CR", "CT", "PT", "MG", "MR", "US")]
    assert codes == ["XRY", "CCT", "PCT", "OTH", "OTH", "OTH"]
    for modality in scratch.modalities:
        rows = scratch.categories_of(modality)
        assert [(c.name, c.name_en, c.shortcut) for c in rows] == [(f"병변 {n}", f"lesion {n}", str(n)) for n in range(1, 6)]
    assert scratch.classes == ()


def test_the_dementia_regions_exclude_one_another_and_the_class_is_hidden():
    dementia = bundled("dementia")
    assert [c.id * 10 for c in dementia.categories] == list(range(10, 101, 10))
    assert sorted(c.shortcut for c in dementia.categories) == list("0123456789")
    assert dementia.blind and dementia.modalities[0].exclusive


PROTAN = np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]])
DEUTAN = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]])


def seen(rgb: tuple[int, int, int], vision: np.ndarray) -> np.ndarray:
    """CIE Lab of a colour as somebody with that vision sees it (Machado, Oliveira and Fernandes 2009, severity 1)."""
    c = np.array(rgb) / 255
    linear = vision @ np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear, 0, 1)
    return rgb2lab(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("vision", [np.eye(3), PROTAN, DEUTAN], ids=["usual", "protan", "deutan"])
def test_lung_colours_stand_out_from_grey_and_from_one_another_for_every_eye(vision):
    lung = bundled("lung-cancer")
    for modality in lung.modalities:
        colours = [seen(category.rgb, vision) for category in lung.categories_of(modality)]
        assert min(np.linalg.norm(a - b) for a, b in combinations(colours, 2)) > 20
        assert min(np.hypot(a[1], a[2]) for a in colours) > 15


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "갑상선"', 'name = "갑상선', "line 2: this is not TOML: name = "),
        ('name = "갑상선"', 'id = "again"', "line 2: a key or table stands twice"),
        ('id = "thyroid"\n', "", "line 1, key “id”: the key is missing. Write for example: id = "),
        ('name = "갑상선"', "nmae = 1", "line 1, key “name”: the key is missing; “nmae” may be meant"),
        ('name = "갑상선"', "name = 3", "line 2, key “name”: a text is expected. Put the value between double quotes"),
        ('["benign", "malignant"]', '"benign"', "line 3, key “classes”: a list of texts is expected"),
        ('["benign", "malignant"]', '["benign", "a/b"]', "line 3, key “classes”: “a/b” cannot be the name of a folder or file"),
        ('["benign", "malignant"]', '["benign", "benign"]', "line 3, key “classes”: a name stands twice"),
        ('"mask-dicom"]', '"Mask"]', "line 4, key “formats”: the id of a format"),
        ('folder = "us"\n', "", "line 6, key “modality.folder”: the key is missing"),
        ('folder = "us"', 'folder = "../us"', "line 8, key “modality.folder”: “../us” cannot be the name"),
        ('dicom = ["US"]', 'dicom = ["us"]', "line 10, key “modality.dicom”: “us” is no DICOM modality"),
        ('dicom = ["US"]', "dicom = []", "line 10, key “modality.dicom”: “[]” is no DICOM modality"),
        (
            'dicom = ["US"]',
            'dicom = ["US"]\ncase = "patient"',
            "line 11, key “modality.case”: “patient” is not known. Write one of: series, study",
        ),
        (
            "[mask]",
            '[[modality.pass]]\nrole = "annotator"\ntools = ["Line",\n"Brush"]\n[mask]',
            "line 14, key “modality.pass.tools”: “Brush” is not known. Write any of: Line, Free, Box",
        ),
        (
            "foreground = 255",
            "foreground = 256",
            "line 13, key “mask.foreground”: a whole number is expected. Write a number from 1 to 255",
        ),
        ("foreground = 255", "foreground = true", "line 13, key “mask.foreground”: a whole number is expected"),
        ("foreground = 255", 'compression = "jpeg"', "line 13, key “mask.compression”: “jpeg” is not known. Write one of: rle, none"),
        ("foreground = 255", 'line = "stroke"', "line 12, key “mask.line_width”: the key is missing"),
        ("/{patient}/{series}/dcm", "/{patiend}/dcm", "line 16, key “patterns.image”: there is no field {patiend}. Write a relative path"),
        ("{image}.dcm", "{image:04d}.dcm", "line 16, key “patterns.image”: the field {image} takes no format"),
        ("{image}.dcm", "{image.dcm", "line 16, key “patterns.image”: its braces do not pair"),
        (
            '"t/{class}/{patient}/{series}/dcm',
            '"../{class}/{patient}/{series}/dcm',
            "line 16, key “patterns.image”: it leaves the project's folder",
        ),
        ('"t/{class}/{patient}/{series}/dcm', '"/t/{patient}/dcm', "line 16, key “patterns.image”: it leaves the project's folder"),
        ('"t/{class}/{patient}/{series}/dcm', '"C:/{patient}/dcm', "line 16, key “patterns.image”: it leaves the project's folder"),
        ('"t/{class}/{patient}/{series}/dcm', '".annotator/{patient}/dcm', "line 16, key “patterns.image”: its first folder is hidden"),
        ("_{category}.dcm", ".dcm", "line 17, key “patterns.mask”: without the field {category} two files would get one name"),
        (re.search("json = .*\n", TOML)[0], "", "line 15, key “patterns.json”: the key is missing"),
        ("[mask]", '[ids]\npatient = "PAT{number:06d}"\n[mask]', "line 13, key “ids.patient”: “PAT000001” has 9 characters, 7 are allowed"),
        ("[mask]", '[ids]\nseries = "S{n}"\n[mask]', "line 13, key “ids.series”: it needs the field {number} exactly once"),
        ("[mask]", "[limits]\nname = 1\n[mask]", "categories.csv, line 2, column “name”: “결절” has 2 characters, 1 are allowed"),
        (
            "[mask]",
            '[limits]\nversion = 2\n[info]\nversion = "1.10"\n[mask]',
            "line 15, key “info.version”: the text has 4 characters, 2 are",
        ),
        (
            "[mask]",
            '[accepted_names]\n"혹" = "종양"\n[mask]',
            "line 13, key “accepted_names.혹”: “종양” is not known. Write one of: 결절, 낭종",
        ),
        (
            "[mask]",
            "[[modality]]\n" + TOML.split("[[modality]]\n")[1].split("[mask]")[0] + "[mask]",
            "line 13, key “modality.code”: “USG” stands twice",
        ),
    ],
)
def test_a_mistake_in_the_project_file_is_told_with_its_line_and_key(old, new, told):
    assert old in TOML
    sentence = refused(TOML.replace(old, new, 1))
    assert told in sentence
    assert sentence.startswith("Reading ")


def test_nesting_without_end_is_refused():
    assert "nested too deeply" in refused("a = " + "[" * 100_000)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",colour", "", "line 1: the column colour is missing. The first row names the columns: supercategory, "),
        (",colour", ",name", "line 1: the column colour is missing"),
        ("supercategory_name", "grp_id", "line 1: the column supercategory_name is missing"),
        (",key", ",key,key", "line 1: the column “key” stands twice"),
        ("2,낭종", "1,낭종", "line 3, column “id”: the id 1 stands twice in USG, first in line 2"),
        ("#22ddff", "red", "line 3, column “colour”: “red” is no colour. Write # and six hexadecimal digits"),
        ("#22ddff", "#22ddf", "line 3, column “colour”: “#22ddf” is no colour"),
        ("2,낭종", "둘,낭종", "line 3, column “id”: “둘” is no whole number"),
        ("1,악성", "1.5,악성", "line 2, column “grp_id”: “1.5” is no whole number"),
        ("결절", " ", "line 2, column “name”: the cell is empty"),
        ("결절", "결\\절", "line 2, column “name”: it holds a character"),
        ("#22ddff,2", "#22ddff,1", "line 3, column “key”: the key 1 stands twice in USG, first in line 2"),
        ("#22ddff,2", "#22ddff,F2", "line 3, column “key”: “F2” is no key"),
        ("Free Box", "Free Brush", "line 3, column “tools”: there is no tool “Brush”. Write any of: Line, Free, Box"),
        ("USG,Ultrasound,2", "MRI,Ultrasound,2", "line 3, column “supercategory”: “MRI” is not known. Write one of: USG"),
        ("Nodule", '"Nodule', "line 2: a quotation mark has no partner"),
        ("낭종,,", "낭종,Cyst, large,", "line 3: the row has more cells"),
        (TABLE.split("\n", 1)[1], "", "it lists no category"),
        (TABLE, "", "it is empty. The first row names the columns: supercategory, supercategory_name, "),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_line_and_column(old, new, told):
    assert old in TABLE
    sentence = refused(table=TABLE.replace(old, new, 1))
    assert told in sentence
    assert sentence.startswith("Reading categories.csv")


def test_a_line_break_in_a_cell_does_not_shift_the_lines_that_are_told():
    table = TABLE.replace("Ultrasound,1", '"Ultra\nsound",1').replace("#22ddff", "red")
    assert "line 2, column “supercategory_name”: it holds a character" in refused(table=table)
    table = TABLE.replace("\nUSG,Ultrasound,2", "\n\n\nUSG,Ultrasound,2").replace("#22ddff", "red")
    assert "line 5, column “colour”" in refused(table=table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_table_is_read_as_excel_or_an_editor_saved_it(encoding, separator, ending):
    content = TABLE.replace(",", separator).replace("\n", ending).encode(encoding)
    project, remarks = parse_project(TOML, decode_table(content))
    assert (project.categories, remarks) == (parse_project(TOML, TABLE)[0].categories, ())


def test_a_table_that_is_no_text_is_refused():
    with pytest.raises(AnnotatorError, match=r"Reading categories.csv: its characters are neither UTF-8 nor Korean"):
        decode_table(b"\xff\x00\x81")
    with pytest.raises(AnnotatorError, match="UTF-8"):
        decode_table(codecs.BOM_UTF8 + "악성".encode("cp949"))


def test_decomposed_hangul_is_composed():
    project, _ = parse_project(unicodedata.normalize("NFD", TOML), decode_table(unicodedata.normalize("NFD", TABLE).encode()))
    assert (project.name, project.categories[0].name) == ("갑상선", "결절")


def test_what_is_not_known_is_kept_and_remarked():
    toml = TOML.replace("foreground = 255", "forground = 1").replace("[mask]", "colr = 1\n[mask]")
    table = "".join(f"{line},{cell}\n" for line, cell in zip(TABLE.splitlines(), ("메모", "가", ""), strict=True))
    project, remarks = parse_project(toml, table)
    assert [str(remark) for remark in remarks] == [
        "project.toml, line 14: the key “forground” is not known and has no effect; “foreground” may be meant",
        "project.toml, line 12: the key “colr” is not known and has no effect",
        "categories.csv: the column “메모” is not known; it is kept and has no effect",
    ]
    assert project.categories[0].extra == (("메모", "가"),)


def test_categories_that_cannot_be_told_apart_are_remarked():
    _, remarks = parse_project(TOML, TABLE.replace("낭종", "결절").replace("#22ddff", "#ff2200"))
    assert [str(remark) for remark in remarks] == [
        "categories.csv: lines 2 and 3 have the same name “결절”",
        "categories.csv: lines 2 and 3 have the same colour",
    ]


def test_a_modality_without_a_category_is_remarked():
    table = HEADING + "\nOTH,,1,,1,결절,,#ff2200,1,\n"
    toml = TOML.replace("[mask]", '[[modality]]\ncode = "OTH"\nfolder = "o"\nprefix = "o"\ndicom = ["*"]\n[mask]')
    _, remarks = parse_project(toml, table)
    assert [str(remark) for remark in remarks] == ["categories.csv: the modality USG has no category, so its images can only be looked at"]


def test_the_line_of_a_key_is_where_it_begins():
    text = '# first\na = 1\n\nb = [\n  "x",\n]\n[t]\n"c d" = """\none = 1\n"""\n[[l]]\n[[l]]\nz = {q = 1}\n'
    found = {
        path: line_of(text, path)
        for path in [("a",), ("b",), ("t",), ("t", "c d"), ("l", 0), ("l", 1), ("l", 1, "z"), ("l", 1, "z", "q"), ()]
    }
    assert list(found.values()) == [2, 4, 7, 8, 11, 12, 13, 13, 1]


def test_a_path_that_a_pattern_wrote_is_read_back():
    pattern = bundled("lung-cancer").patterns["mask"]
    fields = {
        "folder": "pet-ct",
        "prefix": "pct",
        "class": "benign",
        "patient": "P_0.1",
        "series": "S001",
        "image": "0012",
        "category": "4",
    }
    tree = matcher(pattern, {"folder": ["x-ray", "pet-ct"], "prefix": ["pct"], "class": ["benign"]})
    assert tree.fullmatch(pattern.format(**fields)).groupdict() == fields
    assert tree.fullmatch(pattern.format(**{**fields, "class": "elsewhere"})) is None
    assert tree.fullmatch(pattern.format(**fields).replace("pct_P_0.1", "pct_P_0.2")) is None


@pytest.mark.parametrize(
    "pattern", ["a/../{image}", "a//{image}", "a/./{image}", "a./{image}", "{image}/", "a b/{image}", "a\\{image}", "", "{}", "{0}"]
)
def test_a_pattern_that_could_make_a_bad_path_has_a_flaw(pattern):
    assert pattern_flaw(pattern) is not None


@pytest.mark.parametrize(
    "pattern", ["", "P{number}{number}", "P{number:q}", "P{", "{number}/", "P{number:.0s}", "{number.real}", "{number!r}x{x}"]
)
def test_an_id_pattern_that_could_make_a_bad_name_has_a_flaw(pattern):
    assert id_flaw(pattern, 7) is not None
