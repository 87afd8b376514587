"""Describe a study in free words: what was written of it is read beside the window, and a new version is kept when it is meant."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable

from annotator.domain.study_finding import StudyFinding, composed, remark
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.workspace import study_findings
from annotator.workspace.attending import Attending
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.tasks import Tasks
from annotator.workspace.worklist import Worklist

Versions = tuple[StudyFinding, ...]
Run = Callable[..., None]
"""Runs a job, then what hears its answer, or what hears why it failed."""


class Describing(Attending, ABC):
    """The part of a session that writes findings of studies."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._versions: dict[str, Versions] = {}
        self._drafted: tuple[str, str] | None = None
        """The study, and what is being typed of it."""

    @property
    def study(self) -> str:
        """The UID of the open study; empty where none is open that the project draws on."""
        return self.series.study_uid if self.series is not None and self.series.project_modality is not None else ""

    def versions_of(self, study: str) -> Versions | None:
        """Return what was written of a study, the last one counts; None: it is not known yet (`read_versions`)."""
        return self._versions.get(study)

    def read_versions(self, study: str) -> None:
        """Read what was written of a study, beside the window; `Topic.COURSE` tells when it is known."""
        root = self.project.root

        def ended(found: Versions) -> None:
            if root == self.project.root and self._versions.get(study) != found:
                self._versions[study] = found
                self._tell(Topic.COURSE)

        if study:
            self._tasks.unhurried(lambda: study_findings.read(root, study), ended, self._failed)

    def draft_finding(self, study: str, text: str) -> None:
        """Know what is being typed: it is kept when the window closes."""
        self._drafted = study, text

    def keep_draft(self, run: Run) -> None:
        """Keep what is being typed, by `run`."""
        if self._drafted is not None and self.acting is not None and not self.project.read_only:
            self.write_finding(*self._drafted, run)

    def write_finding(self, study: str, text: str, run: Run | None = None) -> None:
        """Keep a text as the finding of a study, beside the window; what looks like somebody's identity in it is remarked upon."""
        self._drafted = None
        acting, project, time, before = self.acting, self.project, self._clock(), self._versions.get(study, ())
        if acting is None:
            self.refuse(message("Say who you are first: then you can write a finding"))
            self._tell(Topic.COURSE)
            return
        if not study or composed(text) == (before[-1].text if before else ""):
            return

        def job() -> Versions:
            found = study_findings.write(project, study, text, acting, time, before[-1].digest if before else "")
            try:
                Worklist(project).refresh(only=())
            except OSError as error:
                raise AnnotatorError(message("Reading the worklist"), system_cause(error),
                                     message("See that the project's folder can be reached")) from error  # fmt: skip
            return found

        def ended(found: Versions) -> None:
            if project.root != self.project.root:
                return
            self._versions[study] = found
            odd, others = remark(composed(text)), len(found) - len(before) - 1
            if odd is not None:
                self.say(odd, Severity.WARNING)
            elif others > 0:
                self.say(message("{name} wrote about this study meanwhile: yours counts now, theirs is kept", name=found[-2].person),
                         Severity.WARNING)  # fmt: skip
            else:
                self.say(message("The finding of the study is kept"))
            self._tell(Topic.COURSE)

        (run or self._tasks.surely)(job, ended, self._failed)

    def read_standing(self, case: str) -> None:
        """Read how a case stands, and what was written of its study."""
        super().read_standing(case)
        self.read_versions(self.study)
