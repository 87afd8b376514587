"""Refuse to write what a person's role may not, where it is written, whatever the window allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotator.domain import course
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.workspace import steps
from annotator.workspace.catalogue import Series


def allow(root: Path, acting: Acting, case: str, members: Sequence[Series]) -> None:
    """Raise AnnotatorError where whoever is acting may not save what is drawn on a case."""
    if acting.role is None:
        return
    passes = next((s.project_modality.passes for s in members if s.project_modality is not None), ())
    refused = course.may_draw(steps.standing(root, case), acting, passes)
    if refused is not None:
        remedy = message("The strokes stay in the journal; ask the manager to give you the case")
        raise AnnotatorError(message("Saving the case {case}", case=case), refused, remedy)
