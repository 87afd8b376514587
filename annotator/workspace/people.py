"""The people of a project: who they are, which roles they have, and whether somebody is who they say.

`.annotator/people.json`, sealed.  A PIN is kept as scrypt of it with a salt of its own (RFC 7914).  On a plain share whoever can write
there can write this file too: identity is a claim there, which the log makes visible and nothing can prove.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotator.domain.person import NAMES, Acting, Person, Role, known, managed, with_person
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import nfc
from annotator.workspace import durable, log
from annotator.workspace.lock import exclusively

_COST, _BLOCK, _LANES = 1 << 14, 8, 1
_LONGEST_NAME = 60
SHORTEST_PIN = 4
"""Characters."""


def path_of(root: Path) -> Path:
    """Return where a project's people stand."""
    return root / ".annotator" / "people.json"


def read(root: Path) -> tuple[Person, ...]:
    """Return the people of a project in order of name, also those who are gone; none: everybody may do everything.

    Raises AnnotatorError: a list that cannot be read lets nobody in.
    """
    doing = message("Reading the people of the project in {folder}", folder=root)
    try:
        content, _ = record.unseal(path_of(root).read_bytes())
        return tuple(_person(record.entries(found)) for found in record.items(content, "people"))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the folder can be reached")) from error
    except record.Damaged as error:
        cause = message("{file} is damaged", file=path_of(root))
        raise AnnotatorError(doing, cause, message("Put the file back from a backup")) from error


def sign_in(root: Path, name: str, role: str, pin: str) -> Acting:
    """Return as whom somebody works who says so; a person with one role need not name it, one without a PIN gives none.

    Raises AnnotatorError where the name, the role or the PIN is not right.  In a project without people everybody may do everything.
    """
    people, name = read(root), nfc(name).strip()
    if not any(not person.gone for person in people):
        return Acting(name)
    doing = message("Signing in as “{name}”", name=name)
    person = known(people, name)
    if person is None:
        raise AnnotatorError(doing, message("the project has nobody of this name"), message("Choose a name of the list"))
    if not _opens(pin, person.pin):
        raise AnnotatorError(doing, message("the PIN is not right"), message("Try again, or let the manager give a new one"))
    wanted = _role_of(person, role)
    if wanted is None:
        roles = tuple(Message(NAMES[r]) for r in Role if r in person.roles)
        cause = message("this person does not have the role “{role}”", role=role) if role else message("this person has several roles")
        raise AnnotatorError(doing, cause, message("Choose one of: {roles}", roles=_listed(roles)))
    return Acting(name, wanted)


def change(root: Path, person: Person, by: Acting, time: str, *, pin: str | None = None) -> None:
    """Add a person or put them in the place of who had the name; `pin` None: it stays.  Raises AnnotatorError.

    Only a manager may (in a project without people: whoever makes the first one, who must be a manager); a person may change the own PIN.
    The last manager cannot be taken away.
    """
    name = nfc(person.name).strip()
    doing = message("Changing the people of the project: {name}", name=name)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise AnnotatorError(doing, message("the name is empty, longer than {most} characters or cannot be shown", most=_LONGEST_NAME),
                             message("Give another name"))  # fmt: skip
    if pin is not None and len(pin) < SHORTEST_PIN:
        raise AnnotatorError(doing, message("the PIN is shorter than {least} characters", least=SHORTEST_PIN),
                             message("Choose a longer one"))  # fmt: skip
    try:
        durable.make_folder(root / ".annotator" / "locks")
        with exclusively(root / ".annotator" / "locks" / "people"):
            people = read(root)
            before = next((other for other in people if other.name == name), None)
            _refuse(doing, people, before, replace(person, name=name), by)
            alike = next((o for o in people if o.name != name and o.name.casefold() == name.casefold()), None) if before is None else None
            if alike is not None:  # their files would have one name on Windows
                cause = message("the project has somebody called “{name}”, and only small and capital letters differ", name=alike.name)
                raise AnnotatorError(doing, cause, message("Give another name"))
            kept = before.pin if before is not None else ""
            changed = with_person(people, replace(person, name=name, pin=kept if pin is None else sealed(pin)))
            if not managed(changed):
                raise AnnotatorError(doing, message("the project would have no manager"), message("Make somebody a manager first"))
            content, _ = record.seal({"version": 1, "people": [_entry(found) for found in changed]})
            durable.write(path_of(root), content)
        facts = {"person": name, "roles": ",".join(sorted(r.value for r in person.roles)), "gone": str(person.gone).lower()}
        facts |= {"pin": "new"} if pin is not None else {}
        log.append(root, by.name, by.role.value if by.role else "", time, log.Done("people", facts=facts))
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Open the project where it can be written")) from error


def only(root: Path, name: str) -> bytes:
    """Return the list of a project as it would be with this person alone, for a folder of their own; raises AnnotatorError."""
    kept = [person for person in read(root) if person.name == name and not person.gone]
    return record.seal({"version": 1, "people": [_entry(person) for person in kept]})[0]


def sealed(pin: str) -> str:
    """Return what is kept of a PIN: salt and scrypt, in hex."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_scrypt(pin, salt).hex()}"


def _opens(pin: str, kept: str) -> bool:
    if not kept:
        return True
    salt, _, wanted = kept.partition(":")
    return hmac.compare_digest(_scrypt(pin, bytes.fromhex(salt)), bytes.fromhex(wanted))


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(nfc(pin).encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=32)


def _role_of(person: Person, role: str) -> Role | None:
    if not role:
        return next(iter(person.roles)) if len(person.roles) == 1 else None
    return next((found for found in person.roles if found.value == role), None)


def _refuse(doing: Message, people: Iterable[Person], before: Person | None, after: Person, by: Acting) -> None:
    """Raise AnnotatorError where whoever acts may not make this change."""
    if not any(not person.gone for person in people) or by.role is Role.MANAGER:
        return
    own_pin = before is not None and by.name == before.name and (after.roles, after.gone) == (before.roles, before.gone)
    if not own_pin:
        cause = message("only a {role} may do that", role=Message(NAMES[Role.MANAGER]))
        raise AnnotatorError(doing, cause, message("Sign in as a manager"))


def _listed(sentences: tuple[Message, ...]) -> Message:
    """Join sentences by commas into one."""
    names = [f"n{i}" for i in range(len(sentences))]
    return Message(", ".join(f"{{{name}}}" for name in names), tuple(zip(names, sentences, strict=True)))


def _person(found: dict[str, Any]) -> Person:
    written = [str(role) for role in record.items(found, "roles")]
    pin = record.text(found, "pin")
    if pin and not all(part and set(part) <= set("0123456789abcdef") for part in pin.split(":", 1)):
        raise record.Damaged("a PIN is not as it was written")
    return Person(record.text(found, "name"), frozenset(role for role in Role if role.value in written), pin, found.get("gone") is True)


def _entry(person: Person) -> dict[str, Any]:
    return {"name": person.name, "roles": sorted(role.value for role in person.roles), "pin": person.pin, "gone": person.gone}
