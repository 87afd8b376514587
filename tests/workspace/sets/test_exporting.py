"""What an export writes is what independent readers find in it; a killed one goes on, a full disk is told, and nobody is named."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import openpyxl
import pydicom
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotator.domain.frozen_set import FrozenSet, Rule
from annotator.domain.lattice import Axis, Lattice
from annotator.domain.person import Acting, Role
from annotator.domain.recipe import BOX, GIVEN, Clahe, Crop, Normalise, Recipe, Resample, Resize, Standardise, Window, parsed
from annotator.errors import AnnotatorError
from annotator.progress import Cancelled, Report
from annotator.workspace import access, log
from annotator.workspace.handover import manifest
from annotator.workspace.lock import exclusively
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.sets import exporting
from annotator.workspace.sets.ledger import path_of
from tests.faults.disks import fill, mounted
from tests.workspace.handover.accepted import READER, TIME, listed, redraw
from tests.workspace.sets.frozen import BY, export, frozen, source_values, tree
from tests.workspace.study import box, lung_project, opened, small_ct

sitk: Any = import_module("SimpleITK")
WHOLE: Recipe = (Resample(8.0, 2.5), Crop(BOX, left=3, top=2, width=40, height=41), Window(GIVEN, 40, 400))
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of pycocotools, with numpy 2
ALL = ("dicom", "png", "nifti", "coco", "yolo", "voc", "labelme", "seg", "rtstruct", "table", "lung-json", "mask-dicom")


def drawn() -> NDArray[np.bool_]:
    """What `accepted.draw` draws on the first slice of each patient, as a mask of its 32 × 32 pixels."""
    mask = np.zeros((32, 32), bool)
    mask[4:20, 4:20] = True
    return mask


def test_dicom_lies_where_the_source_lay_and_holds_its_values(tmp_path: Path) -> None:
    """SimpleITK reads both, and finds at each new pixel's place in mm what linear interpolation gives there."""
    folder, found = frozen(tmp_path, 1)
    out, done = export(folder, found, tmp_path, forms=("dicom",), recipe=(Resample(8.0), Crop(BOX, left=3, top=2, width=40, height=41)))
    assert (done.cases, done.images, done.annotations, done.left) == (1, 3, 1, ())
    before = series(sorted((folder.root / "lung_cancer").rglob("dcm/*.dcm")))
    after = series(sorted((out / "dicom" / "images" / "train").glob("*.dcm")))
    assert after.GetSpacing() == pytest.approx((8.0, 8.0, before.GetSpacing()[2])) and after.GetSize() == (40, 41, 3)
    assert after.GetDirection() == pytest.approx(before.GetDirection())
    oracle = sitk.Resample(sitk.Cast(before, sitk.sitkFloat32), after, sitk.Transform(), sitk.sitkLinear, -9999.0, sitk.sitkFloat32)
    expected, own = sitk.GetArrayFromImage(oracle), sitk.GetArrayFromImage(sitk.Cast(after, sitk.sitkFloat32))
    there = expected != -9999
    assert there.mean() > 0.9 and np.abs(own - expected)[there].max() < 0.1


def series(paths: list[Path]) -> Any:
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(path) for path in paths])
    return reader.Execute()


