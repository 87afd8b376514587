"""The colours of the planes: each has one, in its heading and in the lines that stand for it in the other views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.reformat import NAMES, Cut
from annotator.gui.canvas.cross import Colour

_SAGITTAL, _CORONAL, _AXIAL = NAMES
COLOURS: Mapping[str, Colour] = {_AXIAL: (240, 112, 96), _CORONAL: (118, 208, 122), _SAGITTAL: (240, 204, 90)}


def colour_of(cuts: Sequence[Cut], across: int) -> Colour:
    """Return the colour of the plane that lies across an axis of the stack."""
    return COLOURS[next(cut.name for cut in cuts if cut.across == across)]
