"""Somebody who draws, and changes what was drawn on an image; a model of sets of pixels says what comes of it."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis.stateful import precondition, rule

from annotator.domain.document import Document
from annotator.domain.merge import Mode
from annotator.domain.region import Region
from annotator.tools.gesture import Makes, Move, Reshape, Stroke
from annotator.workspace.retouching import Retouch
from tests.laws.edit_model import DRAWN, UNITED, Scope, differing, is_one_of_all, lesion, members
from tests.laws.person import SIZE, Person, category, point, which
from tests.laws.pixels import Masks, bits, enclosed

outline = st.lists(point, min_size=3, max_size=6).map(tuple)
mode = st.sampled_from(Mode)
STROKE = Scope(fields=UNITED, comes=True, goes=True, ties=True)


class Draws(Person):
    """Draws, moves, reshapes, deletes, copies."""

    @rule(points=outline, mode=mode, category=category, control=st.booleans(), box=st.booleans(), everything=st.booleans())
    def draw_a_region(self, points, mode, category, control, box, everything) -> None:
        if everything:
            self.session.select_all()
        self._choose("tool.box" if box else "tool.free", mode, category)
        (ax, ay), (bx, by) = points[0], points[1]
        ring = ((ax, ay), (bx, ay), (bx, by), (ax, by)) if box else points
        drawn, does = enclosed(ring, SIZE, SIZE), mode.turned if control else mode
        expected = self._algebra(drawn, does, category)
        stroke = Stroke(Makes.BOX, points[:2], control) if box else Stroke(Makes.REGION, points, control)
        self._stroke(stroke, does, expected)

    @precondition(lambda self: self._shown())
    @rule(which=which)
    def add_over_all_of_a_category(self, which) -> None:
        """What is of one category on the image becomes one."""
        self._go_where_most_is()
        if not self._shown():
            return
        self.session.select_nothing()
        category = self._annotation(which).category
        self._choose("tool.box", Mode.ADD, category)
        expected = self._algebra(np.ones((SIZE, SIZE), dtype=bool), Mode.ADD, category)
        self._stroke(Stroke(Makes.BOX, ((-0.5, -0.5), (SIZE + 0.5, SIZE + 0.5))), Mode.ADD, expected)

    @rule(points=st.lists(point, min_size=2, max_size=3).map(tuple), mode=mode, category=category)
    def draw_a_line(self, points, mode, category) -> None:
        self._choose("tool.line", mode, category)
        self._stroke(Stroke(Makes.PATH, points), mode, self._masks(self.session.document))

    @rule(which=which)
    def select(self, which) -> None:
        self.session.select([a.id for n, a in enumerate(self._shown()) if which >> n % 8 & 1])

    @precondition(lambda self: self._shown())
    @rule(which=which, right=st.integers(-36, 36), down=st.integers(-36, 36))
    def move(self, which, right, down) -> None:
        """One of several selected takes the others along: all, or none where one is locked or would leave; areas by whole pixels."""
        chosen, selection = self._annotation(which), self.session.selection
        along = selection if chosen.id in selection else {chosen.id}
        by, moved = (right / 4, down / 4), []
        refused = len(self._free(along)) < len(along)
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
        self._edit(lambda: self.session.perform(Move(chosen.id, *by)), expected, Scope(of=self._here(along)))

    @precondition(lambda self: self._shown())
    @rule(which=which, part=which, ring=which, vertex=which, to=point, insert=st.booleans())
    def reshape(self, which, part, ring, vertex, to, insert) -> None:
        chosen = self._annotation(which)
        parts = chosen.shape.parts
        part %= len(parts)
        rings = parts[part] if isinstance(chosen.shape, Region) else (parts[part],)
        ring %= len(rings)
        vertex %= len(rings[ring]) - (insert and not isinstance(chosen.shape, Region))
        scope = Scope(of=self._here({chosen.id}))
        self._edit(lambda: self.session.perform(Reshape(chosen.id, (part, ring, vertex), to, insert)), None, scope)

    @rule()
    def delete(self) -> None:
        gone = {a.id for a in self._free(self.session.selection)}
        self._edit(self.session.delete, self._instead(gone, []), Scope(of=self._here(gone), goes=True))

    @rule(category=category)
    def recategorise(self, category) -> None:
        self._recategorise(lambda: self.session.recategorise(category), category, self.session.selection)

    @precondition(lambda self: self.session.last_drawn is not None)
    @rule(category=category)
    def recategorise_what_was_drawn_last(self, category) -> None:
        """What is selected comes before it."""
        shown = {a.id for a in self._shown()}
        meant = self.session.selection or {self.session.last_drawn} & shown
        self._recategorise(lambda: self.session.recategorise_last(category), category, meant)

    @rule(how=st.sampled_from([how for how in Retouch if how not in (Retouch.MERGE, Retouch.SPLIT, Retouch.INTERSECT, Retouch.FLIP)]))
    def retouch(self, how) -> None:
        self._edit(lambda: self.session.retouch(how), None, Scope(of=self._targets()))

    @rule()
    def flip(self) -> None:
        chosen = self._free({number for _, number in self._targets()})
        turned = [(a.category, bits(a, SIZE, SIZE)[:, ::-1]) for a in chosen if isinstance(a.shape, Region)]
        expected = self._instead({a.id for a in chosen}, turned)
        self._edit(lambda: self.session.retouch(Retouch.FLIP), expected, Scope(of=self._targets()))

    @rule(merges=st.booleans(), everything=st.booleans())
    def make_one_of_several(self, merges, everything) -> None:
        """The areas become what any of them has, or what all of them share; nothing becomes of areas and lines, nor where one is locked."""
        if everything:
            self._go_where_most_is()
            self.session.select([a.id for a in self._free(self.session.selection) if isinstance(a.shape, Region)])
        chosen = [a for a in self.session.annotations if a.id in self.session.selection]
        masks = [bits(a, SIZE, SIZE) for a in chosen if isinstance(a.shape, Region)]
        whole = (np.logical_or if merges else np.logical_and).reduce(masks) if masks else np.zeros((SIZE, SIZE), dtype=bool)
        lines = merges and not masks
        done = len(chosen) > 1 and not any(a.locked for a in chosen) and (lines or (len(masks) == len(chosen) and bool(whole.any())))
        expected = self._instead({a.id for a in chosen}, [(chosen[0].category, whole)]) if done else self._masks(self.session.document)
        how, scope = Retouch.MERGE if merges else Retouch.INTERSECT, Scope(fields=UNITED, of=self._here(a.id for a in chosen), goes=True)
        before, after = self._edit(lambda: self.session.retouch(how), expected, scope)
        assert (before != after) == done
        if done:
            is_one_of_all(chosen, after.find(chosen[0].image, chosen[0].id))
            assert not any(after.find(a.image, a.id) for a in chosen[1:])

    @rule(everything=st.booleans())
    def split(self, everything) -> None:
        """The parts have no pixel in common, are in all but shape and id what they were parts of, and name it."""
        if everything:
            self.session.select_all()
        scope = Scope(of=self._targets(), comes=True)
        before, after = self._edit(lambda: self.session.retouch(Retouch.SPLIT), self._masks(self.session.document), scope)
        were = members(before)
        new = [a for member, a in members(after).items() if member not in were]
        for a in new:
            parent = before.find(a.image, a.parent) if a.parent is not None else None
            assert parent is not None, "a part says what it was split off"
            assert (a.category, a.lesion, a.attributes, a.note, a.drawn, a.locked) == (
                parent.category, parent.lesion, parent.attributes, parent.note, parent.drawn, parent.locked)  # fmt: skip
        for parent in {a.parent for a in new}:
            pieces = [after.find(self.session.image.key, parent), *(a for a in new if a.parent == parent)]
            if isinstance(pieces[0].shape, Region):
                assert np.max(sum(bits(a, SIZE, SIZE).astype(int) for a in pieces)) == 1

    @rule(cut=st.booleans())
    def keep_for_pasting(self, cut) -> None:
        gone = {a.id for a in self._free({number for _, number in self._targets()})} if cut else set()
        expected = self._instead(gone, [])
        self._edit(self.session.cut if cut else self.session.copy, expected, Scope(of=self._here(gone), goes=True))

    @rule()
    def paste(self) -> None:
        before, after = self._edit(self.session.paste, None, Scope(of=(), comes=True))
        new = [a for member, a in members(after).items() if member not in members(before)]
        assert len(new) == (self.session.copied if before != after else 0)
        assert {a.id for a in new} <= self.session.selection
        if new:
            clip = self.session._clip.annotations
            assert sorted((a.category, a.attributes, a.note) for a in new) == sorted((a.category, a.attributes, a.note) for a in clip)
            assert not any(a.locked or a.lesion for a in new)

    # how -------------------------------------------------------------------------------------------------------------------------------

    def _stroke(self, stroke: Stroke, mode: Mode, expected: Masks) -> None:
        """Draw: an area that is added says what all said that became one, and what is new may go on with a lesion of its category."""
        before, after = self._edit(lambda: self.session.perform(stroke, 3.0), expected, STROKE)
        key, were, are = self.session.image.key, members(before), members(after)
        new = [a for member, a in are.items() if member not in were]
        gone = [a for member, a in were.items() if member not in are]
        others = {m for m, a in are.items() if m in were and a != were[m] and (mode is not Mode.ADD or m[0] != key)}
        if mode is Mode.SUB:
            assert not new
            for member in others:
                assert differing(were[member], are[member]) <= DRAWN, "taking away says nothing"
            return
        if mode is Mode.ADD and not new:
            changed = [a for a in before.on(key) if a in gone or after.find(key, a.id) != a]
            if changed:
                is_one_of_all(changed, after.find(key, changed[0].id))
            assert not others
            return
        for a in new:
            assert (a.image, a.drawn.author, a.parent, a.locked, a.note, a.attributes) == (key, self.session.author, None, False, "", ())
            self._goes_on(before, after, a)
        tied = {m for m in others if were[m].lesion is None and are[m].lesion == new[0].lesion} if new else set()
        assert others == tied and len(tied) <= 1

    def _goes_on(self, before: Document, after: Document, new) -> None:
        """It is joined to what is of its category near by; it has to be where an area lies over it on the next slice and may be changed."""
        places = self.session.series.places
        alike = [a for a in members(before).values() if a.category == new.category and a.image != new.image]
        alike = [a for a in alike if not all(b.locked for b in lesion(before, a))]
        over = [a for a in alike if isinstance(a.shape, Region) and isinstance(new.shape, Region)
                and abs(places[a.image] - places[new.image]) == 1 and (bits(a, SIZE, SIZE) & bits(new, SIZE, SIZE)).any()]  # fmt: skip
        assert new.lesion is not None or not over
        assert new.lesion is None or any(after.find(a.image, a.id).lesion == new.lesion for a in alike)

    def _recategorise(self, act, key: str, meant) -> None:
        """What of it is in a lesion with others of another category leaves that, and nothing else of others changes."""
        chosen = [a for a in self._free(meant) if a.category != key]
        changed = [(key, bits(a, SIZE, SIZE)) for a in chosen if isinstance(a.shape, Region)]
        scope = Scope(fields=frozenset({"category", "lesion"}), of=self._here(a.id for a in chosen), ties=True)
        before, after = self._edit(act, self._instead({a.id for a in chosen}, changed), scope)
        left = {a.lesion for a in chosen}
        for member, was in members(before).items():
            now = members(after)[member]
            assert now.lesion == was.lesion or (was.lesion in left and now.lesion is None)

    def _here(self, numbers) -> set:
        return {(self.session.image.key, number) for number in numbers}

    def _targets(self) -> set:
        """What a command means: what is selected, or else the only annotation of the image if it is shown."""
        there = self.session.annotations
        return self._here(self.session.selection or {a.id for a in self._shown() if len(there) == 1})

    def _choose(self, tool, mode, category) -> None:
        self.session.choose_tool(tool)
        self.session.choose_mode(mode)
        self.session.choose_category(category)

    def _annotation(self, number):
        return self._shown()[number % len(self._shown())]

    def _algebra(self, drawn, mode, category) -> Masks:
        """What drawing these pixels makes of the masks of the image: A | S, A & ~S, on the selection if there is one; locked ones stay."""
        shown = {a.id: a for a in self._shown() if isinstance(a.shape, Region)}
        regions = {n: a for n, a in shown.items() if not a.locked}
        wanted = self.session.selection & shown.keys() if mode is not Mode.NEW else set()
        chosen = sorted(wanted & regions.keys())
        if not drawn.any() or (wanted and not chosen):
            return self._masks(self.session.document)
        if mode is Mode.SUB:
            cut = chosen or [n for n, a in regions.items() if a.category == category]
            return self._instead(set(cut), [(regions[n].category, bits(regions[n], SIZE, SIZE) & ~drawn) for n in cut])
        if chosen:
            whole = np.logical_or.reduce([drawn, *(bits(regions[n], SIZE, SIZE) for n in chosen)])
            return self._instead(set(chosen), [(regions[chosen[0]].category, whole)])
        return self._instead(set(), [(category, drawn)])
