"""Segmentations of others are read to the pixel, and ours are read to the pixel by others."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.uid import DeflatedExplicitVRLittleEndian

from annotator.domain.exchange import Item, Page
from annotator.domain.image import ImageKey
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.volume import same_lattice
from annotator.errors import AnnotatorError
from annotator.formats.seg import EXCHANGE
from tests.dicom.written import dataset, saved
from tests.formats.sheets import AUTHOR, bundled, sheet_of
from tests.formats.volumes import (
    COLUMNS,
    DIRECTIONS,
    ROWS,
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
    told_by_dciodvfy,
    wanted,
    write_series,
)

NAME = "cct_P000001_S001.dcm"
SHAPES = {
    0: [("CCT1", Region.box(1, 1, 4, 5)), ("CCT3", Region.box(2, 2, 6, 6))],
    2: [("CCT1", Region.box(3, 2, 9, 7)), ("CCT1", Region.box(5, 3, 12, 4))],
}


@pytest.fixture(scope="session")
def items(tmp_path_factory):
    return oblique_items(tmp_path_factory, SHAPES)


@pytest.fixture(scope="session")
def written(items):
    return files_of(EXCHANGE, items)[0][NAME]


def image_meant(page, images):
    """The image of a page: by its key, else the one in the same place."""
    by_key = {image.key: image for image in images}
    if page.where.key in by_key:
        return by_key[page.where.key]
    plane = page.where.plane
    (found,) = [i for i in images if i.plane and plane and same_lattice(plane, i.plane, i.rows, i.columns) is not None]
    return found


def voxels(pages, images, truth, chosen):
    """The voxels of a truth volume that the chosen segments' pixels are."""
    found = np.zeros(SimpleITK.GetArrayFromImage(truth).shape, bool)
    for page in pages:
        image = image_meant(page, images)
        for mark in page.marks:
            if chosen(mark.label):
                for r, c in zip(*region_mask(mark.shape, image.rows, image.columns).pixels(), strict=True):
                    found[truth.TransformPhysicalPointToIndex(image.plane.to_patient(c + 0.5, r + 0.5))[::-1]] = True
    return found


@pytest.mark.parametrize(
    ("folder", "images", "file", "truth", "name"),
    [
        ("dcmqi_24x38x3", "image", "label_seg.dcm", "truth_label.nrrd", "Liver"),
        ("dcmqi_ct3", "images", "seg_liver.dcm", "truth_liver_seg.nrrd", "Liver"),
    ],
)
def test_a_segmentation_of_others_gives_exactly_its_truth(data_folder: Path, folder, images, file, truth, name) -> None:
    place = data_folder / "annotations" / folder
    known = images_in(place / images)
    pages = results_of(EXCHANGE, {file: (place / file).read_bytes()}, known)
    assert {page.where.key for page in pages} <= {image.key for image in known}
    volume = SimpleITK.ReadImage(str(place / truth))
    right = SimpleITK.GetArrayFromImage(volume) > 0
    assert right.any() and np.array_equal(voxels(pages, known, volume, lambda label: label.name == name), right)


def test_a_label_map_is_read_as_one_mask_for_each_number(data_folder: Path) -> None:
    place = data_folder / "annotations" / "dcmqi_24x38x3"
    content = (place / "labelmap_noppv.dcm").read_bytes()
    peer = pydicom.dcmread(BytesIO(content))
    pages = results_of(EXCHANGE, {"seg.dcm": content}, images_in(place / "image"))
    uids = [g.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID for g in peer.PerFrameFunctionalGroupsSequence]
    assert [page.where.key.uid for page in pages] == uids and len(uids) == 2
    for page, frame in zip(pages, peer.pixel_array, strict=True):
        (mark,) = page.marks
        assert mark.label.name == "Liver" and np.array_equal(region_mask(mark.shape, 38, 24).array(), frame == 1)


