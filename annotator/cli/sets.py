"""Freeze cases as sets for training, and export them prepared by a recipe."""

from __future__ import annotations

import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError, system_cause, told
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import PROGRAM, SCHEDULER, Arguments, Command, Option
from annotator.present.narrowing import NARROWING, narrowed

if TYPE_CHECKING:
    from annotator.domain.frozen_set import FrozenSet
    from annotator.domain.person import Acting
    from annotator.domain.recipe import Recipe
    from annotator.workspace.projects import ProjectFolder
    from annotator.workspace.sets.shelf import Left

_SHOWN = 20


def _run(arguments: Arguments) -> int:
    try:
        return _ACTIONS[arguments.text("action") or ""](arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(translate(mark("Stopped. The same command goes on from here")), file=sys.stderr)
    return 2


def _opened(arguments: Arguments) -> ProjectFolder:
    from annotator.workspace.projects import open_project

    return open_project(arguments.path("project") or Path())


def _acting(folder: ProjectFolder, arguments: Arguments) -> Acting:
    from annotator.workspace import people

    return people.sign_in(folder.root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "",
                          os.environ.get("ANNOTATOR_PIN", ""))  # fmt: skip


def _name(arguments: Arguments) -> str:
    name = arguments.text("name") or ""
    if not name.strip():
        remedy = message("Name the set behind {action}", action=arguments.text("action") or "")
        raise AnnotatorError(message("Reading the command line"), message("{name} is missing", name="NAME"), remedy)
    return name


def _list(arguments: Arguments) -> int:
    from annotator.workspace.sets import shelf

    folder, wrong = _opened(arguments), 0
    found = list(shelf.sets(folder.root))
    if arguments.has("json"):
        print(json.dumps([_plain(one) for one in found if not isinstance(one, AnnotatorError)], ensure_ascii=False, indent=1))
    for one in found:
        if isinstance(one, AnnotatorError):
            print(f"{PROGRAM}: {told(one)}", file=sys.stderr)
            wrong += 1
        elif not arguments.has("json"):
            parts = "  ".join(f"{part} {one.amount(part)[0]}" for part in one.parts)
            print(f"{one.name}  {one.time[:16].replace('T', ' ')}  {one.author}  {parts}  {one.digest[:12]}")
    return 1 if wrong else 0


def _freeze(arguments: Arguments) -> int:
    from annotator.domain.frozen_set import Rule
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace.exchange.splits import SPLITS, parse_shares
    from annotator.workspace.sets import exporting, shelf
    from annotator.workspace.worklist import Worklist, find_cases

    folder = _opened(arguments)
    acting, worklist = _acting(folder, arguments), Worklist(folder)
    weights = parse_shares(arguments.text("split") or "8:1:1")
    rule = Rule(tuple(zip(SPLITS, weights, strict=False)), arguments.text("balanced") or "class", int(arguments.text("seed") or 0))
    find_cases(folder, worklist, tuple(Path(value) for value in arguments.values.get("images", ())))
    worklist.refresh()
    words = "; ".join(f"{option.key}={arguments.text(option.key)}" for option in NARROWING if arguments.has(option.key))
    wish = shelf.Wish(_name(arguments), words or translate(mark("All cases")), rule, exporting.moment())
    found, left = shelf.freeze(folder, worklist.entries(narrowed(arguments)), wish, acting, Report(watching(sys.stderr)))
    if arguments.has("json"):
        print(json.dumps({**_plain(found), "left_out": _left(left)}, ensure_ascii=False, indent=1))
        return 0
    _tell(found, folder)
    _tell_left(left)
    return 0


def _show(arguments: Arguments) -> int:
    from dataclasses import asdict

    from annotator.workspace.sets import shelf

    folder = _opened(arguments)
    found = shelf.read(folder.root, _name(arguments))
    if arguments.has("json"):
        members = [asdict(member) for member in found.members]
        print(json.dumps({**_plain(found), "members": members}, ensure_ascii=False, indent=1))
    else:
        _tell(found, folder)
    return 0


def _export(arguments: Arguments) -> int:
    from annotator.present import sets as words
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace.executor import asked
    from annotator.workspace.sets import exporting, shelf
    from annotator.workspace.worklist import Worklist, find_cases

    folder, out = _opened(arguments), arguments.path("out")
    if out is None:
        remedy = message("Name a new folder: --out DIR")
        raise AnnotatorError(message("Reading the command line"), message("{name} is missing", name="--out"), remedy)
    acting, worklist = _acting(folder, arguments), Worklist(folder)
    planes = tuple(filter(None, (arguments.text("export-planes") or "").split(",")))
    found = shelf.read(folder.root, _name(arguments))
    wish = exporting.Wish(found, out, _recipe(arguments), arguments.values.get("as", ("png",)), arguments.values.get("with", ()), planes,
                          arguments.text("reason") or "", asked(arguments.text("jobs"), arguments.text("scheduler")))  # fmt: skip
    find_cases(folder, worklist, tuple(Path(value) for value in arguments.values.get("images", ())))
    done = exporting.export(folder, worklist, wish, acting, exporting.moment(), Report(watching(sys.stderr)))
    if arguments.has("json"):
        counts = {"cases": done.cases, "images": done.images, "annotations": done.annotations, "files": done.files}
        print(json.dumps({**counts, "unfinished": done.unfinished, "left_out": _left(done.left)}, ensure_ascii=False, indent=1))
    else:
        for sentence in words.told(done):
            print(say(sentence))
        _tell_left(done.left)
    return 1 if done.unfinished or done.left else 0


def _recipe(arguments: Arguments) -> Recipe:
    """The recipe of a file, and the steps that are named, after it."""
    from annotator.domain import recipe

    steps, path = tuple(map(recipe.step_of, arguments.values.get("step", ()))), arguments.path("recipe")
    if path is None:
        return steps
    try:
        return (*recipe.parsed(path.read_bytes()), *steps)
    except OSError as error:
        raise AnnotatorError(message("Reading the recipe"), system_cause(error), message("Name the recipe again")) from error


def _plain(found: FrozenSet) -> dict[str, object]:
    counts = {part: dict(zip(("patients", "cases", "images"), found.amount(part), strict=True)) for part in found.parts}
    return {"name": found.name, "author": found.author, "time": found.time, "narrowing": found.narrowing, "seed": found.rule.seed,
            "shares": dict(found.rule.shares), "balanced": found.rule.balanced, "sha256": found.digest, "parts": counts,
            "classes": found.counts()}  # fmt: skip


def _left(left: tuple[Left, ...]) -> list[dict[str, str]]:
    return [{"case": one.case, "patient": one.patient, "why": say(one.why)} for one in left]


def _tell(found: FrozenSet, folder: ProjectFolder) -> None:
    from annotator.present import sets as words

    head = mark("{name}: frozen by {author}, {time}; {narrowing}; seed {seed}; {digest}")
    print(translate(head, name=found.name, author=found.author, time=found.time[:16].replace("T", " "), narrowing=found.narrowing,
                    seed=found.rule.seed, digest=found.digest))  # fmt: skip
    headings, rows = words.table(found, (*folder.project.classes, folder.project.unclassified))
    for row in (headings, *rows):
        print("  ".join(row))


def _tell_left(left: tuple[Left, ...]) -> None:
    for one in left[:_SHOWN]:
        print(f"{one.patient or one.case}  {say(one.why)}", file=sys.stderr)
    if len(left) > _SHOWN:
        print(translate(mark("… and {count} more like this"), count=len(left) - _SHOWN), file=sys.stderr)


_ACTIONS = {"list": _list, "freeze": _freeze, "show": _show, "export": _export}

COMMAND = Command(
    name="sets",
    text=mark("Freeze cases as a set (train, test, validation), and export it prepared by a recipe. Exit code: 0 all, 1 in part, 2 not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("action", "ACTION", mark("list, freeze, show or export"), choices=tuple(_ACTIONS)),
        Option("name", "NAME", mark("name of the set"), optional=True),
        *NARROWING,
        Option("--images", "FOLDER", mark("where images lie that are not in the project's tree; may be given several times")),
        Option("--seed", "N", mark("number that begins the chance of the split (default: 0)"), number=True),
        Option("--split", "8:1:1", mark("shares of train, test and validation, by patient (default: 8:1:1)")),
        Option("--balanced", "WHAT", mark("what the split is balanced by (default: class)"), choices=("class", "none")),
        Option("--out", "DIR", mark("new folder to write to; the same command goes on where it was stopped")),
        Option("--as", "FORM", mark("dicom, png, nifti or a format of annotator formats; may be given several times (default: png)")),
        Option("--with", "KEY=VALUE", mark("a choice of the format; may be given several times")),
        Option("--recipe", "FILE", mark("recipe.json that was written beside a set")),
        Option("--step", "STEP", mark("a step of the recipe, as resample:spacing=1 or crop:to=drawn,margin=5; may be given several times")),
        Option("--export-planes", "PLANES", mark("export only the series of the set whose slices lie so, as axial,coronal; --plane "
                                                 "chooses cases when a set is frozen")),  # fmt: skip
        Option("--reason", "TEXT", mark("what for, and for whom; stands in the project's access log")),
        Option("--jobs", "N", mark("how many processes work (default: one for each core)"), number=True),
        SCHEDULER,
        Option("--user", "NAME", mark("who freezes and exports: a manager (PIN: ANNOTATOR_PIN)")),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
        Option("--json", "", mark("say everything as JSON"), switch=True),
    ),
    run=_run,
)
