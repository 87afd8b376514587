"""Say how far a lesion reaches along the slices, and what would become one lesion: sentences for `workspace.along`."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.lesions import members
from annotator.domain.slices import Slices
from annotator.domain.spanning import End, bounds_of, filled_by_copies
from annotator.i18n import Message, message


def reach_told(document: Document, slices: Slices, part: Annotation, number: int, end: End, at: ImageKey, name: str) -> Message:
    """Say from which slice to which a lesion reaches whose end was just said to be `at`, and that what was drawn beyond it is still there.

    `part` is one of the lesion `number`, which is called `name`.
    """
    drawn = {slices.order[a.image] for a in members(document, number) if a.image in slices.order}
    copied, here = filled_by_copies(part), slices.order[at]
    said = (here, None) if end is End.FIRST else (None, here)  # copies stand on every slice: nothing is said of the other end
    low, high = said if copied else bounds_of(document, slices, number)
    first, last = (min(drawn) if low is None else low), (max(drawn) if high is None else high)
    beyond = sum(not first <= place <= last for place in drawn)
    empty = not copied and last - first + 1 > len(drawn) - beyond
    first, last = sorted(slices.numbers[place] + 1 for place in (first, last))
    if beyond:
        return message("Lesion {lesion}: slices {first}–{last}; what was drawn or locked on {count} slices beyond that stays",
                       lesion=name, first=first, last=last, count=beyond)  # fmt: skip
    if empty:  # nobody sees yet that the lesion reaches so far
        return message("Lesion {lesion}: slices {first}–{last}, filled when it is interpolated", lesion=name, first=first, last=last)
    if first == last:
        return message("Lesion {lesion}: slice {place}", lesion=name, place=first)
    return message("Lesion {lesion}: slices {first}–{last}", lesion=name, first=first, last=last)


def join_offered(document: Document, slices: Slices, parts: Sequence[Annotation]) -> Message:
    """Say that the same command once more makes one lesion of several, of each of which there is a part."""
    numbers = {a.lesion for a in parts if a.lesion is not None}
    there = [*parts, *(a for number in numbers for a in members(document, number))]
    places = sorted(slices.numbers[slices.order[a.image]] + 1 for a in there if a.image in slices.order)
    return message("These are {count} lesions so far: “Interpolate” once more makes one of them, on slices {first}–{last}",
                   count=len(parts), first=places[0], last=places[-1])  # fmt: skip
