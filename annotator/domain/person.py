"""Who works in a project: the people it knows, their roles, and as whom somebody is at work now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from annotator.i18n import mark


class Role(Enum):
    """What a person may do in a project; the value is how it is written on disk and on the command line."""

    SPECIALIST = "specialist"
    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    ADJUDICATOR = "adjudicator"
    MANAGER = "manager"


NAMES: Mapping[Role, str] = {
    Role.SPECIALIST: mark("specialist"),
    Role.ANNOTATOR: mark("annotator"),
    Role.REVIEWER: mark("reviewer"),
    Role.ADJUDICATOR: mark("adjudicator"),
    Role.MANAGER: mark("manager"),
}
"""How a role is called, marked for translation."""


@dataclass(frozen=True)
class Person:
    """One of a project's people; `pin` is sealed (`workspace.people`), empty where none was chosen yet; `gone`: works here no longer."""

    name: str
    roles: frozenset[Role]
    pin: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Acting:
    """As whom somebody is at work: name and role; without a role (a project without people) everything may be done."""

    name: str
    role: Role | None = None

    def may(self, *roles: Role) -> bool:
        """Whether what one of these roles does may be done."""
        return self.role is None or self.role in roles


def known(people: Iterable[Person], name: str) -> Person | None:
    """Return the person with this name who still works here, None where there is none."""
    return next((person for person in people if person.name == name and not person.gone), None)


def with_person(people: Iterable[Person], person: Person) -> tuple[Person, ...]:
    """Return the people with this one new, or in the place of who had the name; in order of name."""
    others = [other for other in people if other.name != person.name]
    return tuple(sorted((*others, person), key=lambda found: found.name))


def managed(people: Iterable[Person]) -> bool:
    """Whether somebody is there who may change who is there."""
    return any(Role.MANAGER in person.roles and not person.gone for person in people)
