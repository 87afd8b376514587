"""Every line of a first pass is answered by a region, or excused, before its case leaves the second pass."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.checks.check import FolderCheck, Gathered, KeptCase, Saved
from annotator.domain.course import State
from annotator.domain.coverage import answers_lines, coverage
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import ImageKey
from annotator.domain.lesions import every
from annotator.i18n import mark, message

ID = "line-is-answered"
_UNFINISHED = (State.NEW, State.FIRST_PASS, State.SECOND_PASS, State.REWORK)


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the lines without an answer: errors where the case is done, remarks while it is worked on; and what covers too little of one."""
    images = {saved.sheet.image.key: saved for saved in gathered.saved}
    return tuple(finding for case in gathered.cases if case.answering for finding in _of_case(gathered, case, images))


def _of_case(gathered: Gathered, case: KeptCase, images: dict[ImageKey, Saved]) -> Iterator[Finding]:
    drawn = [a for a in every(case.document) if a.image in images and answers_lines(images[a.image].sheet.modality)]
    found = coverage(drawn, case.document.facts, gathered.project.lines.meaning, tuple(saved.sheet.image.key for saved in gathered.saved))
    severity = Severity.REMARK if case.state in _UNFINISHED else Severity.ERROR
    for answer in found.open:
        saved = images[answer.line.image]
        told = message("image {image}: line {id} has no answer and no excuse", image=saved.sheet.names.image, id=answer.line.id)
        yield Finding(ID, severity, told, saved.path)
    for answer in found.weak:
        saved = images[answer.line.image]
        told = message("image {image}: what answers line {id} holds {percent} % of it", image=saved.sheet.names.image, id=answer.line.id,
                       percent=int(100 * answer.share))  # fmt: skip
        yield Finding(ID, Severity.REMARK, told, saved.path)
    for region in found.strays if found.lines else ():
        saved = images[region.image]
        told = message("image {image}: annotation {id} answers no line", image=saved.sheet.names.image, id=region.id)
        yield Finding(ID, Severity.REMARK, told, saved.path)


CHECK = FolderCheck(ID, Severity.ERROR, mark("Every line has an answer or an excuse"), run)
