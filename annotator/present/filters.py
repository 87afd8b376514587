"""Which of a project's cases are listed, as a person chooses it: dimensions, their values, how they are called and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotator.domain.course import State
from annotator.domain.holdings import Holdings
from annotator.domain.project import Project
from annotator.domain.queue import Wanted
from annotator.i18n import mark, translate
from annotator.present import holdings

Chosen = Mapping[str, tuple[str, ...]]
"""The values that are chosen, by dimension; a dimension without any does not narrow."""
FINDING, WRITTEN, UNWRITTEN = "finding", "written", "unwritten"
DIMENSIONS: Mapping[str, str] = {
    "modality": holdings.HEADINGS["modality"],
    "plane": holdings.HEADINGS["plane"],
    "sex": holdings.HEADINGS["sex"],
    "age": holdings.HEADINGS["age"],
    "device": holdings.HEADINGS["device"],
    FINDING: mark("Study finding"),
}
"""What is chosen among the further filters, with its marked heading."""
ALONE = ("modality", FINDING)
"""Dimensions of which one value is chosen at most."""
THERE = tuple(state.value for state in State if state is not State.DISCARDED)
"""The states of what is there: all but one."""
_FIELDS = {"plane": "planes", "device": "devices", "sex": "sexes", "age": "ages"}
_FINDINGS: Mapping[str, str] = {WRITTEN: mark("written"), UNWRITTEN: mark("not written")}


def named(dimension: str, value: str) -> str:
    """Return how a value is called."""
    return translate(_FINDINGS[value]) if dimension == FINDING else holdings.named(dimension, value)


def offered(project: Project, held: Holdings, chosen: Chosen) -> Mapping[str, Sequence[tuple[str, int | None]]]:
    """Return what can be chosen: by dimension the values that are there, or chosen, with the number of their cases; None: not counted."""
    found: dict[str, Sequence[tuple[str, int | None]]] = {}
    for dimension in DIMENSIONS:
        if dimension == FINDING:
            found[dimension] = [(value, None) for value in _FINDINGS]
            continue
        counts = held.by.get(dimension, {})
        values = [value for value in holdings.in_order(project, dimension, counts) if value or dimension != "modality"]
        own: list[tuple[str, int | None]] = [(value, counts[value].cases) for value in values]
        found[dimension] = [*own, *((value, 0) for value in chosen.get(dimension, ()) if value not in counts)]
    return found


def wanted(chosen: Chosen, base: Wanted) -> Wanted:
    """Return what is asked for when these are chosen besides."""
    modality = next(iter(chosen.get("modality", ())), base.modality)
    said = next(iter(chosen.get(FINDING, ())), "")
    return replace(
        base,
        modality=modality,
        written=said == WRITTEN if said else base.written,
        planes=chosen.get("plane", ()) or base.planes,
        devices=chosen.get("device", ()) or base.devices,
        sexes=chosen.get("sex", ()) or base.sexes,
        ages=chosen.get("age", ()) or base.ages,
    )


def taken_out(asked: Wanted) -> tuple[dict[str, tuple[str, ...]], Wanted]:
    """Return what of a wish can be chosen, and the wish without it."""
    chosen = {dimension: getattr(asked, field) for dimension, field in _FIELDS.items() if getattr(asked, field)}
    chosen |= {"modality": (asked.modality,)} if asked.modality else {}
    chosen |= {FINDING: (WRITTEN if asked.written else UNWRITTEN,)} if asked.written is not None else {}
    return chosen, replace(asked, modality="", written=None, planes=(), devices=(), sexes=(), ages=())


def said(dimension: str, values: Sequence[str]) -> str:
    """Say what is chosen of a dimension: “Plane: Axial, Oblique”."""
    return f"{translate(DIMENSIONS[dimension])}: {', '.join(named(dimension, value) for value in values)}"
