"""Who lies below the project's bar, and the cases that go back for it: its widget is `covers.bar`."""

from __future__ import annotations

from annotator.gui.actions import wants
from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.present.dashboard import manages
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.bar import BarPart

    return BarPart(session)


PART = covering(
    "bar",
    mark("Agreement bar"),
    _build,
    (
        "bar.show",
        mark("Agreement bar…"),
        mark("Who lies below the project's bar over their last cases; a manager sends the cases back"),
    ),
    enabled=wants(mark("only a manager may do that"))(lambda session, desk: manages(session)),
)
