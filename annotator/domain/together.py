"""Change several annotations of an image at once: move them together, lock them or let them be changed again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import NOTHING_SELECTED, Refusal, move, steps
from annotator.i18n import message


def move_together(document: Document, image: Image, numbers: Iterable[int], dx: float, dy: float) -> Edit | Refusal:
    """Return the edit that moves annotations alike; all of them, or none where one is locked or would leave the image."""
    changes, numbers = list[Change](), sorted(set(numbers))
    dx, dy = steps((a.shape for number in numbers if (a := document.find(image.key, number)) is not None), dx, dy)
    for number in numbers:
        moved = move(document, image, number, dx, dy)
        if isinstance(moved, Refusal):
            return moved
        changes += moved.changes
    return Edit(message("Move"), tuple(changes)) if changes else Refusal(NOTHING_SELECTED)


def lock(document: Document, image: ImageKey, numbers: Iterable[int]) -> Edit | Refusal:
    """Return the edit that locks annotations; where all of them are locked already: the one that unlocks them."""
    found = [a for a in (document.find(image, number) for number in sorted(set(numbers))) if a is not None]
    if not found:
        return Refusal(NOTHING_SELECTED)
    locked = not all(a.locked for a in found)
    changes = tuple(Change(a, replace(a, locked=locked)) for a in found if a.locked != locked)
    return Edit(message("Lock") if locked else message("Unlock"), changes)
