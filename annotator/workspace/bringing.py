"""Read a case from its delivered files where no revision speaks of it, or where others changed them since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotator.domain.conflict import aligned
from annotator.domain.delivered import Difference, compare
from annotator.domain.delivery import Names, Reading, Sheet
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.facts import said_of_case
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.i18n import Message, message
from annotator.workspace.adoption import LostFiles, adopt
from annotator.workspace.catalogue import Series
from annotator.workspace.journal import Recovery
from annotator.workspace.notice import Question
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register
from annotator.workspace.store import Delivered, Head, Loaded, Store
from annotator.workspace.work import Work, numbered, united

EACH = "each"
"""The choice that leads to a decision for each difference between two versions."""
_CHOICES = {
    "json": message("Take the JSON"),
    "masks": message("Take the masks"),
    "record": message("Keep what was saved here"),
}
_ALTERED = {
    "json": message("Import them"),
    "record": message("Keep what was saved here"),
    "both": message("Keep both"),
    EACH: message("Choose one by one"),
}
_SHOWN = 3


@dataclass(frozen=True)
class Version:
    """One of several versions of a case: a revision by number and digest, or delivered files as others changed them (0, empty)."""

    document: Document
    author: str = ""
    time: str = ""
    number: int = 0
    digest: str = ""

    @staticmethod
    def of(loaded: Loaded) -> Version:
        """Return the case as its newest revision has it."""
        head = loaded.heads[0] if loaded.heads else Head(0, "", "", "")
        return Version(loaded.document, head.author, head.time, head.revision, head.digest)


@dataclass(frozen=True)
class Disagreement:
    """Files that say different things; `documents` holds the case as each choice would have it."""

    text: Message
    documents: Mapping[str, Document]
    files: tuple[Delivered, ...] = ()
    heads: tuple[str, ...] = ()
    """Digests of the revisions that rival one another."""
    labels: Mapping[str, Message] = field(default_factory=lambda: _CHOICES)
    versions: tuple[Version, ...] = ()
    """Those that each difference may be decided between, the own one or the newest first."""

    def question(self, answer: Callable[[str], None]) -> Question:
        """Put it to the person."""
        return Question(self.text, tuple((choice, self.labels[choice]) for choice in self.documents), answer)


@dataclass(frozen=True)
class Opened:
    """A case that was brought up, what was odd about it, and what must be decided."""

    work: Work
    remarks: tuple[Message, ...] = ()
    disagreement: Disagreement | None = None
    edits: tuple[Edit, ...] = ()
    """What the journal brought back; the work has it already."""
    recovery: Recovery = Recovery()
    through: tuple[tuple[str, int], ...] = ()
    """How much of which journal the revision holds."""


def sheet_of(project: ProjectFolder, series: Series, image: Image, names: Names, *, in_tree: bool) -> Sheet:
    """Return the bare sheet of an image of a series that the project names."""
    if series.project_modality is None:
        raise ValueError("the project does not name this modality")
    return Sheet(project.project, series.project_modality, image, names, in_tree=in_tree, uid_root=project.salt)


def read_all(
    store: Store, register: Register, project: ProjectFolder, members: Sequence[Series], work: Work, lost: LostFiles
) -> Opened:
    """Read the delivered files of a case's images.

    Without a revision they are the case.  Where JSON and masks differ by a pixel, or differ from a revision that there is, the
    disagreement says where and the person chooses.
    """
    jsons, masks = dict[ImageKey, Reading](), dict[ImageKey, Reading]()
    for series in members if not work.revision else ():
        adopt(project, register, store.formats, series, lost)
    remarks, where, files, altered = list[Message](), list[Message](), list[Delivered](), list[Message]()
    sheets = _sheets(register, project, members, work)
    kept = work.document.facts if work.revision else {}  # without a revision nothing but the files says what is on disk
    facts = kept
    for sheet in sheets:
        image, names = sheet.image, sheet.names
        delivered = store.read_delivered(replace(sheet, siblings=sheets if store.whole_cases else ()))
        found = delivered.json or delivered.masks
        saved = Reading(work.document.on(image.key))
        altered += (_place(names, difference) for difference in compare(sheet, found or Reading(), saved))
        for said in (reading.facts for reading in (delivered.json, delivered.masks) if reading and reading.facts is not None):
            facts = said_of_case(kept, said)
        if found is None:
            continue
        files.append(delivered)
        remarks += (r for reading in (delivered.json, delivered.masks) if reading for r in reading.remarks)
        jsons[image.key], masks[image.key] = found, delivered.masks or found
        where += (_place(names, difference) for difference in compare(sheet, found, masks[image.key]))
    told = Document(facts=facts)
    altered += [message("case data")] if facts != kept else []
    remarks = list(dict.fromkeys(remarks))
    documents = {"json": numbered(told, jsons), "masks": numbered(told, masks)}
    if not work.revision:
        filled = replace(work, history=History(documents["json"]), saved=documents["json"])
        return Opened(filled, tuple(remarks), _disagreement(where, documents, files) if where else None)
    if where:
        return Opened(work, tuple(remarks), _disagreement(where, {**documents, "record": work.document}, files))
    if altered:
        theirs = aligned(work.document, documents["json"], {sheet.image.key: sheet.image for sheet in sheets})
        return Opened(work, tuple(remarks), _altered(altered, work.document, theirs, tuple(files), Version.of(store.load(work.id))))
    return Opened(work, tuple(remarks))


def _sheets(register: Register, project: ProjectFolder, members: Sequence[Series], work: Work) -> tuple[Sheet, ...]:
    """The bare sheets of the case's images that have their names already."""
    found = []
    named = ((s, i) for s in members if s.project_modality is not None for i in s.images)
    for place, (series, image) in enumerate(named):
        names = register.known(image, again=place == 0)
        if names is not None:
            sheet = sheet_of(project, series, image, names, in_tree=register.in_tree(image) is not None)
            found.append(replace(sheet, regions_only=work.regions_only, facts=work.document.facts))
    return tuple(found)


