"""A label volume has each voxel where its image has the pixel, and is read however it is turned."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK

from annotator.domain.exchange import Chosen, Page, Source
from annotator.domain.path import Path as Polyline
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.nifti import EXCHANGE
from tests.formats.sheets import bundled
from tests.formats.volumes import (
    COLUMNS,
    DIRECTIONS,
    ROWS,
    SLICES,
    TURNED,
    drawn_on,
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

VOLUME = "cct_P000001_S001.nii.gz"
SHAPES = {0: [("CCT1", Region.box(1, 2, 5, 4))], 1: [("CCT3", Region.box(2, 2, 3, 8)), ("CCT9", Region.box(6, 1, 11, 2))]}


@pytest.fixture(scope="session")
def oblique(tmp_path_factory):
    return oblique_items(tmp_path_factory, SHAPES)


@pytest.fixture(scope="session")
def volume(oblique):
    return files_of(EXCHANGE, oblique)[0][VOLUME]


def found(content, images, name=VOLUME, more=()):
    files = {name: content, **dict(more)}
    return results_of(EXCHANGE, files, images)


def causes(results):
    return [str(result.cause) for result in results if isinstance(result, AnnotatorError)]


@pytest.mark.parametrize(("name", "folder"), [("ct", "CT"), ("mr_t1", "MR_T1"), ("pet", "PET")])
def test_a_volume_of_others_gives_exactly_its_voxels(data_folder: Path, name, folder) -> None:
    path = data_folder / "annotations" / f"truthmask_sts001_{name}.nii.gz"
    images = {image.key: image for image in images_in(data_folder / "series" / "sts001_petctmr" / folder)}
    truth = nibabel.load(path)
    left = np.asarray(truth.dataobj) > 0
    assert left.sum() > 5000
    for page in found(path.read_bytes(), images.values(), path.name):
        (mark,), plane = page.marks, images[page.where.key].plane
        row, column = region_mask(mark.shape, images[page.where.key].rows, images[page.where.key].columns).pixels()
        patient = np.array([plane.to_patient(c + 0.5, r + 0.5) for r, c in zip(row, column, strict=True)])
        voxels = np.linalg.inv(truth.affine) @ np.vstack([-patient[:, 0], -patient[:, 1], patient[:, 2], np.ones(len(row))])
        whole = np.rint(voxels[:3]).astype(int)
        assert np.abs(voxels[:3] - whole).max() < 0.01 and left[tuple(whole)].all()
        left[tuple(whole)] = False
    assert not left.any()


def test_of_series_that_share_a_lattice_the_one_is_meant_that_the_file_names(data_folder: Path) -> None:
    images = [i for name in ("CT", "MR_T1") for i in images_in(data_folder / "series" / "sts001_petctmr" / name)]
    content = (data_folder / "annotations" / "truthmask_sts001_ct.nii.gz").read_bytes()
    modality = {image.key: image.modality for image in images}
    assert {modality[page.where.key] for page in found(content, images, "mask_ct.nii.gz")} == {"CT"}
    assert {modality[page.where.key] for page in found(content, images, "mask_mr.nii.gz")} == {"MR"}
    assert causes(found(content, images, "mask.nii.gz")) == ["several series have exactly its voxels, and nothing says which one is meant"]


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_itk_and_nibabel_find_each_pixel_at_its_millimetre(tmp_path: Path, kind) -> None:
    items = drawn_on(items_of(write_series(tmp_path, **DIRECTIONS[kind])), SHAPES)
    path = tmp_path / VOLUME
    path.write_bytes(files_of(EXCHANGE, items)[0][VOLUME])
    itk, nib = SimpleITK.ReadImage(str(path)), nibabel.load(path)
    labels = np.asarray(nib.dataobj)
    assert labels.shape == (COLUMNS, ROWS, SLICES) and labels.dtype == np.uint8
    assert nib.header["sform_code"] == nib.header["qform_code"] == 1 and np.allclose(nib.get_sform(), nib.get_qform(), atol=1e-4)
    assert sorted(np.unique(labels)) == [0, 1, 3, 9]
    number = {"CCT1": 1, "CCT3": 3, "CCT9": 9}
    for item in items:
        plane = item.sheet.image.plane
        for annotation in item.sheet.annotations:
            for r, c in zip(*region_mask(annotation.shape, ROWS, COLUMNS).pixels(), strict=True):
                patient = plane.to_patient(c + 0.5, r + 0.5)
                index = itk.TransformPhysicalPointToIndex(patient)
                assert itk[index] == number[annotation.category]
                assert np.allclose(itk.TransformIndexToPhysicalPoint(index), patient, atol=1e-3)
                voxel = np.linalg.inv(nib.affine) @ (-patient[0], -patient[1], patient[2], 1)
                assert labels[tuple(np.rint(voxel[:3]).astype(int))] == number[annotation.category]
    assert (labels > 0).sum() == sum(mask.count for mask in wanted(items).values())


@pytest.mark.parametrize("codes", ["RAS", "LPI", "SAR", "PIL", "ASL", "IRP"])
@pytest.mark.parametrize("kind", ["uint8", "int16", "float32", "float64", ">u2"])
def test_however_a_volume_is_turned_and_typed_it_says_the_same(oblique, volume, codes, kind):
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(volume))
    now = nibabel.orientations.io_orientation(image.affine)
    turn = nibabel.orientations.ornt_transform(now, nibabel.orientations.axcodes2ornt(codes))
    turned = image.as_reoriented(turn)
    order = ">" if kind.startswith(">") else "<"
    header = nibabel.Nifti1Header(endianness=order)
    header.set_data_dtype(kind)
    again = nibabel.Nifti1Image(np.asarray(turned.dataobj), turned.affine, header)
    images = images_of_items(oblique)
    labels = files_of(EXCHANGE, oblique)[0]["labels.json"]
    pages = found(again.to_bytes(), images, "cct_P000001_S001.nii", {"labels.json": labels}.items())
    assert masks_of(pages, images) == wanted(oblique)


def test_the_list_says_what_a_number_means_and_which_slice_is_which_image(oblique):
    listed = json.loads(files_of(EXCHANGE, oblique)[0]["labels.json"])
    assert listed["labels"][0] == {
        "value": 1, "key": "CCT1", "supercategory": "CCT", "id": 1, "name": "악성", "name_en": "Malignant", "colour": "#ff2200",
    }  # fmt: skip
    assert [entry["value"] for entry in listed["labels"]] == list(range(1, 23))
    (entry,) = listed["volumes"]
    assert entry["file"] == VOLUME and entry["images"][2] == {"slice": 2, "image": "0003", "uid": "1.2.3.1.3", "frame": 1}


def test_without_the_list_a_number_is_a_label_of_that_id(oblique, volume):
    pages = found(volume, images_of_items(oblique))
    assert [[mark.label.id for mark in page.marks] for page in pages] == [[1], [3, 9]]
    assert {mark.label.key for page in pages for mark in page.marks} == {""}


def test_of_two_categories_the_later_one_has_the_shared_pixels(oblique):
    items = drawn_on(oblique, {1: [("CCT3", Region.box(2, 2, 6, 6)), ("CCT1", Region.box(1, 1, 4, 4))]})
    masks = masks_of(read_back(EXCHANGE, files_of(EXCHANGE, items)[0], images_of_items(items)), images_of_items(items))
    uid = items[1].sheet.image.key.uid
    assert masks[uid, "CCT3"].count == 16 and masks[uid, "CCT1"].count == 9 - 4


def test_a_hole_stays_open_and_a_line_leaves_its_stroke(tmp_path: Path):
    items = items_of(write_series(tmp_path))
    hole = Mask.of(np.pad(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool), ((2, 4), (3, 6))))
    items = drawn_on(items, {3: [("CCT2", trace(hole)), ("CCT4", Polyline((((8.0, 1.0), (11.0, 8.0)),)))]})
    assert masks_of(read_back(EXCHANGE, files_of(EXCHANGE, items)[0], images_of_items(items)), images_of_items(items)) == wanted(items)


def test_phases_at_one_place_have_a_volume_each(tmp_path: Path):
    items = drawn_on(items_of(write_series(tmp_path, places=(0, 0, 2, 2))), {n: [("CCT1", Region.box(n, n, n + 2, 5))] for n in range(4)})
    files, written = files_of(EXCHANGE, items)
    assert sorted(files) == ["cct_P000001_S001.nii.gz", "cct_P000001_S001_2.nii.gz", "labels.json"]
    assert list(written.holds.values()) == [(name,) for name in sorted(files)[:2] for _ in range(2)]
    assert masks_of(read_back(EXCHANGE, files, images_of_items(items)), images_of_items(items)) == wanted(items)


def test_uneven_slices_are_refused_with_the_way_out(tmp_path: Path):
    items = drawn_on(items_of(write_series(tmp_path, places=(0, 1, 2, 5))), SHAPES)
    with pytest.raises(AnnotatorError, match="not evenly spaced: from 1.00 to 3.00 mm apart.*DICOM SEG or RTSTRUCT"):
        files_of(EXCHANGE, items)
    assert files_of(EXCHANGE, drawn_on(items, {}))[0] == {}


def test_slices_off_by_less_than_a_twentieth_are_even_and_the_reader_says_so(tmp_path: Path):
    items = drawn_on(items_of(write_series(tmp_path, places=(0, 1.04, 1.97, 3))), SHAPES)
    pages = read_back(EXCHANGE, files_of(EXCHANGE, items)[0], images_of_items(items))
    assert masks_of(pages, images_of_items(items)) == wanted(items)
    assert [[str(r) for r in page.remarks] for page in pages] == [
        [], ["the voxels lie up to 0.04 of a voxel beside the image's pixels; each pixel took the nearest one"],
    ]  # fmt: skip


def test_a_tilted_gantry_is_told_and_stays_exact(tmp_path: Path):
    items = drawn_on(items_of(write_series(tmp_path, shift=0.4, step=2)), SHAPES)
    files, written = files_of(EXCHANGE, items)
    assert ["sheared" in str(remark) for remark in written.remarks] == [True]
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(files[VOLUME]))
    assert image.header["qform_code"] == 0 and image.header["sform_code"] == 1
    assert masks_of(read_back(EXCHANGE, files, images_of_items(items)), images_of_items(items)) == wanted(items)


def test_images_that_say_nothing_of_their_place_have_a_volume_each(tmp_path: Path):
    paths = write_series(tmp_path, spacing=(0.5, 0.25), Modality="CR", ImagePositionPatient=[], FrameOfReferenceUID="")[:2]
    items = drawn_on(items_of(paths), {1: [("XRY1", Region.box(1, 1, 4, 3))]})
    files, written = files_of(EXCHANGE, items)
    assert sorted(files) == ["labels.json", "xry_P000001_S001_0002.nii.gz"]
    assert [str(remark) for remark in written.remarks] == ["0002 does not say where it lies: its volume begins at the origin"]
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(files["xry_P000001_S001_0002.nii.gz"]))
    assert image.header.get_zooms() == (0.25, 0.5, 1.0) and image.header["sform_code"] == 2
    assert masks_of(read_back(EXCHANGE, files, images_of_items(items)), images_of_items(items)) == wanted(items)
    (page,) = found(files["xry_P000001_S001_0002.nii.gz"], images_of_items(items), "xry_P000001_S001_0002.nii.gz")
    assert (page.where.key, page.where.file_name, page.where.rows) == (None, "xry_P000001_S001_0002", ROWS)


def test_a_volume_of_other_images_is_told_slice_by_slice(oblique, volume, tmp_path: Path):
    others = images_of_items(items_of(write_series(tmp_path, spacing=(1.0, 1.1))))
    pages = found(volume, others)
    assert [(page.where.key, page.where.file_name) for page in pages] == [(None, f"cct_P000001_S001_{n:04d}") for n in (1, 2)]
    plane, own = pages[1].where.plane, oblique[1].sheet.image.plane
    assert np.allclose(plane.position, own.position, atol=1e-4) and np.allclose(plane.row, TURNED, atol=1e-5)
    assert np.allclose(plane.spacing, own.spacing) and (pages[1].where.rows, pages[1].where.columns) == (ROWS, COLUMNS)


def test_a_volume_that_covers_part_of_the_slices_leaves_the_rest_alone(oblique, volume):
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(volume))
    cropped = image.slicer[2:5, 1:7, 1:3]
    (page,) = found(cropped.to_bytes(), images_of_items(oblique), "crop.nii")
    assert page.where.key == oblique[1].sheet.image.key
    assert region_mask(page.marks[0].shape, ROWS, COLUMNS) == Mask.of(region_mask(Region.box(2, 2, 3, 7), ROWS, COLUMNS).array())


def test_millimetres_may_be_metres_or_micrometres(oblique, volume):
    for unit, factor in (("meter", 1e-3), ("micron", 1e3)):
        image = nibabel.Nifti1Image.from_bytes(gzip.decompress(volume))
        image.set_sform(np.diag((factor, factor, factor, 1)) @ image.affine, 1)
        image.set_qform(None, 0)
        image.header.set_xyzt_units(unit)
        assert [page.where.key for page in found(image.to_bytes(), images_of_items(oblique), "m.nii")] == [
            item.sheet.image.key for item in oblique[:2]
        ]


def test_extensions_behind_the_header_are_passed_over(oblique, volume):
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(volume))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"x" * 5000))
    assert len(image.to_bytes()) > 5000 + len(gzip.decompress(volume)) - 352
    pages = found(image.to_bytes(), images_of_items(oblique), "e.nii")
    assert [page.where.key for page in pages] == [item.sheet.image.key for item in oblique[:2]]


def damaged(volume):
    raw = gzip.decompress(volume)
    header = nibabel.Nifti1Header.from_fileobj(BytesIO(raw))
    huge, four = header.copy(), header.copy()
    huge["dim"][1:4] = 30000, 30000, 30000
    four["dim"][0:5] = 4, COLUMNS, ROWS, 2, 2
    odd = bytearray(raw)
    odd[70:72] = b"\x63\x00"
    grey = np.arange(COLUMNS * ROWS * SLICES, dtype=np.float32).reshape(COLUMNS, ROWS, SLICES) / 7
    noise, nothing = (nibabel.Nifti1Image(values, header.get_best_affine()) for values in (grey, np.full_like(grey, np.nan)))
    return {
        "empty.nii": (b"", "it is not a NIfTI file"),
        "empty.nii.gz": (b"", "it is not a NIfTI file"),
        "cut.nii": (raw[:-1], "the file ends before its pixels do"),
        "header.nii": (raw[:200], "it is not a NIfTI file"),
        "cut.nii.gz": (volume[:-20], "the file ends before its pixels do"),
        "noise.nii.gz": (b"\x1f\x8b" + b"junk" * 30, "its pixels are damaged"),
        "text.nii": (b"{}" * 300, "it is not a NIfTI file"),
        "huge.nii": (huge.binaryblock + bytes(100), "it is larger than 512 MB"),
        "bomb.nii.gz": (gzip.compress(huge.binaryblock + bytes(2**24)), "it is larger than 512 MB"),
        "four.nii": (four.binaryblock + raw[348:], "it holds more than one volume"),
        "odd.nii": (bytes(odd), "it is not a NIfTI file"),
        "grey.nii": (noise.to_bytes(), "its values are those of an image and no labels"),
        "wild.nii": (raw[:280] + b"\xff\xff\x7f\x7f" * 12 + raw[328:], None),
        "nan.nii": (nothing.to_bytes(), "its values are those of an image and no labels"),
    }


def test_what_is_no_label_volume_is_told_and_the_rest_is_read(oblique, volume):
    bad = damaged(volume)
    files = {name: content for name, (content, _) in bad.items()} | {VOLUME: volume, "labels.json": b"{"}
    results = list(EXCHANGE.read(Source(tuple(files), files.__getitem__, tuple(images_of_items(oblique)), bundled())))
    told = {str(r.doing).rsplit(" ", 1)[-1]: str(r.cause) for r in results if isinstance(r, AnnotatorError)}
    assert told.pop("labels.json").startswith("it is not valid JSON")
    told.pop("wild.nii", None)
    assert told == {name: cause for name, (_, cause) in bad.items() if cause}
    assert [page.where.key for page in results if isinstance(page, Page) and page.place == VOLUME] == [
        item.sheet.image.key for item in oblique[:2]
    ]


def test_an_unknown_category_is_refused(oblique):
    items = drawn_on(oblique, {0: [("XRY1", Region.box(1, 1, 3, 3))]})
    with pytest.raises(AnnotatorError, match="no category XRY1 for this modality"):
        EXCHANGE.write(items, Chosen(bundled()))


def test_more_than_255_categories_need_two_bytes(oblique):
    first = bundled().categories[0]
    many = replace(bundled(), categories=tuple(replace(first, id=n) for n in range(1, 300)))
    drawn = drawn_on(oblique, {0: [("CCT290", Region.box(1, 1, 3, 3))]})
    items = [replace(item, sheet=replace(item.sheet, project=many)) for item in drawn]
    written = EXCHANGE.write(items, Chosen(many))
    labels = np.asarray(nibabel.Nifti1Image.from_bytes(gzip.decompress(written.files[VOLUME])).dataobj)
    assert labels.dtype == np.uint16 and labels[1, 1, 0] == 290
