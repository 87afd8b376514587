"""The rows of the history list: each edit of the open case with when it was made, where, and on how many annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from annotator.domain.history import Step
from annotator.domain.image import ImageKey
from annotator.i18n import Message, mark, say, translate
from annotator.workspace.appearing import Colours
from annotator.workspace.catalogue import Series

GREY = (128, 128, 128)


@dataclass(frozen=True)
class Places:
    """Where the images of the open case are: the series' number in the case and the place in it, both from 1."""

    images: Mapping[ImageKey, tuple[int, int]]
    several: bool
    """Whether the case has several series."""


@dataclass(frozen=True)
class StepRow:
    """One edit as the list shows it."""

    name: str
    note: str
    colour: tuple[int, int, int]


def places(members: Sequence[Series]) -> Places:
    """Return where the images of a case are whose series these are, in the order of the tree."""
    found = {image.key: (number, series.places[image.key] + 1) for number, series in enumerate(members, 1) for image in series.images}
    return Places(found, len(members) > 1)


def step_row(step: Step, where: Places, colours: Colours, said: Callable[[Message], str] = say) -> StepRow:
    """Return the row of an edit; `said` says what it is called."""
    told = (when(step.time), place_text(step.edit.seen_on, where), count_text(len(step.edit.changes)))
    subject = step.edit.changes[0].subject if step.edit.changes else None
    return StepRow(said(step.edit.name), " · ".join(filter(None, told)), colours.get(subject.category, GREY) if subject else GREY)


def when(time: str) -> str:
    """Say the time of an edit: the hour, and the day where that is not today; empty where it is not known."""
    try:
        then = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return ""
    today = datetime.now().astimezone().date()
    return f"{then:%H:%M:%S}" if then.date() == today else f"{then:%Y-%m-%d %H:%M}"


def place_text(images: Sequence[ImageKey], where: Places) -> str:
    """Say which images an edit changes: `image 12`, `images 3–9`; in a case of several series also which of them."""
    found = sorted({where.images[key] for key in images if key in where.images})
    if not found:
        return ""
    numbers, series = [place for _, place in found], {number for number, _ in found}
    if len(series) > 1:
        return translate(mark("{count} images"), count=len(found))
    if len(found) == 1:
        text = translate(mark("image {number}"), number=numbers[0])
    else:
        text = translate(mark("images {first}–{last}"), first=numbers[0], last=numbers[-1])
    return f"{translate(mark('series {number}'), number=found[0][0])}, {text}" if where.several else text


def count_text(count: int) -> str:
    """Say how many annotations an edit changes; nothing where it is none."""
    if count == 1:
        return translate(mark("1 annotation"))
    return translate(mark("{count} annotations"), count=count) if count else ""
