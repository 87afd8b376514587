"""Say how somebody stands against the bar, and what cost them agreement."""

from __future__ import annotations

from annotator.domain.bar import Against, Measured
from annotator.domain.project import Project
from annotator.i18n import mark, say, translate
from annotator.workspace.bar import lost_words

MEASURES = {
    "lesions": mark("agreement"),
    "f1": mark("F1"),
    "iou": mark("mean IoU"),
    "dice": mark("mean Dice"),
}
"""How the project's measure is called."""


def figure(found: Against) -> str:
    """Say a person's figure over their last cases and the bar: `87.5 % of 90 % over the last 20 cases`."""
    some = {"figure": f"{100 * found.figure:.1f}", "bar": f"{100 * found.rules.bar:g}", "count": len(found.recent)}
    return translate(mark("{figure} % of {bar} % over the last {count} cases"), **some)


def own(found: Against) -> str:
    """Say to a person how they stand."""
    some = {"measure": translate(MEASURES[found.rules.measure]), "figure": figure(found)}
    said = mark("Your {measure}: {figure}") if found.met else mark("Your {measure} is below the bar: {figure}")
    return translate(said, **some)


def waiting(found: Against) -> str:
    """Say to a manager how many cases of a person would be sent back."""
    return translate(mark("{count} cases of {name} would be sent back"), count=len(found.below), name=found.person)


def costs(case: Measured, project: Project) -> tuple[str, ...]:
    """Say each lesion of a case that cost agreement."""
    return tuple(say(lost_words(lost, project)) for lost in case.lost)


def share(case: Measured, measure: str) -> str:
    """Return a case's figure as it is written."""
    return f"{100 * case.measure(measure):.0f} %"
