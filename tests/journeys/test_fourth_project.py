"""A fourth project is made without Python: two files are written by hand, and the real window draws, asks, saves and checks by them."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.cli.main import main
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.gui.fields import ChoiceField
from tests.journeys.conftest import Open
from tests.journeys.test_first_day import draw_box
from tests.pixels.readers import dicom_mask
from tests.pixels.room import files

TOML = """\
id = "fracture"
name = "골절"
name_en = "Fracture"
classes = ["fracture", "normal"]
drawn_classes = ["fracture"]
formats = ["lung-json", "mask-dicom"]

[[modality]]
code = "BON"
folder = "bone"
prefix = "bon"
dicom = ["CR", "DX"]
exclusive = true

[patterns]
image = "fracture/{class}/{patient}/{series}/{prefix}_{image}.dcm"
mask = "fracture/{class}/{patient}/{series}/mask/{prefix}_{image}_{category}.dcm"
json = "fracture/{class}/{patient}/{series}/{prefix}_{image}.json"

[[attribute]]
key = "displaced"
name = "전위"
name_en = "Displaced"
kind = "yes-no"
required = true

[placeholders]
date_captured = "0000-00-00 00-00-00"
manufacturer = "unknown"
manufacturerModelName = "unknown"
"""
TABLE = """\
supercategory,supercategory_name,grp_id,grp_name,id,name,name_en,colour,key,tools
BON,Bone,1,골절,1,횡골절,Transverse,#ff2200,1,
BON,Bone,1,골절,2,사선골절,Oblique,#22ddff,2,
"""
LINES = 29


def test_a_fourth_project_takes_two_files_and_no_python(open_window: Open, tmp_path: Path, capsys) -> None:
    definition, project = tmp_path / "definition", tmp_path / "골절 과제"
    definition.mkdir()
    (definition / "project.toml").write_text(TOML, "utf-8")
    (definition / "categories.csv").write_bytes(TABLE.encode("cp949"))
    written = [line for line in (TOML + TABLE).splitlines() if line]
    assert len(written) == LINES
    assert main(["project", "check", str(definition)]) == 0
    assert "fracture/fracture/P000001/S001/mask/bon_0001_2.dcm" in capsys.readouterr().out
    assert main(["new-project", str(definition), str(project)]) == 0
    chest_xray(tmp_path / "images", size=128)
    hand = open_window("--project", project, tmp_path / "images")
    hand.until_painted()
    assert [category.name for category in hand.session.categories] == ["횡골절", "사선골절"]
    draw_box(hand, 10, 10, 40, 40)
    hand.session.choose_category("BON2")
    draw_box(hand, 30, 30, 60, 60)  # the newer one takes from the older where categories exclude one another
    assert not hand.session.done()
    for annotation in hand.session.annotations:
        hand.session.select([annotation.id])
        (field,) = hand.window.findChildren(ChoiceField, "attribute.displaced")
        QTest.keyClick(field, Qt.Key.Key_1)
    assert hand.session.done()
    hand.window.close()
    masks = {path.name: int(dicom_mask(path).sum()) for path in files(project, "mask/*.dcm")}
    assert masks == {"bon_0001_1.dcm": 900 - 100, "bon_0001_2.dcm": 900}
    (found,) = files(project, "*.json")
    told = json.loads(found.read_text("utf-8"))
    assert [category["name"] for category in told["categories"]] == ["횡골절", "사선골절"]
    assert main(["check", str(project)]) == 0
