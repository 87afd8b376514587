"""See and change who works in a project: names, roles, PINs."""

from __future__ import annotations

import datetime
import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError
from annotator.i18n import mark, message, translate
from annotator.present.arguments import Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.domain.person import Role

PIN, NEW_PIN = "ANNOTATOR_PIN", "ANNOTATOR_NEW_PIN"


def _run(arguments: Arguments) -> int:
    from annotator.domain.person import Person, known
    from annotator.workspace import people
    from annotator.workspace.projects import open_project

    root = open_project(arguments.path("project") or Path()).root
    what, name, there = arguments.text("what") or "list", arguments.text("name") or "", people.read(root)
    if what == "list":
        return _list(root)
    if not name:
        raise AnnotatorError(message("Reading the command line"), message("{name} is missing", name="NAME"), message("Name the person"))
    before = known(there, name)
    if what != "set" and before is None:
        raise AnnotatorError(message("Looking for “{name}”", name=name), message("the project has nobody of this name"),
                             message("Look at the list: annotator people PROJECT list"))  # fmt: skip
    roles = _roles(arguments.text("roles") or "") or (before.roles if before is not None else frozenset())
    if not roles:
        raise AnnotatorError(message("Reading the command line"), message("{name} is missing", name="--roles"),
                             message("Name one or more roles, with commas between"))  # fmt: skip
    by = people.sign_in(root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "", os.environ.get(PIN, ""))
    pin = _new_pin() if what == "pin" or (what == "set" and before is None) else None
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    people.change(root, Person(name, roles, gone=what == "remove"), by, time, pin=pin)
    return _list(root)


def _list(root: Path) -> int:
    from annotator.domain.person import NAMES, Role
    from annotator.workspace import people

    there = people.read(root)
    for person in there:
        roles = ", ".join(translate(NAMES[role]) for role in Role if role in person.roles)
        gone = f"  ({translate(mark('works here no longer'))})" if person.gone else ""
        print(f"{person.name}  {roles}{gone}")
    if not there:
        print(translate(mark("The project has no people: everybody may do everything")))
    return 0


def _roles(text: str) -> frozenset[Role]:
    from annotator.domain.person import Role

    found = set()
    for word in filter(None, (part.strip() for part in text.split(","))):
        role = next((role for role in Role if role.value == word), None)
        if role is None:
            cause = message("“{value}” is none of {choices}", value=word, choices=", ".join(role.value for role in Role))
            raise AnnotatorError(message("Reading the command line"), cause, message("Name one or more roles, with commas between"))
        found.add(role)
    return frozenset(found)


def _new_pin() -> str:
    """The new PIN: from the environment, else typed; raises AnnotatorError where nobody can type it."""
    given = os.environ.get(NEW_PIN)
    if given is not None:
        return given
    try:
        return getpass.getpass(translate(mark("New PIN: ")))
    except EOFError:
        doing, cause = message("Reading the new PIN"), message("nobody is there to type the PIN")
        raise AnnotatorError(doing, cause, message("Give it as {name}", name=NEW_PIN)) from None


COMMAND = Command(
    name="people",
    text=mark("See who works in a project (list), add or change somebody (set), give a new PIN (pin), or take somebody out (remove)."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("what", "list|set|pin|remove", mark("what to do"), optional=True, choices=("list", "set", "pin", "remove")),
        Option("name", "NAME", mark("the person"), optional=True),
        Option("--roles", "ROLES", mark("roles, with commas between: specialist, annotator, reviewer, adjudicator, manager")),
        Option("--user", "NAME", mark("who changes it: a manager, once the project has people (PIN: ANNOTATOR_PIN)")),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
    ),
    run=_run,
)