def test_overlapping_segments_of_others_come_whole(data_folder: Path) -> None:
    place = data_folder / "annotations" / "dcmqi_ct3"
    known = images_in(place / "images")
    content = (place / "seg_partial_overlaps.dcm").read_bytes()
    pages = results_of(EXCHANGE, {"seg.dcm": content}, known)
    peer = pydicom.dcmread(BytesIO(content))
    assert len(pages) == 3 and sum(len(page.marks) for page in pages) == peer.NumberOfFrames == 7
    for frame, group in zip(peer.pixel_array, peer.PerFrameFunctionalGroupsSequence, strict=True):
        label = peer.SegmentSequence[group.SegmentIdentificationSequence[0].ReferencedSegmentNumber - 1].SegmentLabel
        uid = group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        (mark,) = [m for page in pages if page.where.key.uid == uid for m in page.marks if m.label.name == label]
        assert np.array_equal(region_mask(mark.shape, 512, 512).array(), frame > 0)


def test_without_the_images_a_frame_says_where_it_lies(data_folder: Path) -> None:
    place = data_folder / "annotations" / "dcmqi_24x38x3"
    known = images_in(place / "image")
    pages = results_of(EXCHANGE, {"seg.dcm": (place / "label_seg.dcm").read_bytes()}, [])
    assert [page.where.file_name for page in pages] == ["seg.dcm#2"]
    assert [image_meant(replace(page, where=replace(page.where, key=None)), known).key for page in pages] == [
        page.where.key for page in pages
    ]
    strange = [replace(image, key=image.key._replace(uid="1.2.3")) for image in known]
    pages = results_of(EXCHANGE, {"s.dcm": (place / "label_seg.dcm").read_bytes()}, strange)
    assert all((page.where.rows, page.where.columns) == (38, 24) for page in pages)


@pytest.mark.parametrize("name", ["seg_image_ct_binary.dcm", "seg_image_ct_binary_overlap.dcm"])
def test_files_of_highdicom_are_read_as_highdicom_reads_them(data_folder: Path, name) -> None:
    path = data_folder / "annotations" / "highdicom" / name
    peer = highdicom.seg.segread(path)
    pages = results_of(EXCHANGE, {name: path.read_bytes()}, [])
    expected = sorted((label_of(peer, group), frame.tobytes()) for frame, group in frames_of(peer) if frame.any())
    found = sorted((m.label.name, region_mask(m.shape, 16, 16).array().astype(np.uint8).tobytes()) for page in pages for m in page.marks)
    assert found == expected and len(found) > 2


def frames_of(peer):
    return zip(np.atleast_3d(peer.pixel_array).reshape(-1, peer.Rows, peer.Columns), peer.PerFrameFunctionalGroupsSequence, strict=True)


def label_of(peer, group):
    return peer.SegmentSequence[group.SegmentIdentificationSequence[0].ReferencedSegmentNumber - 1].SegmentLabel


