"""Somebody at a session of two cases, and what always holds of it; what is drawn and changed there is said by those that play it.

Beside the session stands a model that knows only sets of pixels and a list of documents; after every step the two are compared, and so are
the journal, the revisions and the delivered files.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.region import Region
from annotator.formats import record
from annotator.formats.edit_text import decode_edit
from annotator.i18n import say
from annotator.workspace import projects, revisions
from annotator.workspace.amounts import Amounts
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.laws.edit_model import Case, Member, Scope, lesions_are_lesions, members, stays_within
from tests.laws.pixels import Masks, bits, delivered_json, delivered_masks, entries_of, masks_of, same, together

SIZE, SLICES = 24, 5
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""What is tried here are orders of steps, not disks: files in memory let it try more of them."""

number = st.integers(-3, SIZE + 3)
point = st.tuples(number, number).map(lambda p: (p[0] * 1.0137 + 0.171, p[1] * 0.9871 + 0.233))  # no edge meets a centre by chance
category = st.sampled_from(("CCT1", "CCT2", "CCT3"))
which = st.integers(0, 255)


@lru_cache(1000)
def _decoded(sealed: bytes) -> Edit:
    """An edit as the journal holds it; the same rows are read after every step."""
    return decode_edit(record.unseal(sealed)[0])


class Person(RuleBasedStateMachine):
    """Looks, takes back, saves, leaves, closes and crashes."""

    images: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.home, os.environ["ANNOTATOR_HOME"] = os.environ["ANNOTATOR_HOME"], str(self.folder / "home")
        self.root = projects.create("lung-cancer", self.folder / "project").root
        self.times = (f"2026-03-04T05:{n // 60:02}:{n % 60:02}+09:00" for n in count())
        self.cases: dict[str, Case] = {}
        self.checked: dict[str, Document] = {}
        self._open()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.session.close()
            os.environ["ANNOTATOR_HOME"] = self.home
            shutil.rmtree(self.folder)

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
        self._compare_files(self.cases)
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
        lesions_are_lesions(self.session.document)

    @invariant()
    def the_journal_gives_the_document(self) -> None:
        journal = self.session._keeping._journal
        with closing(sqlite3.connect(journal.folder / "journal.sqlite3")) as database:
            rows = database.execute("SELECT edit FROM edits WHERE run = ? AND case_id = ? ORDER BY sequence",
                                    (journal.run, self.session.series.uid)).fetchall()
        edits = [_decoded(edit) for (edit,) in rows]
        assert reduce(apply, edits, self.case.saved) == self.session.document
        assert len(edits) == len(self.case.since)

    @invariant()
    def saved_is_said_only_of_what_is_on_disk(self) -> None:
        dirty = any(case.document != case.saved for case in self.cases.values())
        assert self.session.saved_state is (SavedState.UNSAVED if dirty else SavedState.SAVED)
        if not dirty:
            self._compare_files([uid for uid, case in self.cases.items() if case.document is not self.checked.get(uid)])

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

    def _shown(self) -> tuple[Annotation, ...]:
        """The annotations of the chosen image that somebody can see."""
        return self.session.seen(self.session.annotations)

    def _go_where_most_is(self) -> None:
        """Show the slice with the most annotations, and select all of them that are shown."""
        there, places = self.session.document.annotations, self.session.series.places
        if there:
            self.session.show(places[max(there, key=lambda key: (len(there[key]), places[key]))])
        self.session.select_all()

    def _hidden(self) -> set[Member]:
        there = self.session.document.annotations
        return {(a.image, a.id) for own in there.values() for a in {*own} - {*self.session.seen(own)}} if self.session.holds_back else set()

    def _free(self, numbers: Iterable[int]) -> list[Annotation]:
        """Those annotations of the chosen image that may be changed."""
        return [a for a in self.session.annotations if a.id in numbers and not a.locked]

    def _mean(self, which: int) -> Annotation:
        """Select one annotation of the case alone, on whatever image: its lesion is meant from now on."""
        there = list(members(self.session.document).values())
        chosen = there[which % len(there)]
        self.session.show(self.session.series.places[chosen.image])
        self.session.select([chosen.id])
        return chosen

    def _edit(self, act: Callable[[], object], expected: Masks | None, scope: Scope | None = None) -> tuple[Document, Document]:
        """Do something; unless it was refused there is one more document, within the scope and with exactly the expected masks."""
        scope = scope or Scope()
        scope = replace(scope, images=scope.images or [self.session.image.key])
        uid, before, hidden = self.session.series.uid, self.session.document, self._hidden()
        history = self.session._works[uid].history
        act()
        now = self.session._works[uid].history
        if now is not history:
            assert now.place == history.place + 1 == len(now.steps)
            self.case.done(self.session.document)
            stays_within(before, self.session.document, scope, hidden)
            were, unseen = members(before), self._hidden()
            assert not any(m in unseen and were.get(m) != a for m, a in members(self.session.document).items()), "what changes is shown"
        assert now is not history or self.session.document == before
        if expected is not None:
            assert same(self._masks(self.session.document), expected)
        self.heard.clear()
        return before, self.session.document

    def _masks(self, document: Document) -> Masks:
        return masks_of(document, self.session.series.places, SIZE, SIZE, lines=False)

    def _instead(self, gone: Iterable[int], there: Iterable[tuple[str, object]]) -> Masks:
        """The masks without some annotations of the chosen image, and with others (category, pixels) for them."""
        key = self.session.image.key
        return self._with([(key, number) for number in gone], [(key, category, mask) for category, mask in there])

    def _with(self, gone: Iterable[Member], there: Iterable[tuple[object, str, object]]) -> Masks:
        """The masks of the case without some annotations, and with others (image, category, pixels) for them."""
        gone, places = set(gone), self.session.series.places
        kept = {key: tuple(a for a in own if (key, a.id) not in gone) for key, own in self.session.document.annotations.items()}
        new = together(((places[key], category), mask) for key, category, mask in there)
        return together([*self._masks(Document(kept)).items(), *new.items()])

    def _compare_files(self, cases: Iterable[str]) -> None:
        """The newest revision, the mask files and the JSON files of cases all say what was saved."""
        register = self.session._keeping._register
        for uid in cases:
            case = self.cases[uid]
            series = self.session.catalogue.by_uid[uid]
            heads, odd = revisions.heads(self.root, uid, keep=True)
            assert (len(heads) <= 1, odd) == (True, ())
            assert (heads[0].document if heads else Document()) == case.saved
            names = next((found for image in series.images if (found := register.known(image))), None)
            if names is None:
                assert not case.saved.annotations
                self.checked[uid] = case.document
                continue
            folder = self.root / "lung_cancer" / "chest-ct" / names.class_folder / names.patient / names.series
            assert same(delivered_masks(folder), masks_of(case.saved, series.places, SIZE, SIZE))
            outlines, entries = delivered_json(folder, SIZE, SIZE)
            assert same(outlines, masks_of(case.saved, series.places, SIZE, SIZE, lines=False))
            assert entries == entries_of(case.saved, series.places)
            self.checked[uid] = case.document
