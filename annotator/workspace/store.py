"""Load and save the cases of a project: revisions are the truth, delivered files are made from the newest of them.

A save is one transaction: what will be delivered is prepared and compared, the intent goes to the disk, then the revision, then the files;
only when all of it has been read back does the call return.  Two people who save one case both keep their revision; while a case is in
conflict nothing is delivered from it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from annotator.domain.delivery import Reading, Sheet
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.formats.format import CASE, Format
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.workspace import durable, log, publish, revisions
from annotator.workspace.plan import Plan, Rules, keep_foreign, plan
from annotator.workspace.revisions import ImageRecord, Revision

POINTS = ("save.begin", "save.before_revision", "save.after_revision", "save.before_read_back", "save.end")
"""Places of this module at which `durable.fault` may end the process."""

_ATTEMPTS = 200


class Folder(Protocol):
    """What the store needs of a project folder."""

    @property
    def root(self) -> Path:
        """Where it lies."""

    @property
    def project(self) -> Project:
        """Its definition."""

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written there."""


@dataclass(frozen=True)
class Head:
    """A revision that no other continues: one of them normally, several in a conflict."""

    revision: int
    digest: str
    author: str
    time: str


@dataclass(frozen=True)
class Loaded:
    """A case as its newest revision has it; number 0 and an empty digest: there is none.  `through` is for `Journal.recover`."""

    document: Document = field(default_factory=Document)
    revision: int = 0
    digest: str = ""
    regions_only: bool = False
    remarks: tuple[Message, ...] = ()
    heads: tuple[Head, ...] = ()
    through: tuple[tuple[str, int], ...] = (("", 0),)
    moved: tuple[str, ...] = ()
    """Digests of the revisions that this one is the same as, but for where its files lie."""
    images: Mapping[ImageKey, ImageRecord] = field(default_factory=dict)

    @property
    def conflict(self) -> bool:
        """Whether two people went on from the same revision."""
        return len(self.heads) > 1


@dataclass(frozen=True)
class Saved:
    """What a save did; paths are relative to the project's folder, with `/`.

    `files`: what is delivered now for the sheets' images; `written`, `removed`: what changed of it; `foreign`: files that others changed,
    left as they are together with the other files of their image.
    """

    revision: int
    digest: str
    files: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    conflict: bool = False
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """What the delivered files of an image say; None: there are no files of that kind.  `digests`: path → SHA-256 of what was read."""

    json: Reading | None
    masks: Reading | None
    digests: Mapping[str, str]


