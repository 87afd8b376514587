"""The commands of a pass: which one is worked in, the next line to be answered, excuses, disputes, and nothing to be seen."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.i18n import mark, message
from annotator.workspace.passing import ROLES
from annotator.workspace.session import Session


@wants(mark("no lines are answered in this pass"))
def _answers(session: Session, desk: Desk) -> bool:
    return session.answering


@wants(mark("this case has no lines to be answered"))
def _has_lines(session: Session, desk: Desk) -> bool:
    return session.answering and bool(session.coverage.lines)


@wants(mark("lines are answered in the second pass: select a region there"))
def _may_rebind(session: Session, desk: Desk) -> bool:
    return session.answering and bool(session.selection)


def _ask(session: Session, desk: Desk, what: str) -> None:
    if session.meant_line is None:
        session.refuse(message("Go to a line first: Tab leads to the next one without an answer"))
    else:
        desk.show_part("coverage", what)


def _exclude(session: Session, desk: Desk) -> None:
    if session.exclude():
        session.done()


def _choice(name: str, role: str, tip: str) -> ActionSpec:
    return ActionSpec(
        *(name, ROLES[role], (), lambda session, desk: session.choose_pass(role)),
        tip=tip,
        group="pass",
        leaves=True,
        checked=lambda session, desk: session.pass_role == role,
        barred=lambda session: message("The role of whoever is at work says which pass it is") if session.people else None,
    )


PASS = Menu(
    "menu.pass",
    mark("First and second pass"),
    (
        _choice("pass.free", "", mark("Every tool of the project may be used")),
        _choice("pass.first", "specialist", mark("The specialist marks each lesion with the tool of the first pass")),
        _choice("pass.second", "annotator", mark("Every line of the first pass is answered with a region; the lines are locked")),
        None,
        ActionSpec(
            *("pass.next_line", mark("Next line without an answer"), ("Tab",), lambda session, desk: session.next_line(1)),
            tip=mark("It is shown at the Center, Width and zoom with which it was drawn, and its category is chosen"),
            enabled=_has_lines,
            on_picture=True,
            repeats=True,
            leaves=True,
        ),
        ActionSpec(
            *("pass.previous_line", mark("Previous line without an answer"), ("Shift+Tab",), lambda session, desk: session.next_line(-1)),
            enabled=_has_lines,
            on_picture=True,
            repeats=True,
            leaves=True,
        ),
        ActionSpec(
            *("pass.coverage", mark("Lines and answers"), ("Ctrl+Alt+L",), lambda session, desk: desk.show_part("coverage")),
            tip=mark("The list of all lines, and of the regions that answer none; Enter leads there"),
            enabled=_answers,
        ),
        None,
        ActionSpec(
            *("pass.excuse", mark("Excuse the line…"), ("Ctrl+Alt+E",), lambda session, desk: _ask(session, desk, "excuse")),
            tip=mark("Say why it gets no answer; a digit chooses a reason"),
            enabled=_has_lines,
        ),
        ActionSpec(
            *("pass.dispute", mark("Dispute the line's category…"), ("Ctrl+Alt+D",), lambda session, desk: _ask(session, desk, "dispute")),
            tip=mark("Your words are kept with the case; the category stays as the specialist gave it"),
            enabled=_has_lines,
        ),
        ActionSpec(
            *("pass.rebind", mark("Let the selected region answer this line"), ("Ctrl+Alt+B",), lambda session, desk: session.rebind()),
            tip=mark("A region answers the line that it covers most, until another is chosen for it"),
            enabled=_may_rebind,
        ),
        ActionSpec(
            *("pass.exclude", mark("Not visible: exclude the X-ray"), ("Ctrl+Alt+V",), _exclude),
            tip=mark("Records that the lesion cannot be seen, and goes on to the next case"),
            enabled=wants(mark("only an X-ray whose lines are answered is excluded"))(lambda session, desk: session.may_exclude),
            leaves=True,
        ),
    ),
)
