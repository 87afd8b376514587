"""Notice which patients a session opens, for the access log."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.person import Acting
from annotator.errors import AnnotatorError
from annotator.workspace import access, log
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session
from annotator.workspace.work import case_of


class Watch:
    """Notes what a session opens, beside the window."""

    def __init__(self, session: Session, clock: Callable[[], str]) -> None:
        self._session, self._clock, self._last, self._said = session, clock, ("", ""), False
        session.subscribe(self._hear)

    def _hear(self, topic: Topic) -> None:
        session, series = self._session, self._session.series
        if topic is not Topic.SERIES or series is None or not series.images or session.project.read_only:
            return
        project, case = session.project, case_of(series)
        if (str(project.root), case) == self._last:
            return
        self._last = str(project.root), case
        acting, time, image = session.acting or Acting(session.author), self._clock(), series.images[0]

        def job() -> None:
            names = session.names_of(image)
            patient = access.patient_of(project, names.patient if names is not None else "", case)
            facts = {"modality": series.modality, "images": str(len(series.images))}
            access.note(project.root, acting, time, [log.Done(access.OPEN, patient, facts=facts)])

        session.tasks.unhurried(job, lambda done: None, self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, OSError | AnnotatorError):
            raise error
        if not self._said:
            self._said = True
            self._session.say(access.not_noted(error), Severity.WARNING)
