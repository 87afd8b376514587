"""Remember what is on the screen: which image, its pixels or why there are none; it changes in a paint and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.transform import Placed
from annotator.i18n import Message


@dataclass(frozen=True)
class Shown:
    """One image as painted: with its picture, or with the sentence that says why it has none."""

    image: Image
    picture: Picture | None = None
    problem: Message | None = None

    @property
    def placed(self) -> Placed | None:
        """How large its picture is and what shape its pixels have."""
        return Placed.of(self.picture.rows, self.picture.columns, self.image.spacing) if self.picture else None

    def place_in(self, images: tuple[Image, ...]) -> int:
        """Return its index in a series, -1 if it is not there any more."""
        return next((i for i, image in enumerate(images) if image.key == self.image.key), -1)


def ready(model: CanvasModel, before: Shown | None) -> Shown | None:
    """Return what can be painted now: the model's image, or what was there `before` as long as that one is being decoded."""
    image = model.image
    if image is None:
        return None
    problem, picture = model.picture_problem or image.problem, model.picture
    if picture is not None and picture.key == image.key:
        found = Shown(image, picture)
    elif problem is not None:
        found = Shown(image, None, problem)
    else:
        return before
    return before if found == before else found
