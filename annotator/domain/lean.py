"""Let what was done keep little memory: outlines share the vertices that an edit left alone, and old ones nothing that can be worked out.

A vertex takes a hundred bytes, a place in an outline eight; what was worked out of an outline (its mask, its geometry) takes as much again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from annotator.domain.annotation import Annotation
from annotator.domain.edit import Change, Edit
from annotator.domain.history import History
from annotator.domain.image import ImageKey
from annotator.domain.region import Region

_LATELY, _FEW = 32, 64
"""Steps whose outlines keep what was worked out of them, as they may be taken back soon; changes up to which an edit is looked through."""


def sharing(edit: Edit, there: Callable[[ImageKey, int], Annotation | None] | None = None, *, back: bool = False) -> Edit:
    """Return the same edit whose new outlines have the vertices of the old ones, where these are equal.

    `there`: what a document has of an image under an id that was read apart from the edit: before the edit, or after it (`back`).
    """
    if edit.parts or len(edit.changes) > _FEW:  # its parts say the same changes once more
        return edit
    changes = tuple([_sharing(change, there, back) for change in edit.changes])
    return edit if all(one is other for one, other in zip(changes, edit.changes, strict=True)) else replace(edit, changes=changes)


def rest(history: History) -> None:
    """Let go of what was worked out of the outlines that a step some time ago replaced, unless the document has them still."""
    place = history.place - 1 - _LATELY
    if place < 0 or len(history.steps[place].edit.changes) > _FEW:
        return
    for change in history.steps[place].edit.changes:
        before = change.before
        if before is not None and isinstance(before.shape, Region):
            now = history.document.find(before.image, before.id)
            if now is None or now.shape is not before.shape:
                before.shape.rest()


def _sharing(change: Change, there: Callable[[ImageKey, int], Annotation | None] | None, back: bool) -> Change:
    known, other = (change.after, change.before) if back else (change.before, change.after)
    if known is None:
        return change
    if there is not None:
        now = there(known.image, known.id)
        known = now if now is not None and now == known else known
    if other is not None and other.shape is not known.shape and isinstance(other.shape, Region) and isinstance(known.shape, Region):
        other = replace(other, shape=known.shape if other.shape == known.shape else other.shape.sharing(known.shape))
    before, after = (other, known) if back else (known, other)
    return change if before is change.before and after is change.after else Change(before, after)
