"""What the bar of unsaved work says: what came back, what is offered, what waits elsewhere, and whether drawing is protected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from annotator.domain.edit import Edit
from annotator.i18n import mark, say, translate
from annotator.present.case_names import case_title, said_of, series_of
from annotator.workspace.journal import Left
from annotator.workspace.notice import Severity
from annotator.workspace.recovering import Offer, Restored
from annotator.workspace.session import Session
from annotator.workspace.work import case_of

ELSEWHERE = "recovery.elsewhere"
"""The button that asks for a folder."""
ELSEWHERE_TIP = mark("Write it to another folder, a memory stick for instance; “Take unsaved work from a file” brings it back")
_NAMES = 3


@dataclass(frozen=True)
class Verb:
    """A button of a row: its object name, what it says, what it does, and what it says when the pointer rests."""

    name: str
    text: str
    act: Callable[[], object]
    tip: str = ""


@dataclass(frozen=True)
class RecoveryRow:
    """One thing to know: a sentence, details in small letters, a tip, how loud it is, and what can be done."""

    text: str
    note: str
    severity: Severity = Severity.INFO
    verbs: tuple[Verb, ...] = ()
    tip: str = ""


def rows(session: Session) -> tuple[RecoveryRow, ...]:
    """Return what is to be told of work that was not saved; nothing where nothing is."""
    return (*_unprotected(session), *_failed(session), *(_restored(session, found) for found in session.restored),
            *(_offered(session, offer) for offer in session.offers), *(_left(session, found) for found in session.left))


def span(first: str, last: str) -> str:
    """Say from when to when, the day only where it is not today; empty where it is not known."""
    try:
        begin, end = (datetime.fromisoformat(time).astimezone() for time in (first or last, last))
    except ValueError:
        return ""
    today = datetime.now().astimezone().date()
    head = f"{begin:%H:%M}" if begin.date() == today else f"{begin:%Y-%m-%d %H:%M}"
    if (begin.date(), begin.hour, begin.minute) == (end.date(), end.hour, end.minute):
        return head
    return f"{head}–{end:%H:%M}" if begin.date() == end.date() else f"{head} – {end:%Y-%m-%d %H:%M}"


def _unprotected(session: Session) -> Iterator[RecoveryRow]:
    if session.unprotected is not None:
        save = Verb("recovery.save", translate(mark("Save now")), session.save)
        yield RecoveryRow(translate(mark("What you draw is not protected")), say(session.unprotected.message), Severity.ERROR, (save,))


def _failed(session: Session) -> Iterator[RecoveryRow]:
    if session.save_failed:
        note = translate(mark("The journal on this computer keeps it")) if session.unprotected is None else ""
        again = Verb("recovery.again", translate(mark("Save again")), session.save)
        elsewhere = Verb(ELSEWHERE, translate(mark("Save elsewhere…")), lambda: None, translate(ELSEWHERE_TIP))
        yield RecoveryRow(translate(mark("What you drew is not saved in the project")), note, Severity.ERROR, (again, elsewhere))


def _restored(session: Session, found: Restored) -> RecoveryRow:
    sentences = []
    if found.edits:
        sentences.append(translate(mark("{n} edits that were not saved are back"), n=len(found.edits)))
    if found.moved_aside is not None:
        name = found.moved_aside.name
        sentences.append(translate(mark("{n} edits do not fit the saved case and were set aside in {file}"), n=found.aside, file=name))
    note = " · ".join(filter(None, (case_title(session, found.case), span(found.first, found.last), _done(session, found.edits))))
    verbs = [Verb("recovery.dismiss", translate(mark("OK")), lambda: session.dismiss_restored(found))]
    if found.edits and session.document == found.after and _is_open(session, found.case):
        tip = translate(mark("Take all of them back; Redo brings them again"))
        verbs.insert(0, Verb("recovery.undo", translate(mark("Undo")), lambda: session.take_back(found), tip))
    severity = Severity.WARNING if found.moved_aside is not None else Severity.INFO
    return RecoveryRow(". ".join(sentences), note, severity, tuple(verbs), str(found.moved_aside or ""))


def _offered(session: Session, offer: Offer) -> RecoveryRow:
    draft = offer.draft
    changed = translate(mark("{count} annotations"), count=len(draft.edit.changes)) if draft.edit.changes else ""
    where = translate(mark("on {computer}"), computer=draft.machine)
    note = " · ".join(filter(None, (case_title(session, draft.case), where, span(draft.first, draft.last), changed)))
    aside = translate(mark("It is moved aside and kept in the project"))
    if not offer.opened:
        return RecoveryRow(_unsaved(draft.count), note, Severity.INFO, _way(session, draft.case))
    if not offer.fits:
        text = translate(mark("{n} edits of yours from another computer do not fit the case any more"), n=draft.count)
        return RecoveryRow(text, note, Severity.WARNING,
                           (Verb("recovery.not", translate(mark("Set aside")), lambda: session.decline_draft(draft), aside),))
    newer = translate(mark("the case was saved again since; taking them changes only what they changed")) if offer.newer else ""
    take = translate(mark("They become one edit, which Undo takes back"))
    return RecoveryRow(_unsaved(draft.count), " · ".join(filter(None, (note, newer))), Severity.WARNING if newer else Severity.INFO, (
        Verb("recovery.take", translate(mark("Take")), lambda: session.take_draft(draft), take),
        Verb("recovery.not", translate(mark("Do not take")), lambda: session.decline_draft(draft), aside),
    ))  # fmt: skip


def _unsaved(count: int) -> str:
    return translate(mark("{n} edits of yours from another computer were not saved"), n=count)


def _left(session: Session, found: Left) -> RecoveryRow:
    note = " · ".join(filter(None, (case_title(session, found.case), span(found.first, found.last))))
    text = translate(mark("{n} edits that were not saved come back when their case is opened"), n=found.count)
    return RecoveryRow(text, note, Severity.INFO, _way(session, found.case))


def _way(session: Session, case: str) -> tuple[Verb, ...]:
    found = series_of(session, case)
    if found is None:
        return ()
    return (Verb("recovery.go", translate(mark("Go there")), lambda: session.open_series(found.uid)),)


def _is_open(session: Session, case: str) -> bool:
    return session.series is not None and case_of(session.series) == case


def _done(session: Session, edits: tuple[Edit, ...]) -> str:
    """Name what was done, the most frequent first."""
    counted = Counter(said_of(session, edit.name) for edit in edits).most_common()
    told = [name if count == 1 else f"{name} × {count}" for name, count in counted[:_NAMES]]
    return ", ".join((*told, "…") if len(counted) > _NAMES else told)
