"""What is said of cases that wait: the cells of a row, why it is somebody's next, and how long the rest will take."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from annotator.domain.course import STATES
from annotator.domain.person import NAMES, Acting, Role
from annotator.domain.queue import ASKED, FREE, GIVEN, RETURNED, Entry, seconds_left
from annotator.i18n import mark, translate
from annotator.present.holdings import named
from annotator.workspace.session import Session

COLUMNS: Mapping[str, str] = {
    "patient": mark("Patient"),
    "series": mark("Series"),
    "modality": mark("Modality"),
    "class_folder": mark("Class"),
    "state": mark("State"),
    "finding": mark("Study finding"),
    "assignee": mark("Assignee"),
    "returned": mark("Remark"),
    "plane": mark("Plane"),
    "sex": mark("Sex"),
    "age": mark("Age"),
    "images": mark("Images"),
    "annotations": mark("Annotations"),
    "changed": mark("Last change"),
    "description": mark("Description"),
    "device": mark("Device"),
}
"""Fields of an entry that the list can show, with their marked headings."""
SELDOM = ("device",)
"""Those of them that are shown when somebody asks for them."""
WHY: Mapping[str, str] = {
    RETURNED: mark("Sent back"),
    ASKED: mark("Question to you"),
    GIVEN: mark("Given to you"),
    FREE: mark("Next"),
}


def cells(entry: Entry, *, blind: bool = False) -> tuple[str, ...]:
    """Return the cells of a row in the order of COLUMNS; `blind`: the class is not told.

    A patient without an id is called by the folder of the images; their name is not known here.
    """
    remark = entry.returned
    if entry.asked:
        names = {role.value: translate(text) for role, text in NAMES.items()}
        asked = ", ".join(names.get(name, name) for name in entry.asked)
        remark = translate(mark("question to {name}: {text}"), name=asked, text=entry.question)
    told = {
        "patient": entry.patient or PurePath(entry.place).name or "–",
        "class_folder": "•" if blind else entry.class_folder or "–",
        "plane": named("plane", entry.plane) if entry.plane else "–",
        "sex": named("sex", entry.sex) if entry.sex else "–",
        "age": named("age", entry.age) if entry.age else "–",
        "state": translate(STATES[entry.state]),
        "returned": remark,
        "changed": entry.changed[:16].replace("T", " ") or "–",
        "finding": " ".join(entry.finding.split()),
    }
    empty = {"series": "–", "assignee": "–"}
    return tuple(told[name] if name in told else str(getattr(entry, name)) or empty.get(name, "") for name in COLUMNS)


def who(acting: Acting | None) -> str:
    """Say who is at work, and as what."""
    if acting is None:
        return translate(mark("Nobody has signed in"))
    return acting.name if acting.role is None else f"{acting.name} · {translate(NAMES[acting.role])}"


def progress(done: Sequence[str], left: int, now: datetime.datetime) -> str:
    """Say how many cases are done and how many are left, and when the rest is done at this pace; `done`: ISO times of the ends."""
    said = translate(mark("{done} of {all} done"), done=len(done), all=len(done) + left)
    seconds = seconds_left([datetime.datetime.fromisoformat(time).timestamp() for time in done], left)
    if seconds is None or not left:
        return said
    end = now + datetime.timedelta(seconds=seconds)
    when = f"{end:%H:%M}" if end.date() == now.date() else f"{end:%m-%d %H:%M}"
    return f"{said} · {translate(mark('the rest about {when}'), when=when)}"


def blind_to(session: Session) -> bool:
    """Whether the class of a case is not told to whoever is at work: a manager sees it."""
    acting = session.acting
    return session.project.project.blind and (acting is None or acting.role not in (None, Role.MANAGER))
