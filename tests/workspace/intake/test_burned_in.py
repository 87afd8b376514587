"""Text that is burned into pixels is found where tesseract is installed; letters that say how an image was taken are no find."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from annotator.workspace.intake import burned_in

needs_tesseract = pytest.mark.skipif(not burned_in.languages(), reason="tesseract is not installed")


def drawn(*texts: tuple[tuple[int, int], str]) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    image = Image.new("L", (900, 900), 30)
    pen = ImageDraw.Draw(image)
    for place, text in texts:
        pen.text(place, text, fill=255, font=ImageFont.load_default(size=40))
    return np.array(image).astype(np.uint16) * 16


@needs_tesseract
def test_a_name_and_a_number_in_the_pixels_are_found_where_they_stand() -> None:
    boxes = burned_in.text_in(drawn(((40, 40), "KIM MINSU 8765432"), ((840, 820), "L")))
    assert boxes is not None and len(boxes) == 1
    x, y, width, height = boxes[0]
    assert x <= 45 and y <= 55 and x + width > 300 and y + height > 65


@needs_tesseract
def test_letters_that_say_how_an_image_was_taken_are_no_find() -> None:
    assert burned_in.text_in(drawn(((40, 40), "CHEST PA"), ((840, 820), "L"))) == ()


def test_where_nobody_can_read_nobody_says_that_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burned_in, "languages", lambda: "")
    assert burned_in.text_in(drawn()) is None
