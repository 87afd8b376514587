"""What a person says of a case as a whole: the names under which a document keeps it.

A fact is a text under a name; a fact that was taken back is not there.  Facts are edited as annotations are: undone, journaled, saved.
"""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.image import ImageKey

DISCARD = "discard"
"""Why the case cannot be used; there: it is discarded."""
JUDGED = "judged"
"""There: every region was judged."""


NOTHING_SEEN = "nothing_seen"
"""There: the case was called done with nothing drawn; `NO_LESION` or `NOT_VISIBLE`."""
NO_LESION, NOT_VISIBLE = "no lesion seen", "not visible: exclude"


def judgement(category: str) -> str:
    """The name under which the judgement of a category (its key) is kept."""
    return f"judgement.{category}"


def view(image: ImageKey) -> str:
    """The name under which the view of an image is kept where a person corrected it."""
    return f"view.{image}"


def nipple(image: ImageKey) -> str:
    """The name under which it is kept where a person saw the nipple in an image: `x y` in image coordinates."""
    return f"nipple.{image}"


def lesion_name(number: int) -> str:
    """The name under which it is kept how a person calls a lesion of the case."""
    return f"lesion.name.{number}"


def lesion_end(number: int, end: str) -> str:
    """The name under which the `first` or `last` slice (an image key) is kept between which a lesion is to be interpolated."""
    return f"lesion.{end}.{number}"


def lesion_of(fact: str) -> int | None:
    """Return the number of the lesion that a fact tells something of."""
    kind, _, number = fact.removeprefix("lesion.").partition(".")
    return int(number) if fact.startswith("lesion.") and kind in ("name", "first", "last") and number.isdecimal() else None


def renumbered(fact: str, numbers: Mapping[int, int]) -> str:
    """Return the name of a fact where lesions get other numbers."""
    number = lesion_of(fact)
    return fact if number is None else f"{fact.rpartition('.')[0]}.{numbers.get(number, number)}"


def excuse(image: ImageKey, line: int) -> str:
    """The name under which it is kept why a line (its id on an image) stays without an answer."""
    return f"excuse.{image}.{line}"


def dispute(image: ImageKey, line: int) -> str:
    """The name under which it is kept what the annotator says against the category of a line (its id on an image)."""
    return f"dispute.{image}.{line}"


def reason(image: ImageKey, number: int) -> str:
    """The name under which it is kept why a reviewer corrected an annotation (its id on an image)."""
    return f"reason.{image}.{number}"


def moved(fact: str, ids: Mapping[tuple[ImageKey, int], int]) -> str:
    """Return the name of a fact about a line where annotations get other ids."""
    kind, _, rest = fact.partition(".")
    key, line = about(fact), rest.rpartition(".")[2]
    if kind not in ("excuse", "dispute", "reason") or key is None or not line.isdecimal():
        return fact
    return f"{kind}.{key}.{ids.get((key, int(line)), int(line))}"


def apart(image: ImageKey, pixels: str) -> str:
    """The name under which annotations are kept that were drawn on an image while it had these pixels (their digest)."""
    return f"apart.{image}.{pixels[:16]}"


def source(image: ImageKey) -> str:
    """The name under which it is kept why annotations belong to an image whose pixels are not those that were drawn on."""
    return f"source.{image}"


_OF_IMAGES = ("view", "nipple", "apart", "source", "excuse", "dispute", "reason")


def about(fact: str) -> ImageKey | None:
    """Return the image that a fact speaks of; None for one of the whole case."""
    kind, _, rest = fact.partition(".")
    return _key_before_mark(rest) if kind in _OF_IMAGES else None


def images_of(fact: str, *texts: str | None) -> tuple[ImageKey, ...]:
    """Return the images that a fact speaks of which has, or had, these texts: the text may be the slice where a lesion begins or ends."""
    named = about(fact)
    if named is not None:
        return (named,)
    ends = lesion_of(fact) is not None and not fact.startswith("lesion.name.")
    return tuple(key for text in texts if ends and (key := _key_before_mark(text or "")) is not None)


def _key_before_mark(text: str) -> ImageKey | None:
    uid, mark, frame = text.partition("#")
    number = frame.partition(".")[0]
    return ImageKey(uid, int(number)) if mark and number.isdecimal() else None


DELIVERED = (DISCARD,)
"""The facts that delivered files may tell."""


def said_of_case(kept: Mapping[str, str], said: Mapping[str, str]) -> Mapping[str, str]:
    """Return the facts of a case after files said `said` of it: what files cannot tell, and words that they have no place for, stay."""
    own = {fact: text for fact, text in kept.items() if fact not in DELIVERED}
    return own | {fact: text or kept.get(fact, "") for fact, text in said.items()}
