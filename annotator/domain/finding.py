"""What a check has to say about a saved image."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from annotator.i18n import Message


class Severity(Enum):
    """How bad it is: an error must be mended before a delivery, a remark is for a person to judge."""

    ERROR = "error"
    REMARK = "remark"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which check found it, how bad it is, what it is, and in which file (relative path, `/`)."""

    check: str
    severity: Severity
    message: Message
    path: str = ""
