"""Bring what a scan finds to the main thread as a growing catalogue: the first image at once, the rest a few times a second."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from annotator.dicom.found import Found, Lot, Skipped
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.progress import Cancelled, Report
from annotator.workspace import finding_much
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.index import Index
from annotator.workspace.tasks import Tasks
from annotator.workspace.unpacked import Unpacking, tidy

Batch = Sequence[Found | Lot | Skipped]
_SECONDS_BETWEEN = 0.2
_MOST = 400
_GIVING_WAY = 0.1
"""Seconds for which the scan lets every other thread go first: meanwhile the first image is decoded and painted."""


def start_scan(
    tasks: Tasks, where: Sequence[Path], report: Report, begin: Catalogue, taken: Callable[[Catalogue, Batch], Catalogue],
    found: Callable[[Catalogue], None], ended: Callable[[Exception | None], None],
) -> Callable[[], None]:  # fmt: skip
    """Scan beside the main thread: `taken` adds batches to a catalogue there, from `begin` on; `found` gets each, `ended` the outcome.

    These two are called in the main thread and in this order.  Archives are unpacked; the returned function says that their files are
    needed no longer.
    """
    archives, newest = Unpacking(), deque[Catalogue](maxlen=1)

    def hand_over() -> None:
        if newest:  # where the main thread was slow, what grew meanwhile is taken in at once
            found(newest.pop())

    def job() -> None:
        with finding_much.much():
            look()

    def look() -> None:
        from annotator.dicom.known import edition  # loads what reads DICOM: only now is it needed
        from annotator.dicom.scan import scan_knowing

        known, catalogue = Index(edition()), begin
        batch: list[Found | Lot | Skipped] = []
        first, last, giving_way = True, time.monotonic(), 0.0
        try:
            for entry in scan_knowing(archives.places(where, report), report, known):
                batch.append(entry)
                now = time.monotonic()
                begins = first and not isinstance(entry, Skipped)
                if begins or now - last > _SECONDS_BETWEEN or len(batch) >= _MOST:
                    catalogue = taken(catalogue, batch)
                    newest.append(catalogue)
                    tasks.post(hand_over)
                    last, batch = now, []
                if begins:
                    first, giving_way = False, now + _GIVING_WAY
                if now < giving_way:
                    time.sleep(0)
                tasks.give_way()
        except Cancelled:
            pass
        finally:
            known.close()
        if batch:
            newest.append(taken(catalogue, batch))
            tasks.post(hand_over)
        if archives.refusals:
            raise archives.refusals[0]

    tasks.run(job, lambda _: ended(None), ended)
    return archives.release


def get_ready(project: Project) -> None:
    """Load what the first folder will need, so that its first image need not wait for it; to be run beside the main thread.

    Archives that were unpacked and are needed no longer are deleted.
    """
    from annotator.dicom import pixels, scan  # noqa: F401  # loading them is all that is wanted
    from annotator.workspace.publish import formats_of

    with suppress(AnnotatorError):  # a format that is not there is said when a case is opened
        formats_of(project)
    with suppress(OSError):
        tidy()
