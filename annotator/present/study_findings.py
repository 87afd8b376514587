"""What is said of the findings of a study: who wrote the one that counts, and what was written before."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.study_finding import StudyFinding
from annotator.i18n import mark, translate

_SHOWN, _LONGEST = 6, 120


def written(versions: Sequence[StudyFinding]) -> str:
    """Say who wrote the version that counts, when, and how many there are; empty where nothing was written."""
    if not versions:
        return ""
    last = versions[-1]
    said = f"{last.person} · {_time(last)}"
    if not last.text:
        said = f"{translate(mark('(taken back)'))} {said}"
    return said if len(versions) == 1 else f"{said} · {translate(mark('{count} versions'), count=len(versions))}"


def earlier(versions: Sequence[StudyFinding]) -> str:
    """Return the earlier versions, the newest first; empty where there are none."""
    before = versions[:-1][::-1]
    lines = [f"{one.person} · {_time(one)}: {_short(one.text) or translate(mark('(taken back)'))}" for one in before[:_SHOWN]]
    if len(before) > _SHOWN:
        lines.append("…")
    return "\n".join([translate(mark("Earlier versions")), *lines]) if lines else ""


def _time(found: StudyFinding) -> str:
    return found.time[:16].replace("T", " ")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
