"""The steps of a case on disk, and the one way to take another.

`.annotator/cases/<case>/step-<number>-<mark of the case>.json`: sealed, immutable, created exclusively, each naming the digest of the one
before.  Two people who step at once are put in order by the number; the second is judged again by what the case is then.  What a role may
do is held here, where it is written, and not only in the menus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotator.domain import course
from annotator.domain.course import Standing, State, Step
from annotator.domain.person import Acting
from annotator.domain.project import Pass
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import durable, log
from annotator.workspace.revisions import folder_of, mark_of

POINTS = ("step.before", "step.before_log", "step.after_log")
"""Places of this module at which `durable.fault` may end the process."""
_NAME = re.compile(r"step-(\d{6,9})-([0-9a-f]{12})\.json")
_ATTEMPTS = 200


def listed(root: Path, case: str) -> dict[int, Path]:
    """Return the files of a case's steps by number; raises OSError."""
    try:
        found = [(entry, _NAME.fullmatch(entry.name)) for entry in folder_of(root, case).iterdir()]
    except FileNotFoundError:
        return {}
    return {int(match[1]): entry for entry, match in sorted(found) if match and match[2] == mark_of(case)}


def read(root: Path, case: str) -> tuple[tuple[Step, ...], tuple[Message, ...]]:
    """Return the steps of a case in order, and what was odd: a step that is damaged is passed over and stays.  Raises OSError."""
    return _read(case, listed(root, case))


def _read(case: str, files: Mapping[int, Path]) -> tuple[tuple[Step, ...], tuple[Message, ...]]:
    steps, remarks = list[Step](), list[Message]()
    for number, path in sorted(files.items()):
        try:
            step = decode(path.read_bytes())
            if (step.case, step.number) != (case, number):
                raise record.Damaged("a step of another case")
        except (record.Damaged, record.Newer):
            remarks.append(message("Step {number} of the case {case} is damaged and is passed over", number=number, case=case))
            continue
        except FileNotFoundError:
            continue
        steps.append(step)
    return tuple(steps), tuple(remarks)


def standing(root: Path, case: str) -> Standing:
    """Return how a case stands; raises AnnotatorError."""
    try:
        return course.standing(read(root, case)[0])
    except OSError as error:
        raise AnnotatorError(message("Reading the state of the case {case}", case=case), system_cause(error),
                             message("See that the folder can be reached")) from error  # fmt: skip


def take(root: Path, step: Step, acting: Acting, passes: tuple[Pass, ...], *, expected: State | None = None) -> Standing:
    """Take a step and log it; number, parent, state before and who is acting are filled in here.  Returns how the case stands then.

    `expected`: the state that the person saw; a case that is in another one by now is left as it is.
    Raises AnnotatorError where it may not be taken, or nothing can be written.
    """
    doing = message("Changing the state of the case {case}", case=step.case)
    role = acting.role.value if acting.role else ""
    durable.fault("step.before")
    try:
        for _ in range(_ATTEMPTS):
            there = listed(root, step.case)  # once: what comes meanwhile has the number that this step would get, and it is judged anew
            found = course.standing(_read(step.case, there)[0])
            if expected is not None and found.state is not expected:
                raise AnnotatorError(doing, message("it is “{state}” by now", state=Message(course.STATES[found.state])),
                                     message("Look at it again"))  # fmt: skip
            after = step.after if step.kind == course.MOVE else found.state
            number = max(there, default=0) + 1
            made = replace(step, number=number, person=acting.name, role=role, before=found.state, after=after, parent=found.digest,
                           machine=log.machine())  # fmt: skip
            refused = course.refusal(found, made, acting, passes)
            if refused is not None:
                raise AnnotatorError(doing, refused, message("Nothing was changed"))
            content, digest = encode(made)
            try:
                durable.create_exclusive(path_of(root, made), content)
            except FileExistsError:
                continue
            durable.fault("step.before_log")
            made = replace(made, digest=digest)
            log.append(root, acting.name, role, step.time, row_of(made))
            durable.fault("step.after_log")
            return course.after(found, made)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Nothing was changed; try again")) from error
    raise AnnotatorError(doing, message("others change it all the time"), message("Nothing was changed; try again"))


def row_of(step: Step) -> log.Done:
    """Return what the log says of a step."""
    facts = {**step.facts, "from": step.before.value, "to state": step.after.value, "step": str(step.number)}
    facts |= {"revision": step.revision} if step.revision else {}
    return log.Done(step.kind, step.case, step.reason, step.parent, step.digest, facts)


def path_of(root: Path, step: Step) -> Path:
    """Return where a step lies."""
    return folder_of(root, step.case) / f"step-{step.number:06d}-{mark_of(step.case)}.json"


def encode(step: Step) -> tuple[bytes, str]:
    """Return the file of a step and its digest."""
    return record.seal({
        "version": 1, "case": step.case, "number": step.number, "kind": step.kind, "person": step.person, "role": step.role,
        "time": step.time, "before": step.before.value, "after": step.after.value, "reason": step.reason,
        "facts": dict(sorted(step.facts.items())), "revision": step.revision, "parent": step.parent, "machine": step.machine,
    })  # fmt: skip


def decode(content: bytes) -> Step:
    """Return the step in a file; raises record.Damaged or record.Newer."""
    found, digest = record.unseal(content)
    if record.whole(found, "version") > 1:
        raise record.Newer(f"step version {found['version']}")
    facts = record.entries(found.get("facts"))
    texts = {key: record.text(found, key) for key in ("case", "kind", "person", "role", "time", "reason", "revision", "parent", "machine")}
    return Step(
        number=record.whole(found, "number"), before=_state(found, "before"), after=_state(found, "after"),
        facts={key: record.text(facts, key) for key in facts}, digest=digest, **texts,
    )  # fmt: skip


def _state(found: Mapping[str, Any], key: str) -> State:
    try:
        return State(record.text(found, key))
    except ValueError as error:
        raise record.Damaged("a state of another version") from error
