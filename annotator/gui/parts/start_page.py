"""Who is at work and what waits for them: its widget is `covers.start_page`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.start_page import StartPage

    return StartPage(session)


def _next(session: Session, desk: Desk) -> None:
    session.next_for_me()


PART = Part(
    id="start_page",
    text=mark("My work"),
    build=_build,
    topics=(Topic.PROJECT, Topic.COURSE),
    over_picture=True,
    entries={
        "menu.go": (
            ActionSpec(
                *("queue.next", mark("Next case for me"), ("Ctrl+Alt+N",), _next),
                tip=mark("What was sent back to you, what you are asked, what is given to you, then the next that waits"),
                leaves=True,
            ),
            ActionSpec(
                *("queue.rejected", mark("Next rejected"), ("Ctrl+Alt+U",), lambda session, desk: session.next_rejected()),
                tip=mark("The next image for which this case came back to you, then the next case that was sent back"),
                leaves=True,
            ),
        ),
        "menu.project": (
            ActionSpec(
                *("people.start", mark("My work and who I am"), ("Ctrl+Alt+S",), lambda session, desk: desk.show_part("start_page")),
                tip=mark("Sign in with name, role and PIN; see what waits for you"),
            ),
        ),
    },
)
