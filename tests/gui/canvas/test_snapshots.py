"""What the canvas paints, compared with pictures that were looked at: windows, inversion, palettes, pixel shapes, screens, signs.

The pictures stand in `snapshots/`; `ANNOTATOR_UPDATE_SNAPSHOTS=1` writes them anew, to be looked at before they are kept.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontInfo, QImage, QPainter

from annotator.dicom.header import images_of, read_header
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.dicom.pixels import picture as decoded
from annotator.domain.image import Image, Owner
from annotator.domain.measure import Figure
from annotator.domain.picture import Picture, Voi, Window
from annotator.domain.region import Region
from annotator.gui.canvas.eye import Eye
from annotator.gui.canvas.gauge import plate
from annotator.gui.canvas.legend import Legend, Signs, bar_at, letters_at, lines_at
from annotator.gui.canvas.painting import Painting
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.words import shortened, words
from annotator.tools.gesture import Measured
from tests.gui.canvas.desk import Desk

FOLDER = Path(__file__).parent / "snapshots"
UPDATE = bool(os.environ.get("ANNOTATOR_UPDATE_SNAPSHOTS"))
FONT = "DejaVu Sans"
APART, FEW = 6, 0.002
"""Levels of brightness by which a pixel may differ, and the part of all pixels that may differ by more."""
SOFT, LUNG = Window(40.0, 400.0), Window(-600.0, 1500.0)
Seen = tuple[Image, Picture]


@pytest.fixture(scope="module")
def chest(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """A slice through the middle of the phantom chest, 96 × 96."""
    truths = chest_ct(tmp_path_factory.mktemp("ct"), slices=5, size=96)
    return read(truths[2].path)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The phantom's chest film whose lowest value is the brightest."""
    truths = chest_xray(tmp_path_factory.mktemp("cr"), size=128)
    return next(seen for truth in truths if (seen := read(truth.path))[1].inverted)


@pytest.fixture(scope="module")
def coloured(chest: Seen, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The same slice in the colours of a palette of 256 entries of 16 bits."""
    dataset, values = dcmread(chest[0].path), chest[1].values()
    stored = np.clip((values + 1000) / 8, 0, 255).astype(np.uint8)
    ramp = np.arange(256, dtype=np.uint16)
    dataset.PhotometricInterpretation, dataset.PixelRepresentation = "PALETTE COLOR", 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelData = 7, stored.tobytes()
    for place, entries in enumerate((ramp, 255 - ramp, np.abs(128 - ramp.astype(int)))):
        dataset.add_new(0x00281101 + place, "US", [256, 0, 16])
        dataset.add_new(0x00281201 + place, "OW", (np.asarray(entries, np.uint16) * 257).astype("<u2").tobytes())
    path = tmp_path_factory.mktemp("palette") / "palette.dcm"
    dataset.save_as(path)
    return read(str(path))


@pytest.fixture
def plain_font(qapp):
    """The font that the snapshots with words were made with, where it is installed."""
    before, asked = qapp.font(), QFont(FONT)
    if QFontInfo(asked).family() != FONT:
        pytest.skip(f"the font {FONT} is not installed")
    forget()
    qapp.setFont(asked)
    yield
    qapp.setFont(before)
    forget()


def forget() -> None:
    """Forget the words that were painted in another font."""
    words.cache_clear()
    shortened.cache_clear()
    letters_at.cache_clear()
    bar_at.cache_clear()
    lines_at.cache_clear()
    plate.cache_clear()


def read(path: str) -> Seen:
    (image,) = images_of(read_header(path), path)
    return image, decoded(image)


def painted(
    seen: Seen, window: Window, *, size: tuple[int, int] = (192, 160), ratio: float = 1.0, zoom: float = 0.0, desk: Desk | None = None,
    legend: Legend | None = None,
) -> QImage:  # fmt: skip
    """Paint a picture as the view does, on a screen of this ratio; fitted, or at a zoom around its middle."""
    image, picture = seen
    desk = desk or Desk((image,), decoded=False)
    desk.images, desk.index, desk.pictures, desk.window = (image,), 0, {image.key: picture}, window
    shown, eye, painting = Shown(image, picture), Eye(), Painting(desk)
    eye.resize(*size, ratio)
    eye.place(shown.placed, anew=True)
    if zoom:
        eye.zoom_to(zoom)
    painting.legend, painting.overlays = legend, desk.overlays()
    onto = QImage(round(size[0] * ratio), round(size[1] * ratio), QImage.Format.Format_RGB32)
    onto.setDevicePixelRatio(ratio)
    painter = QPainter(onto)
    painting.paint(painter, QRectF(0, 0, *size), shown, eye.transform, None)
    painter.end()
    return onto


def levels(image: QImage) -> NDArray[np.int16]:
    grey = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), -1)[:, : 3 * grey.width()]
    return lines.astype(np.int16)


def check(name: str, found: QImage) -> None:
    path = FOLDER / f"{name}.png"
    if UPDATE:
        FOLDER.mkdir(exist_ok=True)
        plain = QImage(found)
        plain.setDevicePixelRatio(1.0)
        assert plain.save(str(path))
    known = QImage(str(path))
    assert (known.width(), known.height()) == (found.width(), found.height())
    apart = np.abs(levels(known) - levels(found)) > APART
    assert apart.mean() <= FEW, f"{name}: {apart.mean():.2%} of the levels differ"


@pytest.mark.parametrize("function", Voi)
def test_window_functions(qapp, chest, function):
    check(f"window_{function.value.lower()}", painted(chest, replace(SOFT, function=function)))


def test_a_lung_window(qapp, chest):
    check("window_lung", painted(chest, LUNG))


def test_monochrome1_is_inverted_once(qapp, film):
    check("monochrome1", painted(film, film[1].start_window()))


def test_a_palette(qapp, coloured):
    assert coloured[1].colour
    check("palette", painted(coloured, SOFT))


@pytest.mark.parametrize("spacing", [(3.0, 1.0), (1.0, 2.5)], ids=["tall", "wide"])
def test_pixels_that_are_not_square(qapp, chest, spacing):
    image, picture = chest
    check(f"anisotropic_{'tall' if spacing[0] > spacing[1] else 'wide'}", painted((replace(image, spacing=spacing), picture), SOFT))


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.5, 6.0], ids=["reduced", "exact", "interpolated", "squares"])
def test_samplings(qapp, chest, zoom):
    check(f"sampling_{zoom:g}", painted(chest, LUNG, zoom=zoom))


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
def test_screens_of_other_scales_show_the_same_with_outlines_in_place(plain_font, chest, percent):
    desk = Desk((chest[0],), decoded=False)
    desk.annotate(Region.box(30.0, 30.0, 60.0, 50.0), Region.box(20.5, 60.5, 40.5, 80.5), selected=(2,))
    desk.measuring.take(chest[0].key, Measured(Figure.RULER, ((10.0, 10.0), (10.0, 40.0))))
    check(f"scale_{percent}", painted(chest, LUNG, ratio=percent / 100, desk=desk))


@pytest.mark.parametrize("signs", [Signs.ALL, Signs.FEW])
def test_letters_bar_and_corners(plain_font, chest, signs):
    legend = Legend(lambda image: Owner("P-1", "Nobody", series_number=2, series_description="Thorax", series_date="20260105"))
    legend.signs = signs
    check(f"signs_{signs.value}", painted(chest, LUNG, size=(352, 336), legend=legend))
