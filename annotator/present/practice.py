"""Say how somebody stands in practice and in blind repeats: beside their name, to themselves, and where cases are given out."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.person import NAMES, Person, Role
from annotator.domain.practice_rule import PracticeRule
from annotator.domain.rereading import DRAW, PRACTICE, REPEAT, Practised, Result, practised
from annotator.i18n import mark, translate


def practice(results: Sequence[Result], name: str, role: Role, rule: PracticeRule) -> str:
    """Say how a person stands in practice in a role; empty where none is asked for and none was done."""
    own = [found for found in results if (found.person, found.role, found.mode) == (name, role.value, PRACTICE)]
    if not own and not rule.cases:
        return ""
    found = practised(results, name, role.value, rule)
    some = {"count": found.count, "all": rule.cases, "mean": _percent(found), "bar": f"{100 * rule.bar:g}"}
    if not own:
        return translate(mark("practice: {count} of {all} cases"), **some)
    day = max(one.time for one in own)[:10]
    if not rule.cases:
        return translate(mark("practice: {count} cases, {mean} % ({day})"), **some, day=day)
    said = mark("practice passed: {count} of {all} cases, {mean} % of {bar} % ({day})")
    if not found.passed:
        said = mark("practice: {count} of {all} cases, {mean} % of {bar} % ({day}), not passed yet")
    return translate(said, **some, day=day)


def repeats(results: Sequence[Result], name: str, role: Role) -> str:
    """Say to a manager how far a person agrees with what they drew before; empty where nothing was repeated."""
    own = [found for found in results if (found.person, found.role, found.mode) == (name, role.value, REPEAT)]
    right, every = sum(found.score.right for found in own), sum(found.score.all for found in own)
    if not own:
        return ""
    share = f"{100 * right / every:.0f}" if every else "100"
    said = mark("repeated: {count} cases, {share} % as before ({day})")
    return translate(said, count=len(own), share=share, day=max(found.time for found in own)[:10])


def beside_name(results: Sequence[Result], person: Person, rule: PracticeRule, *, managing: bool) -> str:
    """Say all of that of a person, a role after the other; blind repeats only to a manager."""
    found = []
    for role in DRAW:
        if role in person.roles:
            told = [practice(results, person.name, role, rule), repeats(results, person.name, role) if managing else ""]
            said = " · ".join(filter(None, told))
            several = len(person.roles & set(DRAW)) > 1
            found.append(f"{translate(NAMES[role])} – {said}" if said and several else said)
    return "; ".join(filter(None, found))


def not_ready(results: Sequence[Result], person: Person, rule: PracticeRule) -> str:
    """Say in a few letters that somebody has not passed their practice yet; empty where they have, or need none."""
    roles = [role for role in DRAW if role in person.roles]
    found = [practised(results, person.name, role.value, rule) for role in roles]
    open_now = [one for one in found if not one.passed]
    if not rule.cases or not open_now:
        return ""
    return translate(mark("practice {count} of {all}"), count=open_now[0].count, all=rule.cases)


def _percent(found: Practised) -> str:
    return f"{100 * found.mean:.0f}"
