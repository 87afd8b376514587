"""Say under which window a tile is looked at: the one that its author drew with, else the one that such images begin with."""

from __future__ import annotations

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image
from annotator.domain.picture import Picture, Window
from annotator.domain.start_window import start_window
from annotator.domain.window_rule import WindowRules


def window_of(annotation: Annotation, image: Image, picture: Picture, rules: WindowRules) -> Window:
    """Return the window for a tile of an annotation."""
    drawn = annotation.drawn
    if drawn.width > 0 and not picture.colour:
        return Window(drawn.center, drawn.width)
    return start_window(picture, image.modality, rules)