def test_a_derived_file_says_what_it_is_and_what_was_done(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    out, _ = export(folder, found, tmp_path, forms=("dicom",), recipe=WHOLE)
    files = [pydicom.dcmread(path) for path in sorted((out / "dicom" / "images").rglob("*.dcm"))]
    sources = [pydicom.dcmread(path) for path in sorted((folder.root / "lung_cancer").rglob("dcm/*.dcm"))]
    assert len(files) == 6 and len({one.SOPInstanceUID for one in files}) == 6 and len({one.SeriesInstanceUID for one in files}) == 1
    assert not {one.SOPInstanceUID for one in files} & {one.SOPInstanceUID for one in sources}
    first = files[0]
    assert (list(first.ImageType), first.Modality, first.PatientID) == (["DERIVED", "SECONDARY"], "CT", "P000001")
    assert "Resample (spacing 8, slices 2.5)" in first.DerivationDescription and first.SpacingBetweenSlices == 2.5
    assert {item.ReferencedSOPInstanceUID for item in first.SourceImageSequence} <= {one.SOPInstanceUID for one in sources}
    assert first.SourceImageSequence[0].SpatialLocationsPreserved == "NO"
    heights = [float(one.ImagePositionPatient[2]) for one in files]
    assert np.allclose(np.diff(heights), 2.5) and np.isclose(heights[0], float(sources[0].ImagePositionPatient[2]) - 1.25)
    assert (first.BitsAllocated, first.WindowCenter, first.WindowWidth, first.VOILUTFunction) == (8, 127.5, 255, "LINEAR_EXACT")


def test_dciodvfy_finds_no_error_in_what_goes_out(tmp_path: Path) -> None:
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("no dciodvfy on this machine (Debian: dicom3tools)")
    folder, found = frozen(tmp_path, 1)
    for name, recipe in (("raw", ()), ("bright", WHOLE), ("share", (Normalise(),)), ("score", (Standardise(), Resize(20, 30)))):
        out, _ = export(folder, found, tmp_path, tmp_path / name, forms=("dicom", "seg"), recipe=recipe)
        for path in sorted(out.rglob("*.dcm")):
            checked = subprocess.run([program, "-new", path], capture_output=True, text=True, errors="replace", timeout=60, check=False)
            assert [line for line in (checked.stdout + checked.stderr).splitlines() if "Error" in line] == [], path.name


@pytest.mark.parametrize(("recipe", "depth"), [((), 16), ((Window(GIVEN, 40, 400),), 8), ((Normalise(1, 99),), 16), ((Standardise(),), 16)])
def test_a_pngs_numbers_give_the_values_back(tmp_path: Path, recipe: Recipe, depth: int) -> None:
    folder, found = frozen(tmp_path, 1)
    out, _ = export(folder, found, tmp_path, recipe=recipe)
    shown = [np.asarray(Pillow.open(path)) for path in sorted((out / "png" / "images" / "train").glob("*.png"))]
    assert {one.dtype.itemsize * 8 for one in shown} == {depth}
    (row,) = rows(out)
    values = np.stack(shown) * float(row["slope"]) + float(row["intercept"])
    source = source_values(folder)
    if not recipe:
        assert np.array_equal(values, source) and row["unit"] == "HU"
    elif isinstance(recipe[0], Normalise):
        low, high = np.percentile(source, (1, 99))
        assert np.allclose(values, np.clip((source - low) / (high - low), 0, 1), atol=2e-2)
    elif isinstance(recipe[0], Standardise):
        assert np.allclose(values, (source - source.mean()) / source.std(), atol=1e-3)


def rows(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "list.csv").read_text("utf-8-sig"))))