@pytest.mark.parametrize("segments", ["category", "annotation"])
def test_highdicom_reads_what_we_write(items, segments, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(files_of(EXCHANGE, items, segments=segments)[0][NAME])
    peer = highdicom.seg.segread(path)
    uids = [item.sheet.image.key.uid for item in items if item.sheet.annotations]
    got = peer.get_pixels_by_source_instance(uids, ignore_spatial_locations=True)
    names = {c.key: c.name for c in bundled().categories}
    if segments == "category":
        assert [s.SegmentLabel for s in peer.SegmentSequence] == ["악성", "양성"]
        right = wanted(items)
        for n, uid in enumerate(uids):
            for number, key in enumerate(("CCT1", "CCT3")):
                mask = right.get((uid, key), Mask.none(ROWS, COLUMNS))
                assert np.array_equal(got[n, :, :, number] > 0, mask.array())
    else:
        drawn = [(n, a) for n, item in enumerate(i for i in items if i.sheet.annotations) for a in item.sheet.annotations]
        assert [(s.SegmentLabel, s.TrackingID) for s in peer.SegmentSequence] == [
            (names[a.category], f"cct_P000001_S001_000{2 * n + 1} {a.id}") for n, a in drawn
        ]
        for number, (n, a) in enumerate(drawn):
            assert np.array_equal(got[n, :, :, number] > 0, region_mask(a.shape, ROWS, COLUMNS).array())
            assert got[1 - n, :, :, number].sum() == 0


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_itk_finds_each_frame_at_its_millimetre(tmp_path: Path, kind) -> None:
    drawn = drawn_on(items_of(write_series(tmp_path, **DIRECTIONS[kind])), {n: [("CCT1", Region.box(n, 1, n + 3, 4))] for n in range(4)})
    path = tmp_path / NAME
    path.write_bytes(files_of(EXCHANGE, drawn)[0][NAME])
    volume = SimpleITK.ReadImage(str(path))
    pixels = SimpleITK.GetArrayFromImage(volume)
    assert (pixels > 0).sum() == 4 * 9
    for item in drawn:
        for r, c in zip(*region_mask(item.sheet.annotations[0].shape, ROWS, COLUMNS).pixels(), strict=True):
            assert pixels[volume.TransformPhysicalPointToIndex(item.sheet.image.plane.to_patient(c + 0.5, r + 0.5))[::-1]] > 0


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="needs dciodvfy (dicom3tools)")
@pytest.mark.parametrize("segments", ["category", "annotation"])
@pytest.mark.parametrize("in_tree", [True, False])
def test_the_file_follows_the_standard(tmp_path: Path, data_folder: Path, segments, in_tree) -> None:
    folder = data_folder / "series" / "lungdx_a0001_ct_lung"
    assert errors_on_real_images(EXCHANGE, folder, tmp_path, {1: SHAPES[0], 3: SHAPES[2]}, in_tree=in_tree, segments=segments) == []


def test_no_identity_of_an_image_used_in_place_goes_along(items, written) -> None:
    made = pydicom.dcmread(BytesIO(written))
    assert (str(made.PatientName), made.PatientID, made.PatientSex, made.PatientBirthDate) == ("P000001", "P000001", "M", "")
    assert "홍길동".encode() not in written and b"19600101" not in written
    assert (made.SpecificCharacterSet, str(made.ContentCreatorName)) == ("ISO_IR 192", AUTHOR)
    assert made.StudyInstanceUID == "1.2.3" and made.FrameOfReferenceUID == "1.2.3.99"
    assert [r.ReferencedSOPInstanceUID for r in made.ReferencedSeriesSequence[0].ReferencedInstanceSequence] == [
        item.sheet.image.key.uid for item in items
    ]
    assert float(made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SpacingBetweenSlices) == pytest.approx(1.3)


def test_a_new_content_has_a_new_instance_and_the_series_stays(items, written) -> None:
    first = pydicom.dcmread(BytesIO(written))
    other = drawn_on(items, {**SHAPES, 3: [("CCT2", Region.box(1, 1, 2, 2))]})
    second = pydicom.dcmread(BytesIO(files_of(EXCHANGE, other)[0][NAME]))
    assert first.SOPInstanceUID != second.SOPInstanceUID and first.SeriesInstanceUID == second.SeriesInstanceUID


def test_images_that_do_not_say_where_they_lie_have_a_file_each(tmp_path: Path) -> None:
    paths = write_series(tmp_path, Modality="CR", SOPClassUID="1.2.840.10008.5.1.4.1.1.1", ImagePositionPatient=[], FrameOfReferenceUID="")
    drawn = drawn_on(items_of(paths), {1: [("XRY1", Region.box(1, 1, 4, 3))], 3: [("XRY3", Region.box(0, 0, 2, 9))]})
    files, made = files_of(EXCHANGE, drawn)
    assert sorted(files) == ["xry_P000001_S001_0002.dcm", "xry_P000001_S001_0004.dcm"]
    assert list(made.holds.values()) == [("xry_P000001_S001_0002.dcm",), ("xry_P000001_S001_0004.dcm",)]
    assert masks_of(read_back(EXCHANGE, files, images_of_items(drawn)), images_of_items(drawn)) == wanted(drawn)
    assert "FrameOfReferenceUID" not in pydicom.dcmread(BytesIO(files["xry_P000001_S001_0002.dcm"]))


