"""Look after a project's definition: check its two files and show every name it makes, or agree to a change that was made in them."""

from __future__ import annotations

from pathlib import Path

from annotator.i18n import mark, say, translate
from annotator.present.arguments import Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    folder = arguments.path("folder") or Path()
    if arguments.text("what") == "accept":
        return _accept(folder, (arguments.text("renamed") or "").split(","))
    return _check(folder)


def _check(folder: Path) -> int:
    from annotator.domain.finding import Severity
    from annotator.workspace.trial import try_files

    trial = try_files(folder)
    for example in trial.examples:
        place = "  ".join(part for part in (example.modality, example.category) if part)
        print(f"{example.kind:<6} {example.name}  ({place})")
    if trial.definition is not None:
        from annotator.domain.naming import ids_of, room

        project = trial.definition.project
        for kind, name in ids_of(project).items():
            print(f"{'id':<6} {name} … {project.id_patterns[kind].format(number=room(project)[kind])}  ({kind})")
    errors = 0
    for severity, sentence in trial.sentences:
        bad = severity is Severity.ERROR
        errors += bad
        print(f"{translate(mark('error')) if bad else translate(mark('remark'))}  {say(sentence)}")
    remarks = len(trial.sentences) - errors
    print(translate(mark("{names} names, {errors} errors, {remarks} remarks"), names=len(trial.examples), errors=errors, remarks=remarks))
    return 1 if errors else 0


def _accept(folder: Path, renamed: list[str]) -> int:
    from annotator.workspace import definitions, redefinition
    from annotator.workspace.projects import open_project

    for sentence in redefinition.agree(folder, definitions.read(folder), [key for key in renamed if key]):
        print(say(sentence))
    open_project(folder)
    print(translate(mark("The definition in {folder} counts now"), folder=folder))
    return 0


COMMAND = Command(
    name="project",
    text=mark("Check a project's definition and show every name it makes (check), or agree to a change made in its files (accept)."),
    options=(
        Option("what", "check|accept", mark("what to do"), choices=("check", "accept")),
        Option("folder", "DIR", mark("folder of the project, or of a definition")),
        Option("--renamed", "KEYS", mark("accept: categories that are only called differently now, as CCT1,CCT2")),
    ),
    run=_run,
)
