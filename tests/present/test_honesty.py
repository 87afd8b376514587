"""What is said about a picture: warnings before what is quiet, in few words and in sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.honesty import Caution, Doubt, Honesty, Mapping, Origin
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.render import Sampling
from annotator.i18n import message, use_language
from annotator.present.honesty import Note, notes

IMAGE = Image(ImageKey("1.2"), "1.dcm", 1, 4, 4, "DX", "", "1", "2")
PICTURE = Picture(IMAGE.key, np.arange(16, dtype=np.int16).reshape(4, 4), honesty=Honesty("MONOCHROME2", Mapping.RESCALE))
WINDOW = Window(8.0, 16.0, origin=Origin.HEADER)


def shorts(picture: Picture = PICTURE, window: Window = WINDOW, sampling: str = "exact") -> list[str]:
    return [note.short for note in notes(IMAGE, picture, window, sampling)]


def test_an_ordinary_picture_warns_of_nothing() -> None:
    assert shorts() == ["1 : 1", "Window: header", "Rescaled", "MONOCHROME2", "No frame of reference"]
    assert not any(note.warning for note in notes(IMAGE, PICTURE, WINDOW, "exact"))


def test_warnings_come_first() -> None:
    doubtful = replace(PICTURE, honesty=replace(PICTURE.honesty, cautions=(Caution(Doubt.BURNED_IN, message("text is there")),)))
    found = notes(IMAGE, doubtful, Window(5000.0, 10.0), "exact")
    assert [note.warning for note in found] == [True, True] + [False] * (len(found) - 2)
    assert [note.short for note in found[:2]] == ["Window beside the values", "Burned-in text"]
    assert found[1].sentence == "Text is there"


def test_what_changes_the_display_is_said_before_what_is_quiet() -> None:
    filtered = Note("CLAHE", "Local contrast")
    assert notes(IMAGE, PICTURE, WINDOW, "exact", (filtered,))[0] == filtered


def test_loss_says_how_much_and_how() -> None:
    lossy = replace(PICTURE, honesty=replace(PICTURE.honesty, lossy=True, lossy_ratio=12.3, lossy_method="JPEG"))
    assert shorts(lossy)[0] == "Lossy JPEG 1 : 12.3"


def test_an_inversion_says_why() -> None:
    inverted = replace(PICTURE, inverted=True, honesty=replace(PICTURE.honesty, inverted_by=("MONOCHROME1", "INVERSE")))
    found = notes(IMAGE, inverted, WINDOW, "exact")[0]
    assert (found.short, "MONOCHROME1 + INVERSE" in found.sentence) == ("Inverted", True)


def test_a_colour_picture_has_neither_window_nor_rescale() -> None:
    colour = Picture(IMAGE.key, np.zeros((4, 4, 3), np.uint8), honesty=Honesty("YBR_FULL_422", frame_of_reference=True))
    assert shorts(colour, sampling="reduced") == ["Reduced", "YBR_FULL_422", "Frame of reference"]


@pytest.mark.parametrize("code", ["en", "ko"])
def test_every_kind_has_words_of_its_own(code: str) -> None:
    use_language(code)
    assert len({notes(IMAGE, PICTURE, WINDOW, kind.value)[0].sentence for kind in Sampling}) == len(Sampling)
    assert len({shorts(window=replace(WINDOW, origin=origin))[1] for origin in Origin}) == len(Origin)
    cautions = tuple(Caution(kind, message("so")) for kind in Doubt)
    found = notes(IMAGE, replace(PICTURE, honesty=replace(PICTURE.honesty, cautions=cautions)), WINDOW, "exact")
    assert len({note.short for note in found if note.warning}) == len(Doubt)


def test_a_picture_that_the_window_inverts_is_not_said_to_be_inverted_by_a_hand() -> None:
    """A PET is hung in inverse grey without anybody doing anything."""
    (found,) = [note for note in notes(IMAGE, PICTURE, replace(WINDOW, inverted=True), "exact") if "nvert" in note.short]
    assert found.short == "Inverted on screen" and "hand" not in found.sentence