def test_slices_that_are_uneven_tilted_or_doubled_are_no_trouble(tmp_path: Path) -> None:
    kinds = ({"places": (0, 1, 4, 9)}, {"shift": 0.7}, {"places": (0, 0, 2, 2)}, {"FrameOfReferenceUID": ""})
    for number, kind in enumerate(kinds):
        drawn = drawn_on(
            items_of(write_series(tmp_path / str(number), **kind)), {n: [("CCT1", Region.box(n, 1, n + 3, 4))] for n in range(4)}
        )
        files, _ = files_of(EXCHANGE, drawn)
        assert masks_of(read_back(EXCHANGE, files, images_of_items(drawn)), images_of_items(drawn)) == wanted(drawn)


def test_frames_of_one_file_are_referred_to_by_number(data_folder: Path) -> None:
    path = data_folder / "annotations" / "dcmqi_24x38x3" / "multiframe_legacy_enhanced_ct.dcm"
    sheets = [sheet_of(path, frame=frame) for frame in (1, 2, 3)]
    first = items_of([path])[0]
    drawn = drawn_on(
        [replace(first, sheet=sheet) for sheet in sheets], {0: [("CCT1", Region.box(3, 3, 9, 9))], 2: [("CCT1", Region.box(5, 3, 9, 9))]}
    )
    files, _ = files_of(EXCHANGE, drawn)
    ((name, content),) = files.items()
    made = pydicom.dcmread(BytesIO(content))
    real = pydicom.dcmread(path, stop_before_pixels=True)
    told = [g.DerivationImageSequence[0].SourceImageSequence[0] for g in made.PerFrameFunctionalGroupsSequence]
    assert sorted(t.ReferencedFrameNumber for t in told) == [1, 3]
    assert {(t.ReferencedSOPInstanceUID, t.ReferencedSOPClassUID) for t in told} == {(real.SOPInstanceUID, real.SOPClassUID)}
    pages = read_back(EXCHANGE, files, [sheet.image for sheet in sheets])
    assert {page.where.key.frame for page in pages} == {1, 3}


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="needs dciodvfy (dicom3tools)")
@pytest.mark.parametrize("name", ["cr_chest_mono1_rg1_j2k.dcm", "mg_rmlo_gh133_jpegll_voilut.dcm", "us_ybr422_30frames_jpeg.dcm"])
def test_an_image_without_a_place_has_a_file_that_follows_the_standard(tmp_path: Path, data_folder: Path, name) -> None:
    scratch = bundled("scratch")
    sheets = [
        sheet_of(data_folder / "single" / name, Region.box(1, 2, 7, 9), project=scratch, frame=n) for n in (1, 2) if n == 1 or "us" in name
    ]
    drawn = [Item(sheet, f"image_{sheet.image.key.frame}") for sheet in sheets]
    files, _ = files_of(EXCHANGE, drawn)
    assert sorted(files) == [f"image_{n}.dcm" for n in range(1, len(drawn) + 1)]
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
        assert told_by_dciodvfy(tmp_path / file) == []
    assert len(read_back(EXCHANGE, files, images_of_items(drawn))) == len(drawn)
    assert masks_by_key(read_back(EXCHANGE, files, images_of_items(drawn)), drawn) == {i.sheet.image.key: 42 for i in drawn}


