"""The comparison of two readings: its widget is `covers.compare`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.compare import ComparePart

    return ComparePart(session, look)


@wants(mark("there are not two readings of this case to be compared"))
def _comparable(session: Session, desk: Desk) -> bool:
    return session.review is not None and session.review.both


@wants(mark("there is no other reading, or it is not shown before both verdicts"))
def _shown(session: Session, desk: Desk) -> bool:
    return session.review is not None and bool(session.review.shown)


def _beside(session: Session, desk: Desk) -> None:
    session.show_other_reading()


PART = Part(
    id="compare",
    text=mark("Compare the readings"),
    build=_build,
    topics=(Topic.PROJECT, Topic.REVIEW, Topic.DOCUMENT),
    over_picture=True,
    entries={
        "menu.review": (
            ActionSpec(
                *("review.compare", mark("Compare the readings"), ("Ctrl+Alt+R",), lambda session, desk: desk.show_part("compare")),
                tip=mark("Each difference as A, as B and as both in one picture; A, B, U, I settle it by one key"),
                enabled=_comparable,
            ),
            ActionSpec(
                *("review.beside", mark("Show the other reviewer's reading beside"), ("Ctrl+Alt+J",), _beside),
                tip=mark("In a view of its own, to look at only; not before both verdicts are in"),
                enabled=_shown,
            ),
        )
    },
)
