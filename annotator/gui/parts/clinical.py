"""The clinical sheet before it is kept: its widget is `covers.clinical`."""

from __future__ import annotations

from annotator.gui.actions import wants
from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.clinical import ClinicalPart

    return ClinicalPart(session, look)


PART = covering(
    "clinical_sheet",
    mark("Clinical sheet"),
    _build,
    (
        "clinical.sheet",
        mark("Clinical sheet…"),
        mark("Join the patients with a clinical sheet (Excel or CSV)"),
    ),
    enabled=wants(mark("this project has no clinical sheet"))(lambda session, desk: session.project.project.clinical is not None),
)