class Store:
    """The saved cases of one project; making one finishes what a killed save left unfinished (`remarks` tells)."""

    def __init__(self, project: Folder, formats: Sequence[Format] | None = None) -> None:
        self.root = self.logged_in = project.root
        self.read_only = project.read_only
        self._project, self._formats = project.project, formats
        self._imported: set[tuple[str, str]] = set()
        self._accepted: set[tuple[str, str]] = set()
        self._unacknowledged: dict[str, str] = {}
        self.remarks: tuple[Message, ...] = ()
        if not self.read_only:
            with _told(message("Finishing an interrupted save")):
                self.remarks = publish.roll_forward(self.root)

    @cached_property
    def formats(self) -> tuple[Format, ...]:
        """What a save writes; loaded when a case is opened, not with the project.  Raises AnnotatorError for a format that is not there."""
        offered = publish.formats_of(self._project) if self._formats is None else self._formats
        return tuple(found for found in offered if not found.at_done)

    @cached_property
    def whole_cases(self) -> bool:
        """Whether files are delivered that belong to a case as a whole."""
        return any(used.unit == CASE for used in self.formats)

    def load(self, case_id: str, digest: str = "") -> Loaded:
        """Return the newest revision of a case, or the head with this digest; raises AnnotatorError where the disk cannot be read."""
        with _told(message("Loading the case {case}", case=case_id)):
            found, remarks = revisions.heads(self.root, case_id, self.read_only)
        if not found:
            return Loaded(remarks=remarks)
        chosen = next((head for head in found if head.digest == digest), found[0])
        if len(found) > 1:
            remarks += (message("The case {case} was changed by {authors} at the same time; all versions are kept",
                                case=case_id, authors=", ".join(dict.fromkeys(head.author or "?" for head in found))),)
        heads = tuple(Head(head.number, head.digest, head.author, head.time) for head in found)
        return Loaded(chosen.document, chosen.number, chosen.digest, chosen.regions_only, remarks, heads, chosen.through, chosen.moved,
                      chosen.images)

    def save(
        self, case_id: str, document: Document, parent: str, sheets: Sequence[Sheet], author: str, time: str, *,
        software: str = "", digests: Mapping[ImageKey, str] | None = None, regions_only: bool | None = None,
        through: tuple[str, int] = ("", 0), merges: Sequence[str] = (), anew: bool = False, role: str = "",
    ) -> Saved:
        """Save a case that was loaded as the revision with digest `parent`, and deliver the files of `sheets`; returns when all is on disk.

        `sheets`: every image of the case that has or had annotations; every image at all where files belong to cases (`whole_cases`).
        `digests`: SHA-256 of the images' pixels.  `regions_only`: None keeps it.  `through`: Mark.through of the journal.
        `merges`: other heads that the document unites.  `anew`: unchanged files too.  `role`: as what the author works, for the log.
        An unchanged document writes nothing.  Raises AnnotatorError; then nothing is acknowledged, and calling again goes on.
        """
        doing = message("Saving the case {case}", case=case_id)
        if self.read_only:
            raise AnnotatorError(doing, message("the project was opened read-only"),
                                 message("The strokes stay in the journal; open the project where it can be written"))
        durable.fault("save.begin")
        with _told(doing):
            if not self.root.joinpath(".annotator" if parent else ".").is_dir():
                raise FileNotFoundError(2, "no such folder", str(self.root))
            with publish.alone(self.root, case_id):
                new = Revision(case_id, 0, document, author=author, time=time, software=software, through=(through,))
                return self._save(new, (parent, *merges), sheets, digests or {}, regions_only, anew, role)

    def read_delivered(self, sheet: Sheet) -> Delivered:
        """Read the delivered files of an image; with its siblings also what the files of the case say of it.

        Where no revision speaks of the image, the next save may replace what was read.
        """
        found: dict[bool, Reading | None] = {True: None, False: None}
        digests: dict[str, str] = {}
        bare = sheet.bare
        with _told(message("Reading the files of the image {image}", image=sheet.names.image)):
            for used in self.formats:
                contents = {path: place.read_bytes() for path in used.paths(bare) if (place := contained(self.root, path)).is_file()}
                if contents:
                    found[any(path.endswith(".json") for path in contents)] = used.read(bare, contents).of(bare.image.key)
                    digests |= {path: publish.digest_of(content) for path, content in contents.items()}
        self._imported |= set(digests.items())
        return Delivered(found[True], found[False], digests)

    def accept(self, delivered: Delivered) -> None:
        """Let the next save replace these files although others changed them (a copy goes to quarantine): a person has decided."""
        self._accepted |= set(delivered.digests.items())

    def altered(self, case_id: str) -> tuple[str, ...]:
        """Return the delivered files of a case that are not as its newest revision left them; raises AnnotatorError."""
        with _told(message("Loading the case {case}", case=case_id)):
            found, _ = revisions.heads(self.root, case_id, self.read_only)
            files = found[0].files if found else {}
            return tuple(path for path, digest in files.items() if publish.digest_at(contained(self.root, path)) != digest)

    def _save(self, new: Revision, parents: tuple[str, ...], sheets: Sequence[Sheet], digests: Mapping[ImageKey, str],
              regions_only: bool | None, anew: bool, role: str) -> Saved:
        """Save under the lock; another writer that does without one is met at the exclusive creation, and the save starts over."""
        remarks = publish.roll_forward(self.root, new.case, locked=True)
        durable.sweep(revisions.folder_of(self.root, new.case))
        claimed = set[int]()
        for _ in range(_ATTEMPTS):
            found, odd = revisions.heads(self.root, new.case)
            remarks += odd
            bases = self._bases(found, parents)
            conflict = any(head.digest not in bases for head in found)
            continued = next((head for head in found if head.digest in bases), found[0] if found else None)
            kept = regions_only if regions_only is not None else continued is not None and continued.regions_only
            absent = frozenset(key for key, drawn in new.document.annotations.items() if drawn) - {sheet.image.key for sheet in sheets}
            rules = Rules(frozenset(self._imported), frozenset(self._accepted), anew, conflict, absent)
            planned = plan(self.root, self.formats, sheets, found[0] if found else None, digests, rules)
            if bases == tuple(head.digest for head in found) and _same(found, new.document, kept, planned):
                self._unacknowledged.pop(found[0].digest, None)
                return _saved(found[0], sheets, planned, remarks)
            revision = revisions.following(found, revisions.listed(self.root, new.case), claimed, bases,
                                           replace(new, regions_only=kept, images=planned.images, whole=planned.whole))
            keep_foreign(self.root, planned.steps, rules)
            done = self._commit(revision, planned, parents[0], role)
            if done is not None:
                saved, left = done  # what others changed between the plan and the deed
                return _saved(saved, sheets, replace(planned, foreign=tuple(dict.fromkeys((*planned.foreign, *left)))), remarks)
            claimed.add(revision.number)
        raise FileExistsError(17, "the numbers of the revisions are all taken")

    def _bases(self, found: Sequence[Revision], parents: tuple[str, ...]) -> tuple[str, ...]:
        """The digests that the new revision continues.

        A save of ours that failed after its revision was there counts as the parent, and so does one that only says where the files of the
        parent lie now.
        """
        own = {before: head.digest for head in found for before in head.moved}
        own |= {self._unacknowledged[head.digest]: head.digest for head in found if head.digest in self._unacknowledged}
        first, there = own.get(parents[0], parents[0]), {head.digest for head in found}
        return tuple(dict.fromkeys(base for base in (first, *(p for p in parents[1:] if p in there)) if base))

    def _commit(self, revision: Revision, planned: Plan, parent: str, role: str) -> tuple[Revision, tuple[str, ...]] | None:
        """Intent, revision, files, row of the log, each on disk before the next; None: the number was taken.

        With the revision it returns the files that others changed in the meantime, left as they are.
        """
        content, digest = revisions.encode(revision)
        intent = publish.Intent(revision.case, revision.name, digest, planned.steps)
        place = revisions.path_of(self.root, revision)
        if planned.steps:
            publish.write_intent(self.root, intent)
        durable.fault("save.before_revision")
        self._unacknowledged[digest] = parent
        try:
            durable.create_exclusive(place, content)
        except FileExistsError:
            del self._unacknowledged[digest]
            if planned.steps:
                publish.drop(self.root, intent)
            return None
        durable.fault("save.after_revision")
        left = publish.carry_out(self.root, intent)
        log.append(self.logged_in, revision.author, role, revision.time, revisions.row_of(replace(revision, digest=digest)))
        durable.fault("save.before_read_back")
        publish.read_back(place, content)
        if planned.steps:
            publish.drop(self.root, intent)
        del self._unacknowledged[digest]
        durable.fault("save.end")
        return replace(revision, digest=digest), left


