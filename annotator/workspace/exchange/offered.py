"""Find the formats that can be read and written, by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.exchange import Choice, Chosen
from annotator.domain.losses import Trait
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange, Format
from annotator.i18n import Message, message
from annotator.plugins import offer, offers

Any = Format | Exchange
RECORD = "record"
"""The id under which the newest revisions of a project are read."""


def formats() -> tuple[Any, ...]:
    """Return every format of this version, in order of id."""
    found = (*offers("annotator.formats", "FORMAT"), *offers("annotator.formats", "EXCHANGE"))
    return tuple(sorted((one for one in found if isinstance(one, Format | Exchange)), key=lambda one: one.id))


def format_of(name: str, among: Sequence[Any] | None = None) -> Any:
    """Return the format with this id; raises AnnotatorError that lists those there are."""
    for constant in ("EXCHANGE", "FORMAT") if among is None and name.replace("-", "_").isidentifier() else ():
        found = offer("annotator.formats", name, constant)  # a format is the module of its name; the others need not be loaded
        if isinstance(found, Format | Exchange) and found.id == name:
            return found
    listed = formats() if among is None else among
    for one in listed:
        if one.id == name:
            return one
    doing = message("Looking for the format “{name}”", name=name)
    remedy = message("Name one of: {names}", names=", ".join(one.id for one in listed))
    raise AnnotatorError(doing, message("there is none of this name"), remedy)


def choices_of(one: Any) -> tuple[Choice, ...]:
    """Return the ways in which a format can be written."""
    return one.choices if isinstance(one, Exchange) else ()


def chosen_of(one: Any, project: Project, words: Sequence[str] = (), splits: tuple[str, ...] = ()) -> Chosen:
    """Return what `key=value` words choose for a format; raises AnnotatorError for a key or value that it does not know."""
    known = {choice.key: choice for choice in choices_of(one)}
    values: dict[str, str] = {}
    for word in words:
        key, _, value = word.partition("=")
        choice = known.get(key)
        if choice is None:
            raise _not_known(word, message("{format} has no choice “{key}”", format=one.id, key=key), known)
        if value not in choice.values:
            told = message("“{value}” is none of {choices}", value=value, choices=", ".join(choice.values))
            raise _not_known(word, told, known)
        values[key] = value
    return Chosen(project, values, splits)


def lost_by(one: Any, chosen: Chosen) -> tuple[Trait, ...]:
    """Return what a format cannot hold when it is written as chosen; strokes of lines are lost where the project gives lines no width."""
    hangs = one.cannot_hold_when if isinstance(one, Exchange) else None
    lost: tuple[Trait, ...] = one.cannot_hold if hangs is None else hangs(chosen)
    drawn = chosen.project.mask.line_width is not None
    return tuple(Trait.LINES if trait is Trait.STROKES and not drawn else trait for trait in lost)


def _not_known(word: str, cause: Message, known: Mapping[str, Choice]) -> AnnotatorError:
    listed = "; ".join(f"{choice.key}={'|'.join(choice.values)}" for choice in known.values())
    remedy = message("It can be chosen: {choices}", choices=listed) if listed else message("Leave it out: there is nothing to choose")
    return AnnotatorError(message("Understanding “{word}”", word=word), cause, remedy)
