"""The phantoms are legal DICOM, the same every time, and what they say is in them is in them."""

from __future__ import annotations

import inspect
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from annotator.dicom.phantom import ALL, Truth, brain_mr, chest_ct, chest_xray, mammography, pet_ct, write_study
from annotator.dicom.phantom.brain import HIPPOCAMPI
from annotator.dicom.phantom.chest_ct import VALUES, nodules
from annotator.dicom.phantom.chest_xray import FILMS
from annotator.dicom.phantom.fields import Ellipsoid
from annotator.dicom.phantom.mammography import VIEWS
from annotator.dicom.phantom.pet_ct import findings
from annotator.errors import AnnotatorError, told
from annotator.i18n import use_language


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, ...]:
    """The small study of all kinds."""
    return write_study(tmp_path_factory.mktemp("phantom"), small=True)


def of(study: tuple[Truth, ...], kind: str, modality: str = "") -> list[tuple[Truth, Dataset]]:
    """The images of one kind (and modality) with their headers."""
    read = [(truth, pydicom.dcmread(truth.path)) for truth in study if truth.kind == kind]
    return [(truth, header) for truth, header in read if modality in ("", header.Modality)]


def voxels(header: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patient coordinates (mm) of all pixel centres, by the equation of PS3.3 C.7.6.2.1.1."""
    row, column = np.array(header.ImageOrientationPatient, dtype=float).reshape(2, 3)
    down, across = np.array(header.PixelSpacing, dtype=float)
    rows, columns = np.mgrid[: header.Rows, : header.Columns]
    start = np.array(header.ImagePositionPatient, dtype=float)
    return tuple(start[k] + row[k] * across * columns + column[k] * down * rows for k in range(3))


def inside(header: Dataset, body: Ellipsoid) -> np.ndarray:
    """Which pixels an ellipsoid in the patient covers."""
    return sum(((v - c) / r) ** 2 for v, c, r in zip(voxels(header), body.centre, body.radii, strict=True)) <= 1


def holds_exactly(images: list[tuple[Truth, Dataset]], bodies: Mapping[str, Ellipsoid]) -> None:
    """Each body's mask is what its ellipsoid covers, on every image, and each is met by some image."""
    met = set()
    for truth, header in images:
        for name, body in bodies.items():
            expected = inside(header, body)
            if expected.any():
                met.add(name)
                assert np.array_equal(truth.masks[name], expected), (truth.path, name)
            else:
                assert name not in truth.masks
    assert met == set(bodies)


def hounsfield(header: Dataset) -> np.ndarray:
    return header.pixel_array * float(header.RescaleSlope) + float(header.RescaleIntercept)


def test_every_kind_is_there_and_every_file_has_its_truth(study):
    assert [kind for kind in ALL if kind in {truth.kind for truth in study}] == list(ALL)
    folder = Path(study[0].path).parents[1]
    assert sorted(str(p) for p in folder.rglob("*") if p.is_file()) == sorted(truth.path for truth in study)
    for truth in study:
        header = pydicom.dcmread(truth.path)
        assert (truth.uid, truth.frame) == (header.SOPInstanceUID, 1)
        assert header.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
        for mask in truth.masks.values():
            assert mask.dtype == np.bool_ and mask.shape == (header.Rows, header.Columns) and mask.any()


def test_nodules_of_the_ct_are_their_ellipsoids(study):
    holds_exactly(of(study, "chest-ct"), nodules(8))


def test_findings_of_the_pet_ct_are_their_ellipsoids_in_both_series(study):
    holds_exactly(of(study, "pet-ct", "PT"), findings(8))
    holds_exactly(of(study, "pet-ct", "CT"), findings(8))


def test_hippocampi_are_their_ellipsoids(study):
    holds_exactly(of(study, "brain-mr"), HIPPOCAMPI)


def test_nodules_of_the_xrays_are_the_ellipses_they_throw(study):
    images = of(study, "chest-xray")
    assert len(images) == len(FILMS) == 2
    for (truth, header), film in zip(images, FILMS, strict=True):
        step = float(header.ImagerPixelSpacing[0])
        rows, columns = np.mgrid[: header.Rows, : header.Columns]
        x, z = (columns - (header.Columns - 1) / 2) * step, 12 - (rows - (header.Rows - 1) / 2) * step
        assert set(truth.masks) == set(film.nodules)
        for name, body in film.nodules.items():
            expected = ((x - body.centre[0]) / body.radii[0]) ** 2 + ((z - body.centre[2]) / body.radii[2]) ** 2 <= 1
            assert np.array_equal(truth.masks[name], expected)
            assert truth.masks[name].sum() * step**2 == pytest.approx(np.pi * body.radii[0] * body.radii[2], rel=0.05)


def test_the_mass_is_its_ellipse_and_turned_over_on_no_left_view(study):
    for (truth, header), view in zip(of(study, "mammography"), VIEWS, strict=True):
        assert ("mass" in truth.masks) == (header.ImageLaterality == "L") == (view.mass is not None)
        if view.mass is not None:
            step = float(header.ImagerPixelSpacing[0])
            rows, columns = np.mgrid[: header.Rows, : header.Columns]
            out, down = (columns + 0.5) * step - view.mass.centre[0], (rows - (header.Rows - 1) / 2) * step - view.mass.centre[1]
            assert np.array_equal(truth.masks["mass"], (out / view.mass.radii[0]) ** 2 + (down / view.mass.radii[1]) ** 2 <= 1)


def test_nodules_have_the_density_they_are_said_to_have(tmp_path):
    seen: dict[str, list[np.ndarray]] = {}
    lungs = []
    for truth in chest_ct(tmp_path, slices=12, size=256):
        values = hounsfield(pydicom.dcmread(truth.path))
        lungs.append(np.median(values[(values > -950) & (values < -700)]))
        for name, mask in truth.masks.items():
            seen.setdefault(name, []).append(values[mask])
    assert -890 < np.median(lungs) < -840
    medians = {name: float(np.median(np.concatenate(found))) for name, found in seen.items()}
    assert medians == pytest.approx(VALUES, abs=45)


def test_lymph_node_and_nodule_are_hot_in_units_that_the_header_explains(tmp_path):
    peaks: dict[str, float] = {}
    slopes = set()
    images = of(pet_ct(tmp_path, slices=12, size=128), "pet-ct", "PT")
    for truth, header in images:
        drug = header.RadiopharmaceuticalInformationSequence[0]
        waited = (int(header.SeriesTime[:2]) - int(drug.RadiopharmaceuticalStartTime[:2])) * 3600
        left = float(drug.RadionuclideTotalDose) * 2 ** (-waited / float(drug.RadionuclideHalfLife))
        suv = hounsfield(header) * float(header.PatientWeight) * 1000 / left
        slopes.add(float(header.RescaleSlope))
        assert header.Units == "BQML" and header.DecayCorrection == "START"
        for name, mask in truth.masks.items():
            peaks[name] = max(peaks.get(name, 0), float(suv[mask].max()))
    assert len(slopes) == len(images)
    assert 7 < peaks["nodule1"] < 12 and 4 < peaks["node1"] < 8 and 3 < peaks["node2"] < 6


@pytest.mark.parametrize(
    ("kind", "modality", "orientation", "along"),
    [("chest-ct", "CT", (1, 0, 0, 0, 1, 0), 2), ("pet-ct", "CT", (1, 0, 0, 0, 1, 0), 2), ("pet-ct", "PT", (1, 0, 0, 0, 1, 0), 2),
     ("brain-mr", "MR", (0, 1, 0, 0, 0, -1), 0)],
)  # fmt: skip
def test_slices_lie_one_thickness_apart_along_the_normal(study, kind, modality, orientation, along):
    headers = [header for _, header in of(study, kind, modality)]
    assert {tuple(map(float, h.ImageOrientationPatient)) for h in headers} == {orientation}
    positions = np.array([h.ImagePositionPatient for h in headers], dtype=float)
    steps = np.diff(positions, axis=0)
    normal = np.cross(orientation[:3], orientation[3:])
    assert np.allclose(steps @ normal, float(headers[0].SliceThickness)) and np.count_nonzero(steps.sum(axis=0)) == 1
    assert steps[0, along] != 0
    assert [h.InstanceNumber for h in headers] == list(range(1, len(headers) + 1))
    assert len({(h.SeriesInstanceUID, h.FrameOfReferenceUID) for h in headers}) == 1


def test_pet_and_its_ct_share_study_frame_and_heights(study):
    pet, ct = ([h for _, h in of(study, "pet-ct", m)] for m in ("PT", "CT"))
    assert {(h.StudyInstanceUID, h.FrameOfReferenceUID) for h in pet} == {(h.StudyInstanceUID, h.FrameOfReferenceUID) for h in ct}
    assert [h.ImagePositionPatient[2] for h in pet] == [h.ImagePositionPatient[2] for h in ct]
    assert pet[0].SeriesInstanceUID != ct[0].SeriesInstanceUID


def test_brain_regions_are_ten_apart_from_each_other_and_on_their_side(study):
    images = of(study, "brain-mr")
    names = {name for truth, _ in images for name in truth.masks}
    regions = ("frontal", "temporal", "parietal", "occipital", "hippocampus")
    assert names == {f"{side} {region}" for side in "LR" for region in regions}
    for truth, header in images:
        assert {name[0] for name in truth.masks} <= {"L" if header.ImagePositionPatient[0] > 0 else "R"}
        assert sum((mask.astype(int) for mask in truth.masks.values()), np.zeros((64, 64), int)).max() <= 1


def test_cortex_is_grey_and_frontal_lies_before_occipital(tmp_path):
    truth = brain_mr(tmp_path, slices=4, size=256)[1]
    header = pydicom.dcmread(truth.path)
    grey = {name: float(np.median(header.pixel_array[mask])) for name, mask in truth.masks.items()}
    assert all(240 < value < 360 for value in grey.values()), grey
    assert np.mean(np.nonzero(truth.masks["L frontal"])[1]) < np.mean(np.nonzero(truth.masks["L occipital"])[1])


def test_air_is_dark_on_one_xray_and_bright_in_the_stored_values_of_the_other(study):
    (_, usual), (_, inverted) = of(study, "chest-xray")
    assert (usual.PhotometricInterpretation, usual.Modality) == ("MONOCHROME2", "DX")
    assert (inverted.PhotometricInterpretation, inverted.Modality) == ("MONOCHROME1", "CR")
    assert {usual.ViewPosition, inverted.ViewPosition} == {"PA"}
    air, belly = (slice(200, 250), slice(0, 15)), (slice(220, 250), slice(110, 140))
    assert usual.pixel_array[air].mean() < 600 < 3000 < usual.pixel_array[belly].mean()
    assert inverted.pixel_array[air].mean() > 3400 > 1000 > inverted.pixel_array[belly].mean()


def test_xray_nodules_are_brighter_than_the_lung_around_them(tmp_path):
    for truth in chest_xray(tmp_path, size=512):
        header = pydicom.dcmread(truth.path)
        shown = header.pixel_array.astype(float) * (-1 if header.PhotometricInterpretation == "MONOCHROME1" else 1)
        for mask in truth.masks.values():
            rows, columns = np.nonzero(mask)
            box = slice(rows.min() - 12, rows.max() + 13), slice(columns.min() - 12, columns.max() + 13)
            assert shown[mask].mean() > shown[box][~mask[box]].mean() + 150


def test_four_views_with_the_chest_wall_where_it_belongs(study):
    images = of(study, "mammography")
    assert [Path(t.path).stem for t, _ in images] == ["RCC", "LCC", "RMLO", "LMLO"]
    assert [(h.ImageLaterality, h.ViewPosition) for _, h in images] == [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
    for _, header in images:
        left, right = header.pixel_array[:, :20].mean(), header.pixel_array[:, -20:].mean()
        assert (left > 2 * right) if header.ImageLaterality == "L" else (right > 2 * left)


def test_microcalcifications_shine(tmp_path):
    for truth in mammography(tmp_path, size=1152):
        values = pydicom.dcmread(truth.path).pixel_array
        grains = truth.masks["calcifications"]
        rows, columns = np.nonzero(grains)
        around = values[rows.min() : rows.max(), columns.min() : columns.max()]
        assert 30 < grains.sum() < 400 and values[grains].mean() > around.mean() + 800


def test_the_same_call_writes_the_same_bytes(tmp_path):
    first = chest_ct(tmp_path / "a", slices=3, size=64) + mammography(tmp_path / "a", size=96)
    again = chest_ct(tmp_path / "b", slices=3, size=64) + mammography(tmp_path / "b", size=96)
    assert [Path(t.path).read_bytes() for t in first] == [Path(t.path).read_bytes() for t in again]
    other = chest_ct(tmp_path / "c", slices=3, size=64, seed=9)
    assert not {t.uid for t in first} & {t.uid for t in other}
    assert not np.array_equal(pydicom.dcmread(first[0].path).pixel_array, pydicom.dcmread(other[0].path).pixel_array)


def test_no_uid_comes_twice_and_none_is_too_long(study):
    assert len({truth.uid for truth in study}) == len(study)
    for truth in study:
        header = pydicom.dcmread(truth.path)
        for uid in (header.SOPInstanceUID, header.SeriesInstanceUID, header.StudyInstanceUID, header.file_meta.ImplementationClassUID):
            assert uid.startswith("2.25.") and uid.is_valid and len(uid) <= 64


def test_korean_names_can_be_read_and_name_nobody(study):
    people = {(str(h.PatientName), h.PatientID) for kind in ALL for _, h in of(study, kind)}
    assert ("PHANTOM^흉부", "PHANTOM01") in people and len(people) == 6
    assert all(name.startswith("PHANTOM^") and number.startswith("PHANTOM0") for name, number in people)
    assert len({number for _, number in people}) == 6


def test_the_full_study_is_as_large_as_promised():
    def sizes(maker) -> dict[str, int]:
        return {p.name: p.default for p in inspect.signature(maker).parameters.values() if p.name in ("slices", "size")}

    assert sizes(chest_ct) == {"slices": 64, "size": 512}
    assert sizes(chest_xray)["size"] >= 2000 and sizes(mammography)["size"] >= 2000
    assert 128 <= sizes(pet_ct)["size"] <= 200
    assert sizes(brain_mr) == {"slices": 160, "size": 256}


def test_a_folder_that_cannot_be_written_is_said_in_both_languages(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(AnnotatorError) as raised:
        write_study(tmp_path / "taken", ["chest-ct"], small=True)
    assert told(raised.value).startswith("Writing the demonstration study to “")
    use_language("ko")
    assert "시연용 검사" in told(raised.value) and "200 MB" in told(raised.value)


def test_an_unknown_kind_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(KeyError, match="knee"):
        write_study(tmp_path, ["chest-ct", "knee"], small=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
@pytest.mark.parametrize("kind", ALL)
def test_dciodvfy_finds_no_error(study, kind):
    images = of(study, kind)
    classes = {header.SOPClassUID: truth.path for truth, header in images} | {header.SeriesInstanceUID: t.path for t, header in images}
    for path in sorted(set(classes.values())):
        checked = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, errors="replace", timeout=60, check=False)
        said = checked.stdout + checked.stderr
        assert "Error" not in said and checked.returncode == 0, said
