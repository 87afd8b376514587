"""Every attribute that the project requires is answered, and every answer is one that the project knows."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.attribute import asked_of, flaw, lacking
from annotator.domain.delivered import delivered
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "attributes-are-answered"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the annotations that lack an answer, and answers that the project does not know (any more)."""
    sheet, found = saved.sheet, list[Finding]()
    categories = {category.key: category for category in sheet.project.categories}
    for annotation in delivered(sheet):
        category = categories.get(annotation.category)
        if category is None:
            continue
        place = {"image": sheet.names.image, "id": annotation.id}
        for attribute in lacking(sheet.project.attributes, annotation, category):
            told = message("image {image}: annotation {id} lacks “{attribute}”", **place, attribute=attribute.name)
            found.append(Finding(ID, Severity.ERROR, told))
        asked = {attribute.key: attribute for attribute in asked_of(sheet.project.attributes, category)}
        for key, value in annotation.attributes:
            cause = flaw(asked[key], value) if key in asked else message("the project does not ask it of this category")
            if cause is not None:
                told = message("image {image}: annotation {id}, “{attribute}”: {cause}", **place, attribute=key, cause=cause)
                found.append(Finding(ID, Severity.REMARK, told))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("Required attributes are answered"), run)
