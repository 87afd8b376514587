"""Compare two definitions of one project: what a change means for what was drawn and delivered already.

An id keeps its meaning: a category that has annotations is never removed, and never takes the name of another one unless a person says
that it is only called differently now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum

from annotator.domain.category import Category
from annotator.domain.project import Modality, Project
from annotator.i18n import Message, message


class Verdict(Enum):
    """What may be done with a change."""

    FINE = "fine"
    ASK = "ask"
    """It touches what was drawn or delivered: it is listed before it counts."""
    CONFIRM = "confirm"
    """The meaning of an id would move; it is refused unless a person says that the category is only called differently."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Change:
    """One difference of two definitions, what it means, and the category it speaks of (its key; empty: none)."""

    verdict: Verdict
    text: Message
    category: str = ""


@dataclass(frozen=True)
class Usage:
    """What was saved with the old definition: counts, so that it can be said what a change touches."""

    annotations: Mapping[str, int] = field(default_factory=dict)
    """Category key → annotations."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """Category key → cases with such annotations."""
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(attribute, value) → annotations that hold it."""
    all_cases: int = 0
    files: int = 0
    """Delivered files."""
    in_tree: int = 0
    """Images with annotations whose ids are read from their names in the project's tree."""
    classes: Mapping[str, int] = field(default_factory=dict)
    """Class → patients of it."""


def compare(old: Project, new: Project, usage: Usage) -> tuple[Change, ...]:
    """Return the differences of two definitions in order of weight: what is refused first."""
    found = [
        *_categories(old, new, usage),
        *_modalities(old, new, usage),
        *_classes(old, new, usage),
        *_attributes(old, new, usage),
        *_delivery(old, new, usage),
        *_rest(old, new),
    ]
    weight = [Verdict.REFUSED, Verdict.CONFIRM, Verdict.ASK, Verdict.FINE]
    return tuple(sorted(found, key=lambda change: weight.index(change.verdict)))


def _categories(old: Project, new: Project, usage: Usage) -> Iterator[Change]:
    before, after = ({category.key: category for category in project.categories} for project in (old, new))
    for key, category in before.items():
        there = {"category": key, "name": category.name, "count": usage.annotations.get(key, 0), "cases": usage.cases.get(key, 0)}
        if key in after:
            yield from _same_key(category, after[key], before, there)
        elif there["count"]:
            told = message("{category} “{name}” is gone, but {count} annotations in {cases} cases are of it", **there)
            yield Change(Verdict.REFUSED, told, key)
        else:
            told = message("{category} “{name}” is gone; nothing is drawn of it", category=key, name=category.name)
            yield Change(Verdict.FINE, told, key)
    for key, category in after.items():
        if key not in before:
            yield Change(Verdict.FINE, message("{category} “{name}” is new", category=key, name=category.name), key)


def _same_key(old: Category, new: Category, before: Mapping[str, Category], there: Mapping[str, object]) -> Iterator[Change]:
    if old.name != new.name:
        taken = [other.key for other in before.values() if other.name == new.name and other.supercategory == old.supercategory]
        told = {**there, "new": new.name}
        if not there["count"]:
            sentence = message("{category} “{name}” is called “{new}” now", category=old.key, name=old.name, new=new.name)
            yield Change(Verdict.FINE, sentence, old.key)
        elif taken:
            sentence = message(
                "{category} “{name}” takes the name “{new}” of {other}: {count} annotations in {cases} cases would mean something else",
                **told,
                other=taken[0],
            )
            yield Change(Verdict.CONFIRM, sentence, old.key)
        else:
            sentence = message("{category} “{name}” is called “{new}” now, and so are its {count} annotations in {cases} cases", **told)
            yield Change(Verdict.ASK, sentence, old.key)
    parts = ("supercategory_name", "grp_id", "grp_name", "name_en", "colour", "shortcut", "tools", "extra")
    other = [part for part in parts if getattr(old, part) != getattr(new, part)]
    if other:
        told = {"category": old.key, "name": new.name, "columns": ", ".join("key" if part == "shortcut" else part for part in other)}
        yield Change(Verdict.FINE, message("{category} “{name}”: {columns}", **told), old.key)


def _modalities(old: Project, new: Project, usage: Usage) -> Iterator[Change]:
    before, after = ({modality.code: modality for modality in project.modalities} for project in (old, new))
    for code, modality in before.items():
        drawn = sum(usage.annotations.get(category.key, 0) for category in old.categories_of(modality))
        if code not in after:
            verdict = Verdict.REFUSED if drawn else Verdict.FINE
            yield Change(verdict, message("the modality {code} is gone; {count} annotations are of it", code=code, count=drawn))
        elif modality != after[code]:
            yield from _modality(modality, after[code], drawn)
    for code in after:
        if code not in before:
            yield Change(Verdict.FINE, message("the modality {code} is new", code=code))


