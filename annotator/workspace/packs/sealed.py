"""What a pack says of itself: for whom it is, from which project, and from what each case in it began.

`pack.json`, sealed, beside the folder `project` that is worked in.  A seal shows that something was altered, not by whom: whoever can
write a pack can seal another one, so that a merge believes nothing in it which the project could not have allowed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.person import Acting, Role
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.workspace.handover import manifest

HEAD, PROJECT = "pack.json", "project"
_VERSION = 1
_CASE = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True)
class PackedCase:
    """One case of a pack: `head` is the digest of the revision it began from (empty: none), `number` that revision's number.

    `steps`: the digests of the steps that went along; `study`: the UID of its study, whose finding went along, empty where none may;
    `place`: the folder of its images, relative to the project, with `/`.
    """

    case: str
    modality: str
    place: str
    head: str = ""
    number: int = 0
    steps: tuple[str, ...] = ()
    study: str = ""


@dataclass(frozen=True)
class Pack:
    """A pack: the project it is of (id, digest of its salt), for whom and as what, when it was made, its cases."""

    project: str
    salt: str
    name: str
    role: Role | None
    time: str
    cases: tuple[PackedCase, ...]
    digest: str = ""

    @property
    def acting(self) -> Acting:
        """As whom its work was done."""
        return Acting(self.name, self.role)


def salted(salt: str) -> str:
    """Return the digest of a project's salt, by which its packs are known."""
    return hashlib.sha256(b"pack\n" + salt.encode()).hexdigest()


def encode(pack: Pack) -> bytes:
    """Return the file of a pack."""
    cases = [{"case": c.case, "modality": c.modality, "place": c.place, "head": c.head, "number": c.number, "steps": list(c.steps),
              "study": c.study}
             for c in pack.cases]  # fmt: skip
    role = pack.role.value if pack.role is not None else ""
    content, _ = record.seal({"version": _VERSION, "project": pack.project, "salt": pack.salt, "name": pack.name, "role": role,
                              "time": pack.time, "cases": cases})  # fmt: skip
    return content


def read(folder: Path) -> Pack:
    """Return what a pack says of itself; raises AnnotatorError where it is none, was altered, or is not all there."""
    doing = message("Reading the exchange pack in {folder}", folder=folder)
    again = message("Get the folder once more from where it was worked in")
    try:
        found, digest = record.unseal((folder / HEAD).read_bytes())
        if record.whole(found, "version") > _VERSION:
            raise AnnotatorError(doing, message("it was made by a newer version of the program"), message("Update the program"))
        pack = _decode(found, digest)
        missing = _missing(folder)
    except FileNotFoundError as error:
        cause = message("the folder holds no exchange pack, or only a part of it")
        raise AnnotatorError(doing, cause, again) from error
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the folder can be reached")) from error
    except (record.Damaged, record.Newer) as error:
        raise AnnotatorError(doing, message("{file} was altered or is damaged", file=HEAD), again) from error
    except ValueError as error:
        raise AnnotatorError(doing, message("{file} was altered or is damaged", file=manifest.MANIFEST), again) from error
    if missing:
        raise AnnotatorError(doing, message("the folder is not whole: {file} is missing", file=missing), again)
    return pack


def _missing(folder: Path) -> str:
    """The first file that went along and is not there any more; masks and JSON may go by the work itself."""
    own = f"{PROJECT}/.annotator/"
    for path, _ in manifest.read(folder / manifest.MANIFEST):
        kept = path.startswith(own) or "/" not in path or path.count("/") == 1 or "/dcm/" in path
        if kept and not contained(folder, path).is_file():
            return path
    return ""


def _decode(found: Mapping[str, Any], digest: str) -> Pack:
    role = record.text(found, "role")
    if role not in ("", *(known.value for known in Role)):
        raise record.Damaged("a role of another version")
    cases = tuple(_case(record.entries(entry)) for entry in record.items(found, "cases"))
    return Pack(record.text(found, "project"), record.text(found, "salt"), record.text(found, "name"), Role(role) if role else None,
                record.text(found, "time"), cases, digest)  # fmt: skip


def _case(found: Mapping[str, Any]) -> PackedCase:
    case = record.text(found, "case")
    if not _CASE.fullmatch(case):
        raise record.Damaged("a case has another kind of name")
    steps = tuple(map(str, record.items(found, "steps")))
    return PackedCase(case, record.text(found, "modality"), record.text(found, "place"), record.text(found, "head"),
                      record.whole(found, "number"), steps, record.text(found, "study") if "study" in found else "")  # fmt: skip


def refusal(pack: Pack, project: str, salt: str) -> Message | None:
    """Return why a pack may not come back into the project with this id and salt; None: it may."""
    if (pack.project, pack.salt) != (project, salted(salt)):
        return message("the pack is of another project")
    return None
