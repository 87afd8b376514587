"""What to send to whoever looks after the program, seen before it is saved: its widget is `covers.report`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.report import ReportPart

    return ReportPart(session)


PART = Part(
    id="report",
    text=mark("Report a problem"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.help": (
            ActionSpec(
                *("help.report", mark("Report a problem…"), (), lambda session, desk: desk.show_part("report")),
                tip=mark("Versions, log, settings and timings in one file, without any patient data; you see it before it is saved"),
            ),
        )
    },
)
