"""Do to several subjects of a document, one after the other, what may be done to one, as one edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply, together
from annotator.domain.merge import Refusal

Subject = TypeVar("Subject")


def each(
    document: Document, subjects: Iterable[Subject], what: Callable[[Document, Subject], Edit | Refusal]
) -> tuple[Edit | Refusal, tuple[Refusal, ...]]:
    """Return the one edit that does `what` to each, and why it was refused for some; the first refusal where nothing is to be done.

    `what` is asked of the document as those before leave it.  Raises ValueError where there is no subject.
    """
    edits, refused = list[Edit](), list[Refusal]()
    for subject in subjects:
        edit = what(document, subject)
        if isinstance(edit, Refusal):
            refused.append(edit)
        else:
            edits.append(edit)
            document = apply(document, edit)
    if not edits and not refused:
        raise ValueError("there is nothing to do anything to")
    return together(edits) if edits else refused[0], tuple(refused)
