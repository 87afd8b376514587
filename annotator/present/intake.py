"""Say how an intake stands: what is taken, what is left out by which rule, and how the clinical sheet fits."""

from __future__ import annotations

from annotator.domain.intake_judging import RULES
from annotator.i18n import mark, translate
from annotator.workspace.intake import running


def counted(course: running.Course | None) -> str:
    """Return the counts of an intake in one line; None: it has not begun."""
    if course is None:
        return translate(mark("The export is only read; nothing is written before two people have confirmed"))
    counts = running.summary(course.rows)
    told = [translate(mark("{count} taken"), count=counts.get("", 0))]
    told += [f"{translate(RULES[rule])} {count}" for rule, count in counts.items() if rule]
    if course.survey.refused:
        told.append(translate(mark("files without an image {count}"), count=len(course.survey.refused)))
    if course.clinical is not None:
        fit, said = course.fitted, mark("clinical sheet: {missing} patients without a row, {problems} unclear rows")
        told.append(translate(said, missing=len(fit.missing), problems=len(fit.problems)))
    return " · ".join(told)
