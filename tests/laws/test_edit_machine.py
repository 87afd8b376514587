"""Somebody who draws, changes, takes back, saves, closes and crashes in any order never finds anything else than what was drawn.

A state machine plays that person on a real session of two cases.  Beside it stands a model that knows only sets of pixels and a list of
documents; after every step the two are compared, and so are the journal, the revisions and the delivered files.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import reduce
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.merge import Mode
from annotator.domain.region import Region
from annotator.formats import record
from annotator.formats.edit_text import decode_edit
from annotator.i18n import say
from annotator.tools.gesture import Makes, Move, Reshape, Stroke
from annotator.workspace import projects, resting, revisions
from annotator.workspace.amounts import Amounts
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.retouching import Retouch
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.laws.pixels import (
    Masks,
    bits,
    delivered_json,
    delivered_masks,
    enclosed,
    entries_of,
    masks_of,
    same,
    together,
)

SIZE, SLICES = 24, 2
CATEGORIES = ("CCT1", "CCT2", "CCT3")
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""What is tried here are orders of steps, not disks: files in memory let it try more of them."""

place = st.integers(-3, SIZE + 3)
point = st.tuples(place, place).map(lambda p: (p[0] * 1.0137 + 0.171, p[1] * 0.9871 + 0.233))  # no edge meets a centre by chance
outline = st.lists(point, min_size=3, max_size=6).map(tuple)
mode = st.sampled_from(Mode)
category = st.sampled_from(CATEGORIES)
which = st.integers(0, 255)


@dataclass
class Case:
    """What one case should be: its documents from the first, which of them is now, the one on disk, and those since then."""

    past: list[Document]
    now: int = 0
    saved: Document = Document()
    since: tuple[Document, ...] = ()
    open: bool = False
    waits: bool = False
    """Something was done since the opening or the last save: a minute later it is saved."""

    @property
    def document(self) -> Document:
        return self.past[self.now]

    def done(self, document: Document) -> None:
        self.past[self.now + 1 :] = [document]
        self.now += 1
        self.since += (document,)
        self.waits = True

    def stepped(self, step: int) -> None:
        self.now += step
        self.since += (self.document,)
        self.waits = True

    def put_down(self) -> None:
        self.saved, self.since, self.waits = self.document, (), False



@pytest.fixture(scope="module")
def images():
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for seed in (1, 2):
            chest_ct(Path(folder) / str(seed), slices=SLICES, size=SIZE, seed=seed)
        yield Path(folder)


