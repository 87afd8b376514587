"""The real window is killed while it draws: every acknowledged edit is there again, and no file is torn.

`ANNOTATOR_CAMPAIGN` is the number of kills (8 without it), `ANNOTATOR_SEED` what the dice begin with.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pydicom
import pytest

from annotator.domain.document import Document
from annotator.formats import record
from annotator.i18n import say
from annotator.workspace import durable, journal, projects, publish, revisions, store
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.session import Session
from annotator.workspace.store import Store
from annotator.workspace.tasks import Immediate
from tests.conftest import ROOT
from tests.laws.pixels import delivered_json, delivered_masks, entries_of, masks_of, same
from tests.laws.working_window import SIZE, Orders
from tests.workspace.study import lung_project, opened, small_ct

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")

POINTS = (*durable.POINTS, *store.POINTS, *publish.POINTS, *journal.POINTS)
KILLS, SEED = int(os.environ.get("ANNOTATOR_CAMPAIGN", "8")), int(os.environ.get("ANNOTATOR_SEED", "2024"))
FIRST = ("save.after_revision", "write.half", "journal.after_commit", "publish.before_json")
"""Where most is at stake: a short campaign has these."""
AT_START = ("journal.before_adopt",)
HARMLESS = "This plugin does not support propagateSizeHints()"  # the offscreen platform says so of every window


@dataclass(frozen=True)
class End:
    """How a window ends: as `Orders` says, or after `seconds` of drawing (negative: of starting); `left`: edits wait to come back."""

    ending: str
    seconds: float = 0.0
    left: bool = False


@dataclass(frozen=True)
class Kill:
    """What a killed window had acknowledged: its last document, and whether a step had begun after it."""

    document: Document | None
    begun: bool


def ends(count: int, seed: int) -> Iterator[End]:
    """Strokes, pauses and chance; every second window ends at the next fault point."""
    dice = random.Random(seed)
    points = [*FIRST, *dice.sample(rest := [p for p in POINTS if p not in FIRST], len(rest))]
    for number in range(count):
        if number % 2:
            point = points[number // 2 % len(points)]
            yield End(f"start@{point}:1", left=True) if point in AT_START else End(f"{point}:{dice.randint(1, 3)}")
        elif number % 8 == 0:
            yield End("stroke")
        elif number % 8 == 2:
            yield End("between")
        elif number % 8 == 4:
            yield End("never", dice.uniform(0.0, 1.0))
        elif number % 16 == 6:
            yield End(f"start@{dice.choice(('save.begin', 'save.before_revision'))}:1", left=True)
        else:
            yield End("never", -dice.uniform(0.2, 1.5), left=True)


def killed(orders: Orders, seconds: float) -> Kill:
    """Let a window draw until it kills itself, waits for it, or has drawn long enough; return what it had acknowledged."""
    command = [sys.executable, "-m", "tests.laws.working_window", json.dumps(asdict(orders))]
    window = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert window.stdout is not None and window.stderr is not None
    lines, end = list[dict](), time.monotonic() - seconds if seconds < 0 else None
    rest, heard = b"", selectors.DefaultSelector()
    heard.register(window.stdout, selectors.EVENT_READ)
    while end is None or heard.select(max(0.0, end - time.monotonic())):
        read = os.read(window.stdout.fileno(), 1 << 20)
        *whole, rest = (rest + read).split(b"\n")
        lines += map(json.loads, whole)
        if not read or (lines and lines[-1]["what"] == "waiting"):
            break
        if lines and end is None and seconds > 0:
            end = time.monotonic() + seconds
    heard.close()
    with suppress(ProcessLookupError):
        window.kill()
    out, errors = window.communicate()
    lines += map(json.loads, (rest + out).split(b"\n")[:-1])
    noise = [line for line in errors.decode().splitlines() if line != HARMLESS]
    assert (window.returncode, noise) == (-signal.SIGKILL, []), orders
    done = [line for line in lines if line["what"] != "begun"]
    document = record.decode_document(done[-1]["document"]) if done else None
    return Kill(document, bool(lines) and lines[-1]["what"] == "begun")


class Place:
    """A project, a small CT, and what holds of them after every kill."""

    def __init__(self, folder: Path) -> None:
        self.images, self.root = small_ct(folder / "images", slices=3, size=SIZE), lung_project(folder / "project").root
        session, _ = opened(self.root, self.images)
        self.series, self.document = session.series, Document()
        session.close()

    def orders(self, seed: int, ending: str) -> Orders:
        return Orders(str(self.root), str(self.images), seed, random.Random(seed).randint(0, 9), ending)

    def look_as_it_lies(self) -> None:
        """Under a final name there are only whole files, before anything has been mended."""
        for path in self.root.rglob("*"):
            if path.is_file() and not path.name.endswith((".tmp", ".lock", ".claim")):
                if path.suffix == ".dcm":
                    assert set(pydicom.dcmread(path).pixel_array.flat) == {0, 255}
                elif path.suffix == ".json":
                    json.loads(path.read_bytes())

    def start_again(self, kill: Kill) -> None:
        """Start again: what was acknowledged is there, what came back is said, and all files say the same."""
        self.look_as_it_lies()
        assert Store(projects.open_project(self.root)).remarks == ()
        saved = self.newest()
        self.compare_files(saved)
        heard: list[str] = []
        session = Session(projects.open_project(self.root), Immediate(), author="김판독")
        session.subscribe(lambda topic: heard.append(say(session.said.message)) if topic is Topic.MESSAGE and session.said else None)
        session.open_folder([self.images])
        assert session.question is None
        acknowledged = self.document if kill.document is None else kill.document
        if session.document != acknowledged:
            assert kill.begun, "more or less than what was acknowledged"
            found, around = session.document, list[Document]()
            for there, back in ((session.undo, session.redo), (session.redo, session.undo)):  # an undo is taken back by redo
                there()
                around.append(session.document)
                if session.document != found:
                    back()
                assert session.document == found
            told = [[a.id for key in d.annotations for a in d.on(key)] for d in (acknowledged, found, *around)]
            assert acknowledged in around, f"not the acknowledged edits and one more: {told}"
        assert not [text for text in heard if "aside" in text or "damaged" in text or "changed by" in text or "others" in text]
        if session.document != saved:
            assert [text for text in heard if "restored" in text], "what came back was not said"
        session.close()
        assert session.saved_state is SavedState.SAVED
        self.document = session.document
        assert self.newest() == self.document
        self.compare_files(self.document)

    def newest(self) -> Document:
        """The document of the newest revision, after a look at the chain."""
        chain = [revisions.decode(path.read_bytes()) for _, path in sorted(revisions.listed(self.root, self.series.uid).items())]
        assert [r.number for r in chain] == list(range(1, len(chain) + 1))
        assert [r.parents for r in chain] == [(), *((r.digest,) for r in chain[:-1])][: len(chain)]
        return chain[-1].document if chain else Document()

    def compare_files(self, document: Document) -> None:
        """Masks and JSON are those of one document, and there is no other file."""
        folder, places = self.root / "lung_cancer" / "chest-ct" / "unclassified" / "P000001" / "S001", self.series.places
        assert same(delivered_masks(folder), masks_of(document, places, SIZE, SIZE))
        outlines, entries = delivered_json(folder, SIZE, SIZE)
        assert same(outlines, masks_of(document, places, SIZE, SIZE, lines=False))
        assert entries == entries_of(document, places)
        heads, _ = revisions.heads(self.root, self.series.uid, keep=True)
        listed = {path for head in heads for image in head.images.values() for path in image.files}
        assert {p.relative_to(self.root).as_posix() for p in (self.root / "lung_cancer").rglob("*") if p.is_file()} == listed
        assert not list((self.root / ".annotator" / "intents").glob("*"))


def test_whenever_the_window_is_killed_nothing_is_lost(tmp_path):
    place = Place(tmp_path)
    for number, end in enumerate(ends(KILLS, SEED)):
        seed = SEED * 1000 + number
        try:
            if end.left:
                place.document = killed(place.orders(seed, "between"), 0.0).document
            place.start_again(killed(place.orders(seed, end.ending), end.seconds))
        except AssertionError as error:
            error.add_note(f"kill {number} of ANNOTATOR_CAMPAIGN={KILLS} ANNOTATOR_SEED={SEED}: {end}")
            raise