def test_masks_of_every_form_are_the_sampled_mask(tmp_path: Path) -> None:
    """PNG, DICOM mask, NIfTI and COCO's own decoder show one mask: the drawn one at the sample points, nearest neighbour."""
    folder, found = frozen(tmp_path, 1)
    recipe = (Resample(7.3), Resize(50, 44))
    out, _ = export(folder, found, tmp_path, forms=("dicom", "png", "nifti", "coco", "nnunet"), recipe=recipe)
    lattice = Lattice(Axis.stepped(32, 7.3 / 12), Axis.stepped(32, 7.3 / 12), Axis.same(3))
    step = max(lattice.columns.count / 50, lattice.rows.count / 44)
    fitted = (Axis(a.count, (a.count - step * size) / 2, step, size) for a, size in ((lattice.columns, 50), (lattice.rows, 44)))
    expected = lattice.then(Lattice(*fitted, Axis.same(3))).mask(drawn())
    assert 0 < expected.sum() < expected.size
    (png,) = (out / "png" / "masks").rglob("*.png")
    (dicom,) = (out / "dicom" / "masks").rglob("*.dcm")
    assert np.array_equal(np.asarray(Pillow.open(png)) > 0, expected)
    assert np.array_equal(pydicom.dcmread(dicom).pixel_array > 0, expected)
    for path in (out / "nifti" / "labels").rglob("*.nii.gz"), (out / "nnunet").rglob("labelsTr/*.nii.gz"):
        (volume,) = path
        assert np.array_equal(np.asarray(nibabel.load(volume).dataobj)[:, :, 0].T > 0, expected)
    coco = import_module("pycocotools.coco").COCO(str(out / "coco" / "annotations" / "instances_train.json"))
    (annotation,) = coco.dataset["annotations"]
    assert np.array_equal(coco.annToMask(annotation) > 0, expected)