def _modality(old: Modality, new: Modality, drawn: int) -> Iterator[Change]:
    told: dict[str, object] = {"code": old.code, "count": drawn}
    if old.case != new.case and drawn:
        yield Change(Verdict.REFUSED, message("{code}: what a case is cannot change, {count} annotations are saved by case", **told))
    if old.supercategory != new.supercategory and drawn:
        yield Change(Verdict.REFUSED, message("{code}: the supercategory cannot change, {count} annotations are of it", **told))
    if old.exclusive != new.exclusive and drawn:
        sentence = message("{code}: categories exclude one another, or no longer; {count} annotations stay as they are", **told)
        yield Change(Verdict.ASK, sentence)
    if old.dicom != new.dicom:
        yield Change(Verdict.ASK, message("{code}: other images belong to it", code=old.code))
    if (old.passes, old.deliver_boxes) != (new.passes, new.deliver_boxes):
        yield Change(Verdict.FINE, message("{code}: passes and tools", code=old.code))


def _classes(old: Project, new: Project, usage: Usage) -> Iterator[Change]:
    for name in (*old.classes, old.unclassified):
        count = usage.classes.get(name, 0)
        if name not in (*new.classes, new.unclassified):
            verdict = Verdict.REFUSED if count else Verdict.FINE
            yield Change(verdict, message("the class “{name}” is gone; {count} patients are of it", name=name, count=count))
    for name in new.classes:
        if name not in old.classes:
            yield Change(Verdict.FINE, message("the class “{name}” is new", name=name))


def _attributes(old: Project, new: Project, usage: Usage) -> Iterator[Change]:
    after = {attribute.key: attribute for attribute in new.attributes}
    before = {attribute.key: attribute for attribute in old.attributes}
    for key, attribute in before.items():
        count = sum(number for (own, _), number in usage.answers.items() if own == key)
        told: dict[str, object] = {"key": key, "count": count}
        changed = after.get(key)
        if changed is None:
            sentence = message("the attribute “{key}” is gone; {count} answers are kept and not asked for any more", **told)
            yield Change(Verdict.ASK if count else Verdict.FINE, sentence)
        elif changed.kind != attribute.kind:
            sentence = message("the attribute “{key}” is of another kind; {count} answers may not fit", **told)
            yield Change(Verdict.ASK if count else Verdict.FINE, sentence)
        elif changed != attribute:
            values = {answer.value for answer in changed.answers}
            lost = sum(usage.answers.get((key, answer.value), 0) for answer in attribute.answers if answer.value not in values)
            sentence = message("the attribute “{key}” is changed; {count} answers do not fit any more", key=key, count=lost)
            yield Change(Verdict.ASK if lost else Verdict.FINE, sentence)
    for key in after:
        if key not in before:
            yield Change(Verdict.FINE, message("the attribute “{key}” is new", key=key))


def _delivery(old: Project, new: Project, usage: Usage) -> Iterator[Change]:
    places = [[(modality.code, modality.folder, modality.prefix) for modality in project.modalities] for project in (old, new)]
    moved = old.patterns != new.patterns or places[0] != places[1]
    if usage.in_tree and (old.patterns.get("image") != new.patterns.get("image") or places[0] != places[1]):
        sentence = message("images lie in the tree as the old rule names them, {count} with annotations: they would not be found any more",
                           count=usage.in_tree)
        yield Change(Verdict.REFUSED, sentence)
    if moved:
        sentence = message("paths and names: {files} delivered files of {cases} cases move when their case is saved next",
                           files=usage.files, cases=usage.all_cases)
        yield Change(Verdict.ASK if usage.files else Verdict.FINE, sentence)
    content = ("description", "version", "contributor", "mask", "formats", "placeholders")
    changed = [name for name in content if getattr(old, name) != getattr(new, name)]
    if changed:
        told: dict[str, object] = {"keys": ", ".join(changed), "files": usage.files, "cases": usage.all_cases}
        sentence = message("{keys}: {files} delivered files of {cases} cases are written anew when their case is saved next", **told)
        yield Change(Verdict.ASK if usage.files else Verdict.FINE, sentence)


def _rest(old: Project, new: Project) -> Iterator[Change]:
    told = {"modalities", "categories", "classes", "attributes", "patterns", "description", "version", "contributor", "mask", "formats"}
    told |= {"placeholders"}
    changed = [entry.name for entry in fields(Project) if entry.name not in told and getattr(old, entry.name) != getattr(new, entry.name)]
    if changed:
        yield Change(Verdict.FINE, message("also changed: {keys}", keys=", ".join(changed)))
