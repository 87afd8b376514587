"""Find out which category a source means, and make a project of a source's own labels where none is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotator.domain.category import Category
from annotator.domain.exchange import Label, Page
from annotator.domain.project import Modality, Project
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.paths import nfc, safe_name

PALETTE = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Colours that people with any kind of colour vision can tell apart (Okabe and Ito, Color Universal Design, 2008)."""
_LIGHTER = 0.45
OWN = "OBJ"


@dataclass(frozen=True)
class Meant:
    """The category that a label means, and what must be said of how it was found."""

    category: Category
    remark: Message | None = None


def meant(label: Label, project: Project, modality: Modality) -> Meant | None:
    """Return the category of an image's modality that a label means: by key, name, accepted name, English name, else by id alone."""
    own = project.categories_of(modality)
    for category in own:
        if label.key and label.key == category.key:
            return Meant(category)
    name = _plain(label.name)
    accepted = {_plain(said): _plain(canonical) for said, canonical in project.accepted_names.items()}
    names = [(_plain(category.name), category) for category in own] if name else []
    found = [category for said, category in names if said == name]
    if not found and accepted.get(name):
        found = [category for said, category in names if said == accepted[name]]
    english = {_plain(label.name), _plain(label.name_en)} - {""}
    found = found or [category for category in own if _plain(category.name_en) in english]
    if found:
        chosen = next((category for category in found if category.id == label.id), found[0])
        canonical = nfc(chosen.name) == nfc(label.name) or not label.name
        told = message("“{said}” is taken as {category}", said=label.name, category=chosen.name)
        return Meant(chosen, None if canonical else told)
    for category in own if label.id is not None else ():
        if category.id == label.id and (not label.supercategory or label.supercategory == category.supercategory):
            certain = bool(label.supercategory) and not label.name
            told = message("{label} is taken as {category}, by its number alone", label=shown(label), category=category.name)
            return Meant(category, None if certain else told)
    return None


def shown(label: Label) -> str:
    """Return what a person calls a label."""
    number = "" if label.id is None else str(label.id)
    return label.name or label.name_en or label.key or " ".join(part for part in (label.supercategory, number) if part) or "?"


def with_meanings(project: Project, words: Sequence[str]) -> Project:
    """Return the project with `label=category` words among the names that it accepts; raises AnnotatorError for an unknown category.

    A category is told by its name, its English name or its key.
    """
    accepted = dict(project.accepted_names)
    for word in words:
        label, _, meaning = (part.strip() for part in word.rpartition("="))
        said = (one for one in project.categories if nfc(meaning) in (one.name, one.name_en, one.key))
        category = next(said, None)
        if category is None or not label:
            cause = message("the project has no category “{name}”", name=meaning)
            listed = ", ".join(dict.fromkeys(one.name for one in project.categories))
            raise AnnotatorError(message("Understanding “{word}”", word=word), cause, message("Name one of: {names}", names=listed))
        accepted[nfc(label)] = category.name
    return replace(project, accepted_names=accepted)


def modality_for(labels: Iterable[Label], project: Project, said: str) -> Modality:
    """Return the modality that an image is of: the one that its source names, else the one whose categories its labels mean best."""
    for modality in project.modalities:
        if said and said == modality.code:
            return modality
    distinct = tuple(dict.fromkeys(labels))
    by_name = project.modality_of(said) if said else None
    fitting = [sum(_fits(label, project, modality) for label in distinct) for modality in project.modalities]
    best = project.modalities[fitting.index(max(fitting))] if any(fitting) else None
    return by_name or best or project.modality_of("") or project.modalities[0]


def own_project(pages: Sequence[Page], plain: Project) -> Project:
    """Return a project made of the labels that stand in a source, laid out as `plain` is.

    Numbers are kept where each label has one of its own, else the labels are counted in order of appearance.  Where each image keeps to
    one supercategory, each supercategory is a modality; else all are one.
    """
    labels = tuple(dict.fromkeys(replace(m.label, colour="", name_en="") for page in pages for m in page.marks))
    colours = {shown(m.label): m.label for page in pages for m in page.marks if m.label.colour or m.label.name_en}
    supers = tuple(dict.fromkeys(label.supercategory for label in labels))
    apart = all(len({m.label.supercategory for m in page.marks}) <= 1 for page in pages) and all(map(_short, supers))
    made = _apart(labels, supers) if apart else None
    if made is None:
        made = [(OWN if len(supers) != 1 or not _short(supers[0]) else supers[0], label) for label in labels]
    codes = tuple(dict.fromkeys(code for code, _ in made)) or (OWN,)
    modalities = tuple(
        Modality(code, safe_name(code.lower()), safe_name(code.lower()), ("*",), code) for code in codes
    )
    categories = tuple(_category(number, code, label, made, colours) for number, (code, label) in enumerate(made))
    return replace(plain, id="imported", name="imported", name_en="imported", description="", contributor="", modalities=modalities,
                   categories=categories, accepted_names={})


def _apart(labels: Sequence[Label], supers: Sequence[str]) -> list[tuple[str, Label]] | None:
    """Each label with its supercategory; None where keys would not tell the categories apart."""
    made = [(label.supercategory or OWN, label) for label in labels]
    keys = {f"{code}{_number(label, made, code)}" for code, label in made}
    return made if len(keys) == len(made) and len({code.lower() for code in supers}) == len(supers) else None


def _category(place: int, code: str, label: Label, made: Sequence[tuple[str, Label]], colours: dict[str, Label]) -> Category:
    told = colours.get(shown(label), label)
    group = [] if code == label.supercategory else [label.supercategory]
    fits = re.fullmatch(r"#[0-9a-fA-F]{6}", told.colour)
    return Category(
        supercategory=code,
        supercategory_name=code,
        grp_id=1,
        grp_name="".join(group),
        id=_number(label, made, code),
        name=shown(label),
        name_en=told.name_en or shown(label),
        colour=told.colour.lower() if fits else colour(place),
        shortcut="",
    )


def _number(label: Label, made: Sequence[tuple[str, Label]], code: str) -> int:
    beside = [other for said, other in made if said == code]
    numbers = [other.id for other in beside]
    if len(set(numbers)) == len(numbers) and all(number is not None and number > 0 for number in numbers):
        return label.id or 0
    return beside.index(label) + 1


def colour(place: int) -> str:
    """Return the colour of the n-th category (from 0), `#rrggbb`: the palette, then its colours ever lighter."""
    rounds, position = divmod(place, len(PALETTE))
    channels = [int(PALETTE[position][k : k + 2], 16) for k in (1, 3, 5)]
    weight = (1 - _LIGHTER) ** min(rounds, 4)
    return "#" + "".join(f"{round(255 - (255 - channel) * weight):02x}" for channel in channels)


def _fits(label: Label, project: Project, modality: Modality) -> int:
    """How well a label belongs to a modality: 0 not at all, more where its supercategory says so."""
    return 2 if label.supercategory == modality.supercategory else int(meant(label, project, modality) is not None)


def _short(text: str) -> bool:
    return not text or (safe_name(text) == text and len(text) <= 20)


def _plain(text: str) -> str:
    """A name as it is compared: composed, in small letters, spaces and hyphens as underscores."""
    return re.sub(r"[\s_-]+", "_", nfc(text).strip().casefold())
