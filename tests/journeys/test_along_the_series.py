"""A lesion over many slices by hand: a box from first to last, outlines on three slices and the rest filled in, or grown and carried on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPointF, Qt

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.workspace.projects import create
from tests.domain.tumour import FIGURES, SERIES, Slice
from tests.domain.tumour import tumour as slices_of
from tests.journeys.conftest import Open
from tests.journeys.klm import Reckoning
from tests.pixels.room import PLAIN, Hand, Modifier, Point

Box = tuple[float, float, float, float]
CONTROL = Modifier.ControlModifier


class Counting(Reckoning):
    """A hand that counts the strokes it draws, their vertices, and the keys it presses."""

    def __init__(self, hand: Hand) -> None:
        super().__init__()
        self.hand, self.vertices = hand, 0

    def key(self, key: Qt.Key, modifiers: Modifier = PLAIN) -> None:
        self.pressed(modifiers)
        self.hand.key(key, modifiers=modifiers, onto=self.hand.view)
        self.hand.until_painted()

    def go(self, index: int) -> None:
        """Page to a slice, a press each."""
        step = index - self.hand.session.index
        for _ in range(abs(step)):
            self.key(Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)
        self.hand.until_painted()

    def box(self, box: Box) -> None:
        """Drag from corner to corner."""
        self.stroked(2)
        self.hand.drag([self.hand.place(*box[:2]), self.hand.place(*box[2:])])

    def outline(self, points: Sequence[Point]) -> None:
        """Click a polygon and close it by Enter."""
        self.stroked(len(points), len(points))
        self.vertices += len(points)
        self.hand.click([self.hand.place(x, y) for x, y in points])
        self.key(Qt.Key.Key_Return)

    def grow(self, x: float, y: float, left: int = 0) -> None:
        """Press on the lesion, pull so many pixels of the screen to the left where too much is found, and let go."""
        self.stroked(2 if left else 1)
        at = self.hand.place(x, y)
        self.hand.drag([at, *(at - QPointF(20 * n, 0) for n in range(1, left // 20 + 1))])

    def around(self, points: Sequence[Point]) -> None:
        """Draw around in one go: pointing there and once around."""
        self.stroked(3)
        self.hand.drag([self.hand.place(x, y) for x, y in [*points, points[0]]])


def ellipse(box: Box, corners: int = 12) -> list[Point]:
    x1, y1, x2, y2 = box
    turns = [2 * math.pi * n / corners for n in range(corners)]
    return [((x1 + x2) / 2 + (x2 - x1) / 2 * math.cos(t), (y1 + y2) / 2 + (y2 - y1) / 2 * math.sin(t)) for t in turns]


def around(boxes: Sequence[Box]) -> Box:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def dice(one: Mask, other: Mask) -> float:
    return 2 * (one & other).count / (one.count + other.count)


def masks(hand: Hand) -> dict[int, Mask]:
    """The mask of what is drawn on each slice, by place."""
    images = hand.session.images
    found = {place: hand.session.document.on(image.key) for place, image in enumerate(images)}
    assert all(len(there) < 2 for there in found.values())
    return {place: region_mask(a.shape, images[0].rows, images[0].columns) for place, there in found.items() for a in there}


def by_a_box(hand: Hand, boxes: dict[int, Box]) -> Counting:
    """Draw one box around the tumour on its middle slice, and say where it ends and begins."""
    counted, first, last = Counting(hand), min(boxes), max(boxes)
    hand.until_painted((first + last) // 2)
    counted.key(Qt.Key.Key_B)
    counted.box(around(list(boxes.values())))
    counted.go(last)
    counted.key(Qt.Key.Key_BracketRight)
    counted.go(first)
    counted.key(Qt.Key.Key_BracketLeft)
    return counted


def by_outlines(hand: Hand, boxes: dict[int, Box]) -> Counting:
    """Outline the tumour on its first, middle and last slice, and interpolate."""
    counted, first, last = Counting(hand), min(boxes), max(boxes)
    hand.until_painted(first)
    counted.key(Qt.Key.Key_F)
    for place in (first, (first + last) // 2, last):
        counted.go(place)
        counted.outline(ellipse(boxes[place]))
    counted.key(Qt.Key.Key_I, Modifier.ShiftModifier)
    return counted


def by_growing(hand: Hand, boxes: dict[int, Box]) -> Counting:
    """Let the tumour grow on its middle slice, less far than it would, add what it lacks by one stroke, and carry it on to both ends."""
    counted, first, last = Counting(hand), min(boxes), max(boxes)
    middle = (first + last) // 2
    x1, y1, x2, y2 = boxes[middle]
    hand.until_painted(middle)
    counted.key(Qt.Key.Key_Y)
    counted.grow((x1 + x2) / 2, (y1 + y2) / 2, left=60)
    counted.key(Qt.Key.Key_F)
    counted.key(Qt.Key.Key_A)
    counted.around(ellipse(boxes[middle], 48))
    for _ in range(last - middle):
        counted.key(Qt.Key.Key_BracketRight, CONTROL)
    counted.go(middle)
    for _ in range(middle - first):
        counted.key(Qt.Key.Key_BracketLeft, CONTROL)
    return counted


def say(how: str, counted: Counting, agreed: Sequence[float]) -> None:
    """Say a row of the table of journeys; the seconds are by the keystroke-level model."""
    told = f"{counted.strokes} strokes, {counted.vertices} vertices, {counted.keys} keys, {counted.seconds:.1f} s"
    FIGURES.info("%s: %s, Dice %.3f, least %.3f", how, told, sum(agreed) / len(agreed), min(agreed))


@pytest.fixture
def phantom(open_window: Open, project: Path, tmp_path: Path) -> Hand:
    """A chest CT of fourteen slices."""
    chest_ct(tmp_path / "thorax", slices=14, size=96)
    hand = open_window("--project", project, tmp_path / "thorax")
    hand.until_painted()
    return hand


ROUND = {place: (40.0 - size, 40.0 - 0.8 * size, 40.0 + size, 40.0 + 0.8 * size)
         for place in range(2, 13) for size in [18 * math.sqrt(1 - ((place - 7) / 6) ** 2)]}  # fmt: skip
"""A ball over eleven slices, as boxes around it."""


def test_a_box_over_eleven_slices_takes_one_stroke(phantom: Hand) -> None:
    counted = by_a_box(phantom, ROUND)
    assert (counted.strokes, counted.keys) == (1, 18)
    assert sorted(masks(phantom)) == list(ROUND)
    assert [(lesion.number, len(lesion.members)) for lesion in phantom.session.listed_lesions()] == [(1, 11)]
    phantom.key(Qt.Key.Key_Z, modifiers=CONTROL, onto=phantom.view)
    phantom.key(Qt.Key.Key_Z, modifiers=CONTROL, onto=phantom.view)
    assert list(masks(phantom)) == [7]


def test_three_outlines_make_eleven_slices_of_a_ball(phantom: Hand) -> None:
    counted = by_outlines(phantom, ROUND)
    assert (counted.strokes, counted.keys) == (3, 15)
    found, rows = masks(phantom), phantom.session.images[0].rows
    assert sorted(found) == list(ROUND)
    truth = {place: region_mask(Region(((tuple(ellipse(box, 64)),),)), rows, rows) for place, box in ROUND.items()}
    assert min(dice(found[place], truth[place]) for place in ROUND) > 0.88
    phantom.save()
    assert sorted(masks(phantom)) == list(ROUND)


@pytest.fixture
def tumour(data_folder: Path) -> dict[str, Box]:
    """The boxes that radiologists drew around a tumour, by the image they are on."""
    found = {}
    for file in (data_folder / "annotations" / "voc_lungdx_a0001").glob("*.xml"):
        (box,) = ElementTree.parse(file).getroot().iter("bndbox")
        x1, y1, x2, y2 = (float(box.findtext(name) or "nan") for name in ("xmin", "ymin", "xmax", "ymax"))
        found[file.stem] = x1, y1, x2, y2
    return found


@pytest.fixture
def chest(open_window: Open, project: Path, data_folder: Path) -> Hand:
    hand = open_window("--project", project, data_folder / "series" / "lungdx_a0001_ct_lung")
    hand.until_painted()
    return hand


def on_slices(hand: Hand, tumour: dict[str, Box]) -> dict[int, Box]:
    return {place: tumour[image.key.uid] for place, image in enumerate(hand.session.images) if image.key.uid in tumour}


def test_eleven_tumour_slices_by_a_box(chest: Hand, tumour: dict[str, Box]) -> None:
    boxes = on_slices(chest, tumour)
    counted = by_a_box(chest, boxes)
    assert (len(boxes), counted.strokes, counted.keys) == (11, 1, 18)
    found = masks(chest)
    assert sorted(found) == sorted(boxes)
    truth = {place: region_mask(Region.box(*box), 512, 512) for place, box in boxes.items()}
    assert all((truth[place] - found[place]).count <= 0.03 * truth[place].count for place in boxes)
    agreed = [dice(found[place], truth[place]) for place in boxes]
    say("(a) a box, [ and ]", counted, agreed)
    assert sum(agreed) / len(agreed) > 0.7 and min(agreed) > 0.4


def test_eleven_tumour_slices_by_three_outlines(chest: Hand, tumour: dict[str, Box]) -> None:
    boxes = on_slices(chest, tumour)
    counted = by_outlines(chest, boxes)
    assert (counted.strokes, counted.vertices, counted.keys) == (3, 36, 15)
    found = masks(chest)
    assert sorted(found) == sorted(boxes)
    assert [(lesion.number, len(lesion.members)) for lesion in chest.session.listed_lesions()] == [(1, 11)]
    truth = {place: region_mask(Region(((tuple(ellipse(box, 64)),),)), 512, 512) for place, box in boxes.items()}
    agreed = [dice(found[place], truth[place]) for place in boxes]
    say("(b) three outlines, interpolated", counted, agreed)
    assert sum(agreed) / len(agreed) > 0.9 and min(agreed) > 0.8


def test_eleven_tumour_slices_by_growing_and_one_correction(chest: Hand, tumour: dict[str, Box]) -> None:
    """A tumour that lies against aorta and pleura, which look like it: what is grown and carried on is a beginning, not the end."""
    boxes = on_slices(chest, tumour)
    counted = by_growing(chest, boxes)
    assert (counted.strokes, counted.vertices, counted.keys) == (2, 0, 18)
    found = masks(chest)
    assert sorted(found) == sorted(boxes)
    assert [(lesion.number, len(lesion.members)) for lesion in chest.session.listed_lesions()] == [(1, 11)]
    truth = {place: region_mask(Region(((tuple(ellipse(box, 64)),),)), 512, 512) for place, box in boxes.items()}
    agreed = [dice(found[place], truth[place]) for place in boxes]
    say("(c) growing, a correction, carried on", counted, agreed)
    assert sum(agreed) / len(agreed) > 0.7 and min(agreed) > 0.45


def by_one_click(hand: Hand, truth: dict[int, Slice]) -> Counting:
    """Let the tumour grow from a click into the middle of its largest slice, and carry it on to its first and last slice."""
    counted, first, last = Counting(hand), min(truth), max(truth)
    largest = max(truth, key=lambda place: truth[place].area)
    hand.until_painted(largest)
    row, column = truth[largest].deepest
    counted.key(Qt.Key.Key_Y)
    counted.grow(column + 0.5, row + 0.5)
    for _ in range(last - largest):
        counted.key(Qt.Key.Key_BracketRight, CONTROL)
    counted.go(largest)
    for _ in range(largest - first):
        counted.key(Qt.Key.Key_BracketLeft, CONTROL)
    return counted


@pytest.mark.parametrize(("name", "clicked", "mean"), [("ct", 0.8, 0.78), ("mr_t1", 0.8, 0.75), ("pet", 0.85, 0.82)])
def test_twenty_one_slices_of_a_sarcoma_by_one_click(
    open_window: Open, tmp_path: Path, data_folder: Path, name: str, clicked: float, mean: float
) -> None:
    """In muscle that looks like it on CT, and with a cold core on PET; nobody corrects anything."""
    project = create("dementia" if name == "mr_t1" else "lung-cancer", tmp_path / "of this")
    hand = open_window("--project", project.root, data_folder / "series" / "sts001_petctmr" / SERIES[name])
    hand.until_painted()
    places = {round(image.plane.position[2], 2): place for place, image in enumerate(hand.session.images) if image.plane is not None}
    largest = max(slices_of(data_folder, name), key=lambda one: one.area)
    whole = {places[round(one.place, 2)]: one for one in slices_of(data_folder, name)}
    middle = places[round(largest.place, 2)]
    truth = {place: one for place, one in whole.items() if abs(place - middle) <= 10}
    counted = by_one_click(hand, truth)
    found = masks(hand)
    assert counted.strokes == 1
    assert sorted(found) == sorted(truth)
    agreed = {place: dice(found[place], truth[place].mask) for place in truth}
    say(f"(d) one click, carried on, {name}", counted, list(agreed.values()))
    FIGURES.info("%s: the click alone %.3f", name, agreed[middle])
    assert agreed[middle] > clicked
    assert sum(agreed.values()) / len(agreed) > mean
