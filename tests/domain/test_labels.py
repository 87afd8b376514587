"""A label volume is what counts until a slice is drawn on, and its regions, planes and counts say the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply
from annotator.domain.image import ImageKey
from annotator.domain.labels import (
    LabelVolume,
    annotations_of,
    counts_of,
    drawn_fact,
    is_drawn,
    plane_of,
    taken_in,
    with_regions,
)
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.i18n import message
from annotator.workspace.projects import definition_of

CATEGORIES = definition_of("dementia").categories
KEYS = tuple(ImageKey(f"1.2.{n}") for n in range(3))
SIZE = (10, 12)


@pytest.fixture
def volume():
    values = np.zeros((3, *SIZE), dtype=np.uint8)
    values[1, 2:5, 3:8] = CATEGORIES[0].id
    values[1, 6:9, 1:4] = CATEGORIES[1].id
    values[2, 0, 0] = CATEGORIES[2].id
    return LabelVolume(KEYS, values)


def test_regions_of_a_slice_have_its_pixels_and_the_ids_of_their_categories(volume):
    found = annotations_of(volume, KEYS[1], CATEGORIES)
    assert [a.id for a in found] == sorted([CATEGORIES[0].id, CATEGORIES[1].id])
    for annotation in found:
        assert np.array_equal(region_mask(annotation.shape, *SIZE).array(), volume.values[1] == annotation.id)
    assert annotations_of(volume, KEYS[0], CATEGORIES) == annotations_of(volume, ImageKey("9"), CATEGORIES) == ()


def test_the_plane_of_the_regions_is_the_slice(volume):
    for place, key in enumerate(KEYS):
        assert np.array_equal(plane_of(annotations_of(volume, key, CATEGORIES), *SIZE, CATEGORIES), volume.values[place])


def test_the_first_edit_takes_the_regions_in_and_undo_gives_the_volume_back(volume):
    regions = annotations_of(volume, KEYS[1], CATEGORIES)
    there = with_regions(Document(), KEYS[1], regions)
    edit = taken_in(Edit(message("x"), (Change(regions[0], None),)), Document(), regions, KEYS[1])
    after = apply(Document(), edit)
    assert there.next_id(KEYS[1]) == max(a.id for a in regions) + 1
    assert is_drawn(after, KEYS[1]) and after.on(KEYS[1]) == regions[1:] and not is_drawn(after, KEYS[2])
    assert np.array_equal(plane_of(after.on(KEYS[1]), *SIZE, CATEGORIES), volume.values[1] * (volume.values[1] == CATEGORIES[1].id))
    back = apply(after, edit.inverse())
    assert not is_drawn(back, KEYS[1]) and not back.on(KEYS[1])


def test_a_slice_from_which_all_was_taken_away_is_drawn_and_empty(volume):
    empty = Document(facts={drawn_fact(KEYS[1]): "1"})
    assert is_drawn(empty, KEYS[1])
    counts = counts_of(empty, volume, CATEGORIES)
    assert counts[1, 0] == SIZE[0] * SIZE[1] and np.array_equal(counts[2], volume.counts[2])


def test_counts_follow_what_is_drawn(volume):
    drawn = replace(annotations_of(volume, KEYS[2], CATEGORIES)[0], shape=Region.box(0, 0, 4, 5))
    document = with_regions(Document(), KEYS[2], (drawn,))
    assert counts_of(document, volume, CATEGORIES)[2, CATEGORIES[2].id] == 20 and volume.counts[2, CATEGORIES[2].id] == 1