def _same(found: Sequence[Revision], document: Document, regions_only: bool, planned: Plan) -> bool:
    """Whether the one head already says all this and its files need nothing."""
    if len(found) != 1 or planned.steps:
        return False
    made_of = [
        [(of.whole.inputs, of.whole.files), {key: (entry.inputs, entry.files, entry.pixels) for key, entry in of.images.items()}]
        for of in (found[0], planned)
    ]
    annotations = {key: drawn for key, drawn in document.annotations.items() if drawn}
    issued = {key: number for key, number in document.issued.items() if number}
    there = found[0].document
    return made_of[0] == made_of[1] and (there.annotations, there.issued, there.facts, found[0].regions_only) == (
        annotations, issued, document.facts, regions_only)


def _saved(revision: Revision, sheets: Sequence[Sheet], planned: Plan, remarks: Sequence[Message]) -> Saved:
    written, removed = ([s.path for s in planned.steps if (s.content is None) == gone] for gone in (False, True))
    files = [path for sheet in sheets for path in revision.images.get(sheet.image.key, ImageRecord()).files]
    files += revision.whole.files
    return Saved(revision.number, revision.digest, tuple(files), tuple(written), tuple(removed), planned.foreign,
                 bool(revision.rivals), tuple(dict.fromkeys((*remarks, *planned.remarks))))


@contextlib.contextmanager
def _told(doing: Message) -> Iterator[None]:
    """Turn what the system says into a sentence for a person."""
    try:
        yield
    except TimeoutError as error:
        raise AnnotatorError(doing, message("another program is saving this case"), message("Try again in a moment")) from error
    except OSError as error:
        raise AnnotatorError(doing, _cause(error),
                             message("The strokes stay in the journal; put this right or choose another folder, then try again")) from error
    except record.Newer as error:
        raise AnnotatorError(doing, message("it was saved by a newer version of the program"), message("Update the program")) from error


def _cause(error: OSError) -> Message:
    """Why the system refused, and where."""
    if not isinstance(error.filename, str):
        return system_cause(error)
    place = Path(error.filename)
    shown = place.parent if place.name.startswith(".annotator-") else place  # a temporary file means nothing to a person
    return message("{path}: {cause}", path=shown, cause=system_cause(error))
