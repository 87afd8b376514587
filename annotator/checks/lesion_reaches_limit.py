"""No lesion is smaller than the project allows: `[[quality.smallest]]` of its file."""

from __future__ import annotations

from annotator.checks.check import FolderCheck, Gathered
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "lesion-reaches-limit"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the lesions whose longest diameter is below the limit for their modality and group; how bad that is, the project says."""
    found, paths = list[Finding](), {saved.sheet.image.key: saved for saved in gathered.saved}
    for lesion in gathered.lesions:
        saved = paths.get(lesion.image)
        category = saved.sheet.category(lesion.category) if saved is not None else None
        if saved is None or category is None or lesion.millimetres is None:
            continue
        for rule in gathered.project.quality.smallest:
            fits = rule.modality == saved.sheet.modality.code and (not rule.groups or category.grp_name in rule.groups)
            if fits and lesion.millimetres < rule.millimetres:
                told = message("image {image}: a lesion of {category} measures {size} mm, at least {least} mm are asked for",
                               image=saved.sheet.names.image, category=category.name, size=f"{lesion.millimetres:.1f}",
                               least=f"{rule.millimetres:g}")  # fmt: skip
                found.append(Finding(ID, rule.severity, told, saved.path))
    return tuple(found)


CHECK = FolderCheck(ID, Severity.ERROR, mark("Lesions are not smaller than the project allows"), run)