def masks_by_key(pages, drawn):
    sizes = {item.sheet.image.key: (item.sheet.image.rows, item.sheet.image.columns) for item in drawn}
    return {page.where.key: region_mask(page.marks[0].shape, *sizes[page.where.key]).count for page in pages}


def test_of_two_copies_of_an_image_the_annotated_one_counts(items) -> None:
    again = [item for item in items for _ in range(2)]
    drawn = [replace(item, sheet=replace(item.sheet, annotations=item.sheet.annotations if n % 2 else ())) for n, item in enumerate(again)]
    assert files_of(EXCHANGE, drawn)[0] == files_of(EXCHANGE, items)[0]


def test_an_image_whose_uid_is_illegal_is_referred_to_by_one_that_stays(items) -> None:
    odd = [replace(i, sheet=replace(i.sheet, image=replace(i.sheet.image, key=ImageKey(f"1.02.0{n}")))) for n, i in enumerate(items)]
    drawn = drawn_on(odd, SHAPES)
    files, _ = files_of(EXCHANGE, drawn)
    told = pydicom.dcmread(BytesIO(files[NAME])).SourceImageSequence
    assert all(item.ReferencedSOPInstanceUID.startswith("2.25.") for item in told)
    assert masks_of(read_back(EXCHANGE, files, images_of_items(drawn)), images_of_items(drawn)) == wanted(drawn)


def test_a_frame_that_lies_beside_the_image_it_names_says_where_it_lies(items, written) -> None:
    aside = [
        replace(i, plane=replace(i.plane, position=(i.plane.position[0] + 0.4, *i.plane.position[1:]))) for i in images_of_items(items)
    ]
    pages = results_of(EXCHANGE, {"s.dcm": written}, aside)
    assert [page.where.key for page in pages] == [None, None]
    assert {image_meant(page, images_of_items(items)).key for page in pages} == {items[n].sheet.image.key for n in (0, 2)}
    larger = [replace(image, rows=image.rows + 1) for image in images_of_items(items)]
    assert [(page.where.key, page.where.rows) for page in results_of(EXCHANGE, {"s.dcm": written}, larger)] == [(None, ROWS), (None, ROWS)]


def test_fractions_count_above_one_half(items) -> None:
    sheets = [pydicom.dcmread(item.sheet.image.path) for item in items]
    for each in sheets:
        each.StudyID = each.AccessionNumber = each.StudyDate = each.StudyTime = ""
        each.PatientName = "A^B"
    values = np.zeros((4, ROWS, COLUMNS))
    values[1, 2, 3:6] = 0.49, 0.5, 0.51
    code = highdicom.sr.CodedConcept("85756007", "SCT", "Tissue")
    described = highdicom.seg.SegmentDescription(1, "Tissue", code, code, "MANUAL")
    made = highdicom.seg.Segmentation(
        sheets, values, "FRACTIONAL", [described], "1.2.9", 1, "1.2.9.1", 1, "m", "m", "1", "1", max_fractional_value=100
    )
    stream = BytesIO()
    made.save_as(stream)
    (page,) = results_of(EXCHANGE, {"f.dcm": stream.getvalue()}, images_of_items(items))
    assert [str(r) for r in page.remarks] == ["it holds fractions: a pixel counts where it is more than one half"]
    assert region_mask(page.marks[0].shape, ROWS, COLUMNS) == region_mask(Region.box(5, 2, 6, 3), ROWS, COLUMNS)
    assert (page.marks[0].label.key, page.marks[0].label.name, page.marks[0].label.id) == ("", "Tissue", 1)


def test_a_deflated_file_is_read(items, written) -> None:
    made = pydicom.dcmread(BytesIO(written))
    made.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    stream = BytesIO()
    made.save_as(stream, enforce_file_format=True)
    pages = read_back(EXCHANGE, {"d.dcm": stream.getvalue()}, images_of_items(items))
    assert masks_of(pages, images_of_items(items)) == wanted(items)


