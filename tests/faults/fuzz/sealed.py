"""What a project and this computer keep under seals, as somebody could have written it who made the seal anew: each reader on its own file.

A seal refuses a turned bit before anything is read, so an input here is the JSON inside: its first byte names the reader, the next four
bytes say which value of it is replaced by which awkward one (none where they are zero), the rest is the JSON; the seal is put on last.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from annotator import strict_json
from annotator.domain import recipe
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.course import State, Step
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.frozen_set import FrozenSet, Member, Rule
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.domain.study_finding import StudyFinding
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.formats.edit_text import edit_json
from annotator.gui import key_sets
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import (
    clinical,
    definitions,
    delivering,
    drafts,
    labels,
    leases,
    log,
    moving,
    past,
    people,
    publish,
    readings,
    redefinition,
    revisions,
    steps,
    study_findings,
)
from annotator.workspace.checking.chain import chain_breaks
from annotator.workspace.handover import manifest
from annotator.workspace.intake import mapping
from annotator.workspace.packs import sealed as packs
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.revisions import Revision
from annotator.workspace.sets import shelf

CASE, RUN, TIME = "1.2.3.4", "0123456789abcdef", "2026-11-20T12:30:45+09:00"
AWKWARD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1 << 70, 1.5, 1e308, "ENDLESS", "", "x", "..", "../../x", "\0", "\ud800", "CON", "a" * 5000, "1.2#3"),
    *([], [[]], [None, None], {}, {"a": {}}, [1, 2, 3], {"id": -1}, "9" * 5000),
)
_ENDLESS, _ENDLESS_KIND = b"1e999", AWKWARD.index("ENDLESS")
"""A number that reads as infinity; it stands for the text of the same name."""


@dataclass(frozen=True)
class Reader:
    """Where something is kept, what a good one says, and who reads it; `seal` makes the file of its JSON."""

    name: str
    path: Callable[[ProjectFolder], Path]
    seed: Callable[[ProjectFolder], object]
    read: Callable[[ProjectFolder], object]
    seal: Callable[[bytes], bytes] = lambda told: b'{"sha256": "%s", "length": %d, "content": %s}\n' % (_digest(told), len(told), told)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _plain(told: bytes) -> bytes:
    return told


def _inside(content: bytes) -> Any:
    return record.unseal(content)[0]


def _revision() -> Revision:
    return Revision(CASE, 1, Document(facts={"discard": "사유"}), author="김", time=TIME, through=((RUN, 3),), moved=("a" * 64,))


def _place_of_revision(folder: ProjectFolder) -> Path:
    return revisions.path_of(folder.root, _revision())


def _readings(folder: ProjectFolder) -> None:
    revisions.heads(folder.root, CASE, keep=True)
    chain_breaks(folder.root, revisions.folder_of(folder.root, CASE).name)
    for listed in readings.readings_of(folder.root, CASE, Report()):
        for one in listed.readings:
            readings.open_reading(folder.root, folder.project, one)


_STEP = Step(CASE, 1, "move", "김", "reviewer", TIME, State.NEW, State.FIRST_PASS, "why", {"to": "rework"}, "r", "", "PC")
_FINDING = StudyFinding("1.2.3", "소견", "김", "specialist", TIME, 1, "", "PC")
_SET = FrozenSet("v1", "김", "manager", TIME, "", Rule((("train", 0.8), ("test", 0.2)), "class", 7),
                 (Member(CASE, "P1", "S1", "chest-ct", "benign", 3, "train", "a" * 64),))  # fmt: skip
_PACK = packs.Pack("lung", "s" * 64, "김", None, TIME, (packs.PackedCase(CASE, "chest-ct", "a/b", "h" * 64, 1, ("a" * 64,)),))
_LEASE = leases.Lease(CASE, "김", RUN, "PC", 7, TIME)


def _draft_path(folder: ProjectFolder) -> Path:
    return drafts.folder_of(folder.root, "kim") / f"{CASE}-{RUN}-000001.json"


def _draft(folder: ProjectFolder) -> object:
    state = drafts.State(CASE, "b", Document(), Document(facts={"discard": "사유"}), 1, 1, TIME, TIME, 1)
    path = drafts.save_to(folder.root, "kim", RUN, state)
    content = path.read_bytes()
    path.unlink()
    return _inside(content)


def _log_line(told: bytes) -> bytes:
    return _digest(told) + b" " + told + b"\n"


def _row() -> dict[str, Any]:
    texts = dict.fromkeys(("time", "person", "role", "machine", "action", "case", "reason", "before", "after", "parent"), "")
    return {**texts, "writer": "w", "number": 1, "facts": {"a": "b"}}


def _volume(told: bytes) -> bytes:
    return zlib.compress(told + b"\n" + bytes(8))


def _volume_path(folder: ProjectFolder) -> Path:
    return next((folder.root / ".annotator" / "labels").glob("*.labels"), labels.path_of(folder.root, "0" * 64))


def _read_volume(folder: ProjectFolder) -> None:
    content = _volume_path(folder).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    place = labels.path_of(folder.root, digest)
    place.write_bytes(content)
    try:
        labels.load(folder.root, digest)
    finally:
        place.unlink()


def _past_line() -> dict[str, Any]:
    made = Annotation(1, ImageKey("1.2.3"), "CCT1", FREE, Region.box(0, 0, 5, 5))
    drawn = record.loads(edit_json(Edit(message("draw"), (Change(None, made),))))
    noted = {"image": "1.2.3#1", "ids": [1], "patches": [0]}
    patches = {"patches": [[{"note": None}, {"note": "x"}]], "were": hashlib.sha256(made.mark).hexdigest()}
    return {"time": TIME, "shift": "0" * 32, "edit": {**drawn, "changes": [*drawn["changes"], noted], **patches}}


def _read_past(folder: ProjectFolder) -> None:
    past.resolved(past.read(folder.root / "past.lines"), Document())


def _deliveries(folder: ProjectFolder) -> None:
    delivering.unfinished(folder.root)
    delivering.delivered_images(folder.root)


def _order() -> dict[str, Any]:
    image = {"image": "1.2.3#1", "path": "/a.dcm", "number": 1, "inputs": "", "files": {"json/a.json": "a" * 64}}
    return {"case": CASE, "modality": "chest-ct", "author": "김", "time": TIME, "done": True, "images": [image]}


def _delivery(folder: ProjectFolder) -> None:
    (folder.root / manifest.MANIFEST).write_bytes(b"")
    list(manifest.verify(folder.root, Report()))


def _whos() -> dict[str, Any]:
    series = {"1.2": {"id": "S001", "class": "benign", "images": {"1.2.3": "0001"}}}
    return {"version": mapping.VERSION, "key": "ab" * 32, "patients": {"7": {"id": "P1", "series": series}}, "boxes": {"d": [[1, 2, 3, 4]]}}


def _hidden(name: str) -> Callable[[ProjectFolder], Path]:
    return lambda folder: folder.root / ".annotator" / name


def _sets(folder: ProjectFolder) -> None:
    for found in shelf.sets(folder.root):
        str(found)


# A kept input names its reader by number: a new one comes last.
READERS = (
    Reader("revision", _place_of_revision, lambda folder: _inside(revisions.encode(_revision())[0]), _readings),
    Reader("step", lambda folder: steps.path_of(folder.root, _STEP), lambda folder: _inside(steps.encode(_STEP)[0]),
           lambda folder: (steps.standing(folder.root, CASE), chain_breaks(folder.root, revisions.folder_of(folder.root, CASE).name))),
    Reader("finding", lambda folder: study_findings.folder_of(folder.root, "1.2.3") / study_findings.name_of(_FINDING),
           lambda folder: _inside(study_findings.encode(_FINDING)[0]), lambda folder: study_findings.read(folder.root, "1.2.3")),
    Reader("set", lambda folder: shelf.path_of(folder.root, "v1"), lambda folder: asdict(_SET), _sets),
    Reader("pack", lambda folder: folder.root / packs.HEAD, lambda folder: _inside(packs.encode(_PACK)),
           lambda folder: packs.read(folder.root)),
    Reader("people", _hidden("people.json"),
           lambda folder: {"people": [{"name": "김", "roles": ["manager"], "pin": "ab:cd", "gone": False}]},
           lambda folder: people.read(folder.root)),
    Reader("draft", _draft_path, _draft, lambda folder: drafts.waiting(folder.root, "kim")),
    Reader("lease", lambda folder: folder.root / ".annotator" / "leases" / _LEASE.name, lambda folder: asdict(_LEASE),
           lambda folder: leases.leases(folder.root)),
    Reader("sheet", lambda folder: clinical.folder_of(folder.root) / "rev-000001.json",
           lambda folder: {"number": 1, "author": "", "time": TIME, "source": "", "digest": "", "rows": {"P": [{"age": "4"}, "a", "p", 2]}},
           lambda folder: clinical.newest(folder.root)),
    Reader("order", lambda folder: folder.root / ".annotator" / "deliveries" / f"{CASE}.json", lambda folder: _order(), _deliveries),
    Reader("move", lambda folder: moving.folder_of(folder.root) / "P1.json",
           lambda folder: {"patient": "P1", "to": "normal", "author": "", "time": TIME, "files": {"a/b": "c/d"}, "cases": [CASE]},
           lambda folder: moving.roll_forward(folder.root)),
    Reader("intent", lambda folder: folder.root / ".annotator" / "intents" / f"{CASE}-r.json",
           lambda folder: {"case": CASE, "revision": "r", "digest": "d", "steps": [{"path": "a/b", "content": "YQ==", "replaces": [""]}]},
           lambda folder: publish.roll_forward(folder.root)),
    Reader("definition", _hidden(definitions.ACCEPTED), lambda folder: definitions.packed(b"a = 1", b"id"),
           lambda folder: definitions.accepted(folder.root)),
    Reader("redefinition", _hidden(redefinition.INTENT), lambda folder: {**definitions.packed(b"a = 1", b"id"), "line": {}},
           lambda folder: redefinition.finish(folder.root)),
    Reader("past", lambda folder: folder.root / "past.lines", lambda folder: _past_line(), _read_past),
    Reader("log", lambda folder: log.folder_of(folder.root) / "w.jsonl", lambda folder: _row(),
           lambda folder: (list(log.read(folder.root)), list(log.verify(folder.root))), _log_line),
    Reader("mapping", lambda folder: mapping.place_of(folder, folder.root.parent / "whos") / mapping.FILE, lambda folder: _whos(),
           lambda folder: mapping.load(folder, folder.root.parent / "whos"), _plain),
    Reader("volume", _volume_path, lambda folder: {"images": ["1.2.3#1", "1.2.3#2"], "shape": [2, 2, 2]}, _read_volume, _volume),
    Reader("delivery", lambda folder: folder.root / manifest.HEAD, lambda folder: {"manifest_sha256": "a" * 64}, _delivery, _plain),
    Reader("recipe", lambda folder: folder.root / "recipe.json",
           lambda folder: json.loads(recipe.written((recipe.Window(), recipe.Resample(), recipe.Clahe()))),
           lambda folder: recipe.parsed((folder.root / "recipe.json").read_bytes()), _plain),
    Reader("keys", lambda folder: folder.root / "keys.json", lambda folder: json.loads(key_sets.written({"edit.undo": ("Ctrl+Z",)})),
           lambda folder: key_sets.understood("keys.json", (folder.root / "keys.json").read_bytes(), {"edit.undo": ("Ctrl+Z",)}), _plain),
)  # fmt: skip


@cache
def _opened(root: Path) -> ProjectFolder:
    return open_project(root)


def read(root: Path, content: bytes) -> None:
    """Put what is given in its reader's place and let it be read; raises what is no refusal."""
    folder = _opened(root)
    reader = READERS[(content[0] if content else 0) % len(READERS)]
    try:
        value = strict_json.loads(content[5:].decode("utf-8", "surrogatepass"))
    except ValueError:
        return
    place, path = int.from_bytes(content[1:3]), reader.path(folder)
    if place:
        value = _replaced(value, place, AWKWARD[int.from_bytes(content[3:5]) % len(AWKWARD)])
    told = json.dumps(value).encode("ascii").replace(b'"ENDLESS"', _ENDLESS)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(reader.seal(told))
    try:
        reader.read(folder)
    except AnnotatorError as error:
        str(error)
    finally:
        shutil.rmtree(root / ".annotator" / "quarantine", ignore_errors=True)
        path.unlink(missing_ok=True)


def seeds(root: Path, *, each: bool = False) -> list[bytes]:
    """A good file of each reader as it is, and with one value after the other replaced by an awkward one, by `each` of them if wished."""
    folder, found = _opened(root), list[bytes]()
    for number, reader in enumerate(READERS):
        told = json.dumps(reader.seed(folder)).encode()
        found.append(bytes((number, 0, 0, 0, 0)) + told)
        for place in range(1, len(list(_places(json.loads(told)))) + 1):
            kinds = range(len(AWKWARD)) if each else (7 * place % len(AWKWARD), _ENDLESS_KIND)
            found += (bytes((number, *place.to_bytes(2), 0, kind)) + told for kind in kinds)
    return found


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every value inside, as what holds it and the key there."""
    keys: Sequence[Any] = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _replaced(value: Any, place: int, by: Any) -> Any:
    there = list(_places(value))
    if there:
        holder, key = there[(place - 1) % len(there)]
        holder[key] = by
    return value
