"""Somebody who locks, hides, names and answers: what is said of annotations, and what is left alone."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from annotator.domain.attribute import TEXT, Attribute
from tests.laws.edit_model import Scope, lesion, members
from tests.laws.person import Person, which

TEXTS = st.sampled_from(("", "경계 불분명", "spiculated; see prior", "a"))
QUESTIONS = tuple(Attribute(key, key, key, TEXT) for key in ("margin", "texture"))


class Marks(Person):
    """Locks, hides, writes notes, answers."""

    @rule(everything=st.booleans())
    def lock(self, everything) -> None:
        """Where all that is selected is locked, it is unlocked."""
        if everything:
            self.session.select_all()
        chosen = [a for a in self.session.annotations if a.id in self.session.selection]
        wanted = not all(a.locked for a in chosen)
        scope = Scope(fields=frozenset({"locked"}), of={(a.image, a.id) for a in chosen}, unlocks=True)
        before, after = self._edit(self.session.lock, self._masks(self.session.document), scope)
        assert all(after.find(a.image, a.id).locked is wanted for a in chosen)
        assert bool(chosen) == (before != after)

    @precondition(lambda self: self.session.document.annotations)
    @rule(which=which)
    def hide(self, which) -> None:
        """A lesion is hidden on all its slices, and with it nothing else; without a selection everything is shown again."""
        before, hidden = self.session.document, self._hidden()
        if which % 4 and self._shown():
            chosen = self._shown()[which % len(self._shown())]
            self.session.select([chosen.id])
            hidden = self._hidden()
            meant = {(a.image, a.id) for a in lesion(before, chosen)}
            self._edit(self.session.hide_selected, self._masks(before))
            assert self._hidden() - meant == hidden - meant
            assert meant <= self._hidden()
            assert not self.session.selection
        else:
            self.session.select_nothing()
            alone = self.session._alone
            self._edit(self.session.hide_selected, self._masks(before))
            assert alone or not self._hidden()
        assert self.session.document is before or self.session.document == before

    @precondition(lambda self: self._shown())
    @rule(which=which)
    def show_alone(self, which) -> None:
        """Of the images on which the lesion is nothing else is shown; asked for again, everything that is not hidden is."""
        chosen = self._shown()[which % len(self._shown())]
        self.session.select([chosen.id])
        was = self.session.solo
        self._edit(self.session.show_alone, self._masks(self.session.document))
        if was:
            assert not self.session.solo
            return
        there = self.session.document.annotations
        own = {(a.image, a.id) for a in lesion(self.session.document, chosen)}
        for key in {key for key, _ in own}:
            assert {(a.image, a.id) for a in self.session.seen(there[key])} == {m for m in own if m[0] == key}

    @rule(text=TEXTS, everything=st.booleans())
    def write_a_note(self, text, everything) -> None:
        if everything:
            self.session.select_all()
        chosen = self._free(self.session.selection)
        scope = Scope(fields=frozenset({"note"}), of={(a.image, a.id) for a in chosen})
        _, after = self._edit(lambda: self.session.annotate(self.session.selection, text), self._masks(self.session.document), scope)
        assert all(after.find(a.image, a.id).note == text for a in chosen)

    @rule(text=TEXTS, attribute=st.sampled_from(QUESTIONS), everything=st.booleans())
    def answer(self, text, attribute, everything) -> None:
        """The answer stands, an empty one takes it back, and answers to other questions stay."""
        if everything:
            self.session.select_all()
        chosen = self._free(self.session.selection)
        scope = Scope(fields=frozenset({"attributes"}), of={(a.image, a.id) for a in chosen})
        _, after = self._edit(lambda: self.session.answer(self.session.selection, attribute, text), None, scope)
        for a in chosen:
            said = {**dict(a.attributes), attribute.key: text}
            assert dict(after.find(a.image, a.id).attributes) == {key: value for key, value in said.items() if value}

    @precondition(lambda self: members(self.session.document))
    @rule(which=which)
    def go_where_something_is(self, which) -> None:
        self._edit(lambda: self._mean(which), self._masks(self.session.document))
