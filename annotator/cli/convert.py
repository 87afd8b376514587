"""Bring annotations from one format into another, matched with their images, with a reading kit beside them."""

from __future__ import annotations

import datetime
import getpass
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.i18n import Message, mark, message, say, translate
from annotator.present.arguments import SCHEDULER, Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.progress import Report

_BETWEEN = 0.2
"""Seconds between two signs of progress."""


def _run(arguments: Arguments) -> int:
    from annotator.domain.person import Acting
    from annotator.progress import Cancelled, Report
    from annotator.workspace import access
    from annotator.workspace.exchange import telling
    from annotator.workspace.exchange.export import Wish, export
    from annotator.workspace.exchange.opening import open_data_set
    from annotator.workspace.exchange.writing import WORKERS, require_free
    from annotator.workspace.executor import Jobs, asked

    out = (arguments.path("out") or Path()).absolute()
    wish = Wish(arguments.text("to") or "", out, arguments.values.get("with", ()), arguments.text("split") or "",
                arguments.text("by") or "patient", arguments.text("stratify") or "class", int(arguments.text("seed") or 0))
    scheduler = arguments.text("scheduler")
    workers: Jobs = asked(None, scheduler) if scheduler is not None else WORKERS
    require_free(out)
    reading, writing = _Line(mark("Reading")), _Line(mark("Writing"))
    to_read, to_write = Report(watch=reading.show), Report(watch=writing.show)
    images = tuple(Path(value).absolute() for value in arguments.values.get("images", ()))
    source = (arguments.path("source") or Path()).absolute()
    read_as, project = arguments.text("from") or "", arguments.text("project") or ""
    meanings = arguments.values.get("category", ())
    try:
        with _stopping(to_read):
            data, findings = open_data_set(source, read_as, project, images, to_read, meanings=meanings)
            to_read.check()
    except (Cancelled, KeyboardInterrupt):
        reading.end()
        _tell(message("Stopped: nothing was written"), to_errors=True)
        return 1
    reading.end()
    _tell(*telling.read(data, findings))
    _tell(*telling.problems(data, findings), to_errors=True)
    with _stopping(to_write):
        outcome = export(data, wish, to_write, workers=workers, lend=True)
    writing.end()
    if (source / "project.toml").is_file() and os.access(source / ".annotator", os.W_OK):
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        access.exported(source, Acting(getpass.getuser()), now, wish.format, data.count, arguments.text("reason") or "")
    _tell(*telling.errors(outcome.failures), to_errors=True)
    _tell(*telling.written(outcome))
    nothing = bool(findings.unmatched) and not findings.ways
    return 1 if outcome.failures or findings.failures or outcome.cancelled or nothing else 0


@contextmanager
def _stopping(report: Report) -> Iterator[None]:
    """Let Ctrl+C stop a task at its next step, when its files are whole; pressed once more, at once."""

    def stop(*_: object) -> None:
        if report.cancelled:
            raise KeyboardInterrupt
        report.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(*sentences: Message, to_errors: bool = False) -> None:
    for sentence in sentences:
        print(say(sentence), file=sys.stderr if to_errors else sys.stdout)


class _Line:
    """Progress on one line of a terminal: how far, and about how long it still takes."""

    def __init__(self, doing: str) -> None:
        self._doing, self._begun, self._shown, self._length = doing, time.monotonic(), 0.0, 0

    def show(self, report: Report) -> None:
        """Write the line anew, a few times a second; nothing where nobody watches."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._shown < _BETWEEN:
            return
        self._shown = now
        text = f"{translate(self._doing)}  {report.done}"
        if report.total:
            left = (now - self._begun) / max(report.done, 1) * (report.total - report.done)
            text += f" / {report.total}  " + translate(mark("{time} left"), time=f"{int(left) // 60}:{int(left) % 60:02d}")
        print(f"\r{text:<{self._length}}", end="", file=sys.stderr, flush=True)
        self._length = len(text)

    def end(self) -> None:
        """Wipe the line."""
        if self._length:
            print("\r" + " " * self._length + "\r", end="", file=sys.stderr, flush=True)


COMMAND = Command(
    name="convert",
    text=mark("Bring annotations into another format: images are matched, what is lost is said, and nothing is overwritten."),
    options=(
        Option("source", "SRC", mark("project, or folder or file with annotations")),
        Option("--from", "FORMAT", mark("format to read (annotator formats lists them; default: what is saved in the project)")),
        Option("--to", "FORMAT", mark("format to write"), required=True),
        Option("--out", "DIR", mark("new folder to write to"), required=True),
        Option("--project", "PROJECT", mark("whose categories are meant: a bundled definition or a project's folder")),
        Option("--category", "LABEL=NAME", mark("category that a label of the source means; may be given several times")),
        Option("--images", "FOLDER", mark("where images lie, if not beside the annotations; may be given several times")),
        Option("--split", "8:1:1", mark("split into train, test and validation")),
        Option("--by", "UNIT", mark("what is never torn apart by the split (default: patient)"), choices=("patient", "study", "image")),
        Option("--stratify", "WHAT", mark("what the split is balanced by (default: class)"), choices=("class", "category", "none")),
        Option("--seed", "N", mark("number that begins the chance of the split (default: 0)"), number=True),
        Option("--reason", "TEXT", mark("what for, and for whom; stands in the project's access log")),
        SCHEDULER,
        Option("--with", "KEY=VALUE", mark("a choice of the format; may be given several times")),
    ),
    run=_run,
)
