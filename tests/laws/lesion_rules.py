"""Somebody who works on lesions over several slices; what comes of it is worked out part by part, without the product's own rules."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis.stateful import precondition, rule

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.facts import lesion_end, lesion_name
from annotator.domain.merge import Mode
from annotator.domain.region import Region
from annotator.domain.spanning import End
from annotator.tools.gesture import Makes, Stroke
from tests.laws.drawing import Draws
from tests.laws.edit_model import DRAWN, Member, Scope, free_number, lesion, members, parts, spanned
from tests.laws.marking import QUESTIONS, TEXTS, Marks
from tests.laws.person import SIZE, SLICES, category, which
from tests.laws.pixels import bits, enclosed

NAMES = st.sampled_from(("", "우상엽 결절", "target 1"))
PLACES = st.integers(0, SLICES - 1)
STEPS = st.sampled_from((-1, 1))
drawn_on = precondition(lambda self: members(self.session.document))


def made(annotation: Annotation) -> bool:
    """Whether a range or an interpolation made it, and nobody changed it since."""
    return annotation.tool in ("lesion.range", "lesion.interpolate")


def area(annotation: Annotation) -> bool:
    return isinstance(annotation.shape, Region)


class Gathers(Draws, Marks):
    """Sets ends, interpolates, copies, carries on, joins, parts, names, locks and deletes lesions, and goes from one to the next."""

    @rule(first=PLACES, step=st.integers(1, 3), how=st.sampled_from(("tool.box", "tool.free", "tool.line")), category=category,
          at=st.integers(2, 9), size=st.integers(3, 12), text=TEXTS, locked=st.sampled_from((False, False, True)))  # fmt: skip
    def draw_a_lesion(self, first, step, how, category, at, size, text, locked) -> None:
        """On two slices, with something said of the first part, which may be locked then."""
        for place in {first, (first + step) % SLICES}:
            self.session.show(place)
            self.session.select_nothing()
            self._choose(how, Mode.NEW, category)
            low, high = at + 0.3, at + size + 0.4
            corners = ((low, low), (high, low), (high, high), (low, high))
            makes = {"tool.box": Makes.BOX, "tool.free": Makes.REGION, "tool.line": Makes.PATH}[how]
            drawn = enclosed(corners, SIZE, SIZE)
            expected = self._masks(self.session.document) if how == "tool.line" else self._instead((), [(category, drawn)])
            points = {"tool.box": (corners[0], corners[2]), "tool.line": (corners[0], corners[2])}.get(how, corners)
            self._stroke(Stroke(makes, points), Mode.NEW, expected)
            if place == first:
                self.session.select([self.session.annotations[-1].id])
                self.write_a_note(text, everything=False)
                self.answer(text, QUESTIONS[len(text) % 2], everything=False)
                if locked:
                    self.lock(everything=False)

    @drawn_on
    @rule(which=which, end=st.sampled_from(End), at=PLACES)
    def set_an_end(self, which, end, at) -> None:
        """A line or a box stands on every slice up to there and on none behind; an outline loses what was interpolated behind."""
        subject = self._mean(which)
        self.session.show(at)
        key, places = self.session.image.key, self.session.series.places
        own = [a for a in lesion(self.session.document, subject) if area(a) == area(subject)]
        stays = {(a.image, a.id) for a in own if not made(a)}
        scope = Scope(of={(a.image, a.id) for a in own} - stays, images=list(places), comes=True, goes=True, ties=True, shows=True)
        before, after = self._edit(lambda: self.session.set_end(end), None, scope)
        number = self._same_lesion(before, after, subject)
        now = [a for a in parts(after, number) if area(a) == area(subject)] if number else [subject]
        locked = all(a.locked for a in lesion(before, subject))
        if not area(subject) or (subject.toolname == "Box" and subject.shape.is_box):
            wanted = spanned(subject, own, places, made, at, upwards=end is End.LAST)
            twice = len({places[a.image] for a in own if made(a)}) < sum(map(made, own))
            if wanted is None or locked:
                assert before == after
            elif not twice:
                fixed = {places[a.image] for a in own if not made(a)} or {places[subject.image]}
                assert {places[a.image]: a.shape for a in now if places[a.image] not in fixed} == wanted
            else:
                beyond = [a for a in now if made(a) and (places[a.image] > at if end is End.LAST else places[a.image] < at)]
                assert all(a.locked for a in beyond)
        elif before != after:
            fact = lesion_end(number, end.value)
            again = before.facts.get(fact) == str(key)
            assert {**before.facts, fact: str(key)} == {**after.facts, fact: str(key)}
            assert after.facts.get(fact) == (None if again else str(key))
            beyond = [a for a in own if a.tool == "lesion.interpolate" and not a.locked and not again
                      and (places[a.image] > at if end is End.LAST else places[a.image] < at)]  # fmt: skip
            assert members(before).keys() - members(after).keys() == {(a.image, a.id) for a in beyond}
        else:
            other = before.facts.get(lesion_end(number, (End.LAST if end is End.FIRST else End.FIRST).value)) if number else None
            limit = {str(image): place for image, place in places.items()}.get(other)
            assert locked or (limit is not None and (at > limit if end is End.FIRST else at < limit))

    @drawn_on
    @rule(which=which, twice=st.booleans())
    def interpolate(self, which, twice) -> None:
        """Only slices between those that were drawn change; where one shape holds the other, what is between them lies between."""
        subject, places = self._mean(which), self.session.series.places
        for _ in range(1 + twice):
            subject = self.session.document.find(subject.image, subject.id)
            lesions = [a for a in members(self.session.document).values() if area(a)]
            own = {(a.image, a.id) for a in lesions if made(a)}
            scope = Scope(of=own, images=list(places), comes=True, goes=True, ties=True, shows=True)
            before, after = self._edit(self.session.interpolate, None, scope)
            if before == after:
                continue
            number = self._same_lesion(before, after, subject, joins=True)
            drawn: dict[int, np.ndarray] = {}
            known = {(a.image, a.id) for a in members(before).values() if not made(a) or a.locked}
            for a in parts(after, number):
                if area(a) and (a.image, a.id) in known:
                    drawn[places[a.image]] = drawn.get(places[a.image], False) | bits(a, SIZE, SIZE)
            by_name = {str(image): place for image, place in places.items()}
            first, last = (by_name.get(after.facts.get(lesion_end(number, end.value))) for end in End)
            low, high = min(drawn) if first is None else first, max(drawn) if last is None else last
            changed = _changed(before, after)
            found: dict[int, np.ndarray] = {}
            for a in parts(after, number):
                if (a.image, a.id) in changed:
                    assert a.tool == "lesion.interpolate"
                    assert low <= places[a.image] <= high
                    found[places[a.image]] = bits(a, SIZE, SIZE)
            assert not {*found} & {*drawn}
            for place, mask in found.items():
                self._lies_between(place, mask, drawn)

    @rule(first=st.integers(0, 1), step=st.integers(2, 3), how=st.sampled_from(("tool.free", "tool.line")), category=category,
          at=st.integers(2, 9), locks=which, right=st.integers(-12, 12))  # fmt: skip
    def correct_and_interpolate_again(self, first, step, how, category, at, locks, right) -> None:
        """A part that was made and is locked now stays, however what was drawn is moved; so do copies that are locked."""
        self.draw_a_lesion(first, step, how, category, at, 10, "", locked=False)
        self.session.show(first)
        subject = self.session.annotations[-1]
        if area(subject):
            self.interpolate(self._index(subject), twice=False)
        else:
            self.set_an_end(self._index(subject), End.LAST, SLICES - 1)
        own = [a for a in parts(self.session.document, self._now(subject).lesion) if made(a)]
        if not own:
            return
        held = own[locks % len(own)]
        self._mean(self._index(held))
        self.lock(everything=False)
        self._mean(self._index(subject))
        self.move(next(n for n, a in enumerate(self._shown()) if a.id == subject.id), right, 0)
        if area(subject):
            self.interpolate(self._index(subject), twice=False)
        else:
            self.set_an_end(self._index(subject), End.LAST, right % SLICES)

    @drawn_on
    @rule(which=which, step=STEPS, adapts=st.booleans())
    def go_on(self, which, step, adapts) -> None:
        """A copy, or one that fits the image there, is on the next slice, part of the same lesion and said to be the same; one is there."""
        subject, places = self._mean(which), self.session.series.places
        keys = {place: key for key, place in places.items()}
        there = keys.get(places[subject.image] + step)
        own = [a for a in lesion(self.session.document, subject) if a.image == there and area(a) == area(subject)]
        locked = all(a.locked for a in lesion(self.session.document, subject))
        refused = locked or there is None or any(not made(a) or a.locked for a in own)
        scope = Scope(of={(a.image, a.id) for a in own}, images=[there] if there else [subject.image], comes=True, ties=True, shows=True)
        before, after = self._edit(lambda: (self.session.carry_on if adapts else self.session.copy_along)(step), None, scope)
        assert refused <= (before == after) and (refused or adapts or before != after)
        if before == after:
            return
        number = self._same_lesion(before, after, subject)
        assert self.session.image.key == there
        (new,) = [a for a in after.on(there) if before.find(there, a.id) != a]
        assert self.session.selection == {new.id}
        assert (new.lesion, new.category) == (number, subject.category)
        if own:
            assert (new.drawn, new.note, new.attributes) == (own[0].drawn, own[0].note, own[0].attributes)
        else:
            assert (new.attributes, new.note, new.drawn.author, new.drawn.slice) == (
                subject.attributes, "", self.session.author, places[there])  # fmt: skip
        if not adapts or not area(subject):
            assert new.shape == subject.shape
        else:
            assert bits(new, SIZE, SIZE).any()

    @drawn_on
    @rule(which=which, other=which)
    def join(self, which, other) -> None:
        """Whole lesions come along, under the number of the one that was selected first; nothing else of them changes."""
        one, two = self._mean(which), self._mean(other)
        if one == two:
            return
        document = self.session.document
        whole = {(a.image, a.id): a for part in (one, two) for a in lesion(document, part)}
        number = next((a.lesion for a in (one, two) if a.lesion is not None), free_number(document))
        moving = [a for a in whole.values() if a.lesion != number]
        kinds = {(area(a), a.category) for a in whole.values()}
        mixed = len(kinds) > len({kind for kind, _ in kinds})
        done = bool(moving) and one.category == two.category and not any(a.locked for a in moving) and not mixed
        scope = Scope(fields=frozenset({"lesion"}), of=whole.keys(), images=list(self.session.series.places), shows=True)
        before, after = self._edit(self.session.join, self._masks(document), scope)
        assert (before != after) == done
        if done:
            assert {(a.image, a.id) for a in parts(after, number)} == whole.keys()
            names = [before.facts.get(lesion_name(a.lesion)) for a in (one, two) if a.lesion is not None]
            assert after.facts.get(lesion_name(number)) == next(filter(None, names), None)

    @drawn_on
    @rule(which=which)
    def separate(self, which) -> None:
        """What is taken out of a lesion is in none; the only one that is left of it is in none either, unless it is locked."""
        chosen = self._mean(which)
        rest = [a for a in lesion(self.session.document, chosen) if a is not chosen]
        done = chosen.lesion is not None and not chosen.locked
        scope = Scope(fields=frozenset({"lesion"}), of={(a.image, a.id) for a in (chosen, *rest[: len(rest) == 1])},
                      images=list(self.session.series.places), shows=True)  # fmt: skip
        before, after = self._edit(self.session.separate, self._masks(self.session.document), scope)
        assert (before != after) == done
        if done:
            assert after.find(chosen.image, chosen.id).lesion is None
            ends = len(rest) < 2 and not any(a.locked for a in rest)
            assert {a.lesion for a in members(after).values()} >= ({None} if ends else {chosen.lesion})
            assert (chosen.lesion in {a.lesion for a in members(after).values()}) is not ends
            assert (after.facts.get(lesion_name(chosen.lesion)) is None) or not ends

    @drawn_on
    @rule(which=which, name=NAMES)
    def name(self, which, name) -> None:
        """The name stands as long as another one does not; lesions keep their names apart."""
        subject = self._mean(which)
        scope = Scope(fields=frozenset({"lesion"}), of={(subject.image, subject.id)}, shows=True)
        listed = self.session.chosen_lesion
        before, after = self._edit(lambda: self.session.rename_lesion(listed, name), self._masks(self.session.document), scope)
        now = after.find(subject.image, subject.id)
        if all(a.locked for a in lesion(before, subject)):
            assert before == after
            return
        assert self.session.chosen_lesion.name == name
        if now.lesion is not None:
            assert after.facts.get(lesion_name(now.lesion)) == (name or None)
            own = {fact for fact in after.facts if fact != lesion_name(now.lesion)}
            assert own == {fact for fact in before.facts if fact != lesion_name(now.lesion)}

    @drawn_on
    @rule(which=which, category=category)
    def recategorise_lesions(self, which, category) -> None:
        wanted = self._lesions(which)
        changed = [a for one in wanted if not any(a.locked for a in one.members) for a in one.members]
        expected = self._with([(a.image, a.id) for a in changed], [(a.image, category, bits(a, SIZE, SIZE)) for a in changed if area(a)])
        scope = Scope(fields=frozenset({"category"}), of={(a.image, a.id) for a in changed}, shows=True)
        _, after = self._edit(lambda: self.session.recategorise_lesions(wanted, category), expected, scope)
        assert all(after.find(a.image, a.id).category == category for a in changed)

    @drawn_on
    @rule(which=which)
    def delete_lesions(self, which) -> None:
        wanted = self._lesions(which)
        gone = {(a.image, a.id) for one in wanted if not any(a.locked for a in one.members) for a in one.members}
        scope = Scope(of=gone, images=list(self.session.series.places), goes=True, shows=True)
        before, after = self._edit(lambda: self.session.delete_lesions(wanted), self._with(gone, []), scope)
        assert members(before).keys() - members(after).keys() == gone

    @drawn_on
    @rule(which=which)
    def lock_lesions(self, which) -> None:
        wanted = self._lesions(which)
        own = [a for one in wanted for a in one.members]
        scope = Scope(fields=frozenset({"locked"}), of={(a.image, a.id) for a in own}, unlocks=True, shows=True)
        _, after = self._edit(lambda: self.session.lock_lesions(wanted), self._masks(self.session.document), scope)
        locks = not all(a.locked for a in own)
        assert all(after.find(a.image, a.id).locked is locks for a in own)

    @drawn_on
    @rule(step=STEPS)
    def go_to_another_lesion(self, step) -> None:
        """Lesions come in the order of their first slices, and after the last one the first."""
        there, meant = self._groups(), self.session.chosen_lesion
        of = next((n for n, group in enumerate(there) if meant and (meant.members[0].image, meant.members[0].id) in group), None)
        found: list[Annotation] = []
        self._edit(lambda: found.append(self.session.step_lesion(step)), self._masks(self.session.document))
        assert self.session.image.key == found[0].image and self.session.selection == {found[0].id}
        goal = there[((-1 if step > 0 else 0) if of is None else of) + step - (len(there) if of == len(there) - 1 and step > 0 else 0)]
        assert (found[0].image, found[0].id) in goal

    @drawn_on
    @rule(end=st.sampled_from([None, *End]), at=PLACES, step=STEPS)
    def all_on_the_slice_at_once(self, end, at, step) -> None:
        """Several lesions are one step to take back, and what was drawn of them stays as it is."""
        self.session.show(at)
        self.session.select_all()
        own = {(a.image, a.id) for part in self._shown() for a in lesion(self.session.document, part) if made(a)}
        scope = Scope(of=own, images=list(self.session.series.places), comes=True, goes=True, ties=True, shows=True)
        act = self.session.interpolate if end is None else lambda: self.session.set_end(end)
        self._edit(act, None, scope)
        scope = Scope(of=[(key, n) for key in self.session.series.places for n in range(256)], images=list(self.session.series.places),
                      comes=True, ties=True, shows=True)  # fmt: skip
        key = self.session.image.key
        before, after = self._edit(lambda: self.session.copy_along(step), None, scope)
        places = self.session.series.places
        assert {places[found] for found, _ in _changed(before, after)} <= {places[key] + step}

    # how -------------------------------------------------------------------------------------------------------------------------------

    def _now(self, annotation: Annotation) -> Annotation | None:
        return self.session.document.find(annotation.image, annotation.id)

    def _index(self, annotation: Annotation) -> int:
        """By which number `_mean` finds an annotation."""
        return list(members(self.session.document)).index((annotation.image, annotation.id))

    def _lesions(self, which: int):
        """Some of the lesions, as they are listed."""
        listed = self.session.listed_lesions()
        assert sorted(sorted((a.image, a.id) for a in one.members) for one in listed) == sorted(map(sorted, self._groups()))
        assert len({one.id for one in listed}) == len(listed)
        return [one for n, one in enumerate(listed) if which >> n % 8 & 1] or listed[:1]

    def _groups(self) -> list[set]:
        """The lesions of the case by their first slice, then by their first id there."""
        places, found = self.session.series.places, {}
        for a in sorted(members(self.session.document).values(), key=lambda a: (places[a.image], a.id)):
            found.setdefault((a.image, a.id) if a.lesion is None else a.lesion, set()).add((a.image, a.id))
        return list(found.values())

    def _same_lesion(self, before: Document, after: Document, subject: Annotation, *, joins: bool = False) -> int | None:
        """Return the number of the subject's lesion, an old one or a new one; that of no other annotation changed."""
        now = after.find(subject.image, subject.id)
        if now is None:  # a copy that was made, and lies behind the end now
            assert made(subject)
            return subject.lesion
        if subject.lesion is None and now.lesion is not None:
            assert joins or now.lesion == free_number(before)
        assert subject.lesion is None or now.lesion == subject.lesion
        if not joins:
            assert all(after.find(a.image, a.id) is None or after.find(a.image, a.id).lesion == a.lesion
                       for a in members(before).values() if (a.image, a.id) != (subject.image, subject.id))  # fmt: skip
        return now.lesion

    @staticmethod
    def _lies_between(place: int, mask: np.ndarray, drawn: dict[int, np.ndarray]) -> None:
        below, above = [p for p in drawn if p < place], [p for p in drawn if p > place]
        one = drawn[max(below)] if below else np.zeros((SIZE, SIZE), dtype=bool)
        two = drawn[min(above)] if above else np.zeros((SIZE, SIZE), dtype=bool)
        if not (one & ~two).any() or not (two & ~one).any():
            assert not (mask & ~(one | two)).any()
            assert not (one & two & ~mask).any()


def _changed(before: Document, after: Document) -> set[Member]:
    """What came, went or is another one, but for its lesion."""
    were, are = members(before), members(after)
    return {member for member in {*were, *are} if _but_number(were.get(member)) != _but_number(are.get(member))}


def _but_number(annotation: Annotation | None) -> tuple | None:
    """All of an annotation but its lesion, as far as it is drawn."""
    return None if annotation is None else tuple(getattr(annotation, name) for name in (*DRAWN, "category", "locked", "note", "drawn"))