def test_what_is_no_segmentation_is_told_or_passed_over(items, written, tmp_path: Path) -> None:
    other = saved(dataset(np.zeros((4, 4), np.int16)), tmp_path / "image.dcm").read_bytes()
    made = pydicom.dcmread(BytesIO(written))
    del made.PixelData
    stream = BytesIO()
    made.save_as(stream)
    files = {
        "a/empty.dcm": b"", "a/text.dcm": b"hello there", "a/cut.dcm": written[:1500], "a/short.dcm": written[:-5], "a/other.dcm": other,
        "a/none.dcm": stream.getvalue(), "a/notes.txt": b"hello", "a/good.dcm": written,
    }  # fmt: skip
    found = results_of(EXCHANGE, files, images_of_items(items))
    told = {re.sub(".*/", "", str(r.doing)): str(r.cause) for r in found if isinstance(r, AnnotatorError)}
    assert told == {
        "empty.dcm": "the file is empty", "text.dcm": "it is not a DICOM file", "cut.dcm": "the file ends in the middle of its header",
        "none.dcm": "the file holds no pixels",
    }  # fmt: skip
    whole = [page for page in found if isinstance(page, Page) and page.place == "a/good.dcm"]
    assert masks_of(whole, images_of_items(items)) == wanted(items)
    short = [page for page in found if isinstance(page, Page) and page.place == "a/short.dcm"]
    assert len(short) == 2 and "ends after 2 of 3 frames" in str(short[0].remarks[0])


def test_more_frames_than_can_be_are_refused_at_once(items, written) -> None:
    made = pydicom.dcmread(BytesIO(written))
    made.NumberOfFrames = 2_000_000_000
    stream = BytesIO()
    made.save_as(stream)
    (error,) = results_of(EXCHANGE, {"s.dcm": stream.getvalue()}, images_of_items(items))
    assert "it announces more than" in str(error.cause)


def test_segments_that_point_nowhere_keep_their_number(items, written) -> None:
    made = pydicom.dcmread(BytesIO(written))
    made.SegmentSequence = made.SegmentSequence[:1]
    made.PerFrameFunctionalGroupsSequence = made.PerFrameFunctionalGroupsSequence[:-1]
    stream = BytesIO()
    made.save_as(stream)
    pages = results_of(EXCHANGE, {"s.dcm": stream.getvalue()}, images_of_items(items))
    assert all(isinstance(page, Page) for page in pages) and sum(len(page.marks) for page in pages) == 3


def test_many_overlapping_annotations_are_refused_before_memory_is(items) -> None:
    huge = [replace(item, sheet=replace(item.sheet, image=replace(item.sheet.image, rows=20000, columns=20000))) for item in items]
    drawn = drawn_on(huge, {0: [("CCT1", Region.box(1, 1, 9, 9)), ("CCT1", Region.box(2, 2, 9, 9)), ("CCT2", Region.box(3, 3, 9, 9))]})
    with pytest.raises(AnnotatorError, match="3 segments that overlap on 1 images are too many for one file.*segments=category"):
        files_of(EXCHANGE, drawn, segments="annotation")


def test_colours_come_back(items) -> None:
    shapes = {n: [(f"CCT{2 * n + k}", Region.box(1, 1, 4, 5)) for k in (1, 2)] for n in range(4)}
    drawn = drawn_on(items, shapes)
    pages = read_back(EXCHANGE, files_of(EXCHANGE, drawn)[0], images_of_items(drawn))
    colours = {c.key: c.colour for c in bundled().categories}
    found = {m.label.key: m.label.colour for page in pages for m in page.marks}
    assert len(found) == 8 and found == {key: colours[key] for key in found}


def test_an_unknown_category_is_refused(items) -> None:
    with pytest.raises(AnnotatorError, match="no category XRY1 for this modality"):
        files_of(EXCHANGE, drawn_on(items, {0: [("XRY1", Region.box(1, 1, 3, 3))]}))
