"""What the session tells its listeners: that something changed, what was said, what must be chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from annotator.i18n import Message


class Topic(Enum):
    """What changed; the listener reads the new state from the session."""

    PROJECT = "project"
    CATALOGUE = "catalogue"
    SERIES = "series"
    IMAGE = "image"
    PICTURE = "picture"
    DOCUMENT = "document"
    SELECTION = "selection"
    CATEGORY = "category"
    TOOL = "tool"
    MEASURE = "measure"
    MODE = "mode"
    WINDOW = "window"
    SAVED = "saved"
    MESSAGE = "message"
    QUESTION = "question"
    DELIVERY = "delivery"
    GUARD = "guard"
    """What is odd about the open series, or about the image under the annotations."""
    LAYOUT = "layout"
    RECOVERY = "recovery"
    """What was given back, or is offered, of work that was not saved; and whether what is drawn now is protected."""
    PASS = "pass"
    """Another pass is worked in, or another line of it is answered."""
    COURSE = "course"
    """How a case stands, or who is at work."""
    REVIEW = "review"
    """How the review of the open case stands."""


class SavedState(Enum):
    """What `status.saved` says."""

    SAVED = "saved"
    UNSAVED = "unsaved"
    SAVING = "saving"
    FAILED = "failed"


class Severity(Enum):
    """How loud a message is; an error stays until it is dismissed."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Said:
    """The last thing said to the person."""

    message: Message
    severity: Severity = Severity.INFO
    undo: bool = False
    """Whether Undo is offered beside it."""
    asks: bool = False
    """Whether the same command once more is the answer: it stays in sight as long as it is."""
    refusal: bool = False
    """Whether it answers what the person just wanted and did not get: true until they do, or want, something else."""


@dataclass(frozen=True)
class Question:
    """Something only the person can decide; drawing waits for the answer."""

    text: Message
    choices: tuple[tuple[str, Message], ...]
    answer: Callable[[str], None]
