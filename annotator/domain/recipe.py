"""How images are prepared for training: steps in order, each described as data, written beside the data as JSON and read back.

A step changes either values (window, equalise, clahe, normalise, standardise) or the grid (resample, resize, crop).  Each works on what the
one before made: a length in pixels is one of the image as it is then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from annotator import strict_json
from annotator.domain.asked import asked, asked_of, read, read_words, values_of
from annotator.errors import AnnotatorError
from annotator.i18n import Message, mark, message

OWN, GIVEN = "own", "given"
PAD, STRETCH = "pad", "stretch"
DRAWN, BOX = "drawn", "box"
IMAGE, SERIES = "image", "series"
VERSION = 1
_LONGEST, _LARGEST = 20, 1 << 20
_MOST_PIXELS, _MOST_MM = 8192, 100.0
_OVER = ((SERIES, mark("the whole series")), (IMAGE, mark("each image")))


@dataclass(frozen=True)
class Window:
    """Values become 8 bits of brightness under a window, upright where the image shows its lowest value brightest."""

    id: ClassVar[str] = "window"
    text: ClassVar[str] = mark("Window to 8 bit")
    source: str = asked(mark("Window taken"), OWN, choices=((OWN, mark("the image's own")), (GIVEN, mark("this one"))))
    center: float = asked(mark("Center"), 40.0, least=-1e6, most=1e6, when=("source", GIVEN))
    width: float = asked(mark("Width"), 400.0, least=0.001, most=1e6, when=("source", GIVEN))


@dataclass(frozen=True)
class Resample:
    """Pixels get a size in mm; the place in the patient stays.  0: as it is."""

    id: ClassVar[str] = "resample"
    text: ClassVar[str] = mark("Resample")
    spacing: float = asked(mark("Pixel size"), 1.0, least=0.0, most=_MOST_MM, unit="mm")
    slices: float = asked(mark("Between slices (0: as it is)"), 0.0, least=0.0, most=_MOST_MM, unit="mm")


@dataclass(frozen=True)
class Resize:
    """Images get a size in pixels: padded to it with the lowest value so that nothing is distorted, or stretched."""

    id: ClassVar[str] = "resize"
    text: ClassVar[str] = mark("Resize")
    width: int = asked(mark("Width"), 512, least=1, most=_MOST_PIXELS, whole=True, unit="px")
    height: int = asked(mark("Height"), 512, least=1, most=_MOST_PIXELS, whole=True, unit="px")
    fit: str = asked(mark("Proportions"), PAD, choices=((PAD, mark("kept, the rest is padded")), (STRETCH, mark("stretched"))))


@dataclass(frozen=True)
class Crop:
    """Only a box stays: that around everything drawn on the series, with a margin, or a fixed one in pixels."""

    id: ClassVar[str] = "crop"
    text: ClassVar[str] = mark("Crop")
    to: str = asked(mark("Crop to"), DRAWN, choices=((DRAWN, mark("what is drawn")), (BOX, mark("this box"))))
    margin: float = asked(mark("Margin"), 10.0, least=0.0, most=1000.0, unit="mm", when=("to", DRAWN))
    slices: bool = asked(mark("Slices beyond it, too"), False, when=("to", DRAWN))
    left: int = asked(mark("Left"), 0, least=0, most=1e5, whole=True, unit="px", when=("to", BOX))
    top: int = asked(mark("Top"), 0, least=0, most=1e5, whole=True, unit="px", when=("to", BOX))
    width: int = asked(mark("Width"), 256, least=1, most=1e5, whole=True, unit="px", when=("to", BOX))
    height: int = asked(mark("Height"), 256, least=1, most=1e5, whole=True, unit="px", when=("to", BOX))


@dataclass(frozen=True)
class Equalise:
    """Brightness of 8 bits is spread so that each is as frequent as any other; values become brightness under the own window first."""

    id: ClassVar[str] = "equalise"
    text: ClassVar[str] = mark("Histogram equalisation")


@dataclass(frozen=True)
class Clahe:
    """The same within tiles, with limited contrast (Zuiderveld 1994)."""

    id: ClassVar[str] = "clahe"
    text: ClassVar[str] = mark("Local contrast (CLAHE)")
    clip: float = asked(mark("Clip limit"), 0.01, least=0.001, most=1.0)
    tiles: int = asked(mark("Tiles a side"), 8, least=2, most=64, whole=True)


@dataclass(frozen=True)
class Normalise:
    """Values between two percentiles become 0 to 1; what lies beyond is 0 or 1."""

    id: ClassVar[str] = "normalise"
    text: ClassVar[str] = mark("Normalise to 0–1")
    low: float = asked(mark("From percentile"), 0.0, least=0.0, most=49.0, unit="%")
    high: float = asked(mark("To percentile"), 100.0, least=51.0, most=100.0, unit="%")
    over: str = asked(mark("Counted over"), SERIES, choices=_OVER)


@dataclass(frozen=True)
class Standardise:
    """Values get the mean 0 and the standard deviation 1."""

    id: ClassVar[str] = "standardise"
    text: ClassVar[str] = mark("Standardise (z-score)")
    over: str = asked(mark("Counted over"), SERIES, choices=_OVER)


Step = Window | Resample | Resize | Crop | Equalise | Clahe | Normalise | Standardise
KINDS: tuple[type[Any], ...] = (Window, Resample, Resize, Crop, Equalise, Clahe, Normalise, Standardise)
Recipe = tuple[Step, ...]
RULES = {
    "order": "steps are applied from the first to the last, each on what the one before made",
    "image": "linear between pixels' centres where samples are no farther apart than pixels, else the mean over the area of a sample",
    "masks": "nearest neighbour at the centres of the same samples, through all steps at once; outlines follow these masks' pixel edges",
    "grid": "the edges of the pixels are counted from the top-left corner; positions written to files are those of pixels' centres",
}
"""What a reader of the data must know; it is written into the file."""


def written(recipe: Sequence[Step]) -> bytes:
    """Return a recipe as JSON."""
    told = {"recipe": VERSION, "steps": [{"step": step.id, **values_of(step)} for step in recipe], "rules": RULES}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def parsed(content: bytes) -> Recipe:
    """Return the recipe in a file; raises AnnotatorError."""
    doing = message("Reading the recipe")
    remedy = message("Choose a recipe that was written beside a set")
    try:
        found = strict_json.loads(content, _LARGEST)
    except ValueError as error:
        raise AnnotatorError(doing, message("it is damaged ({cause})", cause=str(error)), remedy) from error
    if not isinstance(found, dict) or found.get("recipe") != VERSION or not isinstance(found.get("steps"), list):
        raise AnnotatorError(doing, message("it is no recipe"), remedy)
    steps = found["steps"]
    if len(steps) > _LONGEST or not all(isinstance(step, dict) for step in steps):
        raise AnnotatorError(doing, message("it is no recipe"), remedy)
    return tuple(read(_kind(str(step.get("step", "")), doing), {k: v for k, v in step.items() if k != "step"}, doing) for step in steps)


def step_of(words: str) -> Step:
    """Return the step that a command line says: `resample:spacing=1,slices=2`; raises AnnotatorError."""
    doing = message("Understanding “{word}”", word=words)
    name, _, rest = words.partition(":")
    values = dict(part.partition("=")[::2] for part in rest.split(",") if part)
    found: Step = read_words(_kind(name.strip(), doing), {key.strip(): value.strip() for key, value in values.items()}, doing)
    return found


def spoken(step: Step) -> Message:
    """Say a step with what was chosen of it: `Resample (spacing 1, slices 0)`."""
    values = values_of(step)
    told = [f"{one.name} {_word(values[one.name])}" for one in asked_of(step) if one.when is None or values[one.when[0]] == one.when[1]]
    name = Message(step.text)
    return message("{step} ({values})", step=name, values=", ".join(told)) if told else name


def not_for_colour(recipe: Sequence[Step]) -> Step | None:
    """Return the first step that makes no sense on colour, which has no single value a pixel; None: all of them do."""
    return next((step for step in recipe if not isinstance(step, Resample | Resize | Crop)), None)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _kind(name: str, doing: Message) -> type[Any]:
    for kind in KINDS:
        if kind.id == name:
            return kind
    remedy = message("Name one of: {names}", names=", ".join(kind.id for kind in KINDS))
    raise AnnotatorError(doing, message("there is no step “{name}”", name=name), remedy)


def kinds_by_id() -> Mapping[str, type[Any]]:
    """Return the kinds of steps by their names in files and commands."""
    return {kind.id: kind for kind in KINDS}
