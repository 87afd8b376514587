"""Exchange packs from the window: its widget is `covers.packs`."""

from __future__ import annotations

from annotator.gui.actions import wants
from annotator.gui.part import PartWidget, covering
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.present.dashboard import manages
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.packs import PacksPart

    return PacksPart(session)


PART = covering(
    "packs",
    mark("Exchange packs"),
    _build,
    (
        "packs.show",
        mark("Exchange packs…"),
        mark("Cases for one person on a closed network, blind to other readers; and bringing them back"),
    ),
    enabled=wants(mark("only a manager may do that"))(lambda session, desk: manages(session)),
)
