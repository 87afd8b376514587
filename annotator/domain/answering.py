"""Answer what a project asks about an annotation, and write its note: each answer is one edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from annotator.domain.annotation import LONGEST_NOTE, Annotation
from annotator.domain.attribute import NUMBER, Attribute, flaw, lacking, number_of
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.image import ImageKey
from annotator.domain.merge import LOCKED, NOTHING, Refusal
from annotator.domain.path import Path
from annotator.domain.project import Project
from annotator.i18n import mark, message

LACKING = mark("Not done yet: annotation {id} lacks {attributes}")
UNFINISHED = mark("This case is not finished: {what}")
"""What is said where a case cannot be done yet; another edit makes it old."""


def answer(document: Document, image: ImageKey, numbers: Iterable[int], attribute: Attribute, value: str) -> Edit | Refusal:
    """Return the edit that gives annotations a value of an attribute; an empty value takes the answer back.

    A number is kept as it is written, with a point for a decimal comma.
    """
    value = value.strip()
    if value:
        wrong = flaw(attribute, value)
        if wrong is not None:
            return Refusal(message("{attribute}: {cause}", attribute=attribute.name, cause=wrong))
    if attribute.kind == NUMBER and number_of(value) is not None:
        value = value.replace(",", ".")
    numbers = frozenset(numbers)
    found = _unlocked(document, image, numbers)
    changes = tuple(Change(a, after) for a in found if (after := answered(a, attribute.key, value)) != a)
    if not changes:
        return _unchanged(document, image, numbers)
    return Edit(message("Answer “{attribute}”", attribute=attribute.name), changes)


def annotate(document: Document, image: ImageKey, numbers: Iterable[int], note: str) -> Edit | Refusal:
    """Return the edit that writes a note, a free text, to annotations."""
    note, numbers = note.strip()[:LONGEST_NOTE], frozenset(numbers)
    changes = tuple(Change(a, replace(a, note=note)) for a in _unlocked(document, image, numbers) if a.note != note)
    return Edit(message("Write the note"), changes) if changes else _unchanged(document, image, numbers)


def answered(annotation: Annotation, key: str, value: str) -> Annotation:
    """Return the annotation with this value of an attribute, or without one where it is empty."""
    given = {**dict(annotation.attributes), key: value}
    return replace(annotation, attributes=tuple(sorted((name, told) for name, told in given.items() if told)))


def first_open(
    document: Document, images: Sequence[ImageKey], project: Project, *, regions_only: bool = False
) -> tuple[Annotation, tuple[Attribute, ...]] | None:
    """Return the first annotation that lacks required answers, and which; `images` is the order of the images, others come after.

    `regions_only`: nothing is asked of lines, which are a reference.  None: the case may be called done.
    """
    if not any(attribute.required for attribute in project.attributes):
        return None
    categories = {category.key: category for category in project.categories}
    order = {key: place for place, key in enumerate(images)}
    for key in sorted(document.annotations, key=lambda key: (order.get(key, len(order)), str(key))):
        for annotation in document.on(key):
            category = categories.get(annotation.category)
            asked = category is not None and not (regions_only and isinstance(annotation.shape, Path))
            wanting = lacking(project.attributes, annotation, category) if asked and category is not None else ()
            if wanting:
                return annotation, wanting
    return None


def _unchanged(document: Document, image: ImageKey, numbers: Collection[int]) -> Refusal:
    """Why nothing is changed: all that was meant is locked, or is so already."""
    locked = any(document.find(image, number) for number in numbers) and not _unlocked(document, image, numbers)
    return Refusal(LOCKED if locked else NOTHING)


def _unlocked(document: Document, image: ImageKey, numbers: Iterable[int]) -> list[Annotation]:
    found = (document.find(image, number) for number in sorted(set(numbers)))
    return [annotation for annotation in found if annotation is not None and not annotation.locked]
