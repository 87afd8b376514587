"""The groups of the cheat sheet: what the hands do, and every command that has a key, with what is set now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from annotator.i18n import mark, translate
from annotator.workspace.hand import DEED_TEXTS, DRAGS, Deed, Hand

HANDS, DRAWING, EDITING, LESIONS, GOING, LOOKING, VIEWS, PROGRAM = (
    *(mark("Mouse"), mark("Drawing and measuring"), mark("Editing"), mark("Lesions and answers"), mark("Going")),
    *(mark("Looking"), mark("Several views"), mark("Program")),
)
_GROUPS = (DRAWING, EDITING, LESIONS, GOING, LOOKING, VIEWS, PROGRAM)
_OF = {
    DRAWING: ("tool", "mode", "brush", "category", "measure"),
    EDITING: ("edit", "retouch", "recategorise"),
    LESIONS: ("lesion", "attributes", "judge", "mammography"),
    GOING: ("image", "annotation", "series", "case", "patient", "reading"),
    LOOKING: ("view", "window", "filter", "slab", "fusion"),
    VIEWS: ("layout", "link", "torn"),
}
_DRAWN = (
    (mark("Draw, select"), mark("Left drag or click")),
    (mark("Turns Add into Sub and back"), mark("Ctrl held while drawing")),
    (mark("Close the outline"), mark("Enter, double click")),
    (mark("Drop what is being drawn"), mark("Esc")),
    (mark("Take back the last vertex"), mark("Backspace, right click")),
    (mark("Move the picture"), mark("Space + drag")),
)


@dataclass(frozen=True)
class Group:
    """A heading and its rows: what happens, and by which keys or gesture."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Keyed:
    """A command that has keys: its action name, its words, its keys as people write them, and its number where it is one of a row."""

    name: str
    text: str
    key: str
    several: Callable[[str], str] | None = None
    """Its words for a whole row of such commands, as `Category 1–9`."""


def groups(commands: Iterable[Keyed], hand: Hand) -> tuple[Group, ...]:
    """Return the sheet in order; commands that differ by a number only, one after the other, are one row."""
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _GROUPS}
    for row in _rows_of_numbers(commands):
        family = row[0].name.partition(".")[0]
        heading = next((heading for heading, families in _OF.items() if family in families), PROGRAM)
        first, last = row[0], row[-1]
        if len(row) > 1 and first.several is not None:
            text = first.several(f"{first.name.rpartition('.')[2]}–{last.name.rpartition('.')[2]}")
            found[heading].append((text, f"{first.key} … {last.key}"))
        else:
            found[heading] += [(one.text, one.key) for one in row]
    told = (Group(translate(heading), tuple(rows)) for heading, rows in found.items() if rows)
    return Group(translate(HANDS), tuple(_hands(hand))), *told


def _rows_of_numbers(commands: Iterable[Keyed]) -> list[list[Keyed]]:
    found: list[list[Keyed]] = []
    for command in commands:
        numbered = re.fullmatch(r"(.+)\.(\d+)", command.name)
        before = re.fullmatch(r"(.+)\.(\d+)", found[-1][-1].name) if found else None
        next_ones = (int(before[2]) + 1, (int(before[2]) + 1) % 10) if before else ()  # on the keyboard 0 is next to 9
        follows = numbered and before and numbered[1] == before[1] and int(numbered[2]) in next_ones
        if follows and command.several is not None:
            found[-1].append(command)
        else:
            found.append([command])
    return found


def _hands(hand: Hand) -> list[tuple[str, str]]:
    """What buttons and wheel do."""
    paging, zooming = translate(mark("Next and previous image")), translate(mark("Zoom at the pointer"))
    wheel, control = (zooming, paging) if hand.wheel_zooms else (paging, zooming)
    drags = [(translate(DEED_TEXTS[deed]), translate(DRAGS[drag])) for drag in DRAGS if (deed := hand.drags[drag]) is not Deed.NOTHING]
    drawn = [(translate(meaning), translate(gesture)) for meaning, gesture in _DRAWN]
    return [drawn[0], (wheel, translate(mark("Wheel"))), (control, translate(mark("Ctrl + wheel"))), *drags, *drawn[1:]]