def rivals(versions: Sequence[tuple[Head, Document]]) -> Disagreement:
    """What must be decided where several people, or windows, went on from one revision; `versions` begins with the newest."""
    told = tuple(Version(document, head.author, head.time, head.revision, head.digest) for head, document in versions)
    documents = {EACH: told[0].document, "all": united([version.document for version in told])}
    labels = {EACH: message("Choose one by one"), "all": message("Keep all of it")}
    for number, (head, document) in enumerate(versions, 1):
        documents[f"version{number}"] = document
        labels[f"version{number}"] = message("Only {author}, {time}", author=head.author, time=head.time[5:16].replace("T", " "))
    text = message("This case was saved in several windows at the same time; all versions are kept. Which is right?")
    return Disagreement(text, documents, heads=tuple(head.digest for head, _ in versions), labels=labels, versions=told)


def _altered(where: Sequence[Message], own: Document, theirs: Document, files: tuple[Delivered, ...], saved: Version) -> Disagreement:
    """What must be decided where others changed the delivered files since the case was saved."""
    documents = {"json": theirs, "record": own, "both": united([own, theirs]), EACH: own}
    text = message("Others changed the delivered files of this case: {places}. What holds?", places=_listed(where))
    return Disagreement(text, documents, files, labels=_ALTERED, versions=(replace(saved, document=own), Version(theirs)))


def _disagreement(where: Sequence[Message], documents: Mapping[str, Document], files: Sequence[Delivered]) -> Disagreement:
    return Disagreement(message("Saved files disagree: {places}. Which is right?", places=_listed(where)), documents, tuple(files))


def _listed(where: Sequence[Message]) -> Message:
    """Say the first few places, and how many more there are."""
    shown = where[:_SHOWN]
    places = Message(" · ".join(f"{{place{i}}}" for i in range(len(shown))), tuple((f"place{i}", place) for i, place in enumerate(shown)))
    more = message(" and {count} more", count=len(where) - _SHOWN) if len(where) > _SHOWN else Message("")
    return message("{places}{more}", places=places, more=more)


def _place(names: Names, difference: Difference) -> Message:
    x1, y1, x2, y2 = difference.box
    return message(
        "image {image}, {category}: {count} pixels within x {left}–{right}, y {top}–{low}",
        image=names.image,
        category=difference.category,
        count=difference.pixels,
        left=x1 + 1,
        right=x2,
        top=y1 + 1,
        low=y2,
    )
