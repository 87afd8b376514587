"""Bring the revisions of a pack back into the project: as they are where nobody went on meanwhile, beside the others where somebody did.

A revision keeps its digest wherever its number is free, so that what names it goes on naming it; otherwise it is made anew and says so
(`moved`).  Whatever is there already is recognised: to bring a pack back twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath

from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.labels import LABELS
from annotator.domain.patterns import matcher
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.workspace import durable, labels, log, publish, revisions
from annotator.workspace.patients import choices
from annotator.workspace.revisions import ImageRecord, Revision

POINTS = ("merge.before_revision", "merge.after_revision")
"""Places of this module at which `durable.fault` may end the process."""
_ATTEMPTS = 50


@dataclass(frozen=True)
class Returned:
    """What became of the revisions of a case: how many came, which are called otherwise now, and what was odd.

    `rivals`: they stand beside what others did meanwhile; `disputed`: the annotations that both changed; `refused`: what did not come.
    """

    count: int = 0
    renamed: Mapping[str, str] = field(default_factory=dict)
    rivals: bool = False
    disputed: tuple[str, ...] = ()
    refused: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Way:
    """Between which folders revisions go, in whose log they stand and as what; `project`: its files are delivered (None: none are)."""

    root: Path
    packed: Path
    logged_in: Path
    name: str
    role: str
    project: Project | None


def bring(way: Way, case: str, base: str, number: int) -> Returned:
    """Bring a case's revisions back that began from the revision `base` with this number; raises AnnotatorError and OSError."""
    doing = message("Bringing the case {case} back", case=case)
    found, odd = revisions.heads(way.packed, case, keep=True)
    theirs = every(way.packed, case)
    with publish.alone(way.root, case):
        publish.roll_forward(way.root, case, locked=True)
        told, renamed, rivals, count = list(odd), dict[str, str](), False, 0
        disputed = dict[str, None]()
        for head in found:
            ours = every(way.root, case)
            same = next((one for one in ours.values() if head.digest in (one.digest, *one.moved)), None)
            if same is not None:
                renamed |= {head.digest: same.digest} if same.digest != head.digest else {}
                count += _fill(way, head, theirs, ours) if same.digest == head.digest else 0
                rivals |= same.digest != head.digest and len(revisions.heads(way.root, case, keep=True)[0]) > 1
                continue
            if way.role and head.author != way.name:
                told.append(message("revision {number} was saved by {name}", number=head.number, name=head.author or "?"))
                continue
            now, _ = revisions.heads(way.root, case)
            line = {*_line(theirs, head), *({base} if number in (0, *head.line) else ())}
            equal = [one for one in ours.values() if one.digest not in line and _says(one) == _says(head)]
            if equal:  # both did the same
                renamed[head.digest] = equal[-1].digest
                continue
            goes_on = now[0].digest in line and len(now) == 1 if now else not base
            try:
                if goes_on:
                    made = _continued(way, now[0] if now else None, head, theirs)
                    count += _fill(way, head, theirs, ours) if made.digest == head.digest else 0
                else:
                    disputed |= dict.fromkeys(_both(theirs.get(base) or ours.get(base), now, head))
                    made, rivals = _beside(way, now, head, base), True
                count += 1
            except AnnotatorError as error:
                told.append(error.cause)
                continue
            renamed |= {head.digest: made.digest} if made.digest != head.digest else {}
    refused = tuple(message("{doing}: {cause}", doing=doing, cause=cause) for cause in told)
    return Returned(count, renamed, rivals, tuple(disputed), refused)


def every(root: Path, case: str) -> dict[str, Revision]:
    """Return the revisions of a case that can be read, by digest; raises OSError."""
    found = {}
    for number, path in sorted(revisions.listed(root, case).items()):
        try:
            one = revisions.decode(path.read_bytes())
        except (record.Damaged, record.Newer, FileNotFoundError):
            continue  # told where the heads are read
        if (one.case, one.number) == (case, number):
            found[one.digest] = one
    return found


def _says(one: Revision) -> tuple[object, ...]:
    return one.document.annotations, one.document.facts, one.regions_only


def _line(there: Mapping[str, Revision], head: Revision) -> Iterator[str]:
    """The digests of what a revision continues, all the way back."""
    waiting, seen = [*head.parents], set[str]()
    while waiting:
        digest = waiting.pop()
        if digest not in seen:
            seen.add(digest)
            yield digest
            waiting += there[digest].parents if digest in there else ()


def _continued(way: Way, before: Revision | None, head: Revision, theirs: Mapping[str, Revision]) -> Revision:
    """Make a revision the newest of its case and deliver its files, as a save does; raises AnnotatorError where it may not be."""
    _bring_labels(way, head.document)
    steps = tuple(_publication(way, before, head)) if way.project is not None else ()
    there = revisions.listed(way.root, head.case)
    free = head.number not in there and all(number not in there for number in _numbers(head, before, theirs))
    return _commit(way, head if free else _anew(there, (before,) if before else (), head, before.digest if before else ""), steps)


def _numbers(head: Revision, before: Revision | None, theirs: Mapping[str, Revision]) -> set[int]:
    """The numbers of the revisions between what the project has and what comes."""
    least = before.number if before is not None else 0
    return {one.number for digest in _line(theirs, head) if (one := theirs.get(digest)) is not None and one.number > least}


