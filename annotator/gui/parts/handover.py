"""A delivery from the window: its widget is `covers.handover`."""

from __future__ import annotations

from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.handover import HandoverPart

    return HandoverPart(session)


PART = covering(
    "handover",
    mark("Delivery"),
    _build,
    (
        "handover.show",
        mark("Deliver…"),
        mark("A frozen copy of the accepted cases with manifest, description and papers"),
    ),
)
