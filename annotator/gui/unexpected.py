"""Take what nobody expected: note where it came from, say so in the window, and go on; what was drawn is in the journal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from annotator import program_log
from annotator.i18n import message
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

SENTENCE = message(
    "Something went wrong that should not: {advice}",
    advice=message("what is drawn is kept; Help › Report a problem… shows what to send to whoever looks after the program"),
)
_KINDS = {Severity.INFO: "SAID", Severity.WARNING: "WARNED", Severity.ERROR: "ERROR"}
Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def listen(session: Session) -> None:
    """Note what the session says to the person, without its values."""

    def hear(topic: Topic) -> None:
        if topic is Topic.MESSAGE and session.said is not None:
            program_log.said(_KINDS[session.said.severity], session.said.message)

    session.subscribe(hear)


def take_over(session: Session) -> None:
    """Let exceptions that reach the top, in any thread, be noted and said."""
    before: Hook = sys.excepthook

    def taken(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            program_log.failed(error)
            session.tasks.post(lambda: session.say(SENTENCE, Severity.ERROR))
        before(kind, error, trace)

    def in_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            taken(found.exc_type, found.exc_value, found.exc_traceback)

    sys.excepthook = taken
    threading.excepthook = in_thread
