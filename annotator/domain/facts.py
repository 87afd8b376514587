"""What a person says of a case as a whole: the names under which a document keeps it.

A fact is a text under a name; a fact that was taken back is not there.  Facts are edited as annotations are: undone, journaled, saved.
"""

from __future__ import annotations

from annotator.domain.image import ImageKey

DISCARD = "discard"
"""Why the case cannot be used; there: it is discarded."""
JUDGED = "judged"
"""There: every region was judged."""


def judgement(category: str) -> str:
    """The name under which the judgement of a category (its key) is kept."""
    return f"judgement.{category}"


def view(image: ImageKey) -> str:
    """The name under which the view of an image is kept where a person corrected it."""
    return f"view.{image}"
