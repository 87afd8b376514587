"""What happened to a case, step by step: its state, who works on it and what was asked are what its steps make of it.

`new → first pass → second pass → machine check → review → agreed → accepted`, with `adjudication` where two reviewers disagree, `rework`
back to a pass, and `discarded`.  A step is never changed or taken back; what undoes it is another step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from annotator.domain.person import NAMES, Acting, Role
from annotator.domain.project import Pass
from annotator.i18n import Message, mark, message


class State(Enum):
    """How far a case is; the value is how it is written on disk."""

    NEW = "new"
    FIRST_PASS = "first_pass"
    SECOND_PASS = "second_pass"
    MACHINE_CHECK = "machine_check"
    REVIEW = "review"
    ADJUDICATION = "adjudication"
    REWORK = "rework"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


STATES: Mapping[State, str] = {
    State.NEW: mark("new"),
    State.FIRST_PASS: mark("first pass"),
    State.SECOND_PASS: mark("second pass"),
    State.MACHINE_CHECK: mark("machine check"),
    State.REVIEW: mark("in review"),
    State.ADJUDICATION: mark("adjudication"),
    State.REWORK: mark("rework"),
    State.AGREED: mark("agreed"),
    State.ACCEPTED: mark("accepted"),
    State.DISCARDED: mark("discarded"),
}
"""How a state is called, marked for translation."""

MOVE, ASSIGN, ASK, ANSWER, VERDICT, INSPECT = "move", "assign", "ask", "answer", "verdict", "inspect"
AGAIN, READ_AGAIN = "again", "read again"
MEASURE, LEAVE = "measure", "leave"
"""Kinds of steps that this module understands; others may be written and are kept."""
IMAGES = "images"
"""What a move to rework may tell besides: the keys of the images for which the case goes back, with spaces between."""

_AFTER: Mapping[State, tuple[State, ...]] = {
    State.NEW: (State.FIRST_PASS, State.SECOND_PASS, State.MACHINE_CHECK, State.DISCARDED),
    State.FIRST_PASS: (State.SECOND_PASS, State.MACHINE_CHECK, State.DISCARDED),
    State.SECOND_PASS: (State.MACHINE_CHECK, State.REWORK, State.DISCARDED),
    State.MACHINE_CHECK: (State.REVIEW, State.REWORK, State.DISCARDED),
    State.REVIEW: (State.AGREED, State.ADJUDICATION, State.REWORK, State.DISCARDED),
    State.ADJUDICATION: (State.AGREED, State.REVIEW, State.REWORK, State.DISCARDED),
    State.REWORK: (State.SECOND_PASS, State.MACHINE_CHECK, State.DISCARDED),
    State.AGREED: (State.ACCEPTED, State.REWORK, State.DISCARDED),
    State.ACCEPTED: (State.REWORK, State.DISCARDED),
    State.DISCARDED: (State.REWORK,),
}
"""Which states follow which."""


@dataclass(frozen=True)
class Step:
    """One thing that was done with a case.

    `number` counts from 1; `parent` is the digest of the step before, `revision` that of the record that the step speaks of; `facts` holds
    what its kind tells besides.  A question: `image` (key), `x`, `y` (image coordinates), `text`, `to` (a name, or a role's value); an
    answer: `question` (number of the step), `answer`; an assignment: `to`; a move to rework: `to` (the pass's state), `person`.
    """

    case: str
    number: int
    kind: str
    person: str
    role: str
    time: str
    before: State = State.NEW
    after: State = State.NEW
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""
    parent: str = ""
    machine: str = ""
    digest: str = field(default="", compare=False)


@dataclass(frozen=True)
class Standing:
    """How a case stands after its steps.

    `assignee`: who is to do what comes next, empty: anybody with the role; `questions`: those without an answer; `verdicts`: the last one
    of each reviewer since the review began; `drew`: who finished which pass; `returned`: why it is to be done again; `answered`: the
    questions that have an answer, each with it; `again`: to whom it was given once more, as long as they have not drawn it.
    """

    state: State = State.NEW
    number: int = 0
    digest: str = ""
    since: str = ""
    assignee: str = ""
    questions: tuple[Step, ...] = ()
    verdicts: Mapping[str, Step] = field(default_factory=dict)
    drew: Mapping[State, str] = field(default_factory=dict)
    rework_to: State = State.FIRST_PASS
    returned: Step | None = None
    answered: tuple[tuple[Step, Step], ...] = ()
    again: tuple[Step, ...] = ()

    @property
    def parked(self) -> bool:
        """Whether the case waits for an answer."""
        return bool(self.questions)


def standing(steps: Iterable[Step]) -> Standing:
    """Return how a case stands after its steps, in order of number."""
    found = Standing()
    for step in steps:
        found = after(found, step)
    return found


def after(found: Standing, step: Step) -> Standing:
    """Return how a case stands after one more step."""
    found = replace(found, number=step.number, digest=step.digest)
    if step.kind == MOVE:
        return _moved(found, step)
    if step.kind == ASSIGN:
        return replace(found, assignee=step.facts.get("to", ""))
    if step.kind == ASK:
        return replace(found, questions=(*found.questions, step))
    if step.kind == ANSWER:
        meant = tuple(q for q in found.questions if str(q.number) == step.facts.get("question"))
        left = tuple(q for q in found.questions if q not in meant)
        return replace(found, questions=left, answered=(*found.answered, *((question, step) for question in meant)))
    if step.kind == AGAIN:
        return replace(found, again=(*found.again, step))
    if step.kind == READ_AGAIN:
        return replace(found, again=tuple(s for s in found.again if str(s.number) != step.facts.get("again")))
    if step.kind == VERDICT:
        return replace(found, verdicts={**found.verdicts, step.person: step})
    return found


def _moved(found: Standing, step: Step) -> Standing:
    drew = dict(found.drew)
    own = pass_of(found)
    if own is not None and step.after not in (State.DISCARDED, own) and not _takes_back(found, step):
        drew[own] = step.person
    back = step.after is State.REWORK
    goes_on = step.before is State.NEW and step.after is State.FIRST_PASS or step.before is State.REWORK and step.after is found.rework_to
    return replace(
        found,
        state=step.after,
        since=step.time,
        assignee=step.facts.get("person", "") if back else found.assignee if goes_on else "",
        verdicts={} if step.after is State.REVIEW else found.verdicts,
        drew=drew,
        rework_to=_state(step.facts.get("to", "")) if back else found.rework_to,
        returned=step if back else found.returned if goes_on else None,
    )


def pass_of(found: Standing) -> State | None:
    """Return which pass the case is in (None: in none); a new case is in the first, one in rework in that it was sent back to."""
    if found.state is State.REWORK:
        return found.rework_to
    return {State.NEW: State.FIRST_PASS, State.FIRST_PASS: State.FIRST_PASS, State.SECOND_PASS: State.SECOND_PASS}.get(found.state)


def role_for(found: Standing, passes: Sequence[Pass]) -> Role | None:
    """Return who does what comes next on a case with these passes; None: no person has to do anything."""
    own = pass_of(found)
    if own is not None:
        number = int(own is State.SECOND_PASS)
        return Role(passes[number].role) if number < len(passes) else Role.ANNOTATOR
    return {State.REVIEW: Role.REVIEWER, State.ADJUDICATION: Role.ADJUDICATOR, State.AGREED: Role.MANAGER}.get(found.state)


def when_done(found: Standing, passes: Sequence[Pass]) -> State:
    """Return the state of a case after the pass that it is in; its own state where it is in none."""
    own = pass_of(found)
    if own is None:
        return found.state
    return State.SECOND_PASS if own is State.FIRST_PASS and len(passes) > 1 else State.MACHINE_CHECK


def refusal(found: Standing, step: Step, acting: Acting, passes: Sequence[Pass]) -> Message | None:
    """Return why a step may not be taken by whoever is acting on a case that stands so; None: it may.

    Anybody may ask, answer and let the machine check; who drew a case does not review it; the rest is the work of a role.
    """
    if step.kind == MOVE:
        return _move_refused(found, step, acting, passes)
    if step.kind == ASSIGN and not acting.may(Role.MANAGER) and (found.assignee, step.facts.get("to")) not in (
        ("", acting.name), (acting.name, "")):  # fmt: skip
        return _needs(Role.MANAGER)
    if step.kind in (AGAIN, MEASURE, LEAVE) and not acting.may(Role.MANAGER):
        return _needs(Role.MANAGER)
    if step.kind == READ_AGAIN and not any(
        str(s.number) == step.facts.get("again") and s.facts.get("to") == acting.name for s in found.again
    ):  # fmt: skip
        return message("the case was not given to {name} once more", name=acting.name)
    if step.kind == VERDICT:
        if found.state not in (State.REVIEW, State.ADJUDICATION):
            return message("the case is not in review")
        if not acting.may(Role.ADJUDICATOR if found.state is State.ADJUDICATION else Role.REVIEWER):
            return _needs(Role.REVIEWER)
        if acting.role is not None and acting.name in found.drew.values():
            return message("nobody reviews what they drew themselves")
    return None


def may_draw(found: Standing, acting: Acting, passes: Sequence[Pass]) -> Message | None:
    """Return why whoever is acting may not change what is drawn on a case that stands so; None: they may."""
    if acting.role is None or any((s.facts.get("to"), s.facts.get("role")) == (acting.name, acting.role.value) for s in found.again):
        return None
    wanted = role_for(found, passes)
    if wanted is None or found.state is State.AGREED:
        return message("the case is “{state}”", state=Message(STATES[found.state]))
    if not acting.may(wanted):
        return _needs(wanted)
    if found.assignee not in ("", acting.name) and not (found.state is State.REVIEW and found.assignee in found.verdicts):
        return message("the case is given to {name}", name=found.assignee)
    if found.state is State.REVIEW and acting.name in found.drew.values():
        return message("nobody reviews what they drew themselves")
    return None


def _move_refused(found: Standing, step: Step, acting: Acting, passes: Sequence[Pass]) -> Message | None:
    if _takes_back(found, step):
        return None if acting.may(Role.MANAGER) else _needs(Role.MANAGER)
    if step.after not in _AFTER[found.state]:
        return message("a case that is “{before}” does not become “{after}”", before=Message(STATES[found.state]),
                       after=Message(STATES[step.after]))  # fmt: skip
    if step.after in (State.REWORK, State.DISCARDED) and not step.reason:
        return message("a reason is needed")
    if step.after is State.DISCARDED or acting.may(Role.MANAGER) or found.state is State.MACHINE_CHECK:
        return None
    wanted = Role.MANAGER if found.state in (State.ACCEPTED, State.DISCARDED) else role_for(found, passes)
    return None if wanted is None or acting.may(wanted) else _needs(wanted)


def _takes_back(found: Standing, step: Step) -> bool:
    """Whether a move takes a return back: to where the case was, with the record as it was then."""
    returned = found.returned
    return (found.state is State.REWORK and returned is not None and returned.before in (State.AGREED, State.ACCEPTED)
            and step.after is returned.before and step.revision != "" and step.revision == returned.revision)  # fmt: skip


def _needs(role: Role) -> Message:
    return message("only a {role} may do that", role=Message(NAMES[role]))


def _state(text: str) -> State:
    return State.SECOND_PASS if text == State.SECOND_PASS.value else State.FIRST_PASS
