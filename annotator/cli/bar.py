"""Hold the people of a project against its bar: list who lies below it with the cases that cost it, send them back, leave them, undo it."""

from __future__ import annotations

import datetime
import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError, told
from annotator.i18n import Message, mark, message, say, translate
from annotator.present.arguments import PROGRAM, Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.domain.bar import Against, Measured
    from annotator.domain.person import Acting
    from annotator.workspace.projects import ProjectFolder

_DOES = ("send-back", "leave", "take-back")


def _run(arguments: Arguments) -> int:
    try:
        return _hold(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
        return 2


def _hold(arguments: Arguments) -> int:
    from annotator.workspace import bar, people
    from annotator.workspace.projects import open_project

    project = open_project(arguments.path("project") or Path())
    does = [name for name in _DOES if arguments.has(name)]
    if len(does) > 1:
        raise AnnotatorError(message("Reading the command line"), message("it asks for two things at once"),
                             message("Give one of: {choices}", choices=", ".join(f"--{name}" for name in _DOES)))  # fmt: skip
    if does or arguments.has("measure"):
        acting = people.sign_in(project.root, arguments.text("user") or getpass.getuser(), "manager", os.environ.get("ANNOTATOR_PIN", ""))
        odd = _measure(project, acting)
        if does:
            return _act(project, does[0], arguments, acting)
        for sentence in odd:
            print(f"{translate(mark('error'))}  {say(sentence)}", file=sys.stderr)
    found = bar.stand(project)
    if arguments.has("json"):
        print(json.dumps([_entry(one) for one in found], ensure_ascii=False, allow_nan=False))
    else:
        _show(project, found)
    return 1 if any(one.below for one in found) else 0


def _measure(project: ProjectFolder, acting: Acting) -> tuple[Message, ...]:
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace import bar

    return bar.measure_missing(project, acting, _now(), Report(watching(sys.stderr)))


def _act(project: ProjectFolder, does: str, arguments: Arguments, acting: Acting) -> int:
    from annotator.progress import Report
    from annotator.workspace import bar

    name, only = arguments.text("of") or "", set(arguments.values.get("case", ()))
    people = [one for one in bar.stand(project) if name in ("", one.person)]
    found = [case for one in people for case in (one.returned if does == "take-back" else one.below) if not only or case.case in only]
    cases = tuple(dict.fromkeys(case.case for case in found))
    if does == "send-back":
        done, told_of = bar.send_back(project, found, acting, _now(), Report())
    elif does == "leave":
        reason = arguments.text("reason") or translate(mark("left as it is, although below the bar"))
        done, told_of = bar.leave(project, cases, reason, acting, _now(), Report())
    else:
        done, told_of = bar.take_back(project, cases, acting, _now(), Report())
    said = {"send-back": mark("{count} of {all} cases sent back"), "leave": mark("{count} of {all} cases left as they are"),
            "take-back": mark("{count} of {all} returns taken back")}  # fmt: skip
    print(translate(said[does], count=len(done), all=len(cases)))
    for sentence in told_of:
        print(f"{translate(mark('error'))}  {say(sentence)}", file=sys.stderr)
    missing = only - set(cases)
    for case in sorted(missing):
        print(translate(mark("{case}: there is nothing to do with it here"), case=case), file=sys.stderr)
    return 0 if len(done) == len(cases) and not missing else 1


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")


def _show(project: ProjectFolder, found: tuple[Against, ...]) -> None:
    from annotator.present.bar import MEASURES, costs, figure, share, waiting

    rules = project.project.reviewing
    if not found:
        print(translate(mark("No case is agreed yet: there is nothing to hold against the bar")))
    for one in found:
        met = translate(mark("met")) if one.met else translate(mark("below"))
        print(f"{one.person}  {translate(MEASURES[rules.measure])}: {figure(one)}  {met}")
        if one.below:
            print(f"  {waiting(one)}")
        for case in one.below:
            print(f"    {case.case}  {share(case, rules.measure)}  {'; '.join(costs(case, project.project))}")
        for case in one.returned:
            print(f"    {case.case}  {share(case, rules.measure)}  {translate(mark('sent back'))}")


def _entry(one: Against) -> dict[str, object]:
    rules = one.rules
    return {"person": one.person, "measure": rules.measure, "figure": one.figure, "bar": rules.bar, "met": one.met,
            "cases": len(one.recent), "below": [_case(case, rules.measure) for case in one.below],
            "returned": [_case(case, rules.measure) for case in one.returned]}  # fmt: skip


def _case(case: Measured, measure: str) -> dict[str, object]:
    lost = [{"image": lost.image, "how": lost.how, "category": lost.category, "right": lost.right} for lost in case.lost]
    return {"case": case.case, "time": case.time, "figure": case.measure(measure), "lost": lost}


COMMAND = Command(
    name="bar",
    text=mark("Hold the people of a project against its bar; the exit code is 1 where cases lie below it, 2 where it cannot be done."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("case", "CASE", mark("ids of cases (default: all that are meant)"), many=True, optional=True),
        Option("--measure", "", mark("measure finished cases that were not measured yet; a manager's work"), switch=True),
        Option("--send-back", "", mark("send the cases below the bar back to who drew them"), switch=True),
        Option("--leave", "", mark("leave them as they are: they are not listed again"), switch=True),
        Option("--take-back", "", mark("let what was sent back be again what it was, where nobody drew on it"), switch=True),
        Option("--of", "NAME", mark("only this person's cases")),
        Option("--reason", "TEXT", mark("with --leave: why")),
        Option("--user", "NAME", mark("the manager who does it (default: the system's user; PIN from ANNOTATOR_PIN)")),
        Option("--json", "", mark("print everything as JSON"), switch=True),
    ),
    run=_run,
)  # fmt: skip
