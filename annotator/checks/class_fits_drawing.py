"""What is drawn belongs to a group that fits the class of the patient: a malignant outline in a benign case is looked at by a person."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "class-fits-drawing"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name each category that is drawn and does not fit the class, with how often."""
    sheet = saved.sheet
    fitting = sheet.project.class_groups.get(sheet.names.class_folder)
    if fitting is None:
        return ()
    found = []
    for category in sheet.categories:
        count = sum(annotation.category == category.key for annotation in sheet.annotations)
        if count and category.grp_name not in fitting:
            told = message(
                "image {image} has {count} annotations of {category} ({group}), but the patient is “{known}”",
                image=sheet.names.image,
                count=count,
                category=category.name,
                group=category.grp_name,
                known=sheet.names.class_folder,
            )
            found.append(Finding(ID, Severity.REMARK, told))
    return tuple(found)


CHECK = Check(ID, Severity.REMARK, mark("What is drawn fits the patient's class"), run)
