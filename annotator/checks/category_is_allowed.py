"""Every annotation has a category that the project has for the modality, drawn with a tool that may draw it."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "category-is-allowed"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name the annotations of a category that is unknown, or of another modality, or not for their tool."""
    sheet, found = saved.sheet, list[Finding]()
    drawn = sheet.annotations if saved.recorded else tuple(a for reading in saved.readings.values() for a in reading.annotations)
    for annotation in drawn:
        category = sheet.category(annotation.category)
        place = {"image": sheet.names.image, "id": annotation.id}
        if category is None:
            told = message("image {image}: annotation {id} is of {category}, which the project does not have for {modality}", **place,
                           category=annotation.category, modality=sheet.modality.code)  # fmt: skip
            found.append(Finding(ID, Severity.ERROR, told, saved.path))
        elif saved.recorded and category.tools and annotation.toolname not in category.tools:
            told = message("image {image}: annotation {id} was drawn with {tool}; {category} is drawn with {tools}", **place,
                           tool=annotation.toolname, category=category.name, tools=", ".join(category.tools))  # fmt: skip
            found.append(Finding(ID, Severity.ERROR, told, saved.path))
    return tuple(found)


CHECK = Check(ID, Severity.ERROR, mark("Categories are those of the modality, drawn with their tools"), run)
