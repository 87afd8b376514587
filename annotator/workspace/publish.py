"""Bring the delivered files of a save into the project's tree as one transaction.

An intent file holds everything that is to be written and taken away.  It is on disk before the revision is; once the revision is there, the
intent is carried out: masks first, JSON last, then what is no longer wanted goes.  A start that finds an intent finishes it; an intent
whose revision never came into being is dropped.  Files that others changed meanwhile are kept as they are and named.
"""

from __future__ import annotations

import base64
import dataclasses
import errno
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from annotator.domain.deidentification import Deidentification
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.line_rule import LineRule
from annotator.domain.practice_rule import PracticeRule
from annotator.domain.project import Project
from annotator.domain.quality import Quality
from annotator.domain.reviewing import Reviewing
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.formats.format import CASE, Format
from annotator.i18n import Message, message
from annotator.paths import contained, safe_name
from annotator.plugins import offer
from annotator.workspace import durable, revisions
from annotator.workspace.lock import exclusively

POINTS = ("publish.before_intent", "publish.after_intent", "publish.before_file", "publish.before_json", "publish.before_remove",
          "publish.before_drop")
"""Places of this module at which `durable.fault` may end the process."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


@dataclass(frozen=True)
class Step:
    """One file: its path, its new content (None: it goes), and the digests of the contents that this may replace."""

    path: str
    content: bytes | None
    replaces: tuple[str, ...]


@dataclass(frozen=True)
class Intent:
    """What a save publishes; it holds for the revision with this file name and digest, and for no other."""

    case: str
    revision: str
    digest: str
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """The file name of the intent."""
        return f"{safe_name(self.case)}-{self.digest[:12]}.json"


def formats_of(project: Project) -> tuple[Format, ...]:
    """Return the formats that a save of the project publishes; raises AnnotatorError for one that is not there."""
    found: list[Format] = []
    for wanted in project.formats:
        offered = offer("annotator.formats", wanted, "FORMAT")  # a format is the module of its name; the others need not be loaded
        if not isinstance(offered, Format):
            raise AnnotatorError(message("Opening the project {name}", name=project.name),
                                 message("the format {format} is unknown", format=wanted),
                                 message("Correct “formats” in project.toml"))
        found.append(offered)
    return tuple(found)


def fingerprint(sheet: Sheet) -> str:
    """Return the digest of everything that the files of an image depend on, time, author and software version left out.

    With siblings: what the files of the case depend on.
    """
    image = sheet.image
    facts = {"facts": sorted(sheet.facts.items())} if sheet.facts else {}
    whole = {"siblings": [fingerprint(sibling) for sibling in sheet.siblings]} if sheet.siblings else {}
    made_of = {
        **facts,
        **whole,
        "annotations": [record.encode_annotation(a) for a in sheet.annotations],
        "image": [str(image.key), image.rows, image.columns],
        "names": dataclasses.astuple(sheet.names)[:3],  # the class stands in the paths alone
        "sheet": [sheet.in_tree, sheet.regions_only, sheet.uid_root, sheet.modality.code],
        "project": _plain(_of_files(sheet.project)),
    }
    return digest_of(record.dumps(made_of))


def prepare(sheet: Sheet, formats: Sequence[Format]) -> dict[str, bytes]:
    """Return the files of an image, or of a case, read back and compared with what was drawn; raises AnnotatorError.

    All formats have the same unit; for files of the case the sheet has its siblings.
    """
    contents: dict[str, bytes] = {}
    for used in formats:
        written = used.write(sheet)
        compare(sheet, used, written)
        contents.update(written)
    return contents


def compare(sheet: Sheet, used: Format, contents: Mapping[str, bytes]) -> None:
    """Raise AnnotatorError unless the files give the masks of the sheet's annotations back, pixel for pixel and category by category."""
    found = used.read(sheet.bare, contents)
    for own in sheet.case if used.unit == CASE else (sheet,):
        drawn = category_masks(own, delivered(own))
        there = category_masks(own, found.of(own.image.key).annotations)
        if drawn != there:
            wrong = sorted(key for key in drawn.keys() | there.keys() if drawn.get(key) != there.get(key))
            raise AnnotatorError(message("Writing the files of the image {image}", image=own.names.image),
                                 message("{format} does not give back what was drawn as {categories}", format=used.name,
                                         categories=", ".join(wrong)),
                                 message("The strokes are kept; please report this"))


def write_intent(root: Path, intent: Intent) -> None:
    """Bring an intent to the disk; raises OSError."""
    durable.fault("publish.before_intent")
    steps = [{"path": s.path, "content": None if s.content is None else base64.b64encode(s.content).decode(), "replaces": list(s.replaces)}
             for s in intent.steps]
    sealed, _ = record.seal({"case": intent.case, "revision": intent.revision, "digest": intent.digest, "steps": steps})
    durable.write(_folder(root) / intent.name, sealed)
    durable.fault("publish.after_intent")


