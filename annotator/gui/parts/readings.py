"""The history of the open case, all that was saved of it: its widget is `covers.readings`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.gui.verbs import has_image
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.readings import ReadingsPart

    return ReadingsPart(session, look)


def _show(session: Session, desk: Desk) -> None:
    desk.show_part("readings")


@wants(mark("no earlier reading of this case is shown"))
def _compares(session: Session, desk: Desk) -> bool:
    return session.compared is not None


PART = Part(
    id="readings",
    text=mark("History of this case"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.go": (
            ActionSpec(
                *("reading.compare", mark("History of this case"), ("Ctrl+Alt+H", "Ctrl+R"), _show),
                tip=mark("Everything that was saved of the case: who, when, what changed; shown beside your own, compared, or restored"),
                enabled=has_image,
            ),
            ActionSpec(
                *("reading.take_over", mark("Take over what the pointer is on"), ("Ctrl+K",), lambda session, desk: session.take_over()),
                tip=mark("An annotation of the other reading becomes one of yours, with its author"),
                enabled=_compares,
            ),
            ActionSpec(
                *("reading.close", mark("Close the other reading"), ("Ctrl+Shift+R",), lambda session, desk: session.close_reading()),
                enabled=_compares,
            ),
        )
    },
)
