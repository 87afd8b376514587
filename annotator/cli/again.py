"""Give cases to somebody once more, for practice or blindly, and show what came of it."""

from __future__ import annotations

import datetime
import getpass
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import Arguments, Command, Option, UsageError

if TYPE_CHECKING:
    from annotator.domain.person import Acting, Role
    from annotator.domain.rereading import Result
    from annotator.workspace.projects import ProjectFolder

_MODES = ("practice", "repeat")
_ROLES = ("specialist", "annotator")


def _run(arguments: Arguments) -> int:
    from annotator.workspace import people
    from annotator.workspace.projects import open_project

    project = open_project(arguments.path("project") or Path())
    to = arguments.text("to")
    manager = people.sign_in(project.root, arguments.text("user") or getpass.getuser(), "manager", os.environ.get("ANNOTATOR_PIN", ""))
    return _results(project, as_json=arguments.has("json")) if to is None else _give(project, arguments, to, manager)


def _give(project: ProjectFolder, arguments: Arguments, to: str, manager: Acting) -> int:
    from annotator.domain.person import Role
    from annotator.domain.rereading import REPEAT, sampled
    from annotator.workspace import again

    mode, cases = arguments.text("mode") or _MODES[1], arguments.values.get("case", ())
    if not cases:
        cases = sampled(again.drawn_cases(project.root, to if mode == REPEAT else ""), _share(arguments.text("share")),
                        int(arguments.text("seed") or 0))  # fmt: skip
    role: Role | None = Role(arguments.text("role")) if arguments.text("role") else None
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    given, told = again.give(project, cases, to, mode, manager, time, role)
    for case in given:
        print(f"{case} → {to}")
    for sentence in told:
        print(f"{translate(mark('error'))}  {say(sentence)}")
    print(translate(mark("Given once more: {count} cases"), count=len(given)))
    return 1 if told else 0


def _share(text: str | None) -> float:
    try:
        share = float(text or 0.05)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise UsageError(message("“{word}” is no share: write a number from 0 to 1", word=text))
    return share


def _results(project: ProjectFolder, *, as_json: bool) -> int:
    from annotator.domain.rereading import PRACTICE, practised
    from annotator.workspace import again

    found = again.results(project.root)
    people = again.named(found)
    if as_json:
        print(json.dumps([_entry(result) for result in found], ensure_ascii=False, allow_nan=False))
        return 0
    if not people:
        print(translate(mark("Nobody has drawn a case once more yet.")))
    for (person, role, mode), results in people.items():
        right, every = sum(r.score.right for r in results), sum(r.score.all for r in results)
        figures = f"{right}/{every}" + (f" ({right / every:.1%})" if every else "")
        if mode == PRACTICE:
            stands = practised(found, person, role, project.project.practice)
            verdict = translate(mark("passed")) if stands.passed else translate(mark("not passed yet"))
            line = translate(mark("{person} ({role}), practice: {count} cases, {figures}, {verdict}"), person=person, role=role,
                             count=len(results), figures=figures, verdict=verdict)  # fmt: skip
        else:
            line = translate(mark("{person} ({role}), repeated: {count} cases, agrees with the earlier reading in {figures}"),
                             person=person, role=role, count=len(results), figures=figures)  # fmt: skip
        print(line)
    return 0


def _entry(result: Result) -> dict[str, str | int | float]:
    return {"person": result.person, "role": result.role, "mode": result.mode, "case": result.case, "time": result.time,
            "right": result.score.right, "all": result.score.all, "share": result.score.share}  # fmt: skip


COMMAND = Command(
    name="again",
    text=mark("Give cases of a project to somebody once more, for practice or blindly; without --to: show what came of it."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("case", "CASE", mark("ids of cases (default: a share of those that were drawn)"), many=True, optional=True),
        Option("--to", "NAME", mark("who is to draw them")),
        Option("--mode", "practice|repeat", mark("held against the record, or against what the person drew before (default)"),
               choices=_MODES),
        Option("--role", "ROLE", mark("as what the person draws them: specialist or annotator"), choices=_ROLES),
        Option("--share", "SHARE", mark("which share of the cases, from 0 to 1 (default: 0.05)")),
        Option("--seed", "NUMBER", mark("the same number chooses the same cases"), number=True),
        Option("--user", "NAME", mark("the manager who does it (default: the system's user; PIN from ANNOTATOR_PIN)")),
        Option("--json", "", mark("print the results as JSON"), switch=True),
    ),
    run=_run,
)  # fmt: skip
