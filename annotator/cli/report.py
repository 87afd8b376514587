"""Write the quality papers of a project: the quality report, the inspection sheet and the quality certificate."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, say, translate
from annotator.present.arguments import PROGRAM, SCHEDULER, Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    from annotator.present.progress import hearing_silence

    try:
        with hearing_silence(sys.stderr):
            return _report(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
        return 2


def _report(arguments: Arguments) -> int:
    from annotator.domain.quality_report import met
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace.checking.running import checked
    from annotator.workspace.executor import asked
    from annotator.workspace.projects import open_project
    from annotator.workspace.reporting.all_papers import write_all
    from annotator.workspace.reporting.papers import Said

    project, out = open_project((arguments.path("project") or Path()).absolute()), arguments.path("out") or Path()
    now = datetime.datetime.now().astimezone()
    jobs = asked(arguments.text("jobs"), arguments.text("scheduler"))
    said = Said(day=now.date().isoformat(), **{key: given for key in ("number", "call", "kind", "author", "evaluator", "remarks")
                                               if (given := arguments.text(key)) is not None})  # fmt: skip
    with checked(project, Report(watching(sys.stderr)), jobs=jobs, resume=True) as found:
        parts, written = write_all(out, project, found, said, now.isoformat(timespec="seconds"))
    for part in parts:
        for figure in part.figures:
            value = "–" if figure.value is None else f"{round(figure.value, 2):g} {figure.unit}".strip()
            word = mark("met") if figure.met else mark("not met")
            kept = "" if figure.met is None else f"  {translate(word)}"
            print(f"{say(part.title)}  {say(figure.name)}: {value}{kept}")
    for path in written:
        print(translate(mark("Written: {path}"), path=path))
    return 0 if met(parts) else 1


COMMAND = Command(
    name="report",
    text=mark("Write the quality report and the papers of a project. Exit code: 0 all that was promised is kept, 1 not, 2 could not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--out", "DIR", mark("folder that the papers are written to"), required=True),
        Option("--number", "TEXT", mark("control number on the papers (관리번호)")),
        Option("--call", "TEXT", mark("call number on the inspection sheet (청구기호)")),
        Option("--kind", "TEXT", mark("kind of work on the certificate (작업유형)")),
        Option("--author", "NAME", mark("who writes the papers (작성자명)")),
        Option("--evaluator", "NAME", mark("who evaluates (평가자)")),
        Option("--remarks", "TEXT", mark("remarks on the certificate (비고)")),
        Option("--jobs", "N", mark("processes that share the work (default: one for each processor)"), number=True),
        SCHEDULER,
    ),
    run=_run,
)