def test_a_volume_lies_where_the_source_lay(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    out, _ = export(folder, found, tmp_path, forms=("nifti",), recipe=WHOLE[:2])
    (images,), (labels,) = ((out / "nifti" / kind / "train").glob("*.nii.gz") for kind in ("images", "labels"))
    values, mask = nibabel.load(images), nibabel.load(labels)
    assert values.shape == mask.shape == (40, 41, 6) and np.allclose(values.affine, mask.affine)
    assert values.header.get_zooms() == pytest.approx((8.0, 8.0, 2.5))
    first = pydicom.dcmread(min((folder.root / "lung_cancer").rglob("dcm/*.dcm")))
    corner = np.array(first.ImagePositionPatient, float) - (6.0, 6.0, 2.5)  # of the first voxel: half a voxel before its centre
    own = (values.affine @ (-0.5, -0.5, -0.5, 1))[:3] * (-1, -1, 1)
    assert np.allclose(own, corner + (3 * 8.0, 2 * 8.0, 0.0))
    assert values.get_data_dtype() == np.float32 and mask.dataobj[:, :, :2].any() and not np.asarray(mask.dataobj)[:, :, 2:].any()


def test_the_list_says_part_plane_and_size_before_and_after_and_the_recipe_lies_beside_it(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 3, Rule((("train", 1.0), ("test", 1.0), ("val", 1.0)), seed=1))
    out, done = export(folder, found, tmp_path, recipe=WHOLE)
    told = rows(out)
    assert {row["patient"]: row["part"] for row in told} == dict(found.patients)
    assert {row["part"] for row in told} == {"train", "test", "val"}
    one = told[0]
    assert (one["plane"], one["images_before"], one["images"], one["columns"], one["rows"]) == ("axial", "3", "6", "40", "41")
    assert (one["row_spacing_before"], one["row_spacing"], one["slice_distance"]) == ("12.0", "8.0", "2.5")
    book = openpyxl.load_workbook(out / "list.xlsx")
    assert book["list"].max_row == 4 and book["left_out"].max_row == 1
    assert parsed((out / "recipe.json").read_bytes()) == WHOLE
    assert {path.parent.name for path in (out / "png" / "images").rglob("*.png")} == {"train", "test", "val"}
    head = json.loads((out / manifest.HEAD).read_text("utf-8"))
    assert (head["set_sha256"], head["images"], head["files"]) == (found.digest, 18, done.files - 2)
    assert list(manifest.verify(out, Report())) == []
    assert [row.facts["format"] for row in log.read(folder.root, access.NAME) if row.action == access.EXPORT] == ["png"]


def test_what_was_drawn_after_the_freeze_does_not_go_out(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    before, _ = export(folder, found, tmp_path, tmp_path / "before", forms=("coco",))
    redraw(folder, Path(listed(folder, tmp_path / "list.sqlite").entries()[0].place))
    after, done = export(folder, found, tmp_path, tmp_path / "after", forms=("coco",))
    assert done.annotations == 1 and tree(before / "coco") == tree(after / "coco")


def test_what_the_recipe_cannot_make_is_left_out_with_a_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 2)
    victim = sorted((folder.root / "lung_cancer").rglob("P000002/S001/dcm/*.dcm"))[1]
    victim.write_bytes(victim.read_bytes()[:-500])
    out, done = export(folder, found, tmp_path, forms=("dicom", "png", "coco"))
    assert (done.cases, done.unfinished) == (1, 0)
    ((left),) = done.left
    assert left.patient == "P000002" and "S001" in str(left.why)
    assert not any("P000002" in path for path in tree(out)) and list(manifest.verify(out, Report())) == []
    assert openpyxl.load_workbook(out / "list.xlsx")["left_out"]["A2"].value == "P000002"


def test_only_the_planes_that_are_wanted_go(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    _, done = export(folder, found, tmp_path, planes=("coronal", "sagittal"))
    assert done.cases == 0 and "axial" in str(done.left[0].why)
    _, done = export(folder, found, tmp_path, tmp_path / "axial", planes=("axial",))
    assert done.cases == 1


def test_a_form_that_refers_to_dicom_files_has_them_beside_it(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    out, _ = export(folder, found, tmp_path, forms=("seg",), recipe=(Resample(8.0),))
    (segments,) = (out / "seg").rglob("*.dcm")
    named = {str(path.relative_to(out).parts[0]) for path in out.rglob("*.dcm")}
    referred = pydicom.dcmread(segments).ReferencedSeriesSequence[0].SeriesInstanceUID
    assert named == {"seg", "dicom"} and referred in {pydicom.dcmread(path).SeriesInstanceUID for path in (out / "dicom").rglob("*.dcm")}


def test_several_processes_make_the_same(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 3)
    alone, _ = export(folder, found, tmp_path, tmp_path / "alone", forms=ALL, recipe=WHOLE)
    shared, _ = export(folder, found, tmp_path, tmp_path / "shared", forms=ALL, recipe=WHOLE, jobs=2)
    assert same(tree(alone)) == same(tree(shared))


def same(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without what says when it was made: workbooks, and what lists them."""
    return {path: content for path, content in files.items() if not path.endswith((".xlsx", manifest.MANIFEST, manifest.HEAD))}


KILLED = """
import sys
from pathlib import Path
from annotator.domain.recipe import parsed
from annotator.workspace.projects import open_project
from annotator.workspace.sets import shelf
from tests.workspace.sets.frozen import export
root, tmp, recipe, forms = sys.argv[1:]
folder = open_project(Path(root))
export(folder, shelf.read(folder.root, "first"), Path(tmp), recipe=parsed(Path(recipe).read_bytes()), forms=tuple(forms.split(",")))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
@pytest.mark.parametrize("point", [*exporting.POINTS, "sets.case:2"])
def test_killed_at_any_point_it_goes_on_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    folder, found = frozen(tmp_path, 2)
    forms = ("png", "coco", "nifti")
    whole, _ = export(folder, found, tmp_path, tmp_path / "whole", forms=forms, recipe=WHOLE)
    (tmp_path / "recipe.json").write_bytes((whole / "recipe.json").read_bytes())
    monkeypatch.setenv("ANNOTATOR_FAULT", point)
    command = [sys.executable, "-c", KILLED, folder.root, tmp_path, tmp_path / "recipe.json", ",".join(forms)]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr
    monkeypatch.delenv("ANNOTATOR_FAULT")
    out, part = tmp_path / "out", tmp_path / "out.part"
    if point != "sets.after_name":
        assert not out.exists() and part.is_dir()
        (part / "png" / "images" / "left.png.half").parent.mkdir(parents=True, exist_ok=True)
        (part / "png" / "images" / ".left.png.half").write_bytes(b"half")
        made = {path: path.stat().st_ino for path in part.rglob("*P000001*.png")}
        export(folder, found, tmp_path, forms=forms, recipe=WHOLE)
        kept = {path: (out / path.relative_to(part)).stat().st_ino for path in made}
        if point != "sets.case":  # of the first case it was not known yet that it is done
            assert made and kept == made, "a case that was finished was made again"
    assert same(tree(out)) == same(tree(whole)) and list(manifest.verify(out, Report())) == [] and not part.exists()


def test_another_wish_for_the_same_folder_begins_anew(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 2)
    report = Report(watch=lambda now: now.cancel() if now.done else None)
    wish = exporting.Wish(found, tmp_path / "out", (Window(),), ("png",), jobs=1)
    with pytest.raises(Cancelled):
        exporting.export(folder, listed(folder, tmp_path / "list.sqlite"), wish, BY, TIME, report)
    assert list((tmp_path / "out.part").rglob("*.png")) and not (tmp_path / "out").exists()
    out, _ = export(folder, found, tmp_path, forms=("coco",), recipe=(Clahe(),))
    assert not (out / "png").exists() and not list(out.rglob("*images/train/*.half")) and list(manifest.verify(out, Report())) == []


def test_a_full_disk_is_told_and_nothing_is_half_written_and_with_room_it_goes_on(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 4)
    with mounted(tmp_path / "disk", "tmpfs", "-o", "size=2m") as disk:
        filler, said = fill(disk, 90_000), ""
        try:
            _, done = export(folder, found, tmp_path, disk / "out", forms=("dicom", "png"), recipe=(Resize(128, 128),))
        except AnnotatorError as error:  # not even the first folder has room
            said = str(error)
        else:
            assert done.unfinished and done.unfinished == len(done.left)
            said = str(done.left[0].why)
        assert "full" in said and not (disk / "out").exists()
        names = [path.name for path in (disk / "out.part").rglob("*") if path.is_file()]
        assert not [name for name in names if name.endswith(".half")]
        for path in (disk / "out.part").rglob("*.dcm"):
            assert pydicom.dcmread(path).pixel_array.shape == (128, 128) or "masks" in path.parts
        filler.unlink()
        out, done = export(folder, found, tmp_path, disk / "out", forms=("dicom", "png"), recipe=(Resize(128, 128),))
        assert (done.cases, done.unfinished, done.left) == (4, 0, ()) and list(manifest.verify(out, Report())) == []


def test_nobody_is_named_in_anything_that_goes_out(tmp_path: Path) -> None:
    """Images in place that name their patient and hospital, drawn on by somebody who has a name, with a note."""
    images = small_ct(tmp_path / "서울병원 홍길동", slices=3, size=32)
    secrets = ("ZQCANARYQZ^Patient", "ZQHOSPITALQZ", "87654321", "ZQDOCTORQZ")
    for path in sorted(images.rglob("*.dcm")):
        one = pydicom.dcmread(path)
        one.PatientName, one.InstitutionName, one.PatientID, one.ReferringPhysicianName = secrets
        one.PatientBirthDate, one.AccessionNumber, one.StudyDescription = "19560229", "A87654321", "ZQCANARYQZ brain of 홍길동"
        one.save_as(path)
    folder = lung_project(tmp_path / "project")
    session, _ = opened(folder.root, images)
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 20, 20))
    session.close()
    worklist = listed(folder, tmp_path / "list.sqlite")
    worklist.add(session.catalogue.by_uid.values())
    worklist.refresh()
    found = freeze_all(folder, tmp_path)
    out, done = export(folder, found, tmp_path, forms=ALL, recipe=(Window(),))
    assert (done.cases, done.images, done.annotations, done.left) == (1, 3, 1, ())
    words = [*secrets, "19560229", "A87654321", "홍길동", "서울병원", "판독자", READER, str(tmp_path), "ZQCANARYQZ"]
    codes = [word.encode(coding) for word in words for coding in ("utf-8", "cp949", "utf-16-le")]
    for path, content in {**tree(out), "names": "\n".join(tree(out)).encode()}.items():
        unpacked = [content]
        if path.endswith(".gz"):
            unpacked.append(import_module("gzip").decompress(content))
        if path.endswith(".xlsx"):
            book = import_module("zipfile").ZipFile(io.BytesIO(content))
            unpacked += [book.read(name) for name in book.namelist()]
        assert not [code for code in codes for text in unpacked if code in text], path


def freeze_all(folder: ProjectFolder, tmp_path: Path) -> FrozenSet:
    shelf = import_module("annotator.workspace.sets.shelf")
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    found: FrozenSet = shelf.freeze(folder, entries, shelf.Wish("all", "", Rule(), TIME), BY, Report())[0]
    return found


def test_where_it_may_not_be_made_it_is_refused(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    (tmp_path / "taken").mkdir()
    worklist = listed(folder, tmp_path / "list.sqlite")
    for out, by, why in (
        (tmp_path / "taken", BY, "of this name already"), (folder.root / "out", BY, "lies in the project"),
        (tmp_path / "out", Acting("이", Role.REVIEWER), "only a manager"),
    ):  # fmt: skip
        with pytest.raises(AnnotatorError, match=why):
            exporting.export(folder, worklist, exporting.Wish(found, out), by, TIME, Report())
    with pytest.raises(AnnotatorError, match="none of this name"):
        export(folder, found, tmp_path, forms=("magic",))
    with suppress(AnnotatorError):
        export(folder, found, tmp_path, forms=("coco",), choices=("pictures=perhaps",))
    assert not (tmp_path / "out").exists()


def test_what_lies_there_already_is_never_taken_away(tmp_path: Path) -> None:
    """A folder that is called like the one in which a set is made, and is somebody else's."""
    folder, found = frozen(tmp_path, 1)
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "thesis.txt").write_text("the only copy")
    with pytest.raises(AnnotatorError, match="did not make"):
        export(folder, found, tmp_path)
    assert (tmp_path / "out.part" / "thesis.txt").read_text() == "the only copy"
    with pytest.raises(AnnotatorError, match="did not make"):
        export(folder, found, tmp_path)


def test_two_exports_to_one_folder_are_not_made_at_once(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    with exclusively(path_of(tmp_path / "out.part").with_suffix(".lock")), pytest.raises(AnnotatorError, match="is running"):
        export(folder, found, tmp_path)
    assert export(folder, found, tmp_path)[1].cases == 1


def test_every_form_that_is_offered_can_be_asked_for(tmp_path: Path) -> None:
    """Forms that this project cannot fill (breast, labels) may write nothing, but nothing breaks for it."""
    folder, found = frozen(tmp_path, 1)
    assert set(ALL) <= set(exporting.offered()) and len(set(exporting.offered())) == len(exporting.offered())
    out, done = export(folder, found, tmp_path, forms=exporting.offered(), recipe=WHOLE)
    for name in ALL:
        assert list((out / name).rglob("*.*")), name
    assert done.cases == 1 or done.left


def test_images_are_found_by_the_projects_rule_though_no_list_knows_them(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 2)
    worklist = import_module("annotator.workspace.worklist").Worklist(folder, tmp_path / "empty.sqlite")
    moved = folder.root / "lung_cancer" / "chest-ct"
    (moved / "malignant").mkdir()
    (moved / "benign" / "P000002").rename(moved / "malignant" / "P000002")  # its class was changed after the freeze
    done = exporting.export(folder, worklist, exporting.Wish(found, tmp_path / "out", jobs=1), BY, TIME, Report())
    assert (worklist.count(), done.cases, done.left) == (0, 2, ())
    assert {row["class_folder"] for row in rows(tmp_path / "out")} == {"benign"}
