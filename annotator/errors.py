"""Say what went wrong so that a person can act: what was being done, what stopped it, what can be done."""

from __future__ import annotations

import errno

from annotator.i18n import Message, message, say


class AnnotatorError(Exception):
    """A failure that is told to a person in one sentence of three parts."""

    def __init__(self, doing: Message, cause: Message, remedy: Message) -> None:
        super().__init__(doing, cause, remedy)
        self.doing = doing
        self.cause = cause
        self.remedy = remedy

    @property
    def message(self) -> Message:
        """The whole sentence, not translated yet."""
        return message("{doing}: {cause}. {remedy}.", doing=self.doing, cause=self.cause, remedy=self.remedy)

    def __str__(self) -> str:
        return str(self.message)


def told(error: AnnotatorError) -> str:
    """Return the sentence of `error` in the current language."""
    return say(error.message)


def system_cause(error: OSError) -> Message:
    """Say in plain words why the system refused a file operation."""
    winerror = getattr(error, "winerror", None)  # Windows tells more than its error numbers do
    if winerror in (32, 33):
        return message("another program has it open")
    if winerror == 206 or error.errno == errno.ENAMETOOLONG:
        return message("its name, with all folders, is too long")
    if isinstance(error, PermissionError):
        return message("no permission")
    if isinstance(error, FileNotFoundError):
        return message("it is not there")
    if isinstance(error, IsADirectoryError | NotADirectoryError):
        return message("a folder stands where a file is expected, or the other way round")
    causes = {28: message("the disk is full"), 30: message("the folder is read-only"), 122: message("the disk quota is used up")}
    return causes.get(error.errno or 0) or message("the system says “{text}”", text=error.strerror or type(error).__name__)
