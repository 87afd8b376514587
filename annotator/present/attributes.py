"""What a project asks about the annotations that a person looks at, as plain values from which one place draws the form."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.attribute import NO, YES, YES_NO, Answer, Attribute, asked_of, flaw
from annotator.domain.category import Category
from annotator.i18n import Message, language, mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session


@dataclass(frozen=True)
class Question:
    """One attribute as the form asks it: its name with the unit, what can be chosen, what was answered."""

    attribute: Attribute
    label: str
    answers: tuple[tuple[str, str], ...]
    """Value → what is read, for a choice and for yes or no."""
    value: str
    differs: bool
    """The selected annotations were answered differently; the value is empty then."""
    missing: bool
    wrong: Message | None


@dataclass(frozen=True)
class Form:
    """The questions about some annotations of the chosen image, and their note."""

    numbers: tuple[int, ...]
    title: str
    questions: tuple[Question, ...]
    note: str


def subjects(session: Session) -> tuple[Annotation, ...]:
    """Return the selected annotations of the chosen image, else the one drawn last."""
    there = session.annotations
    chosen = tuple(a for a in there if a.id in session.selection)
    return chosen or there[-1:]


def form(session: Session) -> Form | None:
    """Return the form for what is selected or was drawn last; None where there is nothing."""
    about = subjects(session)
    if not about:
        return None
    categories = {category.key: category for category in session.project.project.categories}
    known = [categories[a.category] for a in about if a.category in categories]
    attributes = session.project.project.attributes
    asked = [attribute for attribute in attributes if known and all(attribute.belongs_to(category) for category in known)]
    notes = {a.note for a in about}
    reference = all(session.is_reference(a) for a in about)
    questions = tuple(_question(attribute, about, reference=reference) for attribute in asked)
    return Form(tuple(a.id for a in about), _title(about, known), questions, notes.pop() if len(notes) == 1 else "")


def asks(session: Session) -> bool:
    """Whether the project asks anything about annotations of the open series."""
    attributes = session.project.project.attributes
    return any(asked_of(attributes, category) for category in session.categories)


def attribute_name(attribute: Attribute | Answer) -> str:
    """Return the name of an attribute or of an answer in the current language."""
    return attribute.name_en if language() == "en" else attribute.name


def _question(attribute: Attribute, about: tuple[Annotation, ...], *, reference: bool) -> Question:
    values = {dict(a.attributes).get(attribute.key, "") for a in about}
    value = next(iter(values)) if len(values) == 1 else ""
    unit = f" ({attribute.unit})" if attribute.unit else ""
    answers = tuple((answer.value, attribute_name(answer)) for answer in attribute.answers)
    if attribute.kind == YES_NO:
        answers = ((YES, translate(mark("Yes"))), (NO, translate(mark("No"))))
    wrong = flaw(attribute, value) if value else None
    missing = attribute.required and "" in values and not reference
    return Question(attribute, f"{attribute_name(attribute)}{unit}", answers, value, len(values) > 1, missing, wrong)


def _title(about: tuple[Annotation, ...], known: list[Category]) -> str:
    if len(about) > 1:
        return translate(mark("{count} annotations"), count=len(about))
    name = category_name(known[0]) if known else about[0].category
    return f"#{about[0].id}  {name}"
