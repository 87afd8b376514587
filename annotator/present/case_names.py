"""Call things what the rest of the window calls them where a sentence from below does not: cases, categories, attributes.

A case is known below by its id alone, a category and an attribute by its Korean name.
"""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.blindness import veiled
from annotator.i18n import Message, mark, say, translate
from annotator.present.annotations import category_name
from annotator.present.attributes import attribute_name
from annotator.present.catalogue import series_title
from annotator.workspace.catalogue import Series
from annotator.workspace.session import Session
from annotator.workspace.work import case_of

CASE, CATEGORY, ATTRIBUTE = "case", "category", "attribute"
"""What the id of a case, and the names of a category and an attribute, are called among the values of a sentence."""
_SHORT = 12
"""So many last letters of an id tell a case that is not in the tree."""


def case_title(session: Session, case: str) -> str:
    """Say which case this is, as the tree does; one that was not opened by the end of its id."""
    return _title(session, case) or translate(mark("case …{id}"), id=case[-_SHORT:])


def named(session: Session, sentence: Message) -> Message:
    """Return a sentence with its cases by name, and its categories and attributes in the current language."""
    values = list[tuple[str, object]]()
    for name, value in sentence.values:
        if isinstance(value, Message):
            value = named(session, value)
        elif name == CASE and isinstance(value, str):
            value = _title(session, value) or _short(value)
        elif name == CATEGORY:
            value = next((category_name(found) for found in session.project.project.categories if found.name == value), value)
        elif name == ATTRIBUTE:
            value = next((attribute_name(found) for found in session.project.project.attributes if found.name == value), value)
        values.append((name, value))
    return Message(sentence.text, tuple(values))


def by_patient(sentence: Message, names: Mapping[str, str]) -> Message:
    """Return a sentence with its cases by their patients; `names`: id of a case → what it is called."""
    values = list[tuple[str, object]]()
    for name, value in sentence.values:
        if isinstance(value, Message):
            value = by_patient(value, names)
        elif name == CASE and isinstance(value, str):
            value = names.get(value) or value
        values.append((name, value))
    return Message(sentence.text, tuple(values))


def said_of(session: Session, sentence: Message) -> str:
    """Say a sentence so (`named`): the log of the program, which names nobody, has the ids of cases."""
    return say(named(session, sentence))


def series_of(session: Session, case: str) -> Series | None:
    """Return the first series of a case in the tree; None where it has none."""
    return next((series for series in session.catalogue.in_order if case_of(series) == case), None)


def _title(session: Session, case: str) -> str:
    found = series_of(session, case)
    if found is None:
        return ""
    known = [part for part in (found.owner.patient_name.replace("^", " ").strip(), series_title(found)) if part]
    return veiled(" · ".join(known), session.project.project)


def _short(case: str) -> str:
    """The end of an id; anything else was a name already."""
    return f"…{case[-_SHORT:]}" if len(case) > 2 * _SHORT and not any(letter.isspace() for letter in case) else case