class Person(RuleBasedStateMachine):
    """Draws, changes, looks, saves, leaves, closes and crashes."""

    images: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.home, os.environ["ANNOTATOR_HOME"] = os.environ["ANNOTATOR_HOME"], str(self.folder / "home")
        self.root = projects.create("lung-cancer", self.folder / "project").root
        self.times = (f"2026-03-04T05:{n // 60:02}:{n % 60:02}+09:00" for n in count())
        self.cases: dict[str, Case] = {}
        self.checked: tuple[Document, Document] = (Document(), Document())
        self._open()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.session.close()
            os.environ["ANNOTATOR_HOME"] = self.home
            shutil.rmtree(self.folder)

    # drawing ---------------------------------------------------------------------------------------------------------------------

    @rule(points=outline, mode=mode, category=category, control=st.booleans(), box=st.booleans())
    def draw_a_region(self, points, mode, category, control, box) -> None:
        self._choose("tool.box" if box else "tool.free", mode, category)
        (ax, ay), (bx, by) = points[0], points[1]
        ring = ((ax, ay), (bx, ay), (bx, by), (ax, by)) if box else points
        drawn = enclosed(ring, SIZE, SIZE)
        expected = self._algebra(drawn, mode.turned if control else mode, category)
        stroke = Stroke(Makes.BOX, points[:2], control) if box else Stroke(Makes.REGION, points, control)
        self._edit(lambda: self.session.perform(stroke, 3.0), expected)

    @rule(points=st.lists(point, min_size=2, max_size=3).map(tuple), mode=mode, category=category)
    def draw_a_line(self, points, mode, category) -> None:
        self._choose("tool.line", mode, category)
        self._edit(lambda: self.session.perform(Stroke(Makes.PATH, points), 3.0), self._masks(self.session.document))

    @rule(which=which)
    def select(self, which) -> None:
        self.session.select([a.id for n, a in enumerate(self.session.annotations) if which >> n % 8 & 1])

    @precondition(lambda self: self.session.annotations)
    @rule(which=which, right=st.integers(-36, 36), down=st.integers(-36, 36))
    def move(self, which, right, down) -> None:
        """One of several selected takes the others along: all of them, or none where one would leave the image; areas by whole pixels."""
        chosen, selection = self._annotation(which), self.session.selection
        along = selection if chosen.id in selection else {chosen.id}
        by, moved, refused = (right / 4, down / 4), [], False
        areas = any(isinstance(a.shape, Region) for a in self.session.annotations if a.id in along)
        dx, dy = map(round, by) if areas else by
        for annotation in (a for a in self.session.annotations if a.id in along):
            if isinstance(annotation.shape, Region):
                wide = np.zeros((3 * SIZE, 3 * SIZE), dtype=bool)
                wide[SIZE + dy : 2 * SIZE + dy, SIZE + dx : 2 * SIZE + dx] = bits(annotation, SIZE, SIZE)
                moved.append((annotation.category, wide[SIZE : 2 * SIZE, SIZE : 2 * SIZE]))
                refused |= not moved[-1][1].any()
            else:
                left, top, right, low = annotation.shape.bounds
                refused |= left + dx < 0 or top + dy < 0 or right + dx > SIZE or low + dy > SIZE
        expected = self._masks(self.session.document) if refused else self._instead(along, moved)
        self._edit(lambda: self.session.perform(Move(chosen.id, *by)), expected)

    @precondition(lambda self: self.session.annotations)
    @rule(which=which, part=which, ring=which, vertex=which, to=point, insert=st.booleans())
    def reshape(self, which, part, ring, vertex, to, insert) -> None:
        chosen, before = self._annotation(which), self.session.annotations
        parts = chosen.shape.parts
        part %= len(parts)
        rings = parts[part] if isinstance(chosen.shape, Region) else (parts[part],)
        ring %= len(rings)
        vertex %= len(rings[ring]) - (insert and not isinstance(chosen.shape, Region))
        self._edit(lambda: self.session.perform(Reshape(chosen.id, (part, ring, vertex), to, insert)), None)
        assert [a for a in self.session.annotations if a.id != chosen.id] == [a for a in before if a.id != chosen.id]

    @rule()
    def delete(self) -> None:
        self._edit(self.session.delete, self._instead(self.session.selection, []))

    @rule(category=category)
    def recategorise(self, category) -> None:
        chosen = [a for a in self.session.annotations if a.id in self.session.selection]
        changed = [(category, bits(a, SIZE, SIZE)) for a in chosen if isinstance(a.shape, Region)]
        self._edit(lambda: self.session.recategorise(category), self._instead(self.session.selection, changed))

    @rule(how=st.sampled_from(Retouch))
    def retouch(self, how) -> None:
        self._edit(lambda: self.session.retouch(how), None)

    @rule(cut=st.booleans())
    def keep_for_pasting(self, cut) -> None:
        chosen = self.session.selection or {a.id for a in self.session.annotations if len(self.session.annotations) == 1}
        self._edit(self.session.cut if cut else self.session.copy, self._instead(chosen, []) if cut else self._masks(self.session.document))

    @rule()
    def paste(self) -> None:
        self._edit(self.session.paste, None)

    # taking back -----------------------------------------------------------------------------------------------------------------

    @rule()
    def undo(self) -> None:
        assert (self.session.undo_name is not None) == (self.case.now > 0)
        if self.case.now > 0:
            self.case.stepped(-1)
        self.session.undo()

    @rule()
    def redo(self) -> None:
        assert (self.session.redo_name is not None) == (self.case.now < len(self.case.past) - 1)
        if self.case.now < len(self.case.past) - 1:
            self.case.stepped(1)
        self.session.redo()

    @rule()
    def all_the_way_back_and_forth(self) -> None:
        while self.session.undo_name is not None:
            self.undo()
        assert self.session.document == self.case.past[0]
        while self.session.redo_name is not None:
            self.redo()
        assert self.session.document == self.case.past[-1]

    # looking, saving, leaving ----------------------------------------------------------------------------------------------------

    @rule(step=st.sampled_from((-1, 1)))
    def page(self, step) -> None:
        self.session.page(step)

    @rule(step=st.sampled_from((-1, 1)))
    def go_to_the_other_case(self, step) -> None:
        there = self.session.series.uid
        self.session.step_series(step)
        if self.session.series.uid != there:
            self.cases[there].put_down()
            self._arrived()

    @rule(idle=st.booleans())
    def save(self, idle) -> None:
        happens = not idle or any(case.waits for case in self.cases.values())
        if idle:
            self.tasks.elapse()
        else:
            self.session.save()
        if happens:
            self._put_down()

    @rule()
    def close_and_open_again(self) -> None:
        self.session.close()
        self._put_down()
        self._compare_files()
        self._open()

    @rule()
    def crash_and_open_again(self) -> None:
        journal = self.session._keeping._journal
        journal._database.close()
        journal._life.close()  # the system does both when a process dies
        self._open()

    # what always holds -----------------------------------------------------------------------------------------------------------

    @invariant()
    def the_document_is_what_was_drawn(self) -> None:
        assert self.session.document == self.case.document
        assert not [a for a in self.session.annotations if not bits(a, SIZE, SIZE).any() and isinstance(a.shape, Region)]

    @invariant()
    def the_journal_gives_the_document(self) -> None:
        journal = self.session._keeping._journal
        with closing(sqlite3.connect(journal.folder / "journal.sqlite3")) as database:
            rows = database.execute("SELECT edit FROM edits WHERE run = ? AND case_id = ? ORDER BY sequence",
                                    (journal.run, self.session.series.uid)).fetchall()
        edits = [decode_edit(record.unseal(edit)[0]) for (edit,) in rows]
        assert reduce(apply, edits, self.case.saved) == self.session.document
        assert len(edits) == len(self.case.since)

    @invariant()
    def saved_is_said_only_of_what_is_on_disk(self) -> None:
        dirty = any(case.document != case.saved for case in self.cases.values())
        assert self.session.saved_state is (SavedState.UNSAVED if dirty else SavedState.SAVED)
        if not dirty and any(case.document is not checked for case, checked in zip(self.cases.values(), self.checked, strict=False)):
            self._compare_files()

    # how ---------------------------------------------------------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        return self.cases[self.session.series.uid]

    def _open(self) -> None:
        self.tasks, self.heard = Immediate(), []
        self.session = Session(projects.open_project(self.root), self.tasks, author="판독자", clock=lambda: next(self.times))
        self.session.amounts = Amounts(grow=20.0, smooth=20.0, islands=800.0)
        self.session.subscribe(lambda topic: self.heard.append(say(self.session.said.message)) if topic is Topic.MESSAGE else None)
        for case in self.cases.values():
            case.open = case.waits = False
        self.session.open_folder([self.images])
        self._arrived()
        if self.case.document != self.case.saved:
            self.case.put_down()  # what comes back is saved when the folder has been read

    def _put_down(self) -> None:
        for case in self.cases.values():
            case.put_down()

    def _arrived(self) -> None:
        case = self.cases.setdefault(self.session.series.uid, Case([Document()]))
        if not case.open:
            case.open = True
            restored = f"{len(case.since)} edits that had not been saved were restored"
            assert [text for text in self.heard if "restored" in text or "aside" in text] == ([restored] if case.since else [])
        self.heard.clear()

    def _choose(self, tool, mode, category) -> None:
        self.session.choose_tool(tool)
        self.session.choose_mode(mode)
        self.session.choose_category(category)

    def _annotation(self, number):
        return self.session.annotations[number % len(self.session.annotations)]

    def _edit(self, act, expected: Masks | None) -> None:
        """Do something; unless it was refused there is one more document, with exactly the expected masks."""
        before = self.session._works[self.session.series.uid].history
        act()
        if self.session._works[self.session.series.uid].history is not before:
            self.case.done(self.session.document)
        if expected is not None:
            assert same(self._masks(self.session.document), expected)
        self.heard.clear()

    def _masks(self, document: Document) -> Masks:
        return masks_of(document, self.session.series.places, SIZE, SIZE, lines=False)

    def _instead(self, gone, there) -> Masks:
        """The masks without some annotations of the chosen image, and with others (category, pixels) for them."""
        key = self.session.image.key
        kept = [a for a in self.session.document.on(key) if a.id not in gone]
        document = Document({**self.session.document.annotations, key: tuple(kept)})
        new = together(((self.session.index, category), mask) for category, mask in there)
        return together([*self._masks(document).items(), *new.items()])

    def _algebra(self, drawn, mode, category) -> Masks:
        """What drawing these pixels makes of the masks of the chosen image: A | S, A & ~S, on the selection if there is one."""
        regions = {a.id: a for a in self.session.annotations if isinstance(a.shape, Region)}
        chosen = sorted(self.session.selection & regions.keys()) if mode is not Mode.NEW else []
        if not drawn.any():
            return self._masks(self.session.document)
        if mode is Mode.SUB:
            cut = chosen or [n for n, a in regions.items() if a.category == category]
            return self._instead(set(cut), [(regions[n].category, bits(regions[n], SIZE, SIZE) & ~drawn) for n in cut])
        if chosen:
            whole = np.logical_or.reduce([drawn, *(bits(regions[n], SIZE, SIZE) for n in chosen)])
            return self._instead(set(chosen), [(regions[chosen[0]].category, whole)])
        return self._instead(set(), [(category, drawn)])

    def _compare_files(self) -> None:
        """The newest revision, the mask files and the JSON files of every case all say what was saved."""
        register = self.session._keeping._register
        for uid, case in self.cases.items():
            series = self.session.catalogue.by_uid[uid]
            heads, odd = revisions.heads(self.root, uid, keep=True)
            assert (len(heads) <= 1, odd) == (True, ())
            assert (heads[0].document if heads else Document()) == case.saved
            names = next((found for image in series.images if (found := register.known(image))), None)
            if names is None:
                assert not case.saved.annotations
                continue
            folder = self.root / "lung_cancer" / "chest-ct" / names.class_folder / names.patient / names.series
            assert same(delivered_masks(folder), masks_of(case.saved, series.places, SIZE, SIZE))
            outlines, entries = delivered_json(folder, SIZE, SIZE)
            assert same(outlines, masks_of(case.saved, series.places, SIZE, SIZE, lines=False))
            assert entries == entries_of(case.saved, series.places)
        self.checked = tuple(case.document for case in self.cases.values())


@pytest.mark.parametrize("kept", [resting.KEPT, 1])
def test_whatever_somebody_does_the_document_is_what_was_drawn(images, kept, monkeypatch):
    """Also where the case that one leaves does not stay at hand."""
    monkeypatch.setattr(resting, "KEPT", kept)
    Person.images = images
    Person.TestCase.settings = settings(stateful_step_count=40, max_examples=max(100, settings.default.max_examples))
    Person.TestCase("runTest").runTest()
