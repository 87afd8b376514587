"""Take an annotation of another reading over into the own document: as one edit, with the author, time and answers that it has."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotation import Annotation
from annotator.domain.differing import same
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image
from annotator.domain.merge import Mode, Pen, Refusal, draw
from annotator.i18n import message


def taken_over(
    document: Document, image: Image, other: Annotation, category_name: str, *, deliver_boxes: bool, exclusive: bool
) -> Edit | Refusal:
    """Return the edit that takes `other` over to its image, or why it cannot be.

    It keeps its id where no annotation of the image has that, else it gets a new one.  The two rules are those of the modality: areas
    become their bounding boxes (`deliver_boxes`), and take their pixels from other categories (`exclusive`).
    """
    there = document.find(image.key, other.id)
    if other.locked or (there is not None and there.locked):
        return Refusal(message("This annotation is locked: it was not taken over"))
    if any(same(own, other, image.rows, image.columns) for own in document.on(image.key)):
        return Refusal(message("Your reading has the same annotation already"))
    pen = Pen(other.category, category_name, other.toolname, other.tool, other.drawn, deliver_boxes, exclusive)
    edit = draw(document, image, other.shape, Mode.NEW, pen)
    if isinstance(edit, Refusal):
        return edit
    drawn, *rest = edit.changes
    number = other.id if there is None else drawn.subject.id
    parent = other.parent if other.parent is not None and document.find(image.key, other.parent) else None
    answers = other.answers if other.answers is not None and document.find(*other.answers) else None
    new = replace(drawn.subject, id=number, parent=parent, attributes=other.attributes, note=other.note, answers=answers)
    return Edit(message("Take over {category}", category=category_name), (Change(None, new), *rest))