def carry_out(root: Path, intent: Intent) -> tuple[str, ...]:
    """Bring the files into place and read them back; returns the paths of files that others changed, left alone.  Raises OSError."""
    foreign = []
    for step in sorted(intent.steps, key=lambda s: (s.content is None, s.path.endswith(".json"), s.path)):
        place = contained(root, step.path)
        there, wanted = digest_at(place), digest_of(step.content)
        if there == wanted:
            continue
        if there and there not in step.replaces:
            foreign.append(step.path)
        elif step.content is None:
            durable.fault("publish.before_remove")
            durable.remove(place)
        else:
            durable.fault("publish.before_json" if step.path.endswith(".json") else "publish.before_file")
            durable.write(place, step.content)
            read_back(place, step.content)
    return tuple(foreign)


def read_back(path: Path, content: bytes) -> None:
    """Raise AnnotatorError unless the file holds `content`; raises OSError where it cannot be read."""
    if path.read_bytes() != content:
        raise AnnotatorError(message("Reading back {path}", path=path.name), message("it is not what was written"),
                             message("The strokes stay in the journal; check the disk or choose another folder, then save again"))


def drop(root: Path, intent: Intent) -> None:
    """Take away an intent that is done, or that nothing came of; raises OSError."""
    durable.fault("publish.before_drop")
    durable.remove(_folder(root) / intent.name)


def roll_forward(root: Path, case: str | None = None, *, locked: bool = False) -> tuple[Message, ...]:
    """Finish every intent found (of one case only), older revisions first, and return what is to be told; raises OSError.

    `locked`: the caller holds the case's lock.  The intent of a case that another process is saving is that process's own affair.
    """
    folder, remarks = _folder(root), list[Message]()
    found = list[Intent]()
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if case is not None and not path.name.startswith(safe_name(case) + "-"):
            continue
        intent = _read(root, path, remarks)
        if intent and case in (None, intent.case):
            found.append(intent)
    for intent in sorted(found, key=lambda i: (i.case, i.revision)):
        if locked:
            remarks += _finish(root, intent)
            continue
        with suppress(TimeoutError), alone(root, intent.case, 0):
            remarks += _finish(root, intent)
    for swept in (folder, folder.parent):
        durable.sweep(swept)
    return tuple(remarks)


@contextmanager
def alone(root: Path, case: str, patience: float = 20.0) -> Iterator[None]:
    """Keep other processes from saving a case while the block runs; raises TimeoutError after `patience` seconds, and other OSErrors.

    On shares that know no locks everybody goes on: revisions are created exclusively, so nothing gets lost there either.
    """
    path = root / ".annotator" / "locks" / f"{safe_name(case)}.lock"
    durable.make_folder(path.parent)
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusively(path, patience))
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield


def digest_of(content: bytes | None) -> str:
    """Return the SHA-256 of a content, an empty text for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def digest_at(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, an empty text where there is none; raises OSError."""
    try:
        return digest_of(path.read_bytes())
    except FileNotFoundError:
        return ""


def _folder(root: Path) -> Path:
    return root / ".annotator" / "intents"


def _finish(root: Path, intent: Intent) -> list[Message]:
    """Carry an intent out if its revision is there, and drop it either way; the caller holds the lock of the case."""
    if not _folder(root).joinpath(intent.name).exists():  # its owner has finished it meanwhile
        return []
    try:
        kept = revisions.folder_of(root, intent.case).joinpath(intent.revision).read_bytes()
        committed = record.unseal(kept)[1] == intent.digest
    except (FileNotFoundError, record.Damaged):
        committed = False
    foreign = carry_out(root, intent) if committed else ()
    for step in intent.steps:
        durable.sweep(contained(root, step.path).parent)
    durable.sweep(revisions.folder_of(root, intent.case))
    drop(root, intent)
    return [message("{path} was changed by another program and was kept as it is", path=path) for path in foreign]


def _read(root: Path, path: Path, remarks: list[Message]) -> Intent | None:
    """Read one intent; a damaged one goes to quarantine."""
    try:
        found, _ = record.unseal(path.read_bytes())
        steps = [_step(root, entry) for entry in map(record.entries, record.items(found, "steps"))]
        return Intent(record.text(found, "case"), record.text(found, "revision"), record.text(found, "digest"), tuple(steps))
    except FileNotFoundError:  # its owner has just finished it
        return None
    except record.Damaged:
        revisions.set_aside(root, path)
        remarks.append(message("A half-published save ({name}) is damaged and was set aside; save its case again", name=path.name))
        return None


def _step(root: Path, entry: Mapping[str, object]) -> Step:
    content = entry.get("content")
    try:
        contained(root, record.text(entry, "path"))
        decoded = None if content is None else base64.b64decode(record.text(entry, "content"), validate=True)
    except ValueError as error:
        raise record.Damaged("a path leaves the project, or a content is not base64") from error
    return Step(record.text(entry, "path"), decoded, tuple(map(str, record.items(entry, "replaces"))))


def _of_files(project: Project) -> Project:
    """A project without what no file depends on."""
    bare = dataclasses.replace(project, clinical=None, class_groups={}, window_rules={}, practice=PracticeRule())
    return dataclasses.replace(bare, lines=LineRule(), reviewing=Reviewing(), quality=Quality(), intake=None,
                               deidentification=Deidentification())  # fmt: skip


def _plain(value: object) -> object:
    """A definition as JSON values; mappings in order of key, so that equal definitions give equal bytes."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value
