"""The images of a mammography study come in the order of the views, in one series or in four."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.dicom.found import Found
from annotator.domain.image import Image, ImageKey, Owner
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.views import Remembering, View, recall
from tests.formats.cases import BREAST

SAID = ("L MLO", "R MLO", "L CC", "R CC", "")


@pytest.mark.parametrize("series", [1, 5])
def test_views_come_as_they_are_read(series):
    images = [
        Image(ImageKey(f"1.{n}"), f"/x/{n}.dcm", 1, 9, 9, "MG", "", f"2.{n if series > 1 else 1}", "3", view=view, instance_number=n)
        for n, view in enumerate(SAID)
    ]
    catalogue = Catalogue()
    for number, image in enumerate(images):
        catalogue = catalogue.with_found([Found((image,), Owner("P", series_number=number))], BREAST)
    shown = [image.view for found in catalogue.in_order for image in found.images]
    assert shown == ["R CC", "L CC", "R MLO", "L MLO", ""]
    assert all(found.project_modality == BREAST.modalities[0] for found in catalogue.in_order)
    others = [replace(image, modality="CR") for image in images]
    plain = Catalogue().with_found([Found((image,), Owner("P", series_number=number)) for number, image in enumerate(others)], BREAST)
    assert [image.view for found in plain.in_order for image in found.images] == list(SAID)


def test_an_older_view_never_replaces_a_newer_one(tmp_path):
    remembering = Remembering()
    old, new = remembering.order(), remembering.order()
    remembering.write(new, tmp_path, View(series="new"))
    remembering.write(old, tmp_path, View(series="old"))
    assert recall(tmp_path).series == "new"
