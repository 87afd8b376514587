"""The dashboard of the project: its widget is `covers.dashboard`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.present.dashboard import manages
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.dashboard import DashboardPart

    return DashboardPart(session, look)


PART = Part(
    id="dashboard",
    text=mark("Dashboard"),
    build=_build,
    topics=(Topic.PROJECT, Topic.COURSE),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("dashboard.show", mark("Dashboard"), ("Ctrl+Alt+M",), lambda session, desk: desk.show_part("dashboard")),
                tip=mark("How far the project is, who did what, how often readers agree; for a manager"),
                enabled=wants(mark("only a manager may do that"))(lambda session, desk: manages(session)),
            ),
        ),
    },
)
