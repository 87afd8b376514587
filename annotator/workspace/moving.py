"""Carry out a change of a patient's class: files, revisions and ids as one transaction.

The move is on disk as an intent before anything happens (`.annotator/moves/`).  From then on it is carried to its end, at the next start
if the process dies: files are renamed, each case gets a revision that says where its files lie now, the ids get the class, and the intent
becomes the record of the change (`.annotator/moves/done/`).  Nothing is written over: a file whose new name is taken stays, and is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from annotator import __version__
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import contained, safe_name
from annotator.workspace import durable, ids, publish, revisions
from annotator.workspace.lock import exclusively
from annotator.workspace.revisions import ImageRecord, Revision

POINTS = ("move.before_intent", "move.after_intent", "move.before_file", "move.before_revision", "move.before_ids", "move.before_drop")
"""Places of this module at which `durable.fault` may end the process."""
_ATTEMPTS = 50


@dataclass(frozen=True)
class Move:
    """A patient's new class folder: which files get which names (relative, `/`), and which cases must say so."""

    patient: str
    to: str
    author: str
    time: str
    files: Mapping[str, str]
    cases: tuple[str, ...]


def commit(root: Path, move: Move) -> tuple[Message, ...]:
    """Write the intent and carry it out; the caller holds `moves.lock` and the locks of the cases.  Raises OSError."""
    durable.fault("move.before_intent")
    content = {**vars(move), "files": dict(move.files), "cases": list(move.cases)}
    sealed, digest = record.seal(content)
    path = folder_of(root) / f"{safe_name(move.patient)}-{digest[:12]}.json"
    durable.write(path, sealed)
    durable.fault("move.after_intent")
    return _carry_out(root, path, move)


def roll_forward(root: Path) -> tuple[Message, ...]:
    """Finish every move that a process left in the middle, unless one is at work just now; raises OSError."""
    remarks: list[Message] = []
    if not folder_of(root).is_dir() or not any(folder_of(root).glob("*.json")):
        return ()
    with suppress(TimeoutError), exclusively(folder_of(root).with_name("moves.lock"), 0):
        for path in sorted(folder_of(root).glob("*.json")):
            move = _read(root, path, remarks)
            if move is not None:
                with ExitStack() as locks:
                    for case in sorted(move.cases):
                        locks.enter_context(publish.alone(root, case))
                    remarks += _carry_out(root, path, move)
        durable.sweep(folder_of(root))
    return tuple(remarks)


def folder_of(root: Path) -> Path:
    """Return where moves that are under way stand, and in `done` those that were made."""
    return root / ".annotator" / "moves"


def _carry_out(root: Path, path: Path, move: Move) -> tuple[Message, ...]:
    """Do what is not done yet of a move; every step may be repeated."""
    remarks: list[Message] = []
    for old, new in sorted(move.files.items()):
        here, there = contained(root, old), contained(root, new)
        if here.exists() and there.exists():
            remarks.append(message("{path} stays where it is: {other} is there already", path=old, other=new))
        elif here.exists():
            durable.fault("move.before_file")
            durable.move(here, there)
    for case in move.cases:
        _continue(root, case, move)
    _class_in_ids(root, move)
    for folder in sorted({contained(root, old).parent for old in move.files}, key=lambda found: -len(found.parts)):
        _remove_empty(contained(root, "."), folder)
    durable.fault("move.before_drop")
    done = folder_of(root) / "done" / path.name
    durable.make_folder(done.parent)
    if not done.exists():
        durable.move(path, done)
    else:
        durable.remove(path)
    return tuple(remarks)


def _continue(root: Path, case: str, move: Move) -> None:
    """Add the revision that says where the files of a case lie now; nothing where one says so already."""
    found, _ = revisions.heads(root, case)
    if not found:
        return
    head = found[0]
    images, whole = {key: _moved(root, entry, move) for key, entry in head.images.items()}, _moved(root, head.whole, move)
    if images == head.images and whole == head.whole:
        return
    durable.fault("move.before_revision")
    new = Revision(
        case, 0, head.document, author=move.author, time=move.time, software=f"annotator {__version__}", regions_only=head.regions_only,
        images=images, whole=whole, through=head.through, moved=(head.digest, *head.moved)[:_ATTEMPTS],
    )  # fmt: skip
    claimed: set[int] = set()
    for _ in range(_ATTEMPTS):
        revision = revisions.following(found, revisions.listed(root, case), claimed, (head.digest,), new)
        try:
            durable.create_exclusive(revisions.path_of(root, revision), revisions.encode(revision)[0])
        except FileExistsError:
            claimed.add(revision.number)
            continue
        return
    raise FileExistsError(17, "the numbers of the revisions are all taken")


def _moved(root: Path, entry: ImageRecord, move: Move) -> ImageRecord:
    files, before = ({move.files.get(path, path): digest for path, digest in kind.items()} for kind in (entry.files, entry.before))
    sources = {str(contained(root, old)): str(contained(root, new)) for old, new in move.files.items()} if entry.path else {}
    return replace(entry, path=sources.get(entry.path, entry.path), files=files, before=before)


def _class_in_ids(root: Path, move: Move) -> None:
    with exclusively(root / ".annotator" / "ids.lock"):
        patients = dict(ids.read_patients(ids.ids_path(root)))
        entry = patients.get(move.patient)
        if entry is not None and entry.class_folder != move.to:
            durable.fault("move.before_ids")
            patients[move.patient] = replace(entry, class_folder=move.to)
            ids.write_patients(ids.ids_path(root), patients)


def _remove_empty(root: Path, folder: Path) -> None:
    """Take away a folder that became empty, and those around it; the project's own folder stays."""
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:  # something is in it, or it is gone already
            if folder.exists():
                return
        folder = folder.parent


def _read(root: Path, path: Path, remarks: list[Message]) -> Move | None:
    """Read one intent; a damaged one goes to quarantine: it was never carried out, as it is on disk whole before that begins."""
    try:
        found, _ = record.unseal(path.read_bytes())
        patient, to, author, time = (record.text(found, key) for key in ("patient", "to", "author", "time"))
        files = {str(old): str(new) for old, new in record.entries(found.get("files")).items()}
        for place in (*files, *files.values()):
            contained(root, place)
        return Move(patient, to, author, time, files, tuple(map(str, record.items(found, "cases"))))
    except FileNotFoundError:
        return None
    except ValueError:  # damaged, or a path leaves the project
        revisions.set_aside(root, path)
        remarks.append(message("A half-made change of class ({name}) is damaged and was set aside; choose the class again", name=path.name))
        return None