def _fill(way: Way, head: Revision, theirs: Mapping[str, Revision], ours: Mapping[str, Revision]) -> int:
    """Bring what lies between, which nothing rests on; returns how many those were."""
    taken = revisions.listed(way.root, head.case)
    between = [one for digest in _line(theirs, head) if (one := theirs.get(digest)) is not None and digest not in ours
               and one.number not in taken and (not way.role or one.author == way.name)]  # fmt: skip
    for one in sorted(between, key=lambda one: one.number):
        _commit(way, one, ())
    return len(between)


def _anew(there: Mapping[int, Path], now: Sequence[Revision], head: Revision, parent: str) -> Revision:
    """The same work under the next number that is free."""
    moved = tuple(dict.fromkeys((*head.moved, head.digest)))
    return revisions.following(now, there, (), (parent,) if parent else (), replace(head, moved=moved, through=head.through[:1]))


def _beside(way: Way, now: Sequence[Revision], head: Revision, base: str) -> Revision:
    """Keep the work beside what others did; nothing is delivered from it, and what is delivered stays known."""
    _bring_labels(way, head.document)
    newest, own = now[0] if now else None, dict[ImageKey, ImageRecord]()
    for key, entry in head.images.items():
        before = newest.images.get(key, ImageRecord()) if newest is not None else ImageRecord()
        own[key] = replace(before, path=entry.path, pixels=entry.pixels, extent=entry.extent)
    published = {**(newest.images if newest is not None else {}), **own}
    whole = newest.whole if newest is not None else ImageRecord()
    rival = replace(head, images=published, whole=whole)
    return _commit(way, _anew(revisions.listed(way.root, head.case), now, rival, base), ())


def _commit(way: Way, revision: Revision, steps: tuple[publish.Step, ...]) -> Revision:
    """Intent, revision, files, row of the log, each on disk before the next, as a save does it."""
    content, digest = revisions.encode(revision)
    place = revisions.path_of(way.root, revision)
    intent = publish.Intent(revision.case, revision.name, digest, steps)
    if steps:
        publish.write_intent(way.root, intent)
    durable.fault("merge.before_revision")
    try:
        durable.create_exclusive(place, content)
    except FileExistsError as error:
        if steps:
            publish.drop(way.root, intent)
        doing = message("Bringing the case {case} back", case=revision.case)
        raise AnnotatorError(doing, message("another program is saving this case"), message("Try again in a moment")) from error
    durable.fault("merge.after_revision")
    publish.carry_out(way.root, intent)
    log.append(way.logged_in, revision.author, way.role, revision.time, revisions.row_of(replace(revision, digest=digest)))
    publish.read_back(place, content)
    if steps:
        publish.drop(way.root, intent)
    return replace(revision, digest=digest)


def _publication(way: Way, before: Revision | None, head: Revision) -> Iterator[publish.Step]:
    """What is delivered of a revision; raises AnnotatorError for a file that is not what it says, or that others changed."""
    doing, remedy = message("Bringing the case {case} back", case=head.case), message("Open the case in both places and look")
    there = before.files if before is not None else {}
    for path in sorted({*there, *head.files}):
        if there.get(path) == head.files.get(path):
            continue
        if not _delivered(way.project, path):
            raise AnnotatorError(doing, message("{path} is no place of a mask or of a JSON file", path=path), remedy)
        content = contained(way.packed, path).read_bytes() if path in head.files and contained(way.packed, path).is_file() else None
        if publish.digest_of(content) != head.files.get(path, ""):
            raise AnnotatorError(doing, message("{path} in the pack is not what its revision says", path=path), remedy)
        now = publish.digest_at(contained(way.root, path))
        if now not in ("", there.get(path), publish.digest_of(content)):
            raise AnnotatorError(doing, message("{path} was changed by another program", path=path), remedy)
        yield publish.Step(path, content, tuple(filter(None, (there.get(path),))))


def _delivered(project: Project | None, path: str) -> bool:
    """Whether a path is one at which the project delivers."""
    if project is None:
        return False
    kinds = [text for kind, text in project.patterns.items() if kind != "image"]
    return any(matcher(text, choices(project)).fullmatch(path) for text in kinds)


def _bring_labels(way: Way, document: Document) -> None:
    """Bring the label volume that a document names; raises AnnotatorError where it is not what its name says."""
    digest = document.facts.get(LABELS, "")
    if not digest or labels.path_of(way.root, digest).exists():
        return
    doing = message("Reading the regions of the case")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise AnnotatorError(doing, message("the file is damaged"), message("Get the folder once more from where it was worked in"))
    place = labels.path_of(way.packed, digest)
    content = place.read_bytes() if place.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise AnnotatorError(doing, message("the file is damaged"), message("Get the folder once more from where it was worked in"))
    durable.write(labels.path_of(way.root, digest), content)


def _both(base: Revision | None, now: Sequence[Revision], head: Revision) -> Iterator[str]:
    """The annotations, by image and id, that both sides changed, and not to the same."""
    start = base.document if base is not None else Document()
    for one in now:
        for key in sorted({*one.document.annotations, *head.document.annotations, *start.annotations}):
            for number in sorted({a.id for of in (start, one.document, head.document) for a in of.on(key)}):
                first, ours, theirs = (of.find(key, number) for of in (start, one.document, head.document))
                if first not in (ours, theirs) and ours != theirs:
                    path = head.images.get(key, ImageRecord()).path
                    yield f"{PureWindowsPath(path).name or key} {number}"  # takes the separators of both systems
