"""What may mislead about a picture: how its values came to be and why it looks as it does, for the strip that says so on the picture.

A `Picture` carries its `Honesty`; where the shown window came from stands in the `Window` (`origin`), because a person changes it.
`annotator.domain.doubts` asks the questions that need the pixels or the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from annotator.i18n import Message


class Mapping(Enum):
    """How stored values became the values that are shown and measured (PS3.3 C.11.1)."""

    NONE = "none"
    """Stored values as they are: no rescale, or one by 1 and 0."""
    RESCALE = "rescale"
    TABLE = "table"
    """By a Modality LUT."""


class Origin(Enum):
    """Where a window came from."""

    HEADER = "header"
    """A window that the header proposes; its explanation is the window's name."""
    TABLE = "table"
    """A VOI LUT of the header."""
    PROJECT = "project"
    """The project's rule for the first window."""
    PRESET = "preset"
    """A preset of the modality, such as lung or bone."""
    PERSON = "person"
    """Typed or dragged."""
    AUTO = "auto"
    """Worked out from the image's values because a person asked for it."""
    RANGE = "range"
    """Nobody said one: worked out from the image's own values."""


class Doubt(Enum):
    """What kind of thing may mislead."""

    INVERSION = "inversion"
    """It may be shown inverted twice, or not at all."""
    WINDOW = "window"
    """The window lies outside the image's values, so that nothing is seen."""
    SPACING = "spacing"
    """Lengths may be wrong: spacings that contradict one another, or none."""
    SHAPE = "shape"
    """Pixels are not square."""
    SIDE = "side"
    """Left and right, or the view, are said differently in different places."""
    BURNED_IN = "burned in"
    """The header says that annotation, perhaps a name, is part of the pixels."""
    MOSAIC = "mosaic"
    """Several slices are tiled into one image."""
    SUV = "suv"
    """An uptake value stands on an assumption, or could not be worked out."""


@dataclass(frozen=True)
class Caution:
    """One thing that may mislead, in a sentence for the person who looks."""

    kind: Doubt
    said: Message


@dataclass(frozen=True)
class Honesty:
    """What header and decoder say about a picture; the default says nothing, as a picture made in a test does."""

    photometric: str = ""
    """PhotometricInterpretation as the header has it, “MONOCHROME1”; colours are always shown as RGB, so another word means: converted."""
    mapping: Mapping = Mapping.NONE
    inverted_by: tuple[str, ...] = ()
    """Why black and white are exchanged for the display: “MONOCHROME1” or “INVERSE” (PresentationLUTShape); never exchanged twice."""
    lossy: bool = False
    """Compressed with loss now, or once (LossyImageCompression)."""
    lossy_ratio: float | None = None
    """How many times smaller the lossy compression made it; the last one said."""
    lossy_method: str = ""
    """“JPEG”, “JPEG 2000”, …: as far as header or transfer syntax say it."""
    frame_of_reference: bool = False
    """Whether it has a place in the patient that other series share."""
    derived: bool = False
    """ImageType says DERIVED: worked out from other images."""
    dark_around: bool = False
    """An X-ray projection: where nothing lies in the beam it is dark when it is shown as readers expect."""
    cautions: tuple[Caution, ...] = ()
    """What the header alone makes doubtful, most serious first."""

    @property
    def converted(self) -> bool:
        """Whether colours were converted (YBR) or looked up in a palette to be shown."""
        return self.photometric not in ("", "MONOCHROME1", "MONOCHROME2", "RGB")
