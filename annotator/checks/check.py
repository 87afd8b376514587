"""What every check offers: a function from what was saved to what is wrong with it.

There are three kinds, by what a check must see at once: one image (`Check`), the images and files of one folder of the tree
(`FolderCheck`), or the whole project (`WholeCheck`, which never sees it: it gets what occurs more than once).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from annotator.domain.course import State
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.document import Document
from annotator.domain.finding import Finding, Severity
from annotator.domain.header_facts import HeaderFacts
from annotator.domain.image import Owner
from annotator.domain.lesion_sizes import Sized
from annotator.domain.project import Project
from annotator.i18n import Message


@dataclass(frozen=True)
class Saved:
    """One image as it was saved: what it should be, the delivered files that are there, and what their formats read in them.

    `sheet` holds the annotations of the newest revision; `files` is path → content (paths relative to the project's folder, `/`);
    `readings` has one entry for each format of the project whose files could be read; `owner` is what the image's header says.
    """

    sheet: Sheet
    files: Mapping[str, bytes] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    owner: Owner = Owner()
    expected: tuple[str, ...] = ()
    """Paths of the files that were delivered of it when its case left the pass."""
    drawn_on: str = ""
    """SHA-256 of the pixels that were drawn on, as the newest revision records it; empty where it does not."""
    pixels: str = ""
    """SHA-256 of the pixels that the image has now; empty where it cannot be decoded."""
    header: HeaderFacts | None = None
    """What the image's header says besides; None where nobody read it."""
    masks: Mapping[str, HeaderFacts] = field(default_factory=dict)
    """Path → header of each DICOM file among `files`."""
    unread: Mapping[str, Message] = field(default_factory=dict)
    """Path → why a file cannot be read."""
    left: tuple[str, ...] = ()
    """Paths of the files that the newest revision left of it."""
    recorded: bool = True
    """Whether a revision speaks of it; if not, its files are all there is."""
    blank: bool = False
    """Whether all of its pixels are the same."""
    case: str = ""
    """The id of its case."""

    @property
    def path(self) -> str:
        """Where the image lies, for a person: in the tree relative to the project's folder."""
        return self.sheet.path("image") if self.sheet.in_tree else self.sheet.image.path


class Oddness(Enum):
    """Why a file in the project's tree belongs to no image."""

    MISPLACED = "misplaced"
    """Folder or name is not as the rule says."""
    JUNK = "junk"
    """It is of those that systems leave behind."""
    ALONE = "alone"
    """Its name follows the rule, and no image of this name is there."""
    UNREADABLE = "unreadable"
    """It is called like an image and cannot be read as one."""


@dataclass(frozen=True)
class Stray:
    """A file in the project's tree that belongs to no image, and why."""

    path: str
    oddness: Oddness
    cause: Message | None = None


@dataclass(frozen=True)
class KeptCase:
    """The newest revision of a case, and how far the case is; `answering`: it is in the pass that answers lines, or past it."""

    name: str
    document: Document
    state: State = State.NEW
    answering: bool = False


@dataclass(frozen=True)
class Break:
    """A place where what was kept does not hang together any more."""

    path: str
    cause: Message
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Gathered:
    """What one folder of the project's tree holds, or one series that is used in place; the contents of files are left out."""

    project: Project
    name: str
    """What it is called in a finding: the folder, relative to the project's."""
    saved: tuple[Saved, ...] = ()
    strays: tuple[Stray, ...] = ()
    cases: tuple[KeptCase, ...] = ()
    """Those of its cases of which something was saved."""
    lesions: tuple[Sized, ...] = ()
    breaks: tuple[Break, ...] = ()
    lost_regions: tuple[tuple[str, Message], ...] = ()
    """Cases whose label volume cannot be read, and why."""


@dataclass(frozen=True)
class Check:
    """A check of one image as data: its id, how bad what it finds is, what it holds, and the function that looks."""

    id: str
    severity: Severity
    text: str
    """Marked text: what holds where the check finds nothing."""
    run: Callable[[Saved], tuple[Finding, ...]]


@dataclass(frozen=True)
class FolderCheck:
    """A check of what lies together, as data."""

    id: str
    severity: Severity
    text: str
    run: Callable[[Gathered], tuple[Finding, ...]]


@dataclass(frozen=True)
class WholeCheck:
    """A check of what must occur once in the whole project, as data.

    `traces` names what an image brings: a text, and the file that has it.  `run` gets each text that several files have, with all of them
    in order; so what is kept of an image is a digest, however many there are.
    """

    id: str
    severity: Severity
    text: str
    traces: Callable[[Saved], Iterable[tuple[str, str]]]
    run: Callable[[tuple[str, ...]], tuple[Finding, ...]]


AnyCheck = Check | FolderCheck | WholeCheck
