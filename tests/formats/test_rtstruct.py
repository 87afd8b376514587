"""Structure sets of others give exactly the masks that others made of them, and ours give their masks to any reader."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import reduce
from io import BytesIO
from operator import or_, xor
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.measure import grid_points_in_poly

from annotator.domain.exchange import Page
from annotator.domain.image import Plane
from annotator.domain.path import Path as Polyline
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke, trace
from annotator.errors import AnnotatorError
from annotator.formats.contour_texts import closed_contours
from annotator.formats.rtstruct import EXCHANGE
from annotator.formats.rtstruct_reading import points_of, region_of
from tests.dicom.written import dataset, saved
from tests.formats.sheets import bundled
from tests.formats.volumes import (
    COLUMNS,
    DIRECTIONS,
    ROWS,
    any_mask,
    drawn_on,
    errors_on_real_images,
    files_of,
    images_in,
    images_of_items,
    items_of,
    masks_of,
    oblique_items,
    read_back,
    results_of,
    wanted,
    write_series,
)

NAME = "cct_P000001_S001.dcm"
LINE = Polyline((((1.0, 1.0), (4.5, 7.25), (6.0, 7.0)),))
SHAPES = {
    0: [("CCT1", Region.box(1, 1, 4, 5)), ("CCT3", Region.box(2, 2, 6, 6))],
    2: [("CCT1", Region.box(3, 2, 9, 7)), ("CCT1", Region.box(5, 3, 12, 4)), ("CCT4", LINE)],
}


@pytest.fixture(scope="session")
def items(tmp_path_factory):
    return oblique_items(tmp_path_factory, SHAPES)


@pytest.fixture(scope="session")
def written(items):
    return files_of(EXCHANGE, items)[0][NAME]


def changed(content, change):
    made = pydicom.dcmread(BytesIO(content))
    change(made)
    stream = BytesIO()
    made.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("name", "folder"), [("ct", "CT"), ("mr_t1", "MR_T1"), ("pet", "PET")])
def test_contours_of_others_give_exactly_the_voxels_of_their_truth(data_folder: Path, name, folder) -> None:
    images = images_in(data_folder / "series" / "sts001_petctmr" / folder)
    by_key = {image.key: image for image in images}
    file = f"rtstruct_sts001_{name}.dcm"
    pages = results_of(EXCHANGE, {file: (data_folder / "annotations" / file).read_bytes()}, images)
    truth = nibabel.load(data_folder / "annotations" / f"truthmask_sts001_{name}.nii.gz")
    left = np.asarray(truth.dataobj) > 0
    assert left.sum() > 5000
    for page in pages:
        assert [str(r) for r in page.remarks] == ["32 contours were laid on the images by frame of reference and geometry"]
        (mark,), image = page.marks, by_key[page.where.key]
        row, column = region_mask(mark.shape, image.rows, image.columns).pixels()
        patient = np.array([image.plane.to_patient(c + 0.5, r + 0.5) for r, c in zip(row, column, strict=True)])
        index = np.linalg.inv(truth.affine) @ np.vstack([-patient[:, 0], -patient[:, 1], patient[:, 2], np.ones(len(row))])
        whole = tuple(np.rint(index[:3]).astype(int))
        assert left[whole].all()
        left[whole] = False
    assert not left.any()


def test_contours_that_name_their_images_are_found_by_that(data_folder: Path) -> None:
    content = (data_folder / "annotations" / "rtstruct_sts001_pet_raw.dcm").read_bytes()
    pages = results_of(EXCHANGE, {"rt.dcm": content}, images_in(data_folder / "series" / "sts001_pet_raw"))
    peer = pydicom.dcmread(BytesIO(content))
    named = {c.ContourImageSequence[0].ReferencedSOPInstanceUID for roi in peer.ROIContourSequence for c in roi.ContourSequence}
    assert {page.where.key.uid for page in pages} <= named and len(pages) == 43
    assert {str(r) for page in pages for r in page.remarks} == set()
    assert {mark.label.name for page in pages for mark in page.marks} == {str(s.ROIName) for s in peer.StructureSetROISequence}


def test_the_structures_of_rt_utils_are_read_where_it_drew_them(data_folder: Path) -> None:
    folder = data_folder / "annotations" / "rtutils_phantom"
    images = {image.key: image for image in images_in(folder, "ct_*.dcm")}
    content = (folder / "rt.dcm").read_bytes()
    (roi,) = pydicom.dcmread(BytesIO(content)).ROIContourSequence
    pages = {page.where.key.uid: page for page in results_of(EXCHANGE, {"rt.dcm": content}, images.values())}
    uids = {c.ContourImageSequence[0].ReferencedSOPInstanceUID for c in roi.ContourSequence}
    assert set(pages) == uids
    for uid, page in pages.items():
        plane = images[page.where.key].plane
        points = np.vstack([np.array(c.ContourData, float).reshape(-1, 3) for c in roi.ContourSequence if named(c) == uid])
        x1, y1, x2, y2 = page.marks[0].shape.bounds
        assert np.allclose(plane.to_patient(x1, y1), points.min(axis=0), atol=1e-6)
        assert np.allclose(plane.to_patient(x2, y2), points.max(axis=0), atol=1e-6)


def named(contour):
    return contour.ContourImageSequence[0].ReferencedSOPInstanceUID


def filled(content, plane, combine):
    """The mask of a file's only structure on one image, contour by contour, by another program's filling."""
    (roi,) = pydicom.dcmread(BytesIO(content)).ROIContourSequence
    masks = []
    for contour in roi.ContourSequence:
        points = np.array(points_of(plane, [float(v) for v in contour.ContourData])[0])
        masks.append(grid_points_in_poly((ROWS, COLUMNS), points[:, ::-1] - 0.5))
    return reduce(combine, masks)


@pytest.mark.parametrize("combine", [or_, xor])
@given(mask=any_mask())
def test_readers_that_add_contours_and_readers_that_combine_them_by_exclusive_or_see_the_same(items, combine, mask) -> None:
    drawn = drawn_on(items, {1: [("CCT1", trace(mask))]})
    content = files_of(EXCHANGE, drawn)[0][NAME]
    assert np.array_equal(filled(content, drawn[1].sheet.image.plane, combine), mask.array())


def test_annotations_of_one_category_that_overlap_do_not_cancel_one_another_out(items) -> None:
    shapes = [Region.box(1, 1, 6, 6), Region.box(4, 4, 9, 8), Region.box(2, 2, 3, 3)]
    drawn = drawn_on(items, {1: [("CCT1", shape) for shape in shapes]})
    content = files_of(EXCHANGE, drawn)[0][NAME]
    mask = reduce(or_, (region_mask(shape, ROWS, COLUMNS) for shape in shapes))
    for combine in (or_, xor):
        assert np.array_equal(filled(content, drawn[1].sheet.image.plane, combine), mask.array())


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="needs dciodvfy (dicom3tools)")
@pytest.mark.parametrize("rois", ["category", "annotation"])
@pytest.mark.parametrize("in_tree", [True, False])
def test_the_file_follows_the_standard(tmp_path: Path, data_folder: Path, rois, in_tree) -> None:
    folder = data_folder / "series" / "lungdx_a0001_ct_lung"
    assert errors_on_real_images(EXCHANGE, folder, tmp_path, {1: SHAPES[0], 3: SHAPES[2]}, in_tree=in_tree, rois=rois) == []


def test_the_tree_of_references_is_whole_and_no_identity_goes_along(items, written) -> None:
    made = pydicom.dcmread(BytesIO(written))
    uids = [item.sheet.image.key.uid for item in items]
    (frame,) = made.ReferencedFrameOfReferenceSequence
    (study,) = frame.RTReferencedStudySequence
    (series,) = study.RTReferencedSeriesSequence
    assert frame.FrameOfReferenceUID == made.FrameOfReferenceUID == "1.2.3.99" and study.ReferencedSOPInstanceUID == "1.2.3"
    assert series.SeriesInstanceUID == "1.2.3.1" and [i.ReferencedSOPInstanceUID for i in series.ContourImageSequence] == uids
    assert [(str(r.ROIName), r.ROINumber) for r in made.StructureSetROISequence] == [("악성", 1), ("양성", 2), ("섬유화반흔", 3)]
    assert [list(r.ROIDisplayColor) for r in made.ROIContourSequence] == [
        list(c.rgb) for c in bundled().categories if c.key in ("CCT1", "CCT3", "CCT4")
    ]
    kinds = [[c.ContourGeometricType for c in r.ContourSequence] for r in made.ROIContourSequence]
    assert kinds == [["CLOSED_PLANAR", "CLOSED_PLANAR"], ["CLOSED_PLANAR"], ["OPEN_PLANAR"]]
    assert all(len(str(v)) <= 16 for r in made.ROIContourSequence for c in r.ContourSequence for v in c.ContourData)
    assert (str(made.PatientName), made.PatientID, made.PatientBirthDate) == ("P000001", "P000001", "")
    assert "홍길동".encode() not in written and b"19600101" not in written


def test_lines_come_back_as_lines_and_annotations_with_their_numbers(items) -> None:
    files, _ = files_of(EXCHANGE, items, rois="annotation")
    pages = read_back(EXCHANGE, files, images_of_items(items))
    found = [[(m.label.key, m.label.name, m.id, type(m.shape).__name__) for m in page.marks] for page in pages]
    assert found == [
        [("CCT1", "악성", 1, "Region"), ("CCT3", "양성", 2, "Region")],
        [("CCT1", "악성", 1, "Region"), ("CCT1", "악성", 2, "Region"), ("CCT4", "섬유화반흔", 3, "Path")],
    ]
    assert np.allclose(pages[1].marks[2].shape.parts[0], LINE.parts[0], atol=1e-9)
    assert pages[0].marks[0].shape == Region.box(1, 1, 4, 5)
    assert masks_of(pages, images_of_items(items)) == wanted(items)


def test_what_lies_where_is_written_beside_the_contours(items) -> None:
    files, written = files_of(EXCHANGE, items)
    listed = json.loads(files["images.json"])["images"]
    assert [entry["image"] for entry in listed] == ["0001", "0003"] and listed[1]["uid"] == items[2].sheet.image.key.uid
    assert [entry["contours"] for entry in listed] == [[1, 3], [2]] and (listed[0]["rows"], listed[0]["columns"]) == (ROWS, COLUMNS)
    patient = items[2].sheet.image.plane.to_patient(3.25, 7.5)
    assert np.allclose(np.array(listed[1]["to_pixel"]) @ (*patient, 1), (3.25, 7.5), atol=1e-9)
    assert written.holds == {items[n].sheet.image.key: (NAME,) for n in (0, 2)}


plane_numbers = st.floats(-2000, 2000)
corner = st.one_of(st.integers(0, 2 * COLUMNS).map(lambda n: n / 2), st.floats(0, COLUMNS), st.integers(0, 70).map(lambda n: n / 7))
STROKES = st.lists(st.tuples(corner, corner.map(lambda v: v * ROWS / COLUMNS)), min_size=3, max_size=8)


@given(points=STROKES, place=st.tuples(plane_numbers, plane_numbers, plane_numbers), down=st.floats(0.05, 4), right=st.floats(0.05, 4))
def test_the_decimal_texts_of_any_stroke_hold_its_mask_with_room_to_spare(points, place, down, right) -> None:
    shape = region_of_stroke(points, ROWS, COLUMNS)
    if shape.empty:
        return
    plane = Plane(place, DIRECTIONS["oblique"]["row"], DIRECTIONS["oblique"]["column"], (down, right))
    told, _ = closed_contours(shape, plane, ROWS, COLUMNS)
    assert all(len(value) <= 16 for texts in told for value in texts)
    rings = [points_of(plane, [float(v) for v in texts])[0] for texts in told]
    right_mask = region_mask(shape, ROWS, COLUMNS)
    for dx, dy in ((0, 0), (1e-6, 1e-6), (-1e-6, 1e-6), (1e-6, -1e-6), (-1e-6, -1e-6)):
        assert region_mask(region_of([[(x + dx, y + dy) for x, y in r] for r in rings], ROWS, COLUMNS), ROWS, COLUMNS) == right_mask


def test_an_outline_is_moved_only_where_a_centre_is_too_near(items) -> None:
    plane = items[0].sheet.image.plane
    free = Region(((((1.25, 1.3), (7.8, 1.9), (6.1, 7.7)),),))
    near = Region.box(0.5, 0.5, 2.5, 2.5)
    for region, off in ((free, 1e-9), (near, 1.1e-3)):
        (texts,), by_edges = closed_contours(region, plane, ROWS, COLUMNS)
        back, _ = points_of(plane, [float(v) for v in texts])
        moved = max(min(np.hypot(x - a, y - b) for a, b in region.parts[0][0]) for x, y in back)
        assert not by_edges and moved <= off and (off < 1e-6 or moved > 9e-4)


def test_a_contour_within_another_is_a_hole_and_one_within_that_an_island() -> None:
    rings = [list(Region.box(n, n, COLUMNS - n, ROWS - n).parts[0][0]) for n in (0, 1, 2)]
    mask = region_mask(region_of(rings, ROWS, COLUMNS), ROWS, COLUMNS).array()
    assert mask.sum() == 12 * 9 - 10 * 7 + 8 * 5 and not mask[1, 1] and mask[2, 2]


def test_contours_of_others_are_taken_leniently(items, written) -> None:
    def change(made):
        first, second, third = made.ROIContourSequence
        first.ContourSequence[0].ContourData = first.ContourSequence[0].ContourData[:6]
        del first.ContourSequence[1].ContourGeometricType
        second.ContourSequence.append(second.ContourSequence[0])
        second.ContourSequence.append(pydicom.Dataset())
        third.ContourSequence[0].ContourGeometricType = "POINT"
        del made.RTROIObservationsSequence, first.ROIDisplayColor
        made.StructureSetROISequence = made.StructureSetROISequence[1:]

    pages = results_of(EXCHANGE, {"rt.dcm": changed(written, change)}, images_of_items(items))
    assert sorted((m.label.name, m.label.id or 0) for page in pages for m in page.marks) == [("", 1), ("양성", 0)]
    told = {str(r) for page in pages for r in page.remarks}
    assert told == {
        "1 contours were left out: an outline needs three points",
        "1 contours were left out: its coordinates are no numbers in threes",
        "1 contours were left out: points cannot be kept",
        "contours that stand twice were taken once",
    }


def test_images_of_another_name_are_found_by_geometry_and_that_is_said(items, written) -> None:
    others = [replace(image, key=image.key._replace(uid=f"9.9.{n}")) for n, image in enumerate(images_of_items(items))]
    pages = results_of(EXCHANGE, {"rt.dcm": written}, others)
    assert [page.where.key.uid for page in pages] == ["9.9.0", "9.9.2"]
    assert {str(r) for p in pages for r in p.remarks} == {"4 contours were laid on the images by frame of reference and geometry"}
    strange = [replace(image, frame_of_reference_uid="7.7") for image in others]
    pages = results_of(EXCHANGE, {"rt.dcm": written}, strange)
    assert [page.where.key.uid for page in pages] == ["9.9.0", "9.9.2"]
    assert {str(r) for p in pages for r in p.remarks} == {"4 contours were laid on the images by geometry alone"}
    twin = [replace(image, key=image.key._replace(uid=f"8.8.{n}"), series_uid="8.8") for n, image in enumerate(others)]
    assert [page.where.key.uid for page in results_of(EXCHANGE, {"rt.dcm": written}, [*others, *twin])] == ["9.9.0", "9.9.2"]
    unnamed = [replace(image, series_uid="9.9") for image in others]
    (error,) = results_of(EXCHANGE, {"rt.dcm": written}, [*unnamed, *twin])
    assert str(error.cause) == "its contours lie on none of the images"


def test_contours_between_the_slices_are_left_out_and_counted(items, written) -> None:
    def change(made):
        data = made.ROIContourSequence[0].ContourSequence[0].ContourData
        normal = np.array(items[0].sheet.image.plane.normal) * 0.6
        made.ROIContourSequence[0].ContourSequence[0].ContourData = [f"{float(v) + normal[n % 3]:.8f}"[:16] for n, v in enumerate(data)]

    pages = results_of(EXCHANGE, {"rt.dcm": changed(written, change)}, images_of_items(items))
    assert {str(r) for page in pages for r in page.remarks} == {"1 contours lie on no image and were left out"}
    assert sorted(len(page.marks) for page in pages) == [1, 2]


def test_uneven_tilted_and_doubled_slices_are_no_trouble(tmp_path: Path) -> None:
    for number, kind in enumerate(({"places": (0, 1, 4, 9)}, {"shift": 0.7}, {"places": (0, 0, 2, 2)}, {"FrameOfReferenceUID": ""})):
        drawn = drawn_on(
            items_of(write_series(tmp_path / str(number), **kind)), {n: [("CCT1", Region.box(n, 1, n + 3, 4))] for n in range(4)}
        )
        pages = read_back(EXCHANGE, files_of(EXCHANGE, drawn)[0], images_of_items(drawn))
        assert masks_of(pages, images_of_items(drawn)) == wanted(drawn)


def test_images_that_do_not_say_where_they_lie_are_refused_with_the_way_out(tmp_path: Path) -> None:
    drawn = drawn_on(items_of(write_series(tmp_path, ImagePositionPatient=[])), SHAPES)
    with pytest.raises(AnnotatorError, match="0001 does not say where it lies in the patient. Use DICOM SEG"):
        files_of(EXCHANGE, drawn)
    assert files_of(EXCHANGE, drawn_on(drawn, {}))[0] == {}


def test_what_is_no_structure_set_is_told_or_passed_over(items, written, tmp_path: Path) -> None:
    other = saved(dataset(np.zeros((4, 4), np.int16)), tmp_path / "image.dcm").read_bytes()
    files = {
        "empty.dcm": b"", "text.dcm": b"hello there", "cut.dcm": written[:1500], "other.dcm": other, "notes.txt": b"hello",
        "good.dcm": written,
    }  # fmt: skip
    found = results_of(EXCHANGE, files, images_of_items(items))
    told = {str(r.doing).rsplit(" ", 1)[-1]: str(r.cause) for r in found if isinstance(r, AnnotatorError)}
    assert told == {
        "empty.dcm": "the file is empty", "text.dcm": "it is not a DICOM file", "cut.dcm": "the file ends in the middle of its header",
    }  # fmt: skip
    assert [page.place for page in found if isinstance(page, Page)] == ["good.dcm", "good.dcm"]


def test_contours_longer_than_64_kilobytes_stay_whole(tmp_path: Path) -> None:
    (path,) = write_series(tmp_path, places=(0,))
    angle = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    ring = tuple((float(x), float(y)) for x, y in zip(6 + 4 * np.cos(angle), 4.5 + 3 * np.sin(angle), strict=True))
    drawn = drawn_on(items_of([path]), {0: [("CCT1", Region(((ring,),)))]})
    (page,) = read_back(EXCHANGE, files_of(EXCHANGE, drawn)[0], images_of_items(drawn))
    assert len(page.marks[0].shape.parts[0][0]) == 3000
    assert Mask.of(region_mask(page.marks[0].shape, ROWS, COLUMNS).array()) == region_mask(Region(((ring,),)), ROWS, COLUMNS)
